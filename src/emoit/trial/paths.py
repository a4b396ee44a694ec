"""Where a process stands after certain steps: asked of the real engine once for each way, then remembered."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from emoit.dossiers.types import Verb
from emoit.kernel.access import NotFound
from emoit.trial.copying import text
from emoit.workflow import queries as workflow
from emoit.workflow.types import OpenStep, Progress, kind_of

# What a verb tells the process: the kinds of step that it completes, and the outcome. Verbs that are not here do not
# move it. An opinion moves it once it is the last one.
COMPLETES: dict[Verb, tuple[tuple[str, ...], str]] = {
    Verb.REFUSE_INTAKE: (("intake",), "refuse"),
    Verb.RECEIVE: (("intake",), "receive"),
    Verb.REQUIRE_FEE: (("intake",), "fee"),
    Verb.PAY_FEE: (("pay",), "paid"),
    Verb.REQUEST_SUPPLEMENT: (("plan", "examine"), "supplement"),
    Verb.SUPPLY: (("supplement",), "supplied"),
    Verb.ASK_OPINIONS: (("examine",), "consult"),
    Verb.GIVE_OPINION: (("consult",), "answered"),
    Verb.CLOSE_OPINIONS: (("consult",), "answered"),
    Verb.PLAN_INSPECTION: (("plan",), "planned"),
    Verb.RECORD_INSPECTION: (("inspect",), "recorded"),
    Verb.PROPOSE: (("examine",), "propose"),
    Verb.RETURN_FOR_REWORK: (("approve", "sign"), "return"),
    Verb.APPROVE: (("approve",), "approve"),
    Verb.SIGN: (("sign",), "sign"),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """What waits, and the engine's state as JSON fit for COPY."""

    open: tuple[OpenStep, ...]
    state: str


class Paths:
    def __init__(self) -> None:
        self._known: dict[tuple[int, tuple[Verb, ...]], Standing] = {}
        self._walked: dict[tuple[int, tuple[Verb, ...]], Progress] = {}
        self._steps: dict[tuple[int, tuple[Verb, ...], Verb], OpenStep] = {}

    def after(self, process_id: int, verbs: tuple[Verb, ...]) -> Standing:
        """The process after these verbs (only those that move it). NotFound if it does not go that way."""
        key = (process_id, verbs)
        known = self._known.get(key)
        if known is None:
            progress = self._progress(process_id, verbs)
            known = self._known[key] = Standing(progress.open, text(json.dumps(progress.state)))
        return known

    def step(self, process_id: int, verbs: tuple[Verb, ...], verb: Verb) -> OpenStep:
        """The step that waits after `verbs` and is completed by `verb`. NotFound if there is none."""
        key = (process_id, verbs, verb)
        known = self._steps.get(key)
        if known is None:
            known = self._steps[key] = self._found(process_id, verbs, verb)
        return known

    def _found(self, process_id: int, verbs: tuple[Verb, ...], verb: Verb) -> OpenStep:
        kinds, _ = COMPLETES[verb]
        for step in self.after(process_id, verbs).open:
            if kind_of(step.key) in kinds:
                return step
        raise NotFound(f"{verb} does not follow {[*verbs]}")

    def _progress(self, process_id: int, verbs: tuple[Verb, ...]) -> Progress:
        key = (process_id, verbs)
        if key not in self._walked:
            self._walked[key] = self._walk(process_id, verbs)
        return self._walked[key]

    def _walk(self, process_id: int, verbs: tuple[Verb, ...]) -> Progress:
        if not verbs:
            return workflow.start(process_id, {"automatic": False, "channel": ""})
        *before, verb = verbs
        step = self.step(process_id, tuple(before), verb)
        state = copy.deepcopy(self._progress(process_id, tuple(before)).state)  # the engine uses up what it is given
        return workflow.complete(process_id, state, step.key, {"outcome": COMPLETES[verb][1]})


def moving(steps: Iterable[tuple[Verb, int]], *, asked: int) -> Iterator[tuple[Verb, int]]:
    """Of all steps of a life those that move the process. `asked`: how many opinions it waits for.

    Where a fee was asked for, the receipt and the demand are one step.
    """
    steps, given = list(steps), 0
    with_fee = any(verb is Verb.REQUIRE_FEE for verb, _ in steps)
    for verb, at in steps:
        given += verb is Verb.GIVE_OPINION
        if verb not in COMPLETES or (verb is Verb.RECEIVE and with_fee):
            continue
        if verb is not Verb.GIVE_OPINION or given == asked:
            yield verb, at
