"""Requests for signature: who may ask, what happens, what stays when it fails."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone
from time_machine import travel

from emoit.files import queries as file_queries
from emoit.kernel.access import Actor, Forbidden, NotFound, Refusal, acting_as, process
from emoit.signing import actions, queries
from emoit.signing.models import SigningKey, SignRequest
from emoit.signing.types import SignState
from tests.support.jobs import run_jobs, waiting_jobs
from tests.support.requests import (
    LEADER,
    OTHER,
    ask,
    citizen,
    events,
    nothing_happened,
    officer,
    state_of,
    stored,
    verbs,
)
from tests.support.trust import AGENCY, NAME, TrustSandbox, letter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places")]


def test_request_sign_verify(enrolled: None) -> None:
    with acting_as(officer(LEADER)) as by:
        file_id = stored(by)
        request_id = ask(by, file_id)
        assert queries.get_for(by, request_id).state is SignState.PENDING
    run_jobs()
    done = state_of(request_id)
    assert (done.state, done.number, done.error, done.attempts) == (SignState.SIGNED, "12/XTTM-KM", "", 1)
    assert done.signed_file_id != file_id
    with acting_as(process("test", 1)) as by:
        signed = file_queries.get_for(by, done.signed_file_id or 0)
        content = file_queries.open_content(signed.digest).read()
    [(kind, payload)] = events()
    assert kind == "signing.DocumentSigned"
    assert payload == {
        "agency_id": 1,
        "request_id": request_id,
        "subject_kind": "letter",
        "subject_id": "7",
        "kind": "promotion_confirmation",
        "number": "12/XTTM-KM",
        "file_id": done.signed_file_id,
        "digest": signed.digest,
        "signer_account_id": LEADER,
        "signed_at": payload["signed_at"],
    }
    assert verbs() == ["signing.request", "signing.sign"]

    verdict = queries.verify(content)
    assert verdict.genuine
    assert [(one.signer, one.genuine) for one in verdict.signatures] == [(NAME, True), (AGENCY, True)]
    assert not queries.verify(content.replace(b"/MediaBox", b"/MediaBoy", 1)).genuine
    assert not queries.verify(b"khong phai pdf").readable


def test_time_stamping_down_then_up_keeps_the_number(sandbox: TrustSandbox, enrolled: None) -> None:
    sandbox.switch("tsa", "down")
    with acting_as(officer(LEADER)) as by:
        request_id = ask(by, stored(by))
    begun = timezone.now()
    for minutes in (0, 2, 4, 8):
        with travel(begun + timedelta(minutes=minutes), tick=True):
            run_jobs()
    failed = state_of(request_id)
    assert (failed.state, failed.number, failed.attempts) == (SignState.FAILED, "12/XTTM-KM", 4)
    assert failed.error == "Dịch vụ cấp dấu thời gian không trả lời."
    assert [kind for kind, _ in events()] == ["signing.SigningFailed"]
    assert events()[0][1]["reason"] == failed.error
    assert waiting_jobs() == []

    sandbox.all_up()
    with acting_as(officer(LEADER)) as by:
        actions.retry(by=by, now=timezone.now(), request_id=request_id)
    run_jobs()
    signed = state_of(request_id)
    assert (signed.state, signed.number, signed.error) == (SignState.SIGNED, "12/XTTM-KM", "")
    assert [kind for kind, _ in events()] == ["signing.SigningFailed", "signing.DocumentSigned"]
    assert verbs() == ["signing.request", "signing.fail", "signing.retry", "signing.sign"]


def test_a_passing_fault_heals_by_itself(sandbox: TrustSandbox, enrolled: None) -> None:
    sandbox.switch("crl", "down")
    with acting_as(officer(LEADER)) as by:
        request_id = ask(by, stored(by))
    run_jobs()
    waiting = state_of(request_id)
    assert (waiting.state, waiting.attempts) == (SignState.PENDING, 1)
    assert waiting.error == "Không hỏi được tình trạng chứng thư số từ tổ chức chứng thực."
    sandbox.all_up()
    with travel(timezone.now() + timedelta(seconds=10), tick=True):
        run_jobs()
    assert state_of(request_id).state is SignState.SIGNED
    assert [kind for kind, _ in events()] == ["signing.DocumentSigned"]


def test_a_revoked_signer_fails_at_once(sandbox: TrustSandbox, enrolled: None) -> None:
    with acting_as(process("test", 1)):
        serial = SigningKey.objects.get(holder_account_id=LEADER).serial
    sandbox.post("revoke", serial=serial, reason="keyCompromise")
    with acting_as(officer(LEADER)) as by:
        request_id = ask(by, stored(by))
    run_jobs()
    failed = state_of(request_id)
    assert (failed.state, failed.error) == (SignState.FAILED, "Chứng thư số đã bị thu hồi nên không ký được.")
    assert failed.signed_file_id is None
    assert failed.attempts == 1


def test_a_lost_key_fails_with_a_reason(settings: Any, enrolled: None) -> None:
    for path in Path(settings.EMOIT_KEYS).glob("*account*"):
        path.unlink()
    with acting_as(officer(LEADER)) as by:
        request_id = ask(by, stored(by))
    run_jobs()
    assert state_of(request_id).error == "Không tìm thấy khóa ký; hãy báo quản trị hệ thống."


def test_what_acts_is_not_signed(enrolled: None) -> None:
    with acting_as(officer(LEADER)) as by:
        request_id = ask(by, stored(by, letter().replace(b"/Type/Catalog", b"/AA<<>>/Type/Catalog")))
    run_jobs()
    assert state_of(request_id).state is SignState.FAILED


def test_the_same_request_again_is_the_same(enrolled: None) -> None:
    with acting_as(officer(LEADER)) as by:
        file_id = stored(by)
        assert ask(by, file_id) == ask(by, file_id)
        with pytest.raises(Refusal) as refused:
            ask(by, file_id, number="13/XTTM-KM")
        assert refused.value.code == "already_requested"
        assert len(waiting_jobs()) == 1


def test_a_second_job_for_a_signed_request_does_nothing(enrolled: None) -> None:
    with acting_as(officer(LEADER)) as by:
        request_id = ask(by, stored(by))
    run_jobs()
    with acting_as(process("test", 1)) as by:
        from emoit.signing.jobs import sign

        sign(by=by, now=timezone.now(), request_id=request_id)
    assert len(events()) == 1


@pytest.mark.parametrize(
    ("signer", "code"),
    [(OTHER, "forbidden"), (None, "forbidden")],
)
def test_nobody_signs_with_the_key_of_another(enrolled: None, signer: int | None, code: str) -> None:
    with acting_as(officer(LEADER)) as by:
        file_id = stored(by)
        with pytest.raises(Refusal) as refused:
            ask(by, file_id, signer_account_id=signer)
    assert refused.value.code == code
    assert nothing_happened()


def test_who_has_no_key_is_told(enrolled: None) -> None:
    with acting_as(officer(OTHER)) as by:
        file_id = stored(by)
        with pytest.raises(Refusal) as refused:
            ask(by, file_id)
    assert refused.value.code == "no_key"
    assert nothing_happened()


def test_only_ones_own_files_and_only_pdf(enrolled: None) -> None:
    with acting_as(process("test", 1)) as by:
        foreign = stored(by)
    with acting_as(officer(LEADER)) as by:
        with pytest.raises(NotFound):
            ask(by, foreign)
        picture = stored(by, b"\x89PNG\r\n\x1a\n", "image/png")
        with pytest.raises(Refusal) as refused:
            ask(by, picture)
    assert refused.value.code == "not_pdf"
    assert nothing_happened()


def test_a_process_may_have_a_document_sealed(enrolled: None) -> None:
    with acting_as(process("answer", 1)) as by:
        request_id = ask(by, stored(by), signer_account_id=None)
    run_jobs()
    with acting_as(process("test", 1)) as by:
        done = queries.get_for(by, request_id)
        assert done.state is SignState.SIGNED
        signed = file_queries.get_for(by, done.signed_file_id or 0)
        verdict = queries.verify(file_queries.open_content(signed.digest).read())
    assert verdict.genuine
    assert [one.signer for one in verdict.signatures] == [AGENCY]


def test_a_process_uses_a_leaders_key_only_with_leave(enrolled: None) -> None:
    with acting_as(process("answer", 1)) as by:
        file_id = stored(by)
        with pytest.raises(Forbidden):
            ask(by, file_id, signer_account_id=LEADER)
    assert nothing_happened()
    with acting_as(officer(LEADER)) as leader:
        actions.let_sign_automatically(by=leader, now=timezone.now(), allowed=True)
    with acting_as(process("answer", 1)) as by:
        request_id = ask(by, file_id, signer_account_id=LEADER)
    run_jobs()
    assert state_of(request_id).state is SignState.SIGNED


@pytest.mark.parametrize(
    ("actor", "refusal"),
    [
        (officer(OTHER), Forbidden),
        (officer(LEADER, 2), NotFound),
        (citizen(), NotFound),
        (process("test", 2), NotFound),
        (officer(OTHER, 1, "administrator"), None),
        (officer(LEADER), None),
        (process("test", 1), None),
    ],
)
def test_who_may_give_up_a_request(enrolled: None, actor: Actor, refusal: type[Refusal] | None) -> None:
    with acting_as(officer(LEADER)) as by:
        request_id = ask(by, stored(by))
    with acting_as(actor):
        if refusal:
            with pytest.raises(refusal):
                actions.cancel(by=actor, now=timezone.now(), request_id=request_id, reason="Ký nhầm")
        else:
            actions.cancel(by=actor, now=timezone.now(), request_id=request_id, reason="Ký nhầm")
    run_jobs()
    assert state_of(request_id).state is (SignState.SIGNED if refusal else SignState.CANCELLED)
    assert verbs()[1:] == (["signing.sign"] if refusal else ["signing.cancel"])


def test_what_is_signed_stays(enrolled: None) -> None:
    with acting_as(officer(LEADER)) as by:
        request_id = ask(by, stored(by))
    run_jobs()
    with acting_as(officer(LEADER)) as by:
        for verb in (
            lambda: actions.retry(by=by, now=timezone.now(), request_id=request_id),
            lambda: actions.cancel(by=by, now=timezone.now(), request_id=request_id, reason="x"),
        ):
            with pytest.raises(Refusal) as refused:
                verb()
            assert refused.value.code == "impossible"
    with acting_as(process("test", 1)), pytest.raises(DatabaseError), transaction.atomic():
        SignRequest.objects.filter(pk=request_id).update(number="99")
