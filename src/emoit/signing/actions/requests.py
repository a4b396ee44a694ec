from __future__ import annotations

from datetime import datetime

from django.db import transaction

from emoit.files import queries as files
from emoit.kernel import audit, jobs
from emoit.kernel.access import Actor, Forbidden, NotFound, Refusal
from emoit.lib.state import Impossible
from emoit.signing.models import SigningKey, SignRequest
from emoit.signing.queries import visible_to
from emoit.signing.rules import MACHINE, SignVerb
from emoit.signing.types import Appearance, Box, SignState

PDF = "application/pdf"


@transaction.atomic
def request(
    *,
    by: Actor,
    now: datetime,
    file_id: int,
    kind: str,
    number: str,
    subject_kind: str,
    subject_id: int | str,
    signer_account_id: int | None,
    appearance: Appearance | str,
    reason: str,
    box: Box | None = None,
) -> int:
    """Ask for the signer's signature, then the agency's seal, on a stored PDF; row and job commit together.

    A person signs with their own key only, also when acting on behalf of another. A process of ours may have a document
    sealed without a signer, or signed by one whose key allows automatic answers. The same request repeated gives the
    same id. Refusals: NotFound (file), `forbidden`, `no_key`, `not_pdf`, `already_requested`.
    """
    stored = files.get_for(by, file_id)
    if stored.media_type != PDF:
        raise Refusal("Chỉ ký được tệp PDF.", code="not_pdf")
    known = SignRequest.objects.select_for_update().filter(
        agency_id=by.agency_id, subject_kind=subject_kind, subject_id=str(subject_id), kind=kind
    ).exclude(state=SignState.CANCELLED).first()  # fmt: skip
    if known:
        return _same(known, file_id, number, signer_account_id)
    _may_sign(by, signer_account_id)
    row = SignRequest.objects.create(
        agency_id=by.agency_id,
        kind=kind,
        subject_kind=subject_kind,
        subject_id=str(subject_id),
        number=number,
        reason=reason,
        file_id=file_id,
        digest=stored.digest,
        file_name=stored.name,
        signer_account_id=signer_account_id,
        appearance=Appearance(appearance),
        box=box.as_json() if box else None,
        state=SignState.PENDING,
        requested_at=now,
    )
    _note(by, now, row, "signing.request", {"number": number, "file": file_id, "signer": signer_account_id})
    jobs.defer("signing.sign", agency_id=by.agency_id, request_id=row.pk)
    return int(row.pk)


@transaction.atomic
def retry(*, by: Actor, now: datetime, request_id: int) -> None:
    """Try a failed signature again, under the same number. For its signer, an administrator, a process of ours."""
    row = _locked(by, request_id)
    _move(row, SignVerb.RETRY)
    row.attempts = 0
    row.error = ""
    row.save(update_fields=["state", "attempts", "error"])
    _note(by, now, row, "signing.retry", {"number": row.number})
    jobs.defer("signing.sign", agency_id=by.agency_id, request_id=row.pk)


@transaction.atomic
def cancel(*, by: Actor, now: datetime, request_id: int, reason: str) -> None:
    """Give up a request that is not signed; its number is voided by whoever bound it."""
    row = _locked(by, request_id)
    _move(row, SignVerb.CANCEL)
    row.error = reason
    row.save(update_fields=["state", "error"])
    _note(by, now, row, "signing.cancel", {"number": row.number, "reason": reason})


def _same(known: SignRequest, file_id: int, number: str, signer_account_id: int | None) -> int:
    if (known.file_id, known.number, known.signer_account_id) != (file_id, number, signer_account_id):
        raise Refusal("Văn bản này đã được trình ký với nội dung hoặc số khác.", code="already_requested")
    return int(known.pk)


def _may_sign(by: Actor, signer_account_id: int | None) -> None:
    if by.is_process and signer_account_id is None:
        return
    if not by.is_process and (signer_account_id is None or signer_account_id != by.account_id):
        raise Forbidden("Chỉ được ký bằng khóa của chính mình.")
    key = SigningKey.objects.filter(
        agency_id=by.agency_id, holder_account_id=signer_account_id, retired_at=None
    ).first()  # fmt: skip
    if key is None:
        raise Refusal("Bạn chưa được cấp chứng thư số để ký; hãy báo quản trị hệ thống.", code="no_key")
    if by.is_process and not key.allows_automatic:
        raise Forbidden("Người ký chưa cho phép hệ thống ký tự động bằng khóa của mình.")


def _locked(by: Actor, request_id: int) -> SignRequest:
    row = visible_to(by).select_for_update().filter(pk=request_id).first()
    if row is None:
        raise NotFound("Không có yêu cầu ký này.")
    if not (by.is_process or by.has_role("administrator") or row.signer_account_id == by.account_id):
        raise Forbidden("Chỉ người ký hoặc quản trị viên được làm việc này.")
    return row


def _move(row: SignRequest, verb: SignVerb) -> None:
    try:
        row.state = MACHINE.next(SignState(row.state), verb)
    except Impossible as error:
        raise Refusal("Việc này không làm được ở trạng thái hiện tại của yêu cầu ký.", code="impossible") from error


def _note(by: Actor, now: datetime, row: SignRequest, verb: str, details: dict[str, object]) -> None:
    audit.record(by=by, now=now, verb=verb, subject_kind=row.subject_kind, subject_id=row.subject_id, details=details)
