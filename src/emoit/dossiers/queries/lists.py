"""Many dossiers at once: lists, registers, and those whose deadline would move."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from emoit.dossiers import rules
from emoit.dossiers.models import Decision, Dossier
from emoit.dossiers.queries.door import CARD, PAGE, as_card, as_info, visible_to
from emoit.dossiers.types import (
    BeingSigned,
    DossierCard,
    DossierInfo,
    InUse,
    MovedDeadline,
    Outcome,
    Status,
)
from emoit.kernel.access import Actor, Forbidden, acting_as, process
from emoit.lib import working_time
from emoit.lib.vietnamese import fold
from emoit.lib.working_time import WorkingCalendar
from emoit.people.types import Role
from emoit.signing import queries as signing

MOST_WORDS = 10
LARGEST_ID = 2**63 - 1
_LINES = """
    select {card} from dossiers_listed(
        %s::text[], %s::text[], %s::text, %s::timestamptz, %s::timestamptz, %s::text[], %s::text,
        %s::timestamptz, %s::bigint, %s::bigint
    )
"""
_LISTED = _LINES.format(card=", ".join(("id", *CARD)))


def in_use(actor: Actor, version_ids: Iterable[int]) -> dict[int, InUse]:
    """Version id -> how many dossiers stand on it, of those that any does; numbers alone. Forbidden but for
    administrators, auditors and processes."""
    if not (actor.is_process or actor.has_role(Role.ADMINISTRATOR) or actor.has_role(Role.AUDITOR)):
        raise Forbidden("Chỉ quản trị viên và người kiểm tra, giám sát được xem số hồ sơ của thủ tục.")
    closed = [status.value for status in Status if status.is_final]
    with acting_as(process("dossiers.in_use", actor.agency_id)):
        counted = (
            Dossier.objects.filter(agency_id=actor.agency_id, procedure_version_id__in=list(version_ids))
            .exclude(status__in=closed)
            .values("procedure_version_id")
            .annotate(every=Count("id"), drafts=Count("id", filter=Q(status=Status.DRAFT)))
        )
        return {line["procedure_version_id"]: InUse(line["every"] - line["drafts"], line["drafts"]) for line in counted}


def list_for(
    actor: Actor,
    *,
    statuses: Iterable[Status] = (),
    procedure_code: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    text: str = "",
    after: tuple[datetime, int] | None = None,
    limit: int = PAGE,
) -> list[DossierCard]:
    """The actor's dossiers, the newest first, by the reader rows alone; `after` is the last row of the page before.

    [`since`, `until`) is when they were handed in, of drafts when they were begun. `text` is the beginning of a code,
    or words of the procedure's or holder's name, with or without diacritics.
    """
    words = fold(text).split()[:MOST_WORDS] or None
    moment, last = (after[0], max(0, min(after[1], LARGEST_ID))) if after else (None, None)
    wanted = [[*statuses] or None, procedure_code or None, since, until, words, text.strip().upper()]
    asked = [sorted(actor.readers), *wanted, moment, last, limit]
    return [as_card(row) for row in Dossier.objects.raw(_LISTED, asked)]


def register_rows(
    actor: Actor, *, since: datetime, until: datetime, after: int = 0, limit: int = 5000
) -> list[DossierInfo]:
    """The dossiers for the follow-up register (sổ theo dõi hồ sơ): submitted within [since, until); `after`: offset."""
    rows = _submitted(actor, since, until).order_by("submitted_at", "id")
    return [as_info(row) for row in rows[after : after + limit]]


def register_count(actor: Actor, *, since: datetime, until: datetime) -> int:
    return _submitted(actor, since, until).count()


def _submitted(actor: Actor, since: datetime, until: datetime) -> QuerySet[Dossier]:
    return visible_to(actor).filter(submitted_at__gte=since, submitted_at__lt=until)


def being_signed(actor: Actor, *, limit: int = 50) -> list[BeingSigned]:
    """Decisions whose signature is under way or has failed, the oldest first. For officers."""
    if not (actor.is_officer or actor.is_process):
        return []
    rows = Decision.objects.filter(
        dossier__in=visible_to(actor), sign_request_id__isnull=False, dossier__status=Status.IN_PROGRESS
    ).select_related("dossier")
    found = []
    for row in rows.order_by("id")[:limit]:
        request = signing.get_for(actor, row.sign_request_id or 0)
        found.append(
            BeingSigned(
                dossier_id=row.dossier_id,
                code=row.dossier.code or "",
                procedure_name=row.dossier.procedure_name,
                holder_name=row.dossier.holder_name,
                outcome=Outcome(row.outcome),
                number=row.number,
                state=request.state,
                error=request.error,
                signer_id=request.signer_account_id,
            )
        )
    return found


def running(actor: Actor, *, after_id: int, limit: int) -> list[int]:
    """Ids of dossiers with a running or standing deadline, ascending, beyond `after_id`."""
    return list(_running(actor).filter(pk__gt=after_id).values_list("pk", flat=True)[:limit])


def _running(actor: Actor) -> QuerySet[Dossier]:
    return visible_to(actor).filter(status__in=rules.RUNNING, deadline__isnull=False).order_by("pk")


def moved_by(actor: Actor, calendar: WorkingCalendar) -> list[MovedDeadline]:
    """Every dossier whose deadline would move if `calendar` came into force, by the new moment. For administrators.

    About 40 µs a dossier; all running ones of the agency are reckoned.
    """
    if not (actor.is_process or actor.has_role("administrator")):
        raise Forbidden("Chỉ quản trị viên được xem trước thay đổi của lịch làm việc.")
    with acting_as(process("dossiers.preview", actor.agency_id)) as by:
        columns = ("pk", "code", "procedure_name", "holder_name", "deadline")
        rows = _running(by).values_list(*columns).iterator(chunk_size=2000)
        found = [moved for row in rows if (moved := _moved(calendar, *row))]
    return sorted(found, key=lambda m: (m.after is None, m.after, m.dossier_id))


def _moved(
    calendar: WorkingCalendar, dossier_id: int, code: str, procedure: str, holder: str, kept: dict[str, Any]
) -> MovedDeadline | None:
    before = working_time.deadline_from_json(kept)
    after = rules.reckoned(before, calendar)
    if after is not None and not rules.moves(before, after):
        return None
    due = after.due_at if after else None
    return MovedDeadline(dossier_id, code, procedure, holder, before.due_at, due, outside=after is None)


def parties_of(actor: Actor, dossier_ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """The applicants' particulars as they stood, by dossier. Personal data, for officers' papers only."""
    rows = visible_to(actor).filter(pk__in=list(dossier_ids)) if actor.is_officer or actor.is_process else []
    return {row.pk: json.loads(row.party) for row in rows}
