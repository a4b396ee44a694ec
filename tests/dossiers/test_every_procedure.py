"""Every procedure of the catalogue can be used: handed in and finished by the real actions.

One of each shape (process, level, what it changes to an earlier result) in every run; all of them at night.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable

import pytest
from django.db import transaction

from emoit.dossiers.types import Outcome, Status
from emoit.kernel.access import acting_as
from emoit.people import queries as people
from emoit.people.types import AT_PLACE
from emoit.procedures import queries as procedures
from emoit.procedures.types import Level, Procedure
from emoit.results import queries as results
from tests.support.finishing import finish, published, submit
from tests.support.world import World

ALL = 304
SOME = 20  # after so many the night run says how far it is


def shape(procedure: Procedure) -> tuple[str, str, str]:
    change = procedure.amends.change.value if procedure.amends else ""
    return procedure.process_key, procedure.level.value, change


def one_of_each(every: Iterable[Procedure]) -> list[Procedure]:
    return list({shape(procedure): procedure for procedure in every}.values())


def issued(world: World, dossier_id: int, outcome: Outcome) -> None:
    """What came of a finished dossier is what its procedure promises."""
    dossier = world.info(dossier_id)
    with acting_as(world.process) as by:
        procedure = procedures.version(dossier.procedure_version_id)
        spec = procedure.result if outcome is Outcome.GRANTED else procedure.refusal
        (result,) = results.of_subject(by, dossier.code or "", now=world.now)
        handling = people.unit(dossier.handling_unit_id or 0)
    assert (result.kind, result.title) == (spec.kind, spec.title)
    assert dossier.outcome is outcome
    assert (handling.code == "T01.SCT") is (procedure.handling_unit == AT_PLACE)
    assert (dossier.due_at is None) is (procedure.term is None or procedure.automatic)


def through(world: World, chosen: Iterable[Procedure], outcome: Outcome = Outcome.GRANTED) -> dict[str, str]:
    """Code -> why it could not be finished; each by itself, so that all are told."""
    failed: dict[str, str] = {}
    for procedure in chosen:
        ends = Outcome.GRANTED if procedure.automatic else outcome
        try:
            with transaction.atomic():
                dossier_id = submit(world, procedure)
                assert finish(world, dossier_id, ends) is Status.RETURNED
                issued(world, dossier_id, ends)
        except Exception as error:  # noqa: BLE001 - every procedure is tried, every failure is told
            failed[procedure.code] = f"{procedure.name[:60]}: {type(error).__name__} {error}"
    return failed


def test_one_of_each_shape_is_granted(world: World) -> None:
    chosen = one_of_each(published(world))
    assert {procedure.level for procedure in chosen} == set(Level)
    assert through(world, chosen) == {}


def test_one_of_each_process_and_level_is_refused(world: World) -> None:
    chosen = {(p.process_key, p.level): p for p in published(world)}.values()
    assert through(world, chosen, Outcome.REFUSED) == {}


@pytest.mark.nightly
@pytest.mark.timeout(3600)
def test_every_procedure_is_submitted_and_finished(world: World) -> None:
    every = published(world)
    started = time.perf_counter()
    failed: dict[str, str] = {}
    for begin in range(0, len(every), SOME):
        failed |= through(world, every[begin : begin + SOME])
        done = min(begin + SOME, len(every))
        sys.stdout.write(f"\n{done} of {len(every)}, failed {failed}")
        sys.stdout.flush()
    defaults = sum(bool(procedure.defaults) for procedure in every)
    sys.stdout.write(
        f"\n{len(every)} procedures, {len(every) - len(failed)} submitted and finished, {defaults} rest on defaults, "
        f"{time.perf_counter() - started:.0f} s\n"
    )
    assert failed == {}
    assert len(every) == ALL
