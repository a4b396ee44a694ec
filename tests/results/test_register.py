"""The register on the real database: who may enter, end and mend what, numbers without a gap."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError, IntegrityError, ProgrammingError

from emoit.kernel.access import Actor, Forbidden, NotFound, Refusal, acting_as, anonymous, process
from emoit.kernel.models import AuditEntry, Event, Number
from emoit.kernel.personal import keyed_hash
from emoit.results import actions, queries
from emoit.results.models import Result, ResultEvent
from emoit.results.types import EventKind, ResultInfo, State, Verdict
from tests.support.results import (
    AGENCY,
    AUDITOR,
    ENTERPRISE,
    HEAD,
    HEAD_UNIT,
    LATER,
    NOW,
    OTHER_UNIT,
    STRANGER,
    SYSTEM,
    issued,
    officer,
    rows_of,
)

pytestmark = pytest.mark.django_db


def test_issuing_leaves_a_numbered_entry_with_its_traces() -> None:
    first, second = issued(), issued()
    assert first.register_code.startswith("KQ.G02.")
    assert int(second.register_code[-6:]) == int(first.register_code[-6:]) + 1
    assert (first.state, first.kind_code, first.issued_at) == (State.VALID, "KQ.G02.000008", NOW)
    with acting_as(SYSTEM):
        assert Result.objects.get(pk=first.id).readers == ["e:5", f"g:{AGENCY}", f"u:{HEAD_UNIT}"]
        assert Number.objects.get(subject_kind="result", subject_id=str(first.id)).series.key == "KQ.G02"
        assert [e.kind for e in ResultEvent.objects.filter(result_id=first.id)] == ["issued"]
        entry = AuditEntry.objects.get(subject_kind="result", subject_id=str(first.id))
        assert (entry.verb, entry.actor_name) == ("results.issue", "test")
        event = Event.objects.get(kind="results.ResultIssued", payload__result_id=first.id)
        assert event.payload == {
            "agency_id": AGENCY,
            "result_id": first.id,
            "register_code": first.register_code,
            "kind": "promotion_confirmation",
            "subject_code": "G02.21-260504-0001",
        }
        assert first.token not in str(list(Event.objects.values_list("payload", flat=True)))
        assert first.token not in str(list(AuditEntry.objects.values_list("details", flat=True)))
        assert first.token not in str(list(Number.objects.values_list("subject_id", flat=True)))


def test_a_licence_of_2009_needs_no_dossier_no_file_no_signature() -> None:
    old = issued(
        subject_code="",
        number="125/GP-BCT",
        signed_by="",
        signed_title="",
        signed_at=None,
        issued_at=datetime(2009, 7, 1, 2, 0, tzinfo=UTC),
        valid_from=date(2009, 7, 1),
        valid_to=date(2012, 6, 30),
        holder_readers=frozenset(),
        holder_key="",
    )
    assert (old.state, old.file_id, old.digest, old.subject_code) == (State.EXPIRED, None, "", "")
    answer = queries.by_token(old.token, now=NOW)
    assert answer.sentence_vi == "Kết quả này là thật nhưng đã hết hiệu lực sau ngày 30/06/2012."
    assert answer.facts is not None
    assert answer.facts.issued_at == datetime(2009, 7, 1, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"title": "  "}, "incomplete"),
        ({"holder_name": ""}, "incomplete"),
        ({"issuer_name": ""}, "incomplete"),
        ({"valid_from": date(2026, 5, 2), "valid_to": date(2026, 5, 1)}, "wrong_dates"),
        ({"digest": "a" * 64}, "already_registered"),
    ],
)
def test_a_bad_entry_is_refused_and_takes_no_number(changes: dict[str, Any], code: str) -> None:
    before = int(issued(digest="a" * 64).register_code[-6:])
    with pytest.raises(Refusal) as refused:
        issued(**changes)
    assert refused.value.code == code
    assert int(issued().register_code[-6:]) == before + 1


@pytest.mark.parametrize(
    "changes", [{"digest": "A" * 64}, {"digest": "ab"}, {"holder_key": "0100109106"}, {"token": "short"}]
)
def test_values_that_only_a_program_can_get_wrong(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"is not 64 lower-case|was not made by"):
        issued(**changes)


def test_a_code_printed_before_signing_opens_the_result_after_it_is_issued() -> None:
    token = actions.new_token()
    assert queries.by_token(token, now=NOW).verdict is Verdict.NOT_FOUND
    assert issued(token=token).token == token
    assert queries.by_token(token, now=NOW).verdict is Verdict.GENUINE


# Leads the ministry from another unit, and reads this one's rows.
MINISTER = replace(officer(8, 1, "leader"), readers=frozenset({"a:8", "u:1", f"u:{HEAD_UNIT}"}))


ISSUERS = [
    (SYSTEM, True),
    (HEAD, True),
    (MINISTER, True),
    (officer(3, HEAD_UNIT, "records_clerk"), True),
    (officer(4, HEAD_UNIT, "specialist"), False),
    (officer(5, OTHER_UNIT, "unit_head"), False),
    (ENTERPRISE, False),
    (anonymous(AGENCY), False),
]


@pytest.mark.parametrize(("by", "may"), ISSUERS)
def test_who_may_enter_a_result(by: Actor, may: bool) -> None:
    if may:
        assert issued(by).state is State.VALID
        return
    with pytest.raises(Forbidden):
        issued(by)
    with acting_as(SYSTEM):
        assert Result.objects.count() == 0


ENDERS = [
    (SYSTEM, None),
    (HEAD, None),
    (MINISTER, None),
    (officer(6, HEAD_UNIT, "unit_head", principal=1), None),
    (officer(3, HEAD_UNIT, "records_clerk"), Forbidden),
    (officer(4, HEAD_UNIT, "specialist"), Forbidden),
    (AUDITOR, Forbidden),
    (ENTERPRISE, Forbidden),
    (officer(5, OTHER_UNIT, "unit_head"), NotFound),
    (STRANGER, NotFound),
    (anonymous(AGENCY), NotFound),
    (process("test", AGENCY + 1), NotFound),
]


@pytest.mark.parametrize("verb", ["revoke", "replace", "correct"])
@pytest.mark.parametrize(("by", "refusal"), ENDERS)
def test_who_may_end_or_mend_a_result(by: Actor, refusal: type[Refusal] | None, verb: str) -> None:
    result, other = issued(), issued()
    more: dict[str, Any] = {"revoke": {}, "replace": {"replaced_by_id": other.id}, "correct": {"title": "Tên khác"}}[
        verb
    ]
    before = rows_of(result.id)

    def act() -> ResultInfo:
        with acting_as(by):
            return getattr(actions, verb)(by=by, now=LATER, result_id=result.id, reason="Khai sai.", **more)

    if refusal:
        with pytest.raises(refusal):
            act()
        assert rows_of(result.id) == before
        return
    act()
    after = rows_of(result.id)
    assert after["events"] == before["events"] + 1
    assert after["audit"] == before["audit"] + 1


def test_revoking_is_told_to_all_and_final() -> None:
    result = issued()
    deputy = officer(6, HEAD_UNIT, "unit_head", principal=1)
    with acting_as(deputy):
        revoked = actions.revoke(by=deputy, now=LATER, result_id=result.id, reason=" Khai sai sự thật. ")
    assert (revoked.state, revoked.revoked_at, revoked.revoke_reason) == (State.REVOKED, LATER, "Khai sai sự thật.")
    answer = queries.by_token(result.token, now=LATER)
    assert (answer.verdict, answer.is_good) == (Verdict.REVOKED, False)
    assert "20/05/2026" in answer.sentence_vi
    assert "Khai sai" not in str(answer)
    with acting_as(SYSTEM):
        entry = AuditEntry.objects.get(verb="results.revoke", subject_id=str(result.id))
        assert (entry.account_id, entry.on_behalf_of_id) == (6, 1)
        assert Event.objects.get(kind="results.ResultRevoked", payload__result_id=result.id).at == LATER
        told = queries.history(SYSTEM, result.id, now=LATER)
        assert [(h.kind, h.by_name, h.reason) for h in told] == [
            (EventKind.ISSUED, "test", ""),
            (EventKind.REVOKED, "Cán bộ 6", "Khai sai sự thật."),
        ]
    before = rows_of(result.id)
    for verb, more in {"revoke": {}, "correct": {"title": "x"}, "replace": {"replaced_by_id": issued().id}}.items():
        with acting_as(HEAD), pytest.raises(Refusal) as refused:
            getattr(actions, verb)(by=HEAD, now=LATER, result_id=result.id, reason="Lại", **more)
        assert refused.value.code == "impossible_now"
    assert rows_of(result.id) == before


@pytest.mark.parametrize("verb", ["revoke", "replace", "correct"])
def test_a_reason_is_needed(verb: str) -> None:
    result, other = issued(), issued()
    more: dict[str, Any] = {"revoke": {}, "replace": {"replaced_by_id": other.id}, "correct": {"title": "Tên khác"}}[
        verb
    ]
    before = rows_of(result.id)
    with pytest.raises(Refusal) as refused, acting_as(HEAD):
        getattr(actions, verb)(by=HEAD, now=LATER, result_id=result.id, reason="  ", **more)
    assert refused.value.fields == {"reason": "Hãy nêu lý do."}
    assert rows_of(result.id) == before


def test_a_replaced_result_points_to_its_successor() -> None:
    old, new = issued(), issued(number="1600/XTTM-KM")
    with acting_as(HEAD):
        replaced = actions.replace(by=HEAD, now=LATER, result_id=old.id, replaced_by_id=new.id, reason="Cấp lại.")
    assert (replaced.state, replaced.replaced_by_id) == (State.REPLACED, new.id)
    assert new.register_code in queries.by_token(old.token, now=LATER).sentence_vi
    assert queries.by_token(new.token, now=LATER).verdict is Verdict.GENUINE


@pytest.mark.parametrize("successor", ["itself", "of another holder"])
def test_a_result_is_not_replaced_by_just_any(successor: str) -> None:
    old, foreign = issued(), issued(holder_key=keyed_hash("0300588569"))
    chosen = old.id if successor == "itself" else foreign.id
    before = rows_of(old.id)
    with pytest.raises(Refusal) as refused, acting_as(HEAD):
        actions.replace(by=HEAD, now=LATER, result_id=old.id, replaced_by_id=chosen, reason="Cấp lại.")
    assert refused.value.code == "another_holder"
    assert rows_of(old.id) == before


def test_a_correction_keeps_what_stood_before() -> None:
    result = issued(valid_to=date(2026, 6, 30))
    with acting_as(HEAD):
        mended = actions.correct(
            by=HEAD, now=LATER, result_id=result.id, reason="Nhập sai.", holder_name="Công ty Bình Minh", valid_to=None
        )
        told = queries.history(HEAD, result.id, now=LATER)
    assert (mended.holder_name, mended.valid_to, mended.state) == ("Công ty Bình Minh", None, State.VALID)
    assert told[-1].changes == {
        "holder_name": ("Công ty TNHH Thương mại Bình Minh", "Công ty Bình Minh"),
        "valid_to": ("2026-06-30", ""),
    }


def test_a_correction_touches_no_fact_of_the_signature() -> None:
    result = issued()
    with pytest.raises(TypeError, match="digest"), acting_as(HEAD):
        actions.correct(by=HEAD, now=LATER, result_id=result.id, reason="x", digest="b" * 64)


@pytest.mark.parametrize(
    ("statement", "error"),
    [
        ("update results_result set digest = repeat('e', 64)", DatabaseError),
        ("update results_result set token = 'x'", DatabaseError),
        ("update results_result set register_code = 'KQ.G02.999999'", DatabaseError),
        ("update results_result set state = 'revoked'", IntegrityError),
        ("update results_result set state = 'gone'", IntegrityError),
        ("update results_result set revoke_reason = 'x'", IntegrityError),
        ("delete from results_result", ProgrammingError),
        ("truncate results_result cascade", ProgrammingError),
        ("update results_event set reason = 'x'", ProgrammingError),
        ("delete from results_event", ProgrammingError),
    ],
)
def test_the_database_keeps_the_promises_itself(statement: str, error: type[Exception]) -> None:
    result = issued()
    before = rows_of(result.id)
    with acting_as(SYSTEM), pytest.raises(error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert rows_of(result.id) == before


def test_an_ended_result_cannot_be_revived_in_the_database() -> None:
    result = issued()
    with acting_as(HEAD):
        actions.revoke(by=HEAD, now=LATER, result_id=result.id, reason="Khai sai.")
    with acting_as(SYSTEM), pytest.raises(DatabaseError, match="has ended"), transaction.atomic():
        Result.objects.filter(pk=result.id).update(state="valid", revoked_at=None, revoke_reason="")
