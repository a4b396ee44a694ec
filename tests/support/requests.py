"""Requests for signature: an officer with a key, a file to sign, and what is left when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from emoit.files import actions as files
from emoit.kernel.access import Actor, ActorKind, Holding, acting_as, process
from emoit.kernel.models import AuditEntry, Event
from emoit.signing import actions, queries
from emoit.signing.models import SignRequest
from emoit.signing.types import Appearance, Box
from tests.support.jobs import waiting_jobs
from tests.support.trust import AGENCY, NAME, TrustSandbox, letter

LEADER, OTHER, CITIZEN = 11, 12, 13


def officer(account_id: int, agency_id: int = 1, *roles: str) -> Actor:
    return Actor(
        kind=ActorKind.OFFICER,
        agency_id=agency_id,
        name=NAME,
        account_id=account_id,
        readers=frozenset({f"a:{account_id}", "u:5"}),
        holdings=tuple(Holding(5, role) for role in roles),
    )


def citizen() -> Actor:
    return Actor(ActorKind.CITIZEN, 1, "Công dân", CITIZEN, frozenset({f"a:{CITIZEN}"}))


@pytest.fixture
def places(settings: Any, tmp_path: Path, sandbox: TrustSandbox, django_db_setup: None) -> None:
    settings.EMOIT_FILES = tmp_path / "files"
    settings.EMOIT_CLAMD = ""
    settings.EMOIT_KEYS = tmp_path / "keys"
    settings.EMOIT_KEY_PASSPHRASE = "passphrase"
    settings.EMOIT_TRUST_URL = sandbox.url
    settings.EMOIT_TSA_URL = f"{sandbox.url}/tsa"
    settings.EMOIT_CA = sandbox.ca


@pytest.fixture
def enrolled(db: None) -> Iterator[None]:
    with acting_as(process("test", 1)) as by:
        for holder, name in ((LEADER, NAME), (None, AGENCY)):
            actions.enrol(by=by, now=timezone.now(), holder_account_id=holder, common_name=name, organization=AGENCY)
    return


def stored(by: Actor, content: bytes | None = None, media_type: str = "application/pdf") -> int:
    return files.store_made(
        by=by, now=timezone.now(), name="Xác nhận 12.pdf", content=content or letter(), media_type=media_type
    ).id


def ask(by: Actor, file_id: int, **changes: Any) -> int:
    asked = {
        "kind": "promotion_confirmation",
        "number": "12/XTTM-KM",
        "subject_kind": "letter",
        "subject_id": 7,
        "signer_account_id": by.account_id,
        "appearance": Appearance.DRAWN,
        "reason": "Xác nhận số 12/XTTM-KM",
        "box": Box(),
        **changes,
    }
    return actions.request(by=by, now=timezone.now(), file_id=file_id, **asked)


def events() -> list[tuple[str, dict[str, Any]]]:
    with acting_as(process("test", 1)):
        rows = Event.objects.filter(kind__startswith="signing.").order_by("id")
        return [(row.kind, row.payload) for row in rows]


def verbs() -> list[str]:
    with acting_as(process("test", 1)):
        rows = AuditEntry.objects.filter(subject_kind="letter").order_by("id")
        return [row.verb for row in rows]


def nothing_happened() -> bool:
    with acting_as(process("test", 1)):
        return not SignRequest.objects.exists() and not waiting_jobs() and not events() and not verbs()


def state_of(request_id: int) -> queries.RequestInfo:
    with acting_as(officer(LEADER)) as by:
        return queries.get_for(by, request_id)
