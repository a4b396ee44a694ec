"""When an answer is due: five working days from the receipt (Decree 61/2018/NĐ-CP, Articles 18 and 19)."""

from __future__ import annotations

import pytest

from emoit.dossiers import actions
from emoit.dossiers.types import Status
from emoit.kernel.access import acting_as
from emoit.lib.working_time import Term, Unit
from emoit.work import queries as work
from tests.dossiers import looks, verbs
from tests.support.traces import refused
from tests.support.world import CLERK, HEAD, SPECIALIST, World

EXTENDED = {"working_days": 3, "reason": "Chờ ý kiến chuyên gia"}


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-05-04 09:30", "2026-05-11 09:30"),
        ("2026-05-04 15:00", "2026-05-11 15:00"),
        ("2026-05-04 15:01", "2026-05-11 17:00"),  # after the cut-off: from the next morning
        ("2026-05-08 15:01", "2026-05-15 17:00"),  # Friday: from Monday
        ("2026-05-09 09:30", "2026-05-15 17:00"),  # Saturday: from Monday
        ("2026-04-28 09:30", "2026-05-07 09:30"),  # across 30/4 and 1/5
        ("2026-04-29 15:01", "2026-05-08 17:00"),
    ],
)
def test_due(world: World, received: str, due: str) -> None:
    dossier_id = world.submitted()
    world.go(received)
    world.on_item(CLERK, actions.receive, dossier_id, "intake")
    info = world.info(dossier_id)
    assert info.due_at == world.at(due)
    assert info.deadline is not None
    assert info.deadline.due_at == world.at(due)
    assert world.item(dossier_id, "examine").due_at == world.at(due)


@pytest.mark.parametrize(
    ("asked", "answered", "paused", "due"),
    [
        ("2026-05-05 10:00", "2026-05-06 10:00", 480, "2026-05-12 09:30"),
        ("2026-05-05 10:00", "2026-05-05 10:45", 45, "2026-05-11 10:15"),
        ("2026-05-05 18:00", "2026-05-05 21:00", 0, "2026-05-11 09:30"),  # nobody works
        ("2026-05-08 16:00", "2026-05-11 09:00", 120, "2026-05-11 11:30"),  # over a weekend
    ],
)
def test_a_supplement_moves_it_by_the_working_minutes_it_took(
    world: World, asked: str, answered: str, paused: int, due: str
) -> None:
    dossier_id = world.in_examination()
    world.go(asked)
    world.on_item(SPECIALIST, actions.request_supplement, dossier_id, "examine", defects=verbs.DEFECTS)
    waiting = world.info(dossier_id)
    assert waiting.deadline is not None
    assert (waiting.due_at, waiting.deadline.is_paused) == (None, True)
    world.go(answered)
    verbs.supplied(world, dossier_id)
    info = world.info(dossier_id)
    assert info.deadline is not None
    assert (info.deadline.paused_minutes, info.due_at) == (paused, world.at(due))
    assert world.item(dossier_id, "examine").due_at == world.at(due)


def test_extended_once(world: World) -> None:
    dossier_id = world.in_examination()
    world.do(HEAD, actions.extend, dossier_id=dossier_id, **EXTENDED)
    info = world.info(dossier_id)
    assert (info.extended, info.due_at) == (True, world.at("2026-05-14 09:30"))
    assert info.deadline is not None
    assert info.deadline.extended_by == Term(3, Unit.WORKING_DAY)
    assert world.item(dossier_id, "examine").due_at == world.at("2026-05-14 09:30")
    looks.check_replay(world, dossier_id)
    with refused(world.actor(HEAD), "extended_already"):
        world.do(HEAD, actions.extend, dossier_id=dossier_id, **EXTENDED)


def test_a_supplement_after_an_extension_keeps_it(world: World) -> None:
    dossier_id = world.in_examination()
    world.do(HEAD, actions.extend, dossier_id=dossier_id, **EXTENDED)
    world.go("2026-05-05 10:00")
    world.on_item(SPECIALIST, actions.request_supplement, dossier_id, "examine", defects=verbs.DEFECTS)
    world.go("2026-05-06 10:00")
    verbs.supplied(world, dossier_id)
    assert world.info(dossier_id).due_at == world.at("2026-05-15 09:30")
    looks.check_replay(world, dossier_id)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"working_days": 0, "reason": "Bận"}, "bad_days"),
        ({"working_days": 61, "reason": "Bận"}, "bad_days"),
        ({"working_days": 2, "reason": "  "}, "reason_missing"),
    ],
)
def test_what_an_extension_needs(world: World, given: dict[str, object], code: str) -> None:
    dossier_id = world.in_examination()
    with refused(world.actor(HEAD), code):
        world.do(HEAD, actions.extend, dossier_id=dossier_id, **given)


def test_overdue_work_is_first_in_its_tab(world: World) -> None:
    late, early = world.in_examination(), world.submitted()
    world.go("2026-05-11 09:31")
    with acting_as(world.actor(SPECIALIST)) as by:
        assert [i.subject_id for i in work.inbox(by, tab="overdue", now=world.now)] == [late]
        assert work.counts(by, now=world.now).overdue == 1
        assert work.inbox(by, tab="overdue", now=world.at("2026-05-11 09:30")) == []
    with acting_as(world.actor(CLERK)) as by:
        assert [i.subject_id for i in work.inbox(by, now=world.now)] == [early]


def test_beyond_the_published_calendar_nothing_is_guessed(world: World) -> None:
    dossier_id = world.submitted()
    world.go("2027-12-28 09:30")
    with refused(world.actor(CLERK), "outside_calendar") as caught:
        world.on_item(CLERK, actions.receive, dossier_id, "intake")
    assert caught.value.message == (
        "Lịch làm việc mới công bố đến hết năm 2027 nên chưa tính được hạn giải quyết. "
        "Hãy báo quản trị viên công bố lịch của năm tiếp theo."
    )
    assert world.status(dossier_id) is Status.SUBMITTED


def test_an_extension_beyond_the_calendar_changes_nothing(world: World) -> None:
    dossier_id = world.submitted()
    world.go("2027-12-14 09:30")
    world.on_item(CLERK, actions.receive, dossier_id, "intake")
    with refused(world.actor(HEAD), "outside_calendar"):
        world.do(HEAD, actions.extend, dossier_id=dossier_id, working_days=60, reason="Chờ ý kiến")
