"""Row security with the query filters gone round: plain SQL on every table, as every kind of person."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db import Error, connection, transaction

from emoit.kernel.access import Actor, acting_as
from emoit.people import queries as people
from tests.attacks.people import PERSONS
from tests.dossiers import verbs
from tests.support.world import World

REFERENCE = "read by all: published for everybody"
# Tables whose rows are not anyone's in particular, and why they may be seen; every other table must be listed in OWN.
OPEN = {
    "codes_calendar_version": REFERENCE,
    "codes_calendar_day": REFERENCE,
    "people_agency": REFERENCE,
    "people_unit": REFERENCE,
    "people_position": REFERENCE,
    "people_assignment": "who holds which post in a ministry is public",
    "people_unit_role": "which post decides what is public",
    "procedures_procedure": REFERENCE,
    "procedures_version": REFERENCE,
    "workflow_process_version": REFERENCE,
    "workflow_decision_version": REFERENCE,
    "files_content": "digests and sizes, to keep the same bytes once; no name, no owner",
    "kernel_event": "ids and primitives only",
    "kernel_delivery": "ids only",
    "kernel_series": "counters",
    "kernel_number": "which number was given to which id",
}
# Table -> rows of the dossier's world that each stranger sees (the citizen, the other enterprise, an officer of another
# unit); nobody known sees none.
OWN: dict[str, str] = {
    "dossiers_dossier": "none",
    "dossiers_reader": "none",
    "dossiers_timeline": "none",
    "dossiers_paper": "none",
    "dossiers_supplement_request": "none",
    "dossiers_decision": "none",
    "dossiers_slip": "none",
    "dossiers_submission": "none",
    "dossiers_consultation": "none",
    "dossiers_opinion": "none",
    "dossiers_inspection": "none",
    "dossiers_evidence": "none",
    "files_file": "none",
    "work_item": "none",
    "work_done": "officers",
    "payments_fee_obligation": "none",
    "results_result": "none",
    "results_event": "none",
    "signing_request": "officers",
    "signing_key": "own",
    "kernel_audit_entry": "own",
    "kernel_audit_pending": "none",
    "kernel_audit_link": "none",
    "kernel_audit_seal": "none",
    "kernel_search_entry": "public",
    "kernel_search_staged": "none",
    "people_account": "names",
    "people_credential": "none",
    "people_sign_in_attempt": "none",
    "people_contact": "own",
    "people_citizen": "own",
    "people_enterprise": "own or officers",
    "people_representation": "own or officers",
    "people_delegation": "officers",
    "people_delegated_holding": "officers",
    "people_absence": "officers",
    "people_session": "own",
    "people_second_factor": "none",
    "people_recovery_code": "none",
    "people_password_link": "none",
    "procedures_draft": "none",
    "dossiers_loaded": "none",
    "results_loaded": "none",
    "api_key": "own",
    "api_reply": "own",
    "api_bucket": "none",
    "exchange_partner": "none",
    "exchange_gate": "none",
    "exchange_certificate": "none",
    "exchange_revocation": "none",
    "exchange_conversation": "none",
    "exchange_evidence": "none",
    "exchange_seal": "none",
    "exchange_outbound": "none",
    "exchange_inbound": "none",
    "exchange_rejection": "none",
    "exchange_call": "none",
    "people_lookup": "none",
    "exchange_meter": "none",
    "sharing_consumer": "none",
    "sharing_credential": "none",
    "sharing_token": "none",
    "sharing_assertion": "none",
    "sharing_grant": "none",
    "sharing_bucket": "none",
    "sharing_refused": "none",
    "sharing_access": "none",
    "sharing_change": "none",
    "webhooks_log": "none",
    "webhooks_event": "none",
    "webhooks_reader": "none",
    "webhooks_subscription": "none",
    "webhooks_delivery": "none",
    "webhooks_old_secret": "none",
    "webhooks_challenge": "none",
}
STRANGERS = ("anonymous", "citizen", "other enterprise", "other unit")


def our_tables() -> set[str]:
    return {
        model._meta.db_table
        for config in apps.get_app_configs()
        if config.name.startswith("emoit.")
        for model in config.get_models(include_auto_created=True)
    }


def actor(world: World, person: str) -> Actor:
    return world.actor(PERSONS[person]) if PERSONS[person] else people.anonymous_actor()


def ask(statement: str, arguments: Any = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, arguments)
        return list(cursor.fetchall()) if cursor.description else []


def count(table: str) -> int:
    ((number,),) = ask(f"select count(*) from {table}")  # noqa: S608 - names of our own tables
    return int(number)


def test_every_table_is_judged() -> None:
    assert set(OPEN) | set(OWN) == our_tables()


@pytest.mark.parametrize("person", [*STRANGERS, "owner"])
def test_a_fee_is_seen_by_those_who_see_its_dossier(world: World, person: str) -> None:
    verbs.awaiting_fee(world)
    with acting_as(actor(world, person)):
        assert count("payments_fee_obligation") == (person == "owner")


@pytest.fixture
def theirs(world: World) -> int:
    """A dossier of doanhnghiep1 that has gone all the way: every table of its way has rows."""
    return world.signed()


@pytest.mark.parametrize("person", STRANGERS)
def test_strangers_see_nothing_of_it(world: World, theirs: int, person: str) -> None:
    with acting_as(world.process):
        whole = {table: count(table) for table in OWN}
    assert all(whole[t] for t in ("dossiers_timeline", "dossiers_slip", "files_file", "results_result", "work_done"))
    by = actor(world, person)
    with acting_as(by):
        seen = {table: count(table) for table in OWN}
    officer = by.is_officer
    for table, who in OWN.items():
        match who:
            case "none":
                assert seen[table] == 0, table
            case "officers":
                assert seen[table] == (whole[table] if officer else 0), table
            case "own" | "own or officers":
                allowed = whole[table] if officer and who != "own" else 1 if by.account_id else 0
                assert seen[table] <= allowed, table
    with acting_as(by):
        assert ask("select distinct readers from kernel_search_entry where not 'public' = any(readers)") == []
        if by.account_id:
            others = "select count(*) from kernel_audit_entry where account_id is distinct from %s"
            assert ask(others, [by.account_id]) == [(0,)]
        if not officer:
            names = "select count(*) from people_account where kind = 'citizen' and id is distinct from %s"
            assert ask(names, [by.account_id]) == [(0,)]


@pytest.mark.parametrize("person", [*STRANGERS, "owner", "handler", "auditor", "administrator"])
def test_nobodys_own_request_writes_past_the_actions(world: World, theirs: int, person: str) -> None:
    """UPDATE and DELETE of every row of a dossier's tables touch none, or are not allowed at all."""
    touched = {}
    with acting_as(actor(world, person)):
        for table in [t for t in OWN if t.startswith(("dossiers_", "people_", "results_"))]:
            for statement in (f"update {table} set agency_id = agency_id", f"delete from {table}"):  # noqa: S608
                touched[statement] = changed(statement)
    own = {"update results_result set agency_id = agency_id"}
    assert {s: n for s, n in touched.items() if n and s not in own} == {}


