"""A version published while dossiers run, while a draft waits, and while one is being submitted."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from django.db import connections

from emoit.dossiers import actions, queries
from emoit.dossiers.models import Paper
from emoit.dossiers.types import InUse, Outcome, Status
from emoit.kernel.access import Forbidden, Refusal, acting_as
from emoit.kernel.models import AuditEntry, Event
from emoit.procedures import actions as procedures
from emoit.procedures import queries as catalogue
from emoit.procedures.types import Published
from tests.support.answers import pdf
from tests.support.world import MONDAY, PROMOTION, SPECIALIST, World

ADMINISTRATOR = "quantri"
TODAY = date.fromisoformat(MONDAY[:10])


def publish(world: World) -> Published:
    """The next version, from today: one paper less, and a required field more."""
    world.do(ADMINISTRATOR, procedures.open_draft, code=PROMOTION)
    lock = 1
    by = world.actor(ADMINISTRATOR)
    with acting_as(by):
        draft = catalogue.draft_of(by, PROMOTION)
        newest = catalogue.history(by, PROMOTION, on=TODAY)[0].number
        unit, process = catalogue.known_places(world.agency_id)
    assert draft is not None
    left = [paper for paper in draft.document["papers"] if paper["code"] != "bang_chung"]
    lock = world.do(
        ADMINISTRATOR, procedures.save_part, code=PROMOTION, lock=lock, part="papers", values={"papers": left}
    )
    lock = world.do(
        ADMINISTRATOR, procedures.add_field, code=PROMOTION, lock=lock, page="programme", kind="text",
        label={"vi": "Tên trang web", "en": "Web site"}, required=True,
    )  # fmt: skip
    published: Published = world.do(
        ADMINISTRATOR, procedures.publish_draft, code=PROMOTION, lock=lock, newest=newest, effective_from=TODAY,
        notice=None, reason="Thử", known_unit=unit, known_process=process,
    )  # fmt: skip
    return published


def stand(world: World, dossier_id: int) -> int:
    return world.info(dossier_id).procedure_version_id


def test_a_dossier_under_way_keeps_its_version(world: World) -> None:
    dossier_id = world.in_examination()
    before = stand(world, dossier_id)
    done = publish(world)
    assert stand(world, dossier_id) == before != done.version_id
    world.on_item(SPECIALIST, actions.propose, dossier_id, "examine", outcome=Outcome.GRANTED, content="")
    assert world.status(dossier_id) is Status.IN_PROGRESS
    assert stand(world, world.draft(complete=False)) == done.version_id


def test_a_draft_is_told_and_carried_over(world: World) -> None:
    dossier_id = world.draft()
    world.attach(dossier_id, "bang_chung", "mẫu.pdf", pdf())
    answers = world.info(dossier_id).answers
    done = publish(world)
    traces = footprint(world, dossier_id)
    with pytest.raises(Refusal) as refused:
        world.do("doanhnghiep1", actions.submit, dossier_id=dossier_id)
    assert refused.value.code == "new_version"
    assert footprint(world, dossier_id) == traces
    carried = world.do("doanhnghiep1", actions.carry_over, dossier_id=dossier_id)
    assert (carried.answers, len(carried.papers)) == ((), 1)
    info = world.info(dossier_id)
    assert (info.procedure_version_id, info.answers) == (done.version_id, answers)
    with acting_as(world.process):
        assert set(Paper.objects.filter(dossier_id=dossier_id).values_list("paper_code", flat=True)) == {
            "the_le",
            "hinh_anh",
        }
    with pytest.raises(Refusal) as incomplete:
        world.do("doanhnghiep1", actions.submit, dossier_id=dossier_id)
    assert list(incomplete.value.fields) == ["/more/ten_trang_web"]
    given = {**answers, "more": {"ten_trang_web": "hoasen.vn"}}
    world.do("doanhnghiep1", actions.save_answers, dossier_id=dossier_id, page="programme", answers=given)
    world.do("doanhnghiep1", actions.submit, dossier_id=dossier_id)
    assert world.status(dossier_id) is Status.SUBMITTED


def footprint(world: World, dossier_id: int) -> tuple[Any, ...]:
    info = world.info(dossier_id)
    with acting_as(world.process):
        return info, AuditEntry.objects.count(), Event.objects.count(), Paper.objects.count()


def test_carrying_over_twice_or_what_is_handed_in_changes_nothing(world: World) -> None:
    draft, submitted = world.draft(), world.submitted()
    publish(world)
    world.do("doanhnghiep1", actions.carry_over, dossier_id=draft)
    before = footprint(world, draft)
    again = world.do("doanhnghiep1", actions.carry_over, dossier_id=draft)
    assert (again.from_version, again.answers, again.papers) == (again.to_version, (), ())
    with pytest.raises(Refusal) as refused:
        world.do("doanhnghiep1", actions.carry_over, dossier_id=submitted)
    assert refused.value.code == "impossible"
    assert footprint(world, draft) == before


def test_a_withdrawn_procedure_takes_no_dossiers_and_finishes_those_it_has(world: World) -> None:
    draft, under_way = world.draft(), world.in_examination()
    world.do(ADMINISTRATOR, procedures.withdraw, code=PROMOTION, from_day=TODAY, reason="Luật mới")
    for verb, more in (
        (actions.submit, {"dossier_id": draft}),
        (actions.carry_over, {"dossier_id": draft}),
        (actions.start_draft, {"procedure_code": PROMOTION, "enterprise_id": world.enterprise_id("doanhnghiep1")}),
    ):
        with pytest.raises(Refusal) as refused:
            world.do("doanhnghiep1", verb, **more)
        assert refused.value.code == "withdrawn"
    assert world.status(draft) is Status.DRAFT
    world.on_item(SPECIALIST, actions.propose, under_way, "examine", outcome=Outcome.GRANTED, content="")


def test_what_stands_on_a_version_is_counted_for_administrators(world: World) -> None:
    world.draft(complete=False), world.submitted(), world.submitted(), world.signed()
    version = stand(world, world.draft(complete=False))
    by = world.actor(ADMINISTRATOR)
    with acting_as(by):
        assert queries.in_use(by, [version]) == {version: InUse(open=2, drafts=2)}
    other = world.actor(SPECIALIST)
    with acting_as(other), pytest.raises(Forbidden):
        queries.in_use(other, [version])


def test_a_version_published_while_one_is_being_submitted(committed_world: World) -> None:
    """Whichever comes first: the dossier is handed in wholly under one version, or told and still a draft."""
    world = committed_world
    outcomes = set()
    for _ in range(6):
        dossier_id = world.draft()
        before = stand(world, dossier_id)
        gate = threading.Barrier(2)

        def submit(dossier_id: int = dossier_id, gate: threading.Barrier = gate) -> str:
            try:
                gate.wait()
                return str(world.do("doanhnghiep1", actions.submit, dossier_id=dossier_id))
            except Refusal as refusal:
                return refusal.code
            finally:
                connections.close_all()

        def release(gate: threading.Barrier = gate) -> Published:
            try:
                gate.wait()
                return _publish_source(world)
            finally:
                connections.close_all()

        with ThreadPoolExecutor(2) as pool:
            handed, published = pool.submit(submit), pool.submit(release)
            answer, version = handed.result(), published.result()
        outcomes.add(answer if answer == "new_version" else "submitted")
        if answer == "new_version":
            assert world.status(dossier_id) is Status.DRAFT
            world.do("doanhnghiep1", actions.carry_over, dossier_id=dossier_id)
            world.do("doanhnghiep1", actions.submit, dossier_id=dossier_id)
            assert stand(world, dossier_id) == version.version_id
        else:
            assert stand(world, dossier_id) == before
        assert world.status(dossier_id) is Status.SUBMITTED
    assert outcomes <= {"submitted", "new_version"}


def _publish_source(world: World) -> Published:
    """The next version, that differs in a word."""
    by = world.actor(ADMINISTRATOR)
    with acting_as(by):
        newest = catalogue.history(by, PROMOTION, on=TODAY)[0].number
        unit, process = catalogue.known_places(world.agency_id)
        document = {**catalogue.document_of(by, PROMOTION, newest), "effective_from": TODAY.isoformat()}
    document["source"] = f"Lần {newest + 1}"
    done: Published = world.do(
        ADMINISTRATOR, procedures.publish, document=document, known_unit=unit, known_process=process
    )
    return done


def test_two_administrators_publish_one_draft_once(committed_world: World) -> None:
    world = committed_world
    world.do(ADMINISTRATOR, procedures.open_draft, code=PROMOTION)
    values = {"name": {"vi": "Tên mới", "en": "New name"}}
    lock = world.do(ADMINISTRATOR, procedures.save_part, code=PROMOTION, lock=1, part="names", values=values)
    gate = threading.Barrier(2)

    def release() -> str:
        try:
            gate.wait()
            world.do(
                ADMINISTRATOR, procedures.publish_draft, code=PROMOTION, lock=lock, newest=1, effective_from=TODAY,
                notice=None, reason="x", known_unit=lambda _: True, known_process=lambda _: True,
            )  # fmt: skip
        except Refusal as refusal:
            return refusal.code
        finally:
            connections.close_all()
        return "published"

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(done.result() for done in [pool.submit(release), pool.submit(release)])
    assert answers == ["not_found", "published"]
    with acting_as(world.process) as by:
        assert [v.number for v in catalogue.history(by, PROMOTION, on=TODAY)] == [2, 1]
