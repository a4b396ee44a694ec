"""Reads of people: the agency and its units, who may act as what, officers, and the parties of dossiers."""

from emoit.people.queries.actors import account_for_session, actor_for, actor_of_facts
from emoit.people.queries.agencies import (
    agency,
    agency_id_of,
    anonymous_actor,
    communes,
    provinces,
    unit,
    unit_at,
    unit_by_code,
    units,
)
from emoit.people.queries.officers import (
    account_name,
    delegation,
    delegations,
    officers,
    officers_in,
    posts_of,
    roles_of,
    signatory,
    units_with,
)
from emoit.people.queries.parties import enterprises_of, holder_key_of, party_for, readers_of

__all__ = [
    "account_for_session",
    "account_name",
    "actor_for",
    "actor_of_facts",
    "agency",
    "agency_id_of",
    "anonymous_actor",
    "communes",
    "delegation",
    "delegations",
    "enterprises_of",
    "holder_key_of",
    "officers",
    "officers_in",
    "party_for",
    "posts_of",
    "provinces",
    "readers_of",
    "roles_of",
    "signatory",
    "unit",
    "unit_at",
    "unit_by_code",
    "units",
    "units_with",
]
