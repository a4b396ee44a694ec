"""Reads of people: the agency and its units, who may act as what, officers, and the parties of dossiers."""

from emoit.people.queries.absences import absence, absences, away_until, staff_of
from emoit.people.queries.actors import account_for_session, actor_for
from emoit.people.queries.agencies import agency, agency_id_of, anonymous_actor, unit, unit_by_code, unit_tree, units
from emoit.people.queries.officers import (
    account_name,
    delegation,
    delegations,
    officer,
    officer_cards,
    officers,
    officers_in,
    positions,
    posts_of,
    roles_of,
    signatory,
    tenures_of,
)
from emoit.people.queries.parties import enterprises_of, party_for
from emoit.people.queries.security import (
    account_state,
    enrolled_among,
    has_second_factor,
    must_enrol_by,
    past_sessions_of,
    recovery_codes_left,
    sessions_of,
    sign_ins_of,
)

__all__ = [
    "absence",
    "absences",
    "account_for_session",
    "account_name",
    "account_state",
    "actor_for",
    "agency",
    "agency_id_of",
    "anonymous_actor",
    "away_until",
    "delegation",
    "delegations",
    "enrolled_among",
    "enterprises_of",
    "has_second_factor",
    "must_enrol_by",
    "officer",
    "officer_cards",
    "officers",
    "officers_in",
    "party_for",
    "past_sessions_of",
    "positions",
    "posts_of",
    "recovery_codes_left",
    "roles_of",
    "sessions_of",
    "sign_ins_of",
    "signatory",
    "staff_of",
    "tenures_of",
    "unit",
    "unit_by_code",
    "unit_tree",
    "units",
]
