"""Reading the catalogue. Published versions are public: anyone may read those of the agency they visit."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils import timezone

from emoit.kernel import search as kernel_search
from emoit.kernel.access import Actor, NotFound, current_actor
from emoit.lib import vietnamese
from emoit.procedures import reading
from emoit.procedures.models import ProcedureVersion
from emoit.procedures.types import Procedure, ProcedureCard

_LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
# More than any catalogue holds: a search is narrowed by field and applicant, never cut short unseen.
MOST_FOUND = 1000
_ABSENT = "Không có thủ tục này."


def _actor() -> Actor:
    actor = current_actor()
    if actor is None:
        raise NotFound(_ABSENT)
    return actor


def _in_force(at: datetime) -> QuerySet[ProcedureVersion]:
    """Of each procedure the version in force at that moment: the latest effective date not after it (Viet Nam's day),
    of several the last published."""
    return (
        ProcedureVersion.objects.filter(agency_id=_actor().agency_id, effective_from__lte=at.astimezone(_LOCAL).date())
        .order_by("procedure_id", "-effective_from", "-number")
        .distinct("procedure_id")
    )


def published(code: str, *, at: datetime) -> Procedure:
    """The version in force at that moment (aware). NotFound if the code is unknown or not yet in force."""
    found = _in_force(at).filter(procedure__code=code).first()
    if found is None:
        raise NotFound(_ABSENT)
    return reading.read(found)


def version(version_id: int) -> Procedure:
    """A published version by its id, in force or not: what a dossier was submitted under. NotFound if absent."""
    found = ProcedureVersion.objects.filter(agency_id=_actor().agency_id, pk=version_id).first()
    if found is None:
        raise NotFound(_ABSENT)
    return reading.read(found)


def versions(code: str) -> list[Procedure]:
    """Every published version of a procedure, newest first; empty if the code is unknown."""
    rows = ProcedureVersion.objects.filter(agency_id=_actor().agency_id, procedure__code=code).order_by("-number")
    return [reading.read(row) for row in rows]


def _cards(at: datetime) -> dict[int, ProcedureCard]:
    """Procedure to its card, of those in force; only the parts of a document that a card shows leave the database."""
    rows = _in_force(at).values_list("procedure_id", "pk", *(f"document__{key}" for key in reading.CARD))
    return {
        procedure_id: reading.card(pk, dict(zip(reading.CARD, document, strict=True)))
        for procedure_id, pk, *document in rows
    }


def catalogue(search: str = "", *, at: datetime | None = None) -> list[ProcedureCard]:
    """The procedures in force (now, or at that moment): by field and code, or those found by the words, best first."""
    cards = _cards(at or timezone.now())
    if not search.strip():
        return sorted(cards.values(), key=lambda card: (vietnamese.sort_key(card.field_name), card.code))
    hits = kernel_search.find(by=_actor(), text=search, kind="procedure", limit=MOST_FOUND)
    return [cards[int(hit.subject_id)] for hit in hits if int(hit.subject_id) in cards]
