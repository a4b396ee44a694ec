"""The automatic import licence takes the way of its risk channel, and the dossier keeps which table said so."""

from __future__ import annotations

from typing import Any

import pytest

from emoit.dossiers import actions, queries
from emoit.dossiers.types import Computed, Status, Use
from emoit.kernel.access import acting_as
from emoit.kernel.models import AuditEntry
from emoit.people import queries as people
from emoit.workflow import actions as workflow
from emoit.workflow.drawing import SHIPPED
from emoit.workflow.types import kind_of
from tests.support import finishing
from tests.support.answers import answers, papers
from tests.support.answers_full import IMPORT_LICENCE
from tests.support.world import World

TABLE = (SHIPPED / "import_channel.dmn").read_bytes()


def submitted(world: World, transport: str, payment: str) -> int:
    dossier_id = world.draft(IMPORT_LICENCE, complete=False)
    given: dict[str, Any] = answers(IMPORT_LICENCE)
    given["transport"]["kind"], given["payment"]["method"] = transport, payment
    world.answer(dossier_id, given)
    for code, (name, content) in papers(IMPORT_LICENCE).items():
        world.attach(dossier_id, code, name, content)
    world.do("doanhnghiep1", actions.submit, dossier_id=dossier_id)
    return dossier_id


def computed(world: World, dossier_id: int) -> list[Computed]:
    with acting_as(world.process) as by:
        return queries.computed_of(by, dossier_id)


def way(world: World, dossier_id: int) -> list[str]:
    """The steps that officers did, in order."""
    from emoit.work import queries as work

    with acting_as(world.process):
        return [kind_of(done.step) for done in work.done_of(world.agency_id, "dossier", dossier_id)]


@pytest.mark.parametrize(
    ("transport", "payment", "channel", "rule", "steps"),
    [
        ("bill", "lc", "green", "r3", ["intake", "examine", "sign"]),
        ("airway", "tt", "yellow", "r2", ["intake", "examine", "approve", "sign"]),
        ("other", "lc", "red", "r1", ["intake", "plan", "inspect", "examine", "approve", "sign"]),
    ],
)
def test_each_channel_has_its_way(
    world: World, transport: str, payment: str, channel: str, rule: str, steps: list[str]
) -> None:
    dossier_id = submitted(world, transport, payment)
    assert computed(world, dossier_id) == [
        Computed(Use.CHANNEL, "import_channel", 1, (rule,), channel, world.now),
    ]
    with acting_as(world.process):
        kept = AuditEntry.objects.get(verb="dossiers.submit", subject_id=str(dossier_id)).details["computed"]
    assert kept == [{"use": "channel", "table": "import_channel", "version": 1, "rules": [rule], "outcome": channel}]
    assert finishing.finish(world, dossier_id) is Status.RETURNED
    assert way(world, dossier_id) == steps


def test_a_dossier_keeps_the_version_that_answered(world: World) -> None:
    first = submitted(world, "bill", "lc")
    stricter = TABLE.replace(b'<text>"green"</text>', b'<text>"yellow"</text>')
    world.do(world.process, workflow.publish_decision, content=stricter)
    second = submitted(world, "bill", "lc")
    said = [(c.version, c.outcome) for d in (first, second) for c in computed(world, d)]
    assert said == [
        (1, "green"),
        (2, "yellow"),
    ]


def test_applicants_are_not_told_the_channel(world: World) -> None:
    dossier_id = submitted(world, "other", "lc")
    by = world.actor("doanhnghiep1")
    with acting_as(by):
        assert queries.computed_of(by, dossier_id) == []
        assert "luồng" not in " ".join(entry.words for entry in queries.timeline_of(by, dossier_id)).lower()


def test_fee_and_route_are_noted_too(world: World) -> None:
    from tests.dossiers import processes
    from tests.workflow.tables import dmn

    column = (("programme.name", "string"),)
    world.do(world.process, workflow.publish_decision, content=dmn(("-", "750000"), inputs=column))
    route = dmn(("-", '"G02.26"'), inputs=column, outputs=(("unit", "string"),), key="tuyen")
    world.do(world.process, workflow.publish_decision, content=route)
    fee = {"decision": "phi", "text": {"vi": "Theo bảng", "en": "By table"}}
    processes.publish(world, fee=fee, route={"decision": "tuyen"})
    dossier_id = world.received()
    assert [(c.use, c.table, c.outcome, c.rules) for c in computed(world, dossier_id)] == [
        (Use.ROUTE, "tuyen", "G02.26", ("r1",)),
        (Use.FEE, "phi", "750000", ("r1",)),
    ]
    with acting_as(world.process):
        assert people.unit_by_code(world.agency_id, "G02.26").id == world.info(dossier_id).handling_unit_id
