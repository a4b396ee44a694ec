"""What can be done with people: one function per verb. Each is atomic, audited, and refused with a plain sentence."""

from emoit.people.actions.absences import end_absence, register_absence
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
from emoit.people.actions.lookups import ask_with_consent, end_lookups_of, forget_lookups, look_up, name_subject
from emoit.people.actions.organisation import load_organisation
from emoit.people.actions.password_links import issue_password_link, open_password_link, use_password_link
from emoit.people.actions.posts import assign_position, end_assignment, grant_role, revoke_role
from emoit.people.actions.second_factor import (
    begin_enrolment,
    confirm_enrolment,
    pass_second_factor,
    remove_second_factor,
    renew_recovery_codes,
    reset_second_factor,
)
from emoit.people.actions.sessions import (
    Seen,
    begin_session,
    end_other_sessions,
    end_session,
    forget_sessions,
    see_session,
    sign_out,
)
from emoit.people.actions.sign_in import forget_attempts, sign_in, unlock
from emoit.people.actions.units import add_unit, end_unit, rename_unit

__all__ = [
    "Seen",
    "add_representative",
    "add_unit",
    "ask_with_consent",
    "assign_position",
    "begin_enrolment",
    "begin_session",
    "change_contact",
    "change_password",
    "confirm_enrolment",
    "create_officer",
    "deactivate",
    "delegate",
    "end_absence",
    "end_assignment",
    "end_lookups_of",
    "end_other_sessions",
    "end_representation",
    "end_session",
    "end_unit",
    "forget_attempts",
    "forget_lookups",
    "forget_sessions",
    "grant_role",
    "issue_password_link",
    "load_organisation",
    "look_up",
    "may_guess",
    "name_subject",
    "note_guess",
    "open_password_link",
    "pass_second_factor",
    "reactivate",
    "register_absence",
    "register_citizen",
    "register_enterprise",
    "remove_second_factor",
    "rename_unit",
    "renew_recovery_codes",
    "reset_password",
    "reset_second_factor",
    "revoke_delegation",
    "revoke_role",
    "see_session",
    "sign_in",
    "sign_out",
    "unlock",
    "use_password_link",
]
