"""What goes beside the steps: changes of earlier results, inspections, opinions. Loaded true, and judged strictly."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, connections
from django.utils import timezone

from emoit.dossiers import actions, queries
from emoit.dossiers.actions import Plan
from emoit.dossiers.types import Outcome, Stance
from emoit.kernel.access import Actor, acting_as, process
from emoit.lib.working_time import VIET_NAM
from emoit.people import queries as people
from emoit.procedures.types import Change
from emoit.results import queries as results
from emoit.results.types import EventKind, State
from emoit.trial import checking, plan, profile, tables
from emoit.trial.year import Dealt, Year
from emoit.work import queries as work
from emoit.work.types import Item
from tests.support.world import moment
from tests.trial.conftest import EVEN, EVEN_DOSSIERS, Even

pytestmark = pytest.mark.usefixtures("even")


def found(statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
    with connections["owner"].cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())


@contextmanager
def by_process() -> Iterator[Actor]:
    with acting_as(process("test", tables.agency_id())) as by:
        yield by


def one(where: str) -> int:
    """The first dossier of the year for which that holds."""
    ids = found(f"select min(d.id) from dossiers_dossier d where {where}")  # noqa: S608 - our own words
    assert ids[0][0] is not None, where
    return int(ids[0][0])


CHANGED = "d.outcome = 'granted' and d.from_result_id is not null"
REISSUED = (
    "d.outcome = 'granted'"
    " and exists (select 1 from results_result r where r.id = d.from_result_id and r.valid_to > '2029-01-01')"
)
UNCHANGED = "d.outcome <> 'granted' and d.from_result_id is not null"
RECORDED = "exists (select 1 from dossiers_inspection i where i.dossier_id = d.id and i.state = 'recorded')"
PLANNED = "exists (select 1 from dossiers_inspection i where i.dossier_id = d.id and i.state = 'planned')"
ANSWERED = (
    "exists (select 1 from dossiers_consultation c join dossiers_opinion o on o.consultation_id = c.id"
    " where c.dossier_id = d.id and c.closed_at is not null and o.stance = 'agree')"
)
ASKED = "exists (select 1 from dossiers_consultation c where c.dossier_id = d.id and c.closed_at is null)"
WAITING = "exists (select 1 from work_item w where w.subject_id = d.id and w.step = 'sign')"


def test_all_of_it_keeps_the_rules(even: Even) -> None:
    assert even.report.checked == EVEN_DOSSIERS
    assert even.report.faults == []


def test_every_central_procedure_appears_in_a_year_of_enough_dossiers(even: Even) -> None:
    """Evenly asked for, 1,500 dossiers hold them all; in the real year the rarest is asked for a hundred times."""
    made = Year(EVEN, even.done.year.ground, dossiers=1_500, seed=7)
    assert Dealt(made, [made.facts(day) for day in made.days]).procedures == 174
    real = profile.read()
    shares = plan.zipf(174, real.procedure_skew)
    assert round(real.dossiers * (shares[-1] - shares[-2]) / shares[-1]) == 119


def test_the_ground_names_what_each_procedure_changes(even: Even) -> None:
    courses = even.done.year.ground.courses
    changes = [course.amending.change for course in courses if course.amending]
    assert {change: changes.count(change) for change in Change} == {
        Change.AMEND: 31, Change.REISSUE: 22, Change.EXTEND: 7, Change.END: 3,
    }  # fmt: skip
    ways = [course.way for course in courses]
    assert {way: ways.count(way) for way in sorted(set(ways))} == {
        "appraisal": 20, "automatic": 3, "inspection": 13, "short": 53, "standard": 85,
    }  # fmt: skip
    assert all(course.amending.kinds for course in courses if course.amending)


def test_an_earlier_result_is_as_load_results_leaves_one() -> None:
    wrong = (
        "select count(*) from results_result r where r.subject_code = '' and (r.procedure <> '' or r.digest <> ''"
        " or r.file_id is not null or r.kind_code <> '' or r.issued_at >= '2019-01-01' or r.issued_at < '2014-12-31'"
        " or not exists (select 1 from results_loaded l where l.result_id = r.id)"
        " or not exists (select 1 from results_event e where e.result_id = r.id and e.kind = 'loaded'))"
    )
    assert found(wrong) == [(0,)]
    ours = "select count(*) from results_result where subject_code = ''"
    amending = "select count(*), count(distinct from_result_id) from dossiers_dossier where from_result_id is not null"
    assert found(ours)[0] * 2 == found(amending)[0]


@pytest.mark.parametrize(
    ("change", "state"),
    [
        (Change.AMEND, State.REPLACED),
        (Change.REISSUE, State.REPLACED),
        (Change.EXTEND, State.REPLACED),
        (Change.END, State.REVOKED),
    ],
)
def test_a_grant_ends_the_earlier_result(even: Even, change: Change, state: State) -> None:
    codes = [c.code for c in even.done.year.ground.courses if c.amending and c.amending.change is change]
    ((dossier,),) = found(
        "select min(id) from dossiers_dossier where outcome = 'granted' and procedure_code = any(%s)", codes
    )
    now = timezone.now()
    with by_process() as by:
        info = queries.get_for(by, dossier)
        old = results.get_for(by, info.from_result_id or 0, now=now)
        told = results.history(by, old.id, now=now)
        earlier = queries.earlier_of(by, dossier, now=now)
    assert old.state is state
    assert (old.replaced_by_id is None) is (change is Change.END)
    assert [entry.kind for entry in told] == [EventKind.LOADED, EventKind(state.value)]
    assert told[1].at == info.decided_at == old.revoked_at
    assert old.revoke_reason.startswith(f"{change.label} theo ")
    assert old.revoke_reason.endswith(f"(hồ sơ {info.code}).")
    assert earlier is not None
    assert earlier.changed == ()  # the number that the form took from the result is the one declared
    assert info.answers["earlier"]["number"] == old.number
    assert info.answers["earlier"]["issued_on"] == old.issued_at.astimezone(VIET_NAM).date().isoformat()


def update(table: str, values: str, where: str = "dossier_id = %s") -> str:
    return f"update {table} set {values} where {where}"  # noqa: S608 - our own words


OLD = "id = (select from_result_id from dossiers_dossier where id = %s)"
NEW = "id = (select result_id from dossiers_dossier where id = %s)"
SAME_OLD = "from_result_id = (select from_result_id from dossiers_dossier where id = %s)"
ANOTHER = "id = (select max(id) from dossiers_dossier where outcome = 'granted')"
LATER = "interval '1 minute'"
REVOKED = "state = 'revoked', revoked_at = now(), revoke_reason = 'x'"
HELD = "state = 'recorded', result = 'passed', recorded_at = now()"

# What is wrong, the rule that must tell it, a word of what it says. A result that has ended nobody can change, so what
# is wrong of it is wrong on the other side.
FAULTS = [
    (CHANGED, update("dossiers_dossier", f"decided_at = decided_at + {LATER}", "id = %s"), "kết quả cũ", "phải là"),
    (CHANGED, update("dossiers_dossier", "code = code || '1'", "id = %s"), "kết quả cũ", "thiếu lý do"),
    (CHANGED, update("dossiers_dossier", "holder_key = ''", "id = %s"), "kết quả cũ", "người khác"),
    (CHANGED, update("dossiers_dossier", "submitted_at = '2014-01-01'", "id = %s"), "kết quả cũ", "không phải kết quả"),
    (CHANGED, update("dossiers_dossier", "from_facts = '{}'", "id = %s"), "kết quả cũ", "dữ liệu giữ lại"),
    (CHANGED, update("dossiers_dossier", "from_result_id = null", "id = %s"), "kết quả cũ", "không đi cùng"),
    (CHANGED, update("dossiers_dossier", SAME_OLD, ANOTHER), "kết quả cũ", "còn được thay đổi"),
    (UNCHANGED, update("results_result", REVOKED, OLD), "kết quả cũ", "dù chưa cho"),
    (REISSUED, update("results_result", "valid_to = '2040-01-01'", NEW), "kết quả cũ", "hiệu lực"),
    (REISSUED, update("dossiers_decision", "valid_to = '2040-01-01'"), "kết quả", "sổ kết quả"),
    (RECORDED, "delete from dossiers_inspection where dossier_id = %s", "kiểm tra thực tế", "cuộc kiểm tra"),
    (RECORDED, update("dossiers_inspection", "starts_at = planned_at"), "kiểm tra thực tế", "ngoài giờ"),
    (RECORDED, update("dossiers_inspection", f"starts_at = starts_at + {LATER}"), "kiểm tra thực tế", "lịch hẹn"),
    (RECORDED, update("dossiers_inspection", "team = jsonb_build_array(leader_id)"), "kiểm tra thực tế", "đoàn"),
    (RECORDED, update("dossiers_inspection", "findings = ''"), "kiểm tra thực tế", "kết quả kiểm tra"),
    (RECORDED, update("dossiers_inspection", "recorded_at = planned_at"), "kiểm tra thực tế", "biên bản lập"),
    (PLANNED, update("dossiers_inspection", HELD), "kiểm tra thực tế", "chưa kiểm tra"),
    (ANSWERED, "delete from dossiers_opinion where dossier_id = %s", "ý kiến", "đơn vị được hỏi"),
    (ANSWERED, update("dossiers_opinion", "answered_at = now()", "dossier_id = %s and stance <> ''"), "ý kiến", "khác"),
    (ANSWERED, update("dossiers_consultation", f"closed_at = closed_at + {LATER}"), "ý kiến", "xong lúc"),
    (ANSWERED, update("dossiers_consultation", f"reply_by = reply_by + {LATER}"), "ý kiến", "hạn cho"),
    (ANSWERED, update("dossiers_dossier", "consulted_unit_ids = '[]'", "id = %s"), "ý kiến", "đơn vị được hỏi"),
    (ASKED, "delete from work_item where subject_id = %s and step = 'opine'", "ý kiến", "việc cho ý kiến"),
    (WAITING, update("work_item", "role = ''", "subject_id = %s and step = 'sign'"), "việc", "quy trình"),
    (ASKED, update("dossiers_reader", "reader = 'g:0'", "dossier_id = %s and reader like 'g:%%'"), "người đọc", "khác"),
]


@pytest.mark.parametrize(("where", "statement", "rule", "words"), FAULTS)
def test_a_planted_fault_is_told_by_its_rule(where: str, statement: str, rule: str, words: str) -> None:
    dossier, agency = one(where), tables.agency_id()
    judge = checking.CHECKS[rule]
    with by_process() as by:
        assert list(judge(by, checking.dossier(agency, dossier))) == []
        with connection.cursor() as cursor:
            cursor.execute(statement, [dossier])
            assert cursor.rowcount > 0
        told = list(judge(by, checking.dossier(agency, dossier)))
        connection.set_rollback(True)
    assert any(words in fault for fault in told), told


def test_an_inspection_that_nobody_has_done_is_told() -> None:
    """Finished work is never changed by whoever serves: the owner takes it away, and puts it back."""
    dossier, agency = one(RECORDED), tables.agency_id()
    renamed = "update work_done set step = %s where subject_kind = 'dossier' and subject_id = %s and step = %s"
    with connections["owner"].cursor() as cursor:
        cursor.execute(renamed, ["x", dossier, "inspect"])
        try:
            with by_process() as by:
                told = list(checking.CHECKS["kiểm tra thực tế"](by, checking.dossier(agency, dossier)))
        finally:
            cursor.execute(renamed, ["inspect", dossier, "x"])
    assert told == ["việc đã xong thiếu ['inspect']"]


# -- what the year left open goes on by the real actions ---------------------------------------------------------------


def open_item(step: str, way: str, more: str = "true") -> tuple[Actor, int, Item]:
    """Someone who may do it, the dossier, the item."""
    now = timezone.now()
    waiting = (
        "select d.id, w.id from work_item w join dossiers_dossier d on d.id = w.subject_id",
        "join workflow_process_version p on p.id = d.process_id",
        "where w.subject_kind = 'dossier' and w.step = %s and p.key = %s and",
        more,
        "order by d.id, w.id limit 1",
    )
    ((dossier, item_id),) = found(" ".join(waiting), step, way)
    with by_process() as by:
        item = work.items_for(by, [item_id])[item_id]
        holder = item.assignee_id or people.officers_in(item.unit_id, item.role, now=now)[0].account_id
    return people.actor_for(holder, now=now), dossier, item


def _propose(_item: Item, **common: Any) -> None:
    actions.propose(**common, outcome=Outcome.GRANTED)


def _plan(item: Item, **common: Any) -> None:
    team = [officer.account_id for officer in queries.team_candidates(item.unit_id, now=common["now"])][:2]
    starts_at = moment("2026-05-05 09:00")
    actions.plan_inspection(**common, plan=Plan(starts_at, "Bắc Ninh", "Nguyễn Văn Nam", team, team[0]))


def _replan(_item: Item, **common: Any) -> None:
    actions.replan_inspection(**common, reason="Trời bão.")


def _answer(_item: Item, **common: Any) -> None:
    actions.give_opinion(**common, stance=Stance.AGREE, text="Nhất trí.")


def _close(_item: Item, **common: Any) -> None:
    actions.close_opinions(**common, reason="Đã đủ căn cứ.")


UNANSWERED = "(select count(*) from work_item o where o.subject_id = d.id and o.step = 'opine') = {}"


@pytest.mark.parametrize(
    ("step", "way", "more", "act", "after"),
    [
        ("examine", "short", "true", _propose, ["sign"]),
        ("examine", "standard", "d.from_result_id is not null", _propose, ["approve"]),
        ("plan", "inspection", "true", _plan, ["inspect"]),
        ("inspect", "inspection", "true", _replan, ["plan"]),
        ("opine", "appraisal", UNANSWERED.format(2), _answer, ["consult", "opine"]),
        ("opine", "appraisal", UNANSWERED.format(1), _answer, ["examine"]),
        ("consult", "appraisal", "true", _close, ["examine"]),
    ],
)
def test_what_the_year_left_open_goes_on(step: str, way: str, more: str, act: Any, after: list[str]) -> None:
    """By the real action of an officer who has it in hand, or may take it."""
    officer, dossier, item = open_item(step, way, more)
    with by_process() as by:
        with acting_as(officer):
            common = {"by": officer, "now": timezone.now(), "dossier_id": dossier, "item_id": item.id}
            act(item, **common, version=item.version)
        assert sorted(i.step for i in work.open_of(by, "dossier", dossier)) == after
        row = checking.dossier(officer.agency_id, dossier)
        assert [fault for judge in checking.CHECKS.values() for fault in judge(by, row)] == []
        connection.set_rollback(True)
