"""Reads: requests for signature, and the judgment on any signed PDF."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from django.conf import settings
from django.db.models import QuerySet

from emoit.kernel.access import Actor, NotFound
from emoit.lib.saying import vi
from emoit.signing.models import SigningKey, SignRequest
from emoit.signing.types import RequestInfo, SignatureFacts, SignState, Verdict

SECONDS = 60.0
UNKNOWN = Verdict(
    genuine=False, readable=False, summary=vi("Không kiểm tra được tệp này nên không xác nhận là thật."), signatures=()
)


def visible_to(actor: Actor) -> QuerySet[SignRequest]:
    """Requests of the actor's agency, newest first; for officers and processes only."""
    if not (actor.is_officer or actor.is_process):
        return SignRequest.objects.none()
    return SignRequest.objects.filter(agency_id=actor.agency_id).order_by("-id")


def get_for(actor: Actor, request_id: int) -> RequestInfo:
    """NotFound where there is none or the actor may not see it."""
    found = visible_to(actor).filter(pk=request_id).first()
    if found is None:
        raise NotFound("Không có yêu cầu ký này.")
    return info(found)


def of_subject(actor: Actor, subject_kind: str, subject_id: int | str) -> list[RequestInfo]:
    """The requests about one thing, newest first."""
    rows = visible_to(actor).filter(subject_kind=subject_kind, subject_id=str(subject_id))
    return [info(row) for row in rows]


def has_key(actor: Actor, holder_account_id: int | None) -> bool:
    """Whether that account (None: the agency's seal) has a key in use. Processes see all, others their own."""
    return SigningKey.objects.filter(
        agency_id=actor.agency_id, holder_account_id=holder_account_id, retired_at=None
    ).exists()


def info(row: SignRequest) -> RequestInfo:
    return RequestInfo(
        id=row.pk,
        state=SignState(row.state),
        number=row.number,
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
        signer_account_id=row.signer_account_id,
        file_id=row.file_id,
        signed_file_id=row.signed_file_id,
        signed_at=row.signed_at,
        attempts=row.attempts,
        error=row.error,
    )


def verify(content: bytes) -> Verdict:
    """Judge the signatures of any PDF, in a process of its own that asks no service. Whatever fails is not genuine."""
    command = [sys.executable, "-m", "emoit_verify.pdf", "-", "--json", "--offline", "--ca", str(settings.EMOIT_CA)]
    environment = {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(settings.SOURCE.parent), "PYTHONUTF8": "1"}
    try:
        done = subprocess.run(  # noqa: S603 - our own program, no shell, no argument of the user's
            command, input=content, capture_output=True, timeout=SECONDS, env=environment, check=False
        )
        answer = json.loads(done.stdout)
        return Verdict(
            genuine=answer["genuine"] is True and done.returncode == 0,
            readable=bool(answer["readable"]),
            summary=str(answer["summary"]),
            signatures=tuple(
                SignatureFacts(
                    signer=one["signer"],
                    organization=one["organization"],
                    signed_at=one["signed_at"] or "",
                    genuine=one["genuine"] is True,
                    words=one["words"],
                )
                for one in answer["signatures"]
            ),
        )
    except (OSError, subprocess.TimeoutExpired, ValueError, KeyError, TypeError):
        return UNKNOWN
