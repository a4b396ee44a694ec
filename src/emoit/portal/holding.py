"""Which of one's results a procedure changes, and which procedures change a result."""

from __future__ import annotations

from datetime import datetime

from emoit.dossiers import queries as dossiers
from emoit.kernel.access import Actor
from emoit.procedures import queries as procedures
from emoit.procedures.types import AmendingCard, Procedure
from emoit.results import queries as results
from emoit.results.types import ResultInfo

SHOWN = 50


def openable(result: ResultInfo, now: datetime) -> list[AmendingCard]:
    """The procedures that can be opened from the result as it is now."""
    return [
        card
        for card in procedures.amending([result.kind], at=now)
        if dossiers.is_changeable(card.amends.change, result.state)
    ]


def fitting(actor: Actor, procedure: Procedure, now: datetime) -> list[ResultInfo]:
    """The actor's results that the procedure can change now, the last issued first."""
    amends = procedure.amends
    if amends is None:
        return []
    held = results.held_by(actor, now=now, kinds=amends.kinds, limit=SHOWN)
    return [result for result in held if dossiers.is_changeable(amends.change, result.state)]
