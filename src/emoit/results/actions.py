"""Enter a result in the register, end it, mend its entry."""

from __future__ import annotations

import string
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from emoit.files import actions as files
from emoit.kernel import audit, numbering, outbox, search
from emoit.kernel.access import Actor, Forbidden, NotFound, Refusal
from emoit.lib.saying import say, vi
from emoit.results import findable, rules
from emoit.results.events import ResultIssued, ResultReplaced, ResultRevoked
from emoit.results.models import Result, ResultEvent
from emoit.results.queries import ABSENT, info, visible_to
from emoit.results.types import EventKind, ResultInfo, State

CORRECTABLE = ("title", "number", "holder_name", "valid_from", "valid_to")


def new_token() -> str:
    """A look-up code of 130 random bits, to print on the result before it is signed; give it to `issue` later.

    Until then the public look-up answers "not found" for it.
    """
    return rules.new_token()


@transaction.atomic
def issue(
    *,
    by: Actor,
    now: datetime,
    agency_id: int,
    unit_id: int,
    issuer_name: str,
    kind: str,
    title: str,
    holder_name: str,
    code: str = "",
    number: str = "",
    holder_key: str = "",
    holder_readers: frozenset[str] = frozenset(),
    subject_code: str = "",
    file_id: int | None = None,
    digest: str = "",
    signed_by: str = "",
    signed_title: str = "",
    signed_at: datetime | None = None,
    issued_at: datetime | None = None,
    valid_from: date | None = None,
    valid_to: date | None = None,
    token: str = "",
    procedure: str = "",
) -> ResultInfo:
    """Enter a result and give it the next number of the agency's register, gapless.

    `code` is the national code of its kind (KQ.G02.000008), `holder_key` the keyed hash of the holder's tax code or
    identity number, `holder_readers` the reader keys of the holder, `subject_code` the dossier's code, `procedure` its
    key in the catalogue, `digest` the SHA-256 (hex) of the signed file, `issued_at` the moment of issue (`now` by
    default; an old result tells its own).
    Refusals: forbidden, already_registered (the same file), wrong_dates, incomplete.
    """
    held = rules.may_issue(by, unit_id, procedure)
    if agency_id != by.agency_id:
        raise NotFound(ABSENT)
    check(title=title, holder_name=holder_name, issuer_name=issuer_name, valid_from=valid_from, valid_to=valid_to)
    _check_program_values(digest, holder_key, token)
    if digest and Result.objects.filter(agency_id=agency_id, digest=digest).exists():
        raise Refusal("Tệp kết quả này đã có trong sổ.", code="already_registered")
    result_id = next_id()
    level_1 = rules.level_1(settings.EMOIT_AGENCY_CODE)
    value = numbering.allocate(
        agency_id=agency_id, series=rules.series(level_1), subject_kind="result", subject_id=result_id, now=now
    )
    result = Result.objects.create(
        id=result_id,
        agency_id=agency_id,
        register_code=rules.register_code(level_1, value),
        token=token or rules.new_token(),
        kind=kind,
        kind_code=code,
        title=title.strip(),
        number=number.strip(),
        holder_name=holder_name.strip(),
        holder_key=holder_key,
        readers=sorted({*holder_readers, f"u:{unit_id}", f"g:{agency_id}"}),
        unit_id=unit_id,
        issuer_name=issuer_name.strip(),
        subject_code=subject_code,
        procedure=procedure,
        file_id=file_id,
        digest=digest,
        signed_by=signed_by,
        signed_title=signed_title,
        signed_at=signed_at,
        issued_at=issued_at or now,
        registered_at=now,
        valid_from=valid_from,
        valid_to=valid_to,
    )
    remember(result, EventKind.ISSUED, by, now)
    audit.record(
        by=by,
        now=now,
        verb="results.issue",
        subject_kind="result",
        subject_id=result.pk,
        holding=held,
        details={"register_code": result.register_code, "subject_code": subject_code, "digest": digest},
    )
    outbox.publish(
        ResultIssued(
            agency_id=agency_id,
            result_id=result.pk,
            register_code=result.register_code,
            kind=kind,
            subject_code=subject_code,
        ),
        now=now,
    )
    search.put_entry(agency_id=result.agency_id, subject_kind=findable.KIND, entry=findable.entry(result))
    return info(result, now)


