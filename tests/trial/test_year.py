"""A small year in the database: the same for the same seed, true to the rules, refused where it must be."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.utils import timezone

from emoit.dossiers import actions, queries
from emoit.dossiers.models import Dossier
from emoit.dossiers.types import Outcome, Status
from emoit.kernel.access import Actor, acting_as, process
from emoit.people import queries as people
from emoit.trial import checking, loading, tables
from emoit.trial.bench import harness
from emoit.work import queries as work
from emoit.work.types import Item
from tests.support.world import World
from tests.trial.conftest import DOSSIERS, SEED


def _mark(said: str) -> str:
    found = re.search(r"dấu ([0-9a-f]{16})", said)
    assert found, said
    return found[1]


def load(**options: Any) -> str:
    said = io.StringIO()
    call_command("load_year", **{"dossiers": DOSSIERS, "seed": SEED, "workers": 1, "stdout": said} | options)
    return said.getvalue()


def numbers(statement: str) -> tuple[Any, ...]:
    with connections["owner"].cursor() as cursor:
        cursor.execute(statement)
        found: tuple[Any, ...] = cursor.fetchone()
        return found


EVERYTHING = (
    "select (select count(*) from dossiers_dossier), (select count(*) from dossiers_timeline),"
    " (select count(*) from work_item), (select count(*) from results_result), (select count(*) from people_account),"
    " (select count(*) from kernel_audit_entry), (select count(*) from kernel_event),"
    " (select count(*) from kernel_number), (select coalesce(sum(last), 0) from kernel_series)"
)


# What may follow, by the process.
AFTER = {"intake": {"examine", "plan"}, "examine": {"approve", "sign"}, "approve": {"sign"}}


@pytest.mark.usefixtures("year")
class TestLoaded:
    def test_the_same_seed_is_the_same_year(self, year: str) -> None:
        assert f"nạp mới, {DOSSIERS} hồ sơ" in year
        assert _mark(year) == _mark(load())

    def test_all_of_it_keeps_the_rules(self, year: str) -> None:
        assert f"Kiểm tra lại {DOSSIERS} hồ sơ theo quy tắc" in year
        assert year.rstrip().endswith("đúng cả")

    def test_a_second_time_changes_nothing(self) -> None:
        before = numbers(EVERYTHING)
        assert f"không đổi, {DOSSIERS} hồ sơ, 0 ngày, 0 dòng" in load()
        assert numbers(EVERYTHING) == before

    def test_another_year_is_refused(self) -> None:
        before = numbers(EVERYTHING)
        with pytest.raises(CommandError, match="Đã nạp một năm khác"):
            load(seed=8)
        assert numbers(EVERYTHING) == before

    def test_counters_codes_and_numbers(self) -> None:
        assert numbers("select count(*), count(distinct code) from dossiers_dossier") == (DOSSIERS, DOSSIERS)
        wrong = "select count(*) from dossiers_dossier where code !~ '^G02-19[0-9]{4}-[0-9]{4}$'"
        assert numbers(wrong) == (0,)
        results, last = numbers(
            "select (select count(*) from results_result where subject_code <> ''),"
            " (select last from kernel_series where key = 'KQ.G02')"
        )
        assert results == last > 200
        out_of_order = (
            "select count(*) from (select issued_at < lag(issued_at) over (order by register_code) as earlier"
            " from results_result where subject_code <> '') r where earlier"
        )
        assert numbers(out_of_order) == (0,)

    def test_every_central_procedure_may_take_part(self, year: str) -> None:
        assert "Không dùng 130 thủ tục: thuộc thẩm quyền địa phương." in year
        assert year.count("Không dùng") == 1
        (taking,) = numbers("select count(distinct procedure_code) from dossiers_dossier")
        assert f"{taking} trong 174 thủ tục cấp Trung ương có hồ sơ" in year
        assert taking > 30
        assert numbers("select count(*) from results_result where procedure = '' and subject_code <> ''") == (0,)

    def test_the_trail_is_not_forged(self) -> None:
        told = "select array_agg(verb::text order by id) from kernel_audit_entry where verb like 'trial.%'"
        assert numbers(told) == ([loading.BEGUN, loading.LOADED],)
        assert numbers("select count(*) from kernel_audit_entry where subject_kind = 'dossier'") == (0,)
        assert numbers("select count(*) from kernel_event where kind like 'dossiers.%'") == (0,)

    def test_nobody_can_sign_in_as_the_made_up(self) -> None:
        statement = (
            "select count(*) from people_credential c join people_account a on a.id = c.account_id"
            " where a.login like 'nam-thu.%'"
        )
        assert numbers(statement) == (0,)

    def test_row_security_is_forced_again_and_every_index_there(self) -> None:
        found = "select count(*) from pg_class where relname = any(%s) and relforcerowsecurity"
        with connections["owner"].cursor() as cursor:
            cursor.execute(found, [tables.names()])
            assert cursor.fetchone() == (len(set(tables.names())),)
            cursor.execute("select count(*) from pg_class where relname = any(%s)", [list(tables.SEARCH_INDEXES)])
            assert cursor.fetchone() == (2,)

    def test_the_bench_runs_and_leaves_nothing(self, tmp_path: Path) -> None:
        before = numbers("select count(*) from dossiers_dossier")
        said = io.StringIO()
        call_command(
            "bench_dossiers", runs=1, rounds=2, items=5, without_web=True, json=tmp_path / "rows.json", stdout=said
        )
        rows = harness.read_json(tmp_path / "rows.json")
        assert {"one workflow step without the database", "actions in process against plain SQL"} <= {
            row.name for row in rows
        }
        assert all(row.value > 0 for row in rows)
        assert numbers("select count(*) from dossiers_dossier") == before

    def test_a_tampered_dossier_is_found(self) -> None:
        """The check is worth something: each of these is told by its own rule."""
        agency = tables.agency_id()
        spoilt = {
            "dòng thời gian": "update dossiers_dossier set extended = not extended where id = %s",
            "hạn": "update dossiers_dossier set due_at = '2019-01-01' where id = %s",
            "mã": "update dossiers_dossier set code = code || '1' where id = %s",
            "người đọc": "delete from dossiers_reader where reader like 'u:%%' and dossier_id = %s",
        }
        (dossier,) = numbers("select min(id) from dossiers_dossier where due_at is not null")
        for rule, statement in spoilt.items():
            with acting_as(process("test", agency)) as by:
                with connection.cursor() as cursor:
                    cursor.execute(statement, [dossier])
                row = checking.dossier(agency, dossier)
                assert list(checking.CHECKS[rule](by, row)), rule
                connection.set_rollback(True)

    def test_an_open_dossier_goes_on(self) -> None:
        """What the year left open, a real officer finishes: the inbox has it and the process knows where it stands."""
        agency = tables.agency_id()
        with acting_as(process("test", agency)) as by:
            now = timezone.now()
            row, item, holder = next(_with_officers(by, now))
        officer = people.actor_for(holder, now=now)
        with acting_as(officer):
            common = {"by": officer, "now": now, "dossier_id": row.pk, "item_id": item.id, "version": item.version}
            if item.step == "intake":
                actions.receive(**common)
            elif item.step == "examine":
                actions.propose(**common, outcome=Outcome.GRANTED)
            else:
                actions.approve(**common)
        with acting_as(process("test", agency)) as by:
            after = [i.step for i in work.open_of(by, "dossier", row.pk)]
            status = queries.get_for(by, row.pk).status
        if status is Status.AWAITING_FEE:  # received, and now the applicant's to pay
            assert (item.step, after) == ("intake", [])
        else:
            assert after in ([step] for step in AFTER[item.step])


@pytest.mark.parametrize(
    ("size", "words"),
    [(0, "từ 1 trở lên"), (-1, "từ 1 trở lên"), (10**9, "nhiều nhất"), (7_703_961, "nhiều nhất")],
)
def test_a_year_that_makes_no_sense_is_refused(committed_world: World, size: int, words: str) -> None:
    before = numbers(EVERYTHING)
    with pytest.raises(CommandError, match=words):
        load(dossiers=size)
    assert numbers(EVERYTHING) == before


def test_no_year_beside_real_dossiers_unless_asked(committed_world: World) -> None:
    committed_world.draft(complete=False)
    before = numbers(EVERYTHING)
    with pytest.raises(CommandError, match="đã có hồ sơ"):
        load()
    assert numbers(EVERYTHING) == before
    assert "nạp mới, 40 hồ sơ" in load(dossiers=40, add=True)
    assert numbers("select count(*) from dossiers_dossier") == (41,)


class Breaks(io.StringIO):
    """A terminal that is closed while the days are being loaded."""

    def isatty(self) -> bool:
        return True

    def write(self, said: str) -> int:
        if "Nạp" in said and " 3" in said:
            raise BrokenPipeError
        return super().write(said)


def test_a_load_that_was_broken_off_goes_on(committed_world: World) -> None:
    """What was written stays, the rest follows, and all of it is the year that was asked for."""
    with pytest.raises(BrokenPipeError):
        load(dossiers=60, stdout=Breaks())
    (there,) = numbers("select count(*) from dossiers_dossier")
    assert 0 < there < 60
    unforced = "select count(*) from pg_class where relrowsecurity and not relforcerowsecurity and not relispartition"
    assert numbers(unforced) == (0,)
    said = load(dossiers=60)
    assert "nạp tiếp, 60 hồ sơ" in said
    assert "Kiểm tra lại 60 hồ sơ" in said
    assert said.rstrip().endswith("đúng cả")
    assert numbers("select count(*), count(distinct code) from dossiers_dossier") == (60, 60)


def _with_officers(by: Actor, now: datetime) -> Iterator[tuple[Dossier, Item, int]]:
    """Open dossiers before officers who are really there: few units of the demo have all of theirs."""
    waiting = [Status.SUBMITTED, Status.RECEIVED, Status.IN_PROGRESS]
    for row in queries.visible_to(by).filter(status__in=waiting).order_by("-status", "pk"):
        for item in work.open_of(by, "dossier", row.pk):
            officers = people.officers_in(item.unit_id, item.role, now=now)
            if item.step in {"intake", "examine", "approve"} and (item.assignee_id or officers):
                yield row, item, item.assignee_id or officers[-1].account_id
