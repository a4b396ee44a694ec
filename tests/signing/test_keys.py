"""Keys: how they are made, renewed, taken from elsewhere, and who may see them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from emoit.kernel.access import Forbidden, Refusal, acting_as, process
from emoit.kernel.models import AuditEntry
from emoit.signing import actions
from emoit.signing.models import SigningKey
from emoit.signing.types import SignState
from tests.support.jobs import run_jobs
from tests.support.requests import (
    LEADER,
    OTHER,
    ask,
    officer,
    state_of,
    stored,
)
from tests.support.trust import AGENCY, NAME, TrustSandbox

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places")]


def test_enrolment_is_safe_to_repeat_and_renews(settings: Any, sandbox: TrustSandbox, enrolled: None) -> None:
    with acting_as(process("test", 1)) as by:

        def enrol(now: datetime) -> int:
            return actions.enrol(by=by, now=now, holder_account_id=LEADER, common_name=NAME, organization=AGENCY)

        first = SigningKey.objects.get(holder_account_id=LEADER)
        assert enrol(timezone.now()) == first.pk
        renewed = enrol(first.valid_to - timedelta(days=30))
        assert renewed != first.pk
        first.refresh_from_db()
        assert first.retired_at is not None
        for path in Path(settings.EMOIT_KEYS).glob("*account*"):
            path.unlink()
        from emoit.signing import keys

        keys.open_signer.cache_clear()
        assert enrol(timezone.now()) != renewed


def test_leave_for_automatic_answers_may_come_later(enrolled: None) -> None:
    with acting_as(process("test", 1)) as by:
        key = SigningKey.objects.get(holder_account_id=LEADER)
        again = actions.enrol(
            by=by,
            now=timezone.now(),
            holder_account_id=LEADER,
            common_name=NAME,
            organization=AGENCY,
            allows_automatic=True,
        )
        assert again == key.pk
        key.refresh_from_db()
        assert key.allows_automatic


def test_an_authority_that_is_away_leaves_nothing(settings: Any, sandbox: TrustSandbox) -> None:
    sandbox.switch("enrol", "down")
    with acting_as(process("test", 1)) as by:
        with pytest.raises(Refusal) as refused:
            actions.enrol(by=by, now=timezone.now(), holder_account_id=None, common_name=AGENCY, organization=AGENCY)
        assert refused.value.code == "ca_away"
        assert not SigningKey.objects.exists()
        assert not AuditEntry.objects.exists()
    assert list(Path(settings.EMOIT_KEYS).iterdir()) == []


def test_officers_neither_enrol_nor_see_the_keys_of_others(enrolled: None) -> None:
    with acting_as(officer(OTHER)) as by:
        with pytest.raises(Forbidden):
            actions.enrol(by=by, now=timezone.now(), holder_account_id=OTHER, common_name="X", organization="Y")
        assert SigningKey.objects.count() == 0
        with pytest.raises(DatabaseError), transaction.atomic():
            SigningKey.objects.create(
                agency_id=1,
                holder_account_id=LEADER,
                common_name="X",
                chain_pem="",
                reference="file:x",
                serial="1",
                valid_from=datetime(2026, 1, 1, tzinfo=UTC),
                valid_to=datetime(2027, 1, 1, tzinfo=UTC),
                enrolled_at=timezone.now(),
            )
    with acting_as(officer(LEADER)):
        assert [key.holder_account_id for key in SigningKey.objects.all()] == [LEADER]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"chain_pem": "nonsense"}, "bad_chain"),
        ({"reference": "file:none.pem"}, "bad_key"),
        ({"image": b"GIF89a"}, "bad_image"),
    ],
)
def test_a_key_from_elsewhere_is_tried_before_it_is_taken(enrolled: None, changes: dict[str, Any], code: str) -> None:
    with acting_as(process("test", 1)) as by:
        key = SigningKey.objects.get(holder_account_id=LEADER)
        given = {"chain_pem": key.chain_pem, "reference": key.reference, "image": None, **changes}
        with pytest.raises(Refusal) as refused:
            actions.register(by=by, now=timezone.now(), holder_account_id=OTHER, **given)
        assert refused.value.code == code
        assert not SigningKey.objects.filter(holder_account_id=OTHER).exists()


def test_a_drawn_signature_may_be_a_picture(enrolled: None) -> None:
    import io

    from PIL import Image

    picture = io.BytesIO()
    Image.new("RGBA", (300, 120), (20, 60, 200, 80)).save(picture, "PNG")
    with acting_as(process("test", 1)) as by:
        key = SigningKey.objects.get(holder_account_id=LEADER)
        actions.register(
            by=by,
            now=timezone.now(),
            holder_account_id=LEADER,
            chain_pem=key.chain_pem,
            reference=key.reference,
            image=picture.getvalue(),
        )
    with acting_as(officer(LEADER)) as by:
        request_id = ask(by, stored(by))
    run_jobs()
    assert state_of(request_id).state is SignState.SIGNED