@transaction.atomic
def revoke(*, by: Actor, now: datetime, result_id: int, reason: str, for_code: str = "") -> ResultInfo:
    """End a result: the head of its unit, a leader of the ministry or a process of ours may. The reason is kept.

    `for_code`: the dossier that the result is held for. Refusals: not_found, forbidden, reason_missing, impossible_now,
    held.
    """
    result = _locked(by, result_id, for_code)
    held = rules.may_end(by, result.unit_id, result.procedure)
    _end(result, "revoke", now, reason)
    result.save(update_fields=["state", "revoked_at", "revoke_reason", "held_for"])
    remember(result, EventKind.REVOKED, by, now, reason=reason)
    audit.record(
        by=by,
        now=now,
        verb="results.revoke",
        subject_kind="result",
        subject_id=result.pk,
        holding=held,
        details={"register_code": result.register_code},
    )
    outbox.publish(
        ResultRevoked(
            agency_id=result.agency_id,
            result_id=result.pk,
            register_code=result.register_code,
            subject_code=result.subject_code,
        ),
        now=now,
    )
    return info(result, now)


@transaction.atomic
def replace(
    *, by: Actor, now: datetime, result_id: int, replaced_by_id: int, reason: str, for_code: str = ""
) -> ResultInfo:
    """End a result in favour of another one of the same holder, already issued. `for_code` as in `revoke`.

    Refusals: not_found (either), forbidden, reason_missing, impossible_now, held, another_holder.
    """
    result = _locked(by, result_id, for_code)
    successor = _locked(by, replaced_by_id)
    held = rules.may_end(by, result.unit_id, result.procedure)
    if successor.pk == result.pk or successor.holder_key != result.holder_key:
        raise Refusal("Kết quả thay thế phải là kết quả khác của cùng người được cấp.", code="another_holder")
    rules.next_state(State(successor.state), "correct")
    _end(result, "replace", now, reason)
    result.replaced_by = successor
    result.save(update_fields=["state", "revoked_at", "revoke_reason", "held_for", "replaced_by"])
    remember(result, EventKind.REPLACED, by, now, reason=reason)
    audit.record(
        by=by,
        now=now,
        verb="results.replace",
        subject_kind="result",
        subject_id=result.pk,
        holding=held,
        details={"register_code": result.register_code, "replaced_by": successor.register_code},
    )
    outbox.publish(
        ResultReplaced(
            agency_id=result.agency_id,
            result_id=result.pk,
            register_code=result.register_code,
            subject_code=result.subject_code,
            replaced_by_id=successor.pk,
        ),
        now=now,
    )
    return info(result, now)


@transaction.atomic
def correct(*, by: Actor, now: datetime, result_id: int, reason: str, **values: Any) -> ResultInfo:
    """Mend clerical errors of an entry: `values` of CORRECTABLE fields. The history keeps what stood before.

    The signed file stays as it is. Refusals: not_found, forbidden, reason_missing, impossible_now, held, wrong_dates,
    incomplete.
    """
    if unknown := set(values) - set(CORRECTABLE):
        raise TypeError(f"correct() cannot change {sorted(unknown)}")
    result = _locked(by, result_id)
    held = rules.may_end(by, result.unit_id, result.procedure)
    rules.next_state(State(result.state), "correct")
    _need_reason(reason)
    changes = {k: [str(getattr(result, k) or ""), str(v or "")] for k, v in values.items() if getattr(result, k) != v}
    for field, value in values.items():
        setattr(result, field, value)
    check(
        title=result.title,
        holder_name=result.holder_name,
        issuer_name=result.issuer_name,
        valid_from=result.valid_from,
        valid_to=result.valid_to,
    )
    result.save(update_fields=list(values))
    remember(result, EventKind.CORRECTED, by, now, reason=reason, changes=changes)
    audit.record(
        by=by,
        now=now,
        verb="results.correct",
        subject_kind="result",
        subject_id=result.pk,
        holding=held,
        details={"fields": sorted(changes)},
    )
    search.put_entry(agency_id=result.agency_id, subject_kind=findable.KIND, entry=findable.entry(result))
    return info(result, now)


@transaction.atomic
def hold(*, by: Actor, now: datetime, result_id: int, for_code: str) -> ResultInfo:
    """Keep a result as it is while the decision that changes it is being signed: only that dossier may end it now.

    For processes of ours. Refusals: not_found, forbidden, impossible_now, held (for another dossier).
    """
    if not by.is_process:
        raise Forbidden("Chỉ hệ thống được giữ một kết quả.")
    result = _locked(by, result_id, for_code)
    rules.next_state(State(result.state), "correct")
    result.held_for = for_code
    result.save(update_fields=["held_for"])
    audit.record(
        by=by, now=now, verb="results.hold", subject_kind="result", subject_id=result.pk, details={"for": for_code}
    )
    return info(result, now)


