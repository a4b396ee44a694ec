"""What can be done with people: one function per verb. Each is atomic, audited, and refused with a plain sentence."""

from emoit.people.actions.accounts import (
    change_contact,
    change_password,
    create_officer,
    deactivate,
    reactivate,
    register_citizen,
    reset_password,
)
from emoit.people.actions.delegations import delegate, revoke_delegation
from emoit.people.actions.enterprises import add_representative, end_representation, register_enterprise
from emoit.people.actions.guesses import may_guess, note_guess
from emoit.people.actions.organisation import load_organisation
from emoit.people.actions.posts import assign_position, end_assignment, grant_role, revoke_role
from emoit.people.actions.sign_in import forget_attempts, sign_in

__all__ = [
    "add_representative",
    "assign_position",
    "change_contact",
    "change_password",
    "create_officer",
    "deactivate",
    "delegate",
    "end_assignment",
    "end_representation",
    "forget_attempts",
    "grant_role",
    "load_organisation",
    "may_guess",
    "note_guess",
    "reactivate",
    "register_citizen",
    "register_enterprise",
    "reset_password",
    "revoke_delegation",
    "revoke_role",
    "sign_in",
]
