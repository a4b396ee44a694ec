"""Reading the catalogue. Published versions are public: anyone may read those of the agency they visit."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils import timezone

from emoit.kernel import search as kernel_search
from emoit.kernel.access import Actor, NotFound, current_actor
from emoit.procedures import reading
from emoit.procedures.administration import (
    COST_UNVERIFIED,
    FIELD_KINDS,
    MAX_ZIP_BYTES,
    compare,
    compliance_cost,
    document_of,
    draft_of,
    drafts_without_version,
    exported,
    exported_draft,
    fields_of,
    history,
    judge,
    known_places,
    pack,
    preview,
    require_reader,
    shelf,
    to_confirm,
    unpack,
    withdrawal,
    written,
)
from emoit.procedures.models import ProcedureVersion
from emoit.procedures.parts import part_of, title_of
from emoit.procedures.types import Procedure, ProcedureCard
from emoit.procedures.words import place_of

__all__ = [
    "COST_UNVERIFIED",
    "FIELD_KINDS",
    "MAX_ZIP_BYTES",
    "catalogue",
    "compare",
    "compliance_cost",
    "document_of",
    "draft_of",
    "drafts_without_version",
    "exported",
    "exported_draft",
    "fields_of",
    "history",
    "judge",
    "known_places",
    "pack",
    "part_of",
    "place_of",
    "preview",
    "published",
    "require_reader",
    "shelf",
    "title_of",
    "to_confirm",
    "unpack",
    "version",
    "versions",
    "withdrawal",
    "written",
]
_LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
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
        .select_related("procedure")
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
    found = (
        ProcedureVersion.objects.select_related("procedure").filter(agency_id=_actor().agency_id, pk=version_id).first()
    )
    if found is None:
        raise NotFound(_ABSENT)
    return reading.read(found)


def versions(code: str) -> list[Procedure]:
    """Every published version of a procedure, newest first; empty if the code is unknown."""
    rows = (
        ProcedureVersion.objects.select_related("procedure")
        .filter(agency_id=_actor().agency_id, procedure__code=code)
        .order_by("-number")
    )
    return [reading.read(row) for row in rows]


def catalogue(search: str = "", *, at: datetime | None = None) -> list[ProcedureCard]:
    """The procedures in force (now, or at that moment): by field and code, or those found by the words, best first.

    Withdrawn ones are left out; their pages still open.
    """
    at = at or timezone.now()
    today = at.astimezone(_LOCAL).date()
    in_use = [v for v in _in_force(at) if v.procedure.withdrawn_from is None or v.procedure.withdrawn_from > today]
    cards = {v.procedure_id: reading.card(v) for v in in_use}
    if not search.strip():
        return sorted(cards.values(), key=lambda card: (card.field_name, card.code))
    hits = kernel_search.find(by=_actor(), text=search, kind="procedure", limit=100)
    return [cards[int(hit.subject_id)] for hit in hits if int(hit.subject_id) in cards]
