"""The working calendar changes while deadlines run: each that moves is named beforehand, then moved, with a trace."""

from __future__ import annotations

import pytest

from emoit.codes import queries as codes
from emoit.dossiers import actions, queries
from emoit.dossiers.jobs import BATCH
from emoit.dossiers.models import Dossier
from emoit.dossiers.types import MovedDeadline, Verb
from emoit.kernel.access import acting_as
from tests.dossiers import looks, verbs
from tests.support.traces import refused
from tests.support.world import HEAD, World

# Received on Monday 4 May 2026 at 09:30 with five working days: due on Monday 11 May.
BEFORE, AFTER = "2026-05-11 09:30", "2026-05-12 09:30"


def preview(world: World, *off: str, who: str = "quantri") -> list[MovedDeadline]:
    with acting_as(world.actor(who)) as by:
        days = [verbs.day_off(d) for d in off]
        calendar = codes.proposed_calendar(world.agency_id, days=days, removed=[])
        return queries.moved_by(by, calendar)


def test_each_that_moves_is_named_then_moved(world: World) -> None:
    running, draft, done = world.in_examination(), world.draft(), world.signed()
    paused = verbs.awaiting_supplement(world)
    world.go("2026-05-05 10:00")
    late = world.received()
    found = preview(world, "2026-05-07")
    assert [(m.dossier_id, m.before, m.after, m.outside) for m in found] == [
        (running, world.at(BEFORE), world.at(AFTER), False),
        (late, world.at("2026-05-12 10:00"), world.at("2026-05-13 10:00"), False),
    ]
    assert found[0].code == world.info(running).code
    verbs.calendar_changed(world, "2026-05-07")
    assert world.info(running).due_at == world.at(BEFORE)  # until the job has come to it
    world.run_jobs()
    assert [(m.dossier_id, m.after) for m in found] == [(i, world.info(i).due_at) for i in (running, late)]
    assert world.item(running, "examine").due_at == world.at(AFTER)
    last = looks.timeline(world, running)[-1]
    assert (last.verb, last.public) == (Verb.FOLLOW_CALENDAR, True)
    assert last.words == (
        "Lịch làm việc thay đổi (phiên bản 2), "
        "hẹn trả kết quả chuyển từ 09:30 ngày 11/05/2026 sang 09:30 ngày 12/05/2026."
    )
    for other in (paused, draft, done):
        assert Verb.FOLLOW_CALENDAR not in looks.verbs(world, other)
    looks.check_replay(world, running)


def test_a_second_run_changes_nothing(world: World) -> None:
    dossier_id = world.in_examination()
    verbs.calendar_changed(world, "2026-05-07")
    world.run_jobs()
    before = looks.timeline(world, dossier_id)
    assert world.do(world.process, actions.follow_calendar, dossier_id=dossier_id) is False
    assert looks.timeline(world, dossier_id) == before


def test_what_is_left_of_a_standing_clock_is_counted_by_the_new_calendar(world: World) -> None:
    dossier_id = world.in_examination()
    world.go("2026-05-08 09:30")  # after the day that will turn out to have been off
    world.on_item(
        "xttm.chuyenvien1", actions.request_supplement, dossier_id, "examine", defects=verbs.DEFECTS, note="Gấp"
    )
    with acting_as(world.process):
        left = Dossier.objects.values_list("deadline", flat=True).get(pk=dossier_id)["left_minutes"]
    assert [(m.before, m.after) for m in preview(world, "2026-05-07")] == [(None, None)]
    verbs.calendar_changed(world, "2026-05-07")
    world.run_jobs()
    with acting_as(world.process):
        row = Dossier.objects.get(pk=dossier_id)
    assert (row.deadline["left_minutes"], row.due_at) == (left + 480, None)
    assert looks.timeline(world, dossier_id)[-1].words.endswith("thời hạn còn lại được tính lại.")


def test_only_our_own_process_moves_and_only_administrators_see(world: World) -> None:
    dossier_id = world.in_examination()
    verbs.calendar_changed(world, "2026-05-07")
    for who in (HEAD, "quantri", "doanhnghiep1"):
        with refused(world.process, "forbidden"):
            world.do(who, actions.follow_calendar, dossier_id=dossier_id)
    with refused(world.process, "forbidden"):
        preview(world, "2026-05-08", who=HEAD)


@pytest.mark.parametrize("count", [BATCH - 1, BATCH, BATCH + 1])
def test_the_job_comes_to_all_of_them(world: World, count: int) -> None:
    """Rows alone, without their work: made by copying one that is real."""
    dossier_id = world.in_examination()
    with acting_as(world.process):
        row = Dossier.objects.get(pk=dossier_id)
        for n in range(1, count):
            row.pk, row.code = None, f"G02-260504-9{n:03d}"
            row.save(force_insert=True)
    verbs.calendar_changed(world, "2026-05-07")
    world.run_jobs()
    with acting_as(world.process):
        assert list(Dossier.objects.values_list("due_at", flat=True).distinct()) == [world.at(AFTER)]
