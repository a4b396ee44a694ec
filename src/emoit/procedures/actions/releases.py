"""From a draft to a version in force, an earlier version published again, and the end of a procedure."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction

from emoit.kernel import audit
from emoit.kernel.access import Actor, Holding, NotFound, Refusal, Stale, acting_as, process
from emoit.lib.saying import say, vi
from emoit.lib.working_time import VIET_NAM
from emoit.procedures.actions.drafts import held
from emoit.procedures.actions.publishing import administrator, release, require_clean
from emoit.procedures.models import Procedure, ProcedureVersion
from emoit.procedures.types import Known, Notice, Published

Json = dict[str, Any]


def publish_draft(
    *,
    by: Actor,
    now: datetime,
    code: str,
    lock: int,
    newest: int,
    effective_from: date,
    notice: Notice | None,
    reason: str,
    known_unit: Known,
    known_process: Known,
) -> Published:
    """Publish the open draft as the next version; the draft is gone with it.

    `newest` is the number of the newest version that the administrator saw (0: none), Stale if there is another by now.
    `effective_from` is today or later in Viet Nam, earlier only for a procedure never published. Refusals: past_day,
    reason_missing, same_document; InvalidProcedure if the linter finds a fault.
    """
    reason = _reason(reason)
    with held(by=by, code=code, lock=lock) as (draft, holding):
        rows = _locked(by.agency_id, code)
        last = rows[0].number if rows else 0
        if last != newest:
            raise Stale("Vừa có phiên bản khác của thủ tục này được công bố. Hãy xem lại các thay đổi rồi công bố lại.")
        _require_day(effective_from, now, is_first=not rows)
        document = {**draft.document, "effective_from": effective_from.isoformat()}
        if notice:
            document["notice"] = _as_json(notice)
        require_clean(by, document, known_unit=known_unit, known_process=known_process)
        row, changed = release(by=by, now=now, document=document, holding=holding, reason=reason)
        if not changed:
            raise Refusal(
                say(
                    "Nội dung này đã công bố là phiên bản {number}. Muốn dùng lại, hãy công bố lại phiên bản đó.",
                    number=row.number,
                ),
                code="same_document",
            )
        draft.delete()
        return Published(row.pk, code, row.number, changed=True)


def _locked(agency_id: int, code: str) -> list[ProcedureVersion]:
    """The versions, newest first; nobody publishes another until this transaction ends."""
    Procedure.objects.select_for_update().filter(agency_id=agency_id, code=code).first()
    return list(
        ProcedureVersion.objects.filter(agency_id=agency_id, procedure__code=code).order_by("-number").defer("document")
    )


def _reason(text: str) -> str:
    text = text.strip()[:1000]
    if not text:
        raise Refusal("Cần ghi lý do.", code="reason_missing", fields={"reason": "Ghi lý do."})
    return text


def _require_day(day: date, now: datetime, *, is_first: bool = False) -> None:
    if not is_first and day < now.astimezone(VIET_NAM).date():
        words = vi("Ngày hiệu lực là hôm nay hoặc sau hôm nay.")
        raise Refusal(words, code="past_day", fields={"effective_from": words})


def _as_json(notice: Notice) -> Json:
    days = {"decided_on": notice.decided_on, "published_on": notice.published_on}
    return {"decision": notice.decision, **{name: day.isoformat() for name, day in days.items() if day}}


@transaction.atomic
def republish(
    *,
    by: Actor,
    now: datetime,
    code: str,
    number: int,
    newest: int,
    effective_from: date,
    reason: str,
    known_unit: Known,
    known_process: Known,
) -> Published:
    """Publish an earlier version again as a new one: how a publication is undone. Refusals as of `publish_draft`."""
    holding, reason = administrator(by), _reason(reason)
    with acting_as(process("procedures.publish", by.agency_id)):
        rows = _locked(by.agency_id, code)
        earlier = next((row for row in rows if row.number == number), None)
        if earlier is None:
            raise NotFound("Không có phiên bản này.")
        if rows[0].number != newest:
            raise Stale("Vừa có phiên bản khác của thủ tục này được công bố. Hãy xem lại rồi công bố lại.")
        _require_day(effective_from, now)
        document = {**earlier.document, "effective_from": effective_from.isoformat()}
        require_clean(by, document, known_unit=known_unit, known_process=known_process)
        row, _ = release(by=by, now=now, document=document, holding=holding, reason=reason, restores=earlier)
        return Published(row.pk, code, row.number, changed=True)


def withdraw(*, by: Actor, now: datetime, code: str, from_day: date, reason: str) -> None:
    """End a procedure (bãi bỏ) from a day on, today or later: no new dossiers from then; those under way go on."""
    reason = _reason(reason)
    _require_day(from_day, now)
    _end(by, now, code, from_day, reason, "procedures.withdraw")


def reinstate(*, by: Actor, now: datetime, code: str, reason: str) -> None:
    """Take a withdrawal back: the version in force takes dossiers again."""
    _end(by, now, code, None, _reason(reason), "procedures.reinstate")


@transaction.atomic
def _end(by: Actor, now: datetime, code: str, day: date | None, reason: str, verb: str) -> None:
    holding: Holding | None = administrator(by)
    with acting_as(process("procedures.withdraw", by.agency_id)):
        row = Procedure.objects.select_for_update().filter(agency_id=by.agency_id, code=code).first()
        if row is None:
            raise NotFound("Không có thủ tục này.")
        if (day is None) is (row.withdrawn_from is None):
            words = vi("Thủ tục này chưa bị bãi bỏ.") if day is None else vi("Thủ tục này đã có ngày bãi bỏ.")
            raise Refusal(words, code="impossible")
        row.withdrawn_from = day
        row.withdrawn_reason = reason if day else ""
        row.save(update_fields=["withdrawn_from", "withdrawn_reason"])
        audit.record(
            by=by,
            now=now,
            verb=verb,
            subject_kind="procedure",
            subject_id=row.pk,
            holding=holding,
            details={"code": code, "from": day.isoformat() if day else "", "reason": reason},
        )
