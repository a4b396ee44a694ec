from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import IntegrityError, transaction

from emoit.kernel import audit
from emoit.kernel.access import Actor, Forbidden, Holding, NotFound, Refusal, acting_as, process
from emoit.lib.saying import say, vi
from emoit.lib.state import Impossible
from emoit.sharing import catalogue, rules
from emoit.sharing.actions.consumers import NAME, locked
from emoit.sharing.catalogue import Service
from emoit.sharing.infos import grant_info
from emoit.sharing.models import Grant
from emoit.sharing.types import GrantInfo, GrantState, GrantVerb


@transaction.atomic
def propose(
    *,
    by: Actor,
    now: datetime,
    code: str,
    service: str,
    version: str,
    purpose: str,
    fields: Iterable[str],
    first_day: date | None,
    last_day: date | None,
    per_minute: int,
    per_day: int,
    procedures: Iterable[str] = (),
    note: str = "",
) -> GrantInfo:
    """Propose what a consumer may read. Nothing may be read until another person approves.

    Refusals: forbidden, not_found; `invalid` names the fields that are wrong.
    """
    holding = rules.as_keeper(by)
    chosen, narrowed = list(dict.fromkeys(fields)), sorted(set(procedures))
    first, last = _judge(
        service=service,
        version=version,
        purpose=purpose,
        fields=chosen,
        procedures=narrowed,
        first_day=first_day,
        last_day=last_day,
        per_minute=per_minute,
        per_day=per_day,
    )
    with acting_as(process(NAME, by.agency_id)):
        consumer = locked(by, code)
        row = Grant.objects.create(
            agency_id=by.agency_id,
            consumer=consumer,
            service=service,
            version=version,
            purpose=purpose,
            fields=chosen,
            procedures=narrowed,
            first_day=first,
            last_day=last,
            per_minute=per_minute,
            per_day=per_day,
            state=GrantState.PROPOSED.value,
            proposed_by=by.account_id,
            proposed_at=now,
            note=note.strip()[:1000],
        )
        _note(by, now, holding, "sharing.propose", row, consumer=code, service=service, purpose=purpose, fields=chosen)
        return grant_info(row)


def _judge(
    *,
    service: str,
    version: str,
    purpose: str,
    fields: list[str],
    procedures: list[str],
    first_day: date | None,
    last_day: date | None,
    per_minute: int,
    per_day: int,
) -> tuple[date, date]:
    """The period, once all fits. Refusal `invalid` names what does not."""
    faults = _about_service(catalogue.services().get((service, version)), fields)
    if purpose not in catalogue.purposes():
        faults["purpose"] = vi("Chọn mục đích có căn cứ pháp lý")
    if unlike := [code for code in procedures if not rules.PROCEDURE.fullmatch(code)]:
        faults["procedures"] = say("«{code}» không phải mã thủ tục", code=unlike[0][:40])
    wrong_day = vi("Nhập ngày đúng, ví dụ 01/05/2026")
    faults |= {name: wrong_day for name, day in (("first_day", first_day), ("last_day", last_day)) if day is None}
    if first_day and last_day and not first_day <= last_day <= first_day + rules.LONGEST_GRANT:
        faults["last_day"] = vi("Ngày cuối phải sau ngày đầu và không quá năm năm")
    if not 0 < per_minute <= rules.MOST_A_MINUTE:
        faults["per_minute"] = vi("Nhập số lượt trong một phút, từ 1 trở lên")
    if not 0 < per_day <= rules.MOST_A_DAY:
        faults["per_day"] = vi("Nhập số lượt trong một ngày, từ 1 trở lên")
    if faults or first_day is None or last_day is None:
        raise Refusal(vi("Chưa đề nghị được."), code="invalid", fields=faults)
    return first_day, last_day


def _about_service(known: Service | None, fields: list[str]) -> dict[str, str]:
    if known is None:
        return {"service": vi("Chọn dịch vụ")}
    if not fields:
        return {"fields": vi("Chọn ít nhất một trường dữ liệu")}
    if set(fields) - {field.name for field in known.fields}:
        return {"fields": vi("Có trường không thuộc dịch vụ này")}
    return {}


@transaction.atomic
def approve(*, by: Actor, now: datetime, grant_id: int) -> None:
    """The consumer may read from now on. Whoever proposed may not approve.

    Refusals: forbidden, own_proposal, not_found, impossible, already_granted.
    """
    holding = rules.as_decider(by)
    with acting_as(process(NAME, by.agency_id)):
        row = _locked(by, grant_id)
        if row.proposed_by == by.account_id:
            raise Forbidden(vi("Người đề nghị không được tự duyệt. Hãy để người khác duyệt."), code="own_proposal")
        try:
            with transaction.atomic():
                _end(row, GrantVerb.APPROVE, by, now)
        except IntegrityError:
            raise Refusal(
                vi("Đã có quyền cùng dịch vụ và mục đích. Hãy thu hồi quyền đó trước."), code="already_granted"
            ) from None
        _note(by, now, holding, "sharing.approve", row)


@transaction.atomic
def refuse(*, by: Actor, now: datetime, grant_id: int, reason: str) -> None:
    """Refusals: forbidden, reason_missing, not_found, impossible."""
    _close(by, now, grant_id, GrantVerb.REFUSE, "sharing.refuse", reason)


@transaction.atomic
def revoke_grant(*, by: Actor, now: datetime, grant_id: int, reason: str) -> None:
    """From the next call on nothing is read under it. Refusals: forbidden, reason_missing, not_found, impossible."""
    _close(by, now, grant_id, GrantVerb.REVOKE, "sharing.revoke_grant", reason)


def _close(by: Actor, now: datetime, grant_id: int, verb: GrantVerb, name: str, reason: str) -> None:
    holding = rules.as_decider(by)
    if not reason.strip():
        words = vi("Hãy ghi lý do.")
        raise Refusal(words, code="reason_missing", fields={"reason": words})
    with acting_as(process(NAME, by.agency_id)):
        row = _locked(by, grant_id)
        row.note = reason.strip()[:1000]
        _end(row, verb, by, now)
        _note(by, now, holding, name, row, reason=row.note)


def _locked(by: Actor, grant_id: int) -> Grant:
    row = Grant.objects.select_for_update().filter(agency_id=by.agency_id, pk=grant_id).first()
    if row is None:
        raise NotFound(vi("Không có quyền khai thác này."))
    return row


def _end(row: Grant, verb: GrantVerb, by: Actor, now: datetime) -> None:
    try:
        row.state = rules.GRANTS.next(GrantState(row.state), verb).value
    except Impossible:
        raise Refusal(vi("Quyền này đã được quyết định rồi."), code="impossible") from None
    row.decided_by, row.decided_at = by.account_id, now
    row.save(update_fields=["state", "decided_by", "decided_at", "note"])


def _note(by: Actor, now: datetime, holding: Holding | None, verb: str, row: Grant, **details: object) -> None:
    audit.record(
        by=by, now=now, verb=verb, subject_kind="sharing_grant", subject_id=row.pk, holding=holding, details=details
    )
