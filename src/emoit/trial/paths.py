"""Where a process stands after certain steps: asked of the real engine once for each way, then remembered."""

from __future__ import annotations

import json
from dataclasses import dataclass

from emoit.dossiers.types import Verb
from emoit.trial.copying import text
from emoit.workflow import queries as workflow
from emoit.workflow.types import OpenStep, Progress

# What a verb tells the process: the step it completes, and the outcome. Verbs that are not here do not move it.
COMPLETES: dict[Verb, tuple[str, str]] = {
    Verb.REFUSE_INTAKE: ("intake", "refuse"),
    Verb.RECEIVE: ("intake", "receive"),
    Verb.REQUIRE_FEE: ("intake", "fee"),
    Verb.PAY_FEE: ("pay", "paid"),
    Verb.REQUEST_SUPPLEMENT: ("examine", "supplement"),
    Verb.SUPPLY: ("supplement", "supplied"),
    Verb.PROPOSE: ("examine", "propose"),
    Verb.RETURN_FOR_REWORK: ("approve", "return"),
    Verb.APPROVE: ("approve", "approve"),
    Verb.SIGN: ("sign", "sign"),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """What waits, and the engine's state as JSON fit for COPY."""

    open: tuple[OpenStep, ...]
    state: str


class Paths:
    def __init__(self) -> None:
        self._known: dict[tuple[int, tuple[Verb, ...]], Standing] = {}

    def after(self, process_id: int, verbs: tuple[Verb, ...]) -> Standing:
        """The process after these verbs (only those that move it). NotFound if it does not go that way."""
        key = (process_id, verbs)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._walk(process_id, verbs)
        return known

    def _walk(self, process_id: int, verbs: tuple[Verb, ...]) -> Standing:
        progress: Progress = workflow.start(process_id, {"automatic": False})
        for verb in verbs:
            step, outcome = COMPLETES[verb]
            progress = workflow.complete(process_id, progress.state, step, {"outcome": outcome})
        return Standing(progress.open, text(json.dumps(progress.state)))


def moving(verbs: list[Verb]) -> tuple[Verb, ...]:
    """Of all verbs those that move the process; where a fee was asked for, the receipt and the demand are one step."""
    return tuple(
        verb for verb in verbs if verb in COMPLETES and not (verb is Verb.RECEIVE and Verb.REQUIRE_FEE in verbs)
    )