@transaction.atomic
def lock(*, by: Actor, now: datetime, result_id: int) -> ResultInfo:
    """The result as it is, locked until the caller's transaction ends. For processes of ours; NotFound if absent."""
    if not by.is_process:
        raise Forbidden("Chỉ hệ thống được khóa một kết quả.")
    result = Result.objects.select_for_update().filter(agency_id=by.agency_id, pk=result_id).first()
    if result is None:
        raise NotFound(ABSENT)
    return info(result, now)


@transaction.atomic
def let_read(*, by: Actor, now: datetime, holder_key: str, reader: str) -> list[int]:
    """Whoever has registered now sees the results that were entered under their identity before. Returns their ids.

    For processes of ours. Ended results too; nothing else of them changes.
    """
    if not by.is_process:
        raise Forbidden("Chỉ hệ thống được mở kết quả cho người đứng tên.")
    rows = Result.objects.filter(agency_id=by.agency_id, holder_key=holder_key).exclude(readers__contains=[reader])
    found = list(rows.select_for_update().order_by("id")) if holder_key else []
    for result in found:
        result.readers = sorted({*result.readers, reader})
        result.save(update_fields=["readers"])
        if result.file_id is not None:
            files.grant(by=by, now=now, file_id=result.file_id, readers=[reader])
        audit.record(
            by=by,
            now=now,
            verb="results.let_read",
            subject_kind="result",
            subject_id=result.pk,
            details={"reader": reader},
        )
        search.put_entry(agency_id=result.agency_id, subject_kind=findable.KIND, entry=findable.entry(result))
    return [result.pk for result in found]


def _locked(by: Actor, result_id: int, for_code: str = "") -> Result:
    result = visible_to(by).select_for_update().filter(pk=result_id).first()
    if result is None:
        raise NotFound(ABSENT)
    if result.held_for and result.held_for != for_code:
        raise Refusal(
            say(
                "Kết quả này đang được thay đổi theo hồ sơ {code}, văn bản đang được ký số. "
                "Hãy chờ ký xong rồi làm lại.",
                code=result.held_for,
            ),
            code="held",
        )
    return result


def _end(result: Result, verb: str, now: datetime, reason: str) -> None:
    ended = rules.next_state(State(result.state), verb)
    _need_reason(reason)
    result.state = ended
    result.revoked_at = now
    result.revoke_reason = reason.strip()
    result.held_for = ""


def _need_reason(reason: str) -> None:
    if not reason.strip():
        raise Refusal("Hãy nêu lý do.", code="reason_missing", fields={"reason": "Hãy nêu lý do."})


def check(*, title: str, holder_name: str, issuer_name: str, valid_from: date | None, valid_to: date | None) -> None:
    named = {"title": title, "holder_name": holder_name, "issuer_name": issuer_name}
    if empty := {key: vi("Không được để trống.") for key, value in named.items() if not value.strip()}:
        raise Refusal("Kết quả phải có tên, người được cấp và cơ quan cấp.", code="incomplete", fields=empty)
    if valid_from and valid_to and valid_to < valid_from:
        sentence = vi("Ngày hết hiệu lực phải sau ngày bắt đầu hiệu lực.")
        raise Refusal(sentence, code="wrong_dates", fields={"valid_to": sentence})


def _check_program_values(digest: str, holder_key: str, token: str) -> None:
    for name, value in {"digest": digest, "holder_key": holder_key}.items():
        if value and (len(value) != 64 or not set(value) <= set(string.hexdigits.lower())):
            raise ValueError(f"{name} is not 64 lower-case hex digits")
    if token and rules.read_token(token) != token:
        raise ValueError("token was not made by new_token()")


def next_id() -> int:
    with connection.cursor() as cursor:
        cursor.execute("select nextval(pg_get_serial_sequence('results_result', 'id'))")
        return int(cursor.fetchone()[0])


def remember(
    result: Result,
    kind: EventKind,
    by: Actor,
    now: datetime,
    *,
    reason: str = "",
    changes: dict[str, Any] | None = None,
) -> None:
    ResultEvent.objects.create(
        agency_id=result.agency_id,
        result=result,
        at=now,
        kind=kind,
        account_id=by.account_id,
        by_name=by.name,
        reason=reason.strip(),
        changes=changes or {},
    )
