"""What the systems of a dossier's holder are told of it: ids and states, under the catalogue's types."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from emoit.dossiers.case import KIND
from emoit.dossiers.events import (
    DeadlineExtended,
    DeadlineMoved,
    DossierDecided,
    DossierEvent,
    DossierReceived,
    DossierStopped,
    DossierSubmitted,
    DossierSupplied,
    DossierWithdrawn,
    IntakeRefused,
    ResultReturned,
    SupplementRequested,
)
from emoit.dossiers.models import Dossier, Reader
from emoit.dossiers.types import Status
from emoit.exchange.events import MessageDelivered, MessageFailed
from emoit.kernel.access import Actor
from emoit.webhooks import actions as webhooks

TYPES = "vn.gov.moit.emoit."
# Event -> (type, the state after it; None: whichever the dossier is in, the event does not change it).
TOLD: dict[type[DossierEvent], tuple[str, Status | None]] = {
    DossierSubmitted: ("dossier.submitted", Status.SUBMITTED),
    DossierReceived: ("dossier.received", Status.RECEIVED),
    IntakeRefused: ("dossier.intake_refused", Status.REFUSED_AT_INTAKE),
    SupplementRequested: ("dossier.supplement_requested", Status.AWAITING_SUPPLEMENT),
    DossierSupplied: ("dossier.supplied", Status.IN_PROGRESS),
    DeadlineExtended: ("dossier.deadline_extended", None),
    DeadlineMoved: ("dossier.deadline_moved", None),
    DossierDecided: ("dossier.decided", Status.DECIDED),
    ResultReturned: ("dossier.returned", Status.RETURNED),
    DossierWithdrawn: ("dossier.withdrawn", Status.WITHDRAWN),
    DossierStopped: ("dossier.stopped", Status.STOPPED),
}
Handler = Callable[[DossierEvent, Actor, datetime], None]


def teller(event: type[DossierEvent]) -> Handler:
    """The handler that announces events of the class, under a name of its own."""
    kind, state = TOLD[event]

    def tell(event: DossierEvent, by: Actor, now: datetime) -> None:
        after = state or Status(Dossier.objects.values_list("status", flat=True).get(pk=event.dossier_id))
        data: dict[str, str | int | bool | None] = {
            "dossier_id": event.dossier_id,
            "code": event.code,
            "state": after.value,
        }
        if isinstance(event, DossierDecided):
            data |= {"outcome": event.outcome, "result_id": event.result_id}
        webhooks.announce(
            by=by,
            now=now,
            kind=TYPES + kind,
            subject=f"dossiers/{event.dossier_id}",
            at=datetime.fromisoformat(event.at),
            data=data,
            readers=_readers(event.dossier_id),
        )

    tell.__name__ = f"announce_{event.__name__}"
    return tell


def is_about_a_dossier(event: MessageDelivered | MessageFailed) -> bool:
    return event.subject_kind == KIND and event.subject_id.isdecimal()


def tell_of_message(event: MessageDelivered | MessageFailed, by: Actor, now: datetime) -> None:
    """A message about a dossier has reached another system, or could not be brought there."""
    state = "delivered" if isinstance(event, MessageDelivered) else "failed"
    webhooks.announce(
        by=by,
        now=now,
        kind=f"{TYPES}message.{state}",
        subject=f"dossiers/{event.subject_id}",
        at=now,
        data={
            "message_id": event.message_id,
            "partner": event.partner,
            "kind": event.kind,
            "dossier_id": int(event.subject_id),
            "state": state,
        },
        readers=_readers(int(event.subject_id)),
    )


def _readers(dossier_id: int) -> list[str]:
    """The holder's own keys: no officer's system is told here."""
    keys = Reader.objects.filter(dossier_id=dossier_id).values_list("reader", flat=True)
    return [key for key in keys if key.startswith(("a:", "e:"))]
