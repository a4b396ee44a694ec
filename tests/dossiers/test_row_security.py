"""The second wall: with every filter of ours left out, the database itself shows nobody another's rows."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import pytest
from django.apps import apps
from django.db import connection, models, transaction
from django.db.utils import ProgrammingError
from psycopg import sql

from emoit.dossiers import actions
from emoit.dossiers.jobs import make_partitions
from emoit.dossiers.models import Dossier, LoadedDossier, Timeline
from emoit.dossiers.types import Outcome, Verb
from emoit.kernel.access import acting_as, anonymous, platform
from tests.dossiers import verbs
from tests.support.answers import CHEMICALS
from tests.support.world import World

# Of what a previous system began nobody but our processes sees the origin (tests/attacks/test_rows.py).
MODELS = [m for m in apps.get_app_config("dossiers").get_models() if m not in {Dossier, LoadedDossier}]
INSIDE = {"promotion", "consulted", "inspected"}
EVERYONE = {
    # login -> which of (the promotion, the chemicals, the draft, the consulted, the inspected) it may see
    "doanhnghiep1": INSIDE,
    "doanhnghiep2": {"chemicals"},
    "congdan": {"draft"},
    "motcua": {*INSIDE, "chemicals"},
    "thuquy": {*INSIDE, "chemicals"},
    "xttm.cuctruong": INSIDE,
    "xttm.chuyenvien2": INSIDE,
    "hoachat.cuctruong": {"chemicals", "consulted"},
    "hoachat.chuyenvien1": {"chemicals", "consulted"},
    "thutruong": INSIDE,
    "vanthu": set(),
    "quantri": set(),
    "kiemtra": {*INSIDE, "chemicals"},
}


@pytest.fixture
def dossiers(world: World) -> dict[int, str]:
    """Dossiers that between them have rows in every table."""
    promotion = verbs.awaiting_supplement(world)
    verbs.supplied(world, promotion)
    world.on_item("xttm.chuyenvien1", actions.propose, promotion, "examine", outcome=Outcome.GRANTED)
    chemicals = world.submitted(CHEMICALS, login="doanhnghiep2")
    draft = world.draft(CHEMICALS, login="congdan")
    consulted, inspected = verbs.consulted(world), verbs.planned(world)
    verbs.DO[Verb.RECORD_INSPECTION](world, inspected)
    world.run_jobs()
    return {
        promotion: "promotion", chemicals: "chemicals", draft: "draft", consulted: "consulted", inspected: "inspected",
    }  # fmt: skip


def seen(model: type[models.Model], dossiers: dict[int, str]) -> set[str]:
    column = "id" if model is Dossier else "dossier_id"
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL("select distinct {} from {}").format(sql.Identifier(column), sql.Identifier(model._meta.db_table))
        )
        return {dossiers[row[0]] for row in cursor.fetchall()}


def test_every_table_has_rows_to_hide(world: World, dossiers: dict[int, str]) -> None:
    with acting_as(world.process):
        assert [m.__name__ for m in [Dossier, *MODELS] if not seen(m, dossiers)] == []


def test_raw_tables(world: World, dossiers: dict[int, str]) -> None:
    for login, expected in EVERYONE.items():
        with acting_as(world.actor(login)):
            assert seen(Dossier, dossiers) == expected, login
            for model in MODELS:
                assert seen(model, dossiers) <= expected, (login, model.__name__)


def test_raw_tables_without_an_actor(world: World, dossiers: dict[int, str]) -> None:
    for model in [Dossier, *MODELS]:
        assert seen(model, dossiers) == set()
        with acting_as(anonymous(world.agency_id)):
            assert seen(model, dossiers) == set()


@pytest.mark.parametrize("login", ["doanhnghiep1", "xttm.cuctruong", "kiemtra"])
def test_nobody_writes_past_the_actions(world: World, dossiers: dict[int, str], login: str) -> None:
    with acting_as(world.actor(login)), connection.cursor() as cursor:
        for model, statement in product([Dossier, *MODELS], ("update {} set agency_id = agency_id", "delete from {}")):
            try:
                with transaction.atomic():
                    cursor.execute(sql.SQL(statement).format(sql.Identifier(model._meta.db_table)))
                    assert cursor.rowcount == 0, model.__name__
            except ProgrammingError as error:
                assert "permission denied" in str(error)


def test_nobody_makes_themselves_a_reader(world: World, dossiers: dict[int, str]) -> None:
    by = world.actor("congdan")
    promotion = next(d for d, name in dossiers.items() if name == "promotion")
    row = [world.agency_id, f"a:{by.account_id}", promotion]
    with acting_as(by):
        _denied(
            "insert into dossiers_reader (agency_id, reader, sort_at, dossier_id) values (%s, %s, now(), %s)",
            row,
            because="row-level security",
        )


def _denied(statement: str, values: Sequence[object] = (), *, because: str = "permission denied") -> None:
    with (
        connection.cursor() as cursor,
        pytest.raises(ProgrammingError, match=because),
        transaction.atomic(),
    ):
        cursor.execute(statement, values)


# -- the timeline's partitions


def test_a_row_lies_in_its_month(world: World) -> None:
    dossier_id = world.submitted()
    world.go("2026-06-01 09:00")
    world.on_item("motcua", actions.receive, dossier_id, "intake")
    with acting_as(world.process), connection.cursor() as cursor:
        cursor.execute("select verb, tableoid::regclass::text from dossiers_timeline order by seq")
        assert cursor.fetchall() == [("submit", "dossiers_timeline_2026_05"), ("receive", "dossiers_timeline_2026_06")]


def test_a_partition_is_closed_to_the_serving_role(world: World) -> None:
    world.submitted()
    with acting_as(world.process):
        _denied("select * from dossiers_timeline_2026_05")


def test_the_past_is_not_rewritten(world: World) -> None:
    world.submitted()
    for change in ("update dossiers_timeline set words = ''", "delete from dossiers_timeline"):
        with acting_as(world.process):
            _denied(change)
    with acting_as(world.process):
        assert Timeline.objects.count() == 1


def test_partitions_are_made_ahead(world: World) -> None:
    world.go("2027-12-15 09:00")
    make_partitions(by=platform("dossiers.make_partitions"), now=world.now)
    with connection.cursor() as cursor:
        cursor.execute(
            "select relname, relrowsecurity, has_table_privilege('emoit_app', oid, 'select') from pg_class"
            " where relname like 'dossiers_timeline_2028%' and relkind = 'r' order by 1"
        )
        made = cursor.fetchall()
    assert made == [(f"dossiers_timeline_2028_{month:02d}", True, False) for month in range(1, 6)]
