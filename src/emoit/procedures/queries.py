"""Reading the catalogue. Published versions are public: anyone may read those of the agency they visit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from emoit.kernel import search as kernel_search
from emoit.kernel.access import Actor, NotFound, current_actor
from emoit.lib import vietnamese
from emoit.lib.saying import vi
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
from emoit.procedures.types import AmendingCard, Change, Procedure, ProcedureCard, ResultSpec
from emoit.procedures.words import place_of

__all__ = [
    "COST_UNVERIFIED",
    "FIELD_KINDS",
    "MAX_ZIP_BYTES",
    "amending",
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
    "result_specs",
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
# More than any catalogue holds: a search is narrowed by field and applicant, never cut short unseen.
MOST_FOUND = 1000
MOST_KEPT = 5000
_made: dict[str, ProcedureCard] = {}  # by digest of the document: right in any agency and any database
_ABSENT = vi("Không có thủ tục này.")


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


# By hand, for they are asked several times in every act on a dossier. The first says what `_in_force` says.
_PUBLISHED = """
    select v.id, v.digest, p.withdrawn_from
    from procedures_version v join procedures_procedure p on p.id = v.procedure_id
    where v.agency_id = %s and p.code = %s and v.effective_from <= %s
    order by v.effective_from desc, v.number desc limit 1
"""
_VERSION = """
    select v.id, v.digest, p.withdrawn_from
    from procedures_version v join procedures_procedure p on p.id = v.procedure_id
    where v.agency_id = %s and v.id = %s
"""


def published(code: str, *, at: datetime) -> Procedure:
    """The version in force at that moment (aware). NotFound if the code is unknown or not yet in force."""
    return _kept(_PUBLISHED, _actor().agency_id, code, at.astimezone(_LOCAL).date())


def version(version_id: int) -> Procedure:
    """A published version by its id, in force or not: what a dossier was submitted under. NotFound if absent."""
    return _kept(_VERSION, _actor().agency_id, version_id)


@lru_cache(maxsize=512)
def _read(version_id: int, digest: str) -> Procedure:  # noqa: ARG001 - the digest tells versions of two databases apart
    return reading.read(ProcedureVersion.objects.get(pk=version_id))


def _kept(sql: str, *params: int | str | date) -> Procedure:
    """The version found, read once in the life of this process: published versions never change."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        found = cursor.fetchone()
    if found is None:
        raise NotFound(_ABSENT)
    *immutable, withdrawn_from = found
    read = _read(*immutable)
    return read if read.withdrawn_from == withdrawn_from else replace(read, withdrawn_from=withdrawn_from)


def versions(code: str) -> list[Procedure]:
    """Every published version of a procedure, newest first; empty if the code is unknown."""
    rows = (
        ProcedureVersion.objects.select_related("procedure")
        .filter(agency_id=_actor().agency_id, procedure__code=code)
        .order_by("-number")
    )
    return [reading.read(row) for row in rows]


def _cards(at: datetime) -> dict[int, ProcedureCard]:
    """Procedure to its card, of those in force.

    Opening a document is the dear part of a long catalogue and its digest says all of it, so a card is made once.
    """
    today = at.astimezone(_LOCAL).date()
    in_use = _in_force(at).exclude(procedure__withdrawn_from__lte=today)
    rows = list(in_use.values_list("procedure_id", "pk", "digest"))
    made = {digest: card for _, _, digest in rows if (card := _made.get(digest))}
    if absent := [pk for _, pk, digest in rows if digest not in made]:
        parts = (f"document__{key}" for key in reading.CARD)
        versions = ProcedureVersion.objects.filter(agency_id=_actor().agency_id, pk__in=absent)
        for pk, digest, *document in versions.values_list("pk", "digest", *parts):
            made[digest] = reading.card(pk, dict(zip(reading.CARD, document, strict=True)))
        if len(_made) > MOST_KEPT:
            _made.clear()
        _made.update(made)
    return {procedure_id: replace(made[digest], version_id=pk) for procedure_id, pk, digest in rows}


def catalogue(search: str = "", *, at: datetime | None = None) -> list[ProcedureCard]:
    """The procedures in force (now, or at that moment): by field and code, or those found by the words, best first.

    Withdrawn ones are left out; their pages still open.
    """
    cards = _cards(at or timezone.now())
    if not search.strip():
        return sorted(cards.values(), key=lambda card: (vietnamese.sort_key(card.field_name), card.code))
    hits = kernel_search.find(by=_actor(), text=search, kind="procedure", limit=MOST_FOUND)
    return [cards[int(hit.subject_id)] for hit in hits if int(hit.subject_id) in cards]


def amending(kinds: Iterable[str], *, at: datetime) -> list[AmendingCard]:
    """The procedures in force that open from a result of one of these kinds, by what they do to it, then by code."""
    asked = set(kinds)
    documents = ProcedureVersion.objects.filter(pk__in=_in_force(at).values("pk"), document__has_key="amends")
    rows = documents.values_list("document__code", "document__name", "document__applicants", "document__amends")
    cards = [
        AmendingCard(code, name["vi"], name["en"], tuple(applicants), amends)
        for code, name, applicants, stored in rows
        if (amends := reading.read_amends(stored)) is not None and asked & set(amends.kinds)
    ]
    order = {change: n for n, change in enumerate(Change)}
    return sorted(cards, key=lambda card: (order[card.amends.change], card.code))


def result_specs(kind: str, *, at: datetime) -> list[ResultSpec]:
    """How results of a kind are named and numbered, by the procedures in force that issue them."""
    documents = ProcedureVersion.objects.filter(pk__in=_in_force(at).values("pk"), document__result__kind=kind)
    return [reading.read_result(spec) for spec in documents.values_list("document__result", flat=True)]
