"""Reading the catalogue. Published versions are public: anyone may read those of the agency they visit."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils import timezone

from emoit.kernel import search as kernel_search
from emoit.kernel.access import Actor, NotFound, current_actor
from emoit.procedures import reading
from emoit.procedures.models import ProcedureVersion
from emoit.procedures.types import Procedure, ProcedureCard

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
        .order_by("procedure_id", "-effective_from", "-number")
        .distinct("procedure_id")
    )


def published(code: str, *, at: datetime) -> Procedure:
    """The version in force at that moment (aware). NotFound if the code is unknown or not yet in force."""
    return _kept(_in_force(at).filter(procedure__code=code))


def version(version_id: int) -> Procedure:
    """A published version by its id, in force or not: what a dossier was submitted under. NotFound if absent."""
    return _kept(ProcedureVersion.objects.filter(agency_id=_actor().agency_id, pk=version_id))


@lru_cache(maxsize=512)
def _read(version_id: int, digest: str) -> Procedure:  # noqa: ARG001 - the digest tells versions of two databases apart
    return reading.read(ProcedureVersion.objects.get(pk=version_id))


def _kept(rows: QuerySet[ProcedureVersion]) -> Procedure:
    """The first of the rows, read once in the life of this process: published versions never change."""
    found = rows.values_list("pk", "digest").first()
    if found is None:
        raise NotFound(_ABSENT)
    return _read(*found)


@lru_cache(maxsize=4096)
def _card(version_id: int, digest: str) -> ProcedureCard:  # noqa: ARG001 - as above
    return reading.card(ProcedureVersion.objects.get(pk=version_id))


def versions(code: str) -> list[Procedure]:
    """Every published version of a procedure, newest first; empty if the code is unknown."""
    rows = ProcedureVersion.objects.filter(agency_id=_actor().agency_id, procedure__code=code).order_by("-number")
    return [reading.read(row) for row in rows]


def catalogue(search: str = "", *, at: datetime | None = None) -> list[ProcedureCard]:
    """The procedures in force (now, or at that moment): by field and code, or those found by the words, best first."""
    in_force = _in_force(at or timezone.now()).values_list("procedure_id", "pk", "digest")
    cards = {procedure_id: _card(pk, digest) for procedure_id, pk, digest in in_force}
    if not search.strip():
        return sorted(cards.values(), key=lambda card: (card.field_name, card.code))
    hits = kernel_search.find(by=_actor(), text=search, kind="procedure", limit=100)
    return [cards[int(hit.subject_id)] for hit in hits if int(hit.subject_id) in cards]
