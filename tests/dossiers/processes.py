"""A procedure that goes by another of the standard processes: the next version of the promotion's, at once in force."""

from __future__ import annotations

import json
from typing import Any

from emoit.kernel.access import acting_as
from emoit.procedures import actions as procedures
from tests.support.world import World

_FILES = ("procedure.json", "form.schema.json", "form.layout.json")


def document(**changes: Any) -> dict[str, Any]:
    """The promotion's document, form and all, with these keys changed."""
    folder = procedures.DATA / "2.000138"
    read = {name: json.loads((folder / name).read_text("utf-8")) for name in _FILES}
    whole: dict[str, Any] = {
        **read["procedure.json"],
        "form": {"schema": read["form.schema.json"], "layout": read["form.layout.json"]},
    }
    return {**whole, **changes}


def publish(world: World, **changes: Any) -> None:
    """From now on the promotion's procedure is so."""
    with acting_as(world.process) as by:
        procedures.publish(
            by=by, now=world.now, document=document(**changes), known_unit=lambda _: True, known_process=lambda _: True
        )


def signed_by_head(unit: str = "G02.21") -> dict[str, Any]:
    """The result spec of the promotion, signed by the head of the unit."""
    return {**document()["result"], "signer_role": "unit_head", "signer_unit": unit}
