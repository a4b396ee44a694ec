"""The job that signs. Its transaction holds the request: a killed worker leaves it pending, another signs it."""

from __future__ import annotations

import logging
from datetime import datetime

from emoit.files import actions as files
from emoit.files import queries as file_queries
from emoit.kernel import audit, jobs, outbox
from emoit.kernel.access import Actor, Refusal
from emoit.lib.saying import say, vi
from emoit.signing import keys, pades
from emoit.signing.events import DocumentSigned, SigningFailed
from emoit.signing.faults import LastingFault, PassingFault, SigningFault
from emoit.signing.models import SigningKey, SignRequest
from emoit.signing.places import key_store, trust
from emoit.signing.rules import MACHINE, SignVerb, wait_before_next
from emoit.signing.types import Appearance, Box, SignState

logger = logging.getLogger(__name__)
UNEXPECTED = LastingFault(vi("Không ký được vì lỗi của hệ thống; hãy báo quản trị hệ thống."))


@jobs.job("signing.sign")
def sign(*, by: Actor, now: datetime, request_id: int) -> None:
    """Sign a pending request; any other is left alone. Passing faults are tried again by a later job."""
    row = SignRequest.objects.select_for_update().filter(pk=request_id).first()
    if row is None or row.state != SignState.PENDING:
        return
    row.attempts += 1
    try:
        signed = _signed(row, now)
    except PassingFault as fault:
        wait = wait_before_next(row.attempts)
        if wait is None:
            _fail(by, now, row, fault)
            return
        row.error = fault.message
        row.save(update_fields=["attempts", "error"])
        jobs.defer("signing.sign", agency_id=row.agency_id, run_at=now + wait, request_id=row.pk)
    except SigningFault as fault:
        _fail(by, now, row, fault)
    else:
        _finish(by, now, row, signed)


def _signed(row: SignRequest, now: datetime) -> bytes:
    """The signed bytes. SigningFault in every other case, so that no request waits for ever."""
    try:
        with file_queries.open_content(row.digest) as file:
            pdf = file.read()
        box = Box(**row.box) if row.appearance == Appearance.DRAWN and row.box else None
        return pades.sign(
            pdf,
            leader=None if row.signer_account_id is None else _hand(row.agency_id, row.signer_account_id, now),
            seal=_hand(row.agency_id, None, now),
            trust=trust(),
            at=now,
            reason=row.reason,
            box=box,
        )
    except SigningFault:
        raise
    except Refusal as refusal:
        raise LastingFault(refusal.message) from refusal
    except Exception as error:
        logger.exception("request %s could not be signed", row.pk)
        raise UNEXPECTED from error


def _hand(agency_id: int, holder_account_id: int | None, now: datetime) -> pades.Hand:
    key = SigningKey.objects.filter(agency_id=agency_id, holder_account_id=holder_account_id, retired_at=None).first()
    if key is None and holder_account_id is None:
        raise LastingFault(vi("Cơ quan chưa có chứng thư số để ký; hãy báo quản trị hệ thống."))
    if key is None:
        raise LastingFault(vi("Người ký chưa có chứng thư số để ký; hãy báo quản trị hệ thống."))
    if not key.valid_from <= now <= key.valid_to:
        raise LastingFault(
            say("Chứng thư số của {common_name} đã hết hạn hoặc chưa có hiệu lực.", common_name=key.common_name)
        )
    signer = keys.open_signer(key.reference, key.chain_pem, key_store())
    return pades.Hand(key.common_name, signer, bytes(key.image) if key.image else None)


def _finish(by: Actor, now: datetime, row: SignRequest, signed: bytes) -> None:
    stored = files.store_made(by=by, now=now, name=row.file_name, content=signed, media_type="application/pdf")
    row.state = MACHINE.next(SignState(row.state), SignVerb.SIGN)
    row.error = ""
    row.signed_at = now
    row.signed_file_id = stored.id
    row.signed_digest = stored.digest
    row.save()
    _note(by, now, row, "signing.sign", {"number": row.number, "file": stored.id, "digest": stored.digest})
    outbox.publish(
        DocumentSigned(
            agency_id=row.agency_id,
            request_id=row.pk,
            subject_kind=row.subject_kind,
            subject_id=row.subject_id,
            kind=row.kind,
            number=row.number,
            file_id=stored.id,
            digest=stored.digest,
            signer_account_id=row.signer_account_id,
            signed_at=now.isoformat(),
        ),
        now=now,
    )


def _fail(by: Actor, now: datetime, row: SignRequest, fault: SigningFault) -> None:
    row.state = MACHINE.next(SignState(row.state), SignVerb.FAIL)
    row.error = fault.message
    row.save(update_fields=["state", "attempts", "error"])
    _note(by, now, row, "signing.fail", {"number": row.number, "reason": fault.message})
    outbox.publish(
        SigningFailed(
            agency_id=row.agency_id,
            request_id=row.pk,
            subject_kind=row.subject_kind,
            subject_id=row.subject_id,
            kind=row.kind,
            number=row.number,
            signer_account_id=row.signer_account_id,
            reason=fault.message,
        ),
        now=now,
    )


def _note(by: Actor, now: datetime, row: SignRequest, verb: str, details: dict[str, object]) -> None:
    audit.record(by=by, now=now, verb=verb, subject_kind=row.subject_kind, subject_id=row.subject_id, details=details)