def changed(statement: str, arguments: Any = None) -> int:
    """How many rows it changed; 0 where the database refuses."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, arguments)
            return int(cursor.rowcount)
    except Error:
        return 0


INSERTS = [
    "insert into dossiers_reader (agency_id, dossier_id, reader, sort_at) values (%(a)s, %(d)s, %(k)s, now())",
    "insert into people_unit_role (agency_id, account_id, unit_id, role, valid_from)"
    " select %(a)s, %(me)s, id, 'leader', now() from people_unit limit 1",
    "insert into people_representation (agency_id, account_id, enterprise_id, role, valid_from)"
    " values (%(a)s, %(me)s, %(e)s, 'legal_representative', now())",
    "insert into payments_fee_obligation (agency_id, subject_kind, subject_id, unit_id, name, amount_vnd, required_at,"
    " method, receipt) values (%(a)s, 'dossier', %(d)s, 1, 'x', 1, now(), '', '')",
    "insert into kernel_audit_pending (entry_id, agency_id) values (1, %(a)s)",
    "insert into kernel_search_entry (agency_id, subject_kind, subject_id, title, body, url, readers, sort_at)"
    " values (%(a)s, 'dossier', '1', 'x', 'x', '/', array[%(k)s], now())",
]


@pytest.mark.parametrize("person", STRANGERS)
def test_nobody_lets_themselves_in(world: World, theirs: int, person: str) -> None:
    by = actor(world, person)
    with acting_as(by):
        facts = {
            "a": by.agency_id,
            "d": theirs,
            "k": f"a:{by.account_id}",
            "me": by.account_id,
            "e": world.enterprise_id("doanhnghiep1"),
        }
    with acting_as(by):
        assert [s for s in INSERTS if changed(s, facts)] == []


@pytest.mark.parametrize("person", [*STRANGERS, "owner", "auditor"])
def test_partitions_cannot_be_read_or_written(world: World, theirs: int, person: str) -> None:
    parts = ask("select inhrelid::regclass::text from pg_inherits where inhparent = 'dossiers_timeline'::regclass")
    assert len(parts) > 100
    with acting_as(actor(world, person)):
        for (part,) in parts[-40:]:
            with pytest.raises(Error, match="permission denied"), transaction.atomic():
                ask(f"select * from {part}")  # noqa: S608


# Function that runs as the owner -> a call with another's arguments, and what it gives to a stranger.
AS_OWNER = {
    "people_actor": None,  # told before anyone is known; gives no personal fact but the name
    "results_public": None,  # opens one row for its exact secret
    "results_public_file": None,
    "dossiers_make_partitions": None,  # makes empty tables, at most 240
    "sharing_make_partitions": None,  # the same
    "sharing_caller": None,  # opens one row for its exact secret; told before anyone is known
    "sharing_take": None,  # counts down a quota; gives numbers alone
    "emoit_search_moment": None,  # a clock behind a lock
    "kernel_audit_entry_waits": None,  # a trigger
    "emoit_erase_audit_details": "select emoit_erase_audit_details(%(entry)s, 'x', now(), 1, 'x', 'x')",
    "emoit_erase_audit_details_unguarded": "select emoit_erase_audit_details_unguarded(%(entry)s, 'x', now(), 1, 'x', 'x')",
    "emoit_put_entry": "select emoit_put_entry(%(a)s, 'dossier', %(d)s::text, 'x', 'x', '/', array['public'], now())",
    "emoit_remove_entry": "select emoit_remove_entry(%(a)s, 'dossier', %(d)s::text)",
    "emoit_compare_search": "select emoit_compare_search(%(a)s, 'dossier', now())",
    "emoit_switch_search": "select emoit_switch_search(%(a)s, 'dossier', now())",
    "emoit_find": None,  # asked below
    "dossiers_listed": None,  # asked below
    "api_bearer": None,  # told to whoever holds the secret; before anyone is known
    "api_take_tokens": None,  # counts; gives no fact
    "people_session_seen": None,  # whether a session goes on, told to whoever holds its secret
}


def test_every_function_that_runs_as_the_owner_is_judged(world: World) -> None:
    found = {
        name for (name,) in ask("select proname from pg_proc where prosecdef and pronamespace = 'public'::regnamespace")
    }
    ours = {name for name in found if not name.startswith(("procrastinate_", "pg_", "unaccent"))}
    assert ours == set(AS_OWNER)


@pytest.mark.parametrize("person", ["anonymous", "citizen", "other enterprise"])
@pytest.mark.parametrize("call", [c for c in AS_OWNER.values() if c])
def test_functions_refuse_the_public(world: World, theirs: int, person: str, call: str) -> None:
    with acting_as(world.process):
        ((entry,),) = ask("select max(id) from kernel_audit_entry")
    by = actor(world, person)
    with acting_as(by), pytest.raises(Error), transaction.atomic():
        ask(call, {"a": by.agency_id, "d": theirs, "entry": entry})


@pytest.mark.parametrize("person", STRANGERS)
def test_search_does_not_trust_the_keys_it_is_given(world: World, theirs: int, person: str) -> None:
    everything = [f"g:{world.agency_id}", "system", "platform", f"a:{world.account_id('doanhnghiep1')}", "public"]
    with acting_as(world.process) as by:
        assert ask("select subject_id from emoit_find(%s, %s, 'sao mai', 'dossier', 10)", [by.agency_id, everything])
    by = actor(world, person)
    with acting_as(by):
        found = ask("select subject_id from emoit_find(%s, %s, 'sao mai', '', 10)", [by.agency_id, everything])
        assert found == []


LISTED = "select id from dossiers_listed(%s, null, null, null, null, null, '', null, null, 100)"


@pytest.mark.parametrize("person", STRANGERS)
def test_lists_do_not_trust_the_keys_they_are_given(world: World, theirs: int, person: str) -> None:
    everything = [f"g:{world.agency_id}", "system", "platform", f"a:{world.account_id('doanhnghiep1')}", "public"]
    with acting_as(world.actor("doanhnghiep1")):
        assert (theirs,) in ask(LISTED, [everything])
    with acting_as(actor(world, person)):
        assert (theirs,) not in ask(LISTED, [everything])
