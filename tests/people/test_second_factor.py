"""The authenticator: enrolled, asked for, used once, lost; and codes for a day without it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.db import connection

from emoit.kernel.access import Forbidden, Refusal, acting_as, process
from emoit.kernel.models import AuditEntry
from emoit.people import actions, queries
from emoit.people.actions.second_factor import code_at
from emoit.people.models import Account, RecoveryCode, SecondFactor
from emoit.people.types import Role
from tests.people.world import NOW, actor, officer

pytestmark = pytest.mark.django_db

PASSWORD = "mot-mat-khau-kha-dai"
STEP = timedelta(seconds=30)
SECOND = timedelta(seconds=1)


@pytest.fixture
def me(agency_id: int) -> int:
    by = process("test", agency_id)
    return actions.create_officer(by=by, now=NOW, login="pham.hung", full_name="Phạm Quốc Hưng", password=PASSWORD).pk


def step_of(at: datetime) -> int:
    return int(at.timestamp()) // 30


def enrol(account_id: int, at: datetime = NOW) -> tuple[str, tuple[str, ...]]:
    """(secret, recovery codes)."""
    by = actor(account_id)
    enrolment = actions.begin_enrolment(by=by, now=at)
    return enrolment.secret, actions.confirm_enrolment(by=by, now=at, code=code_at(enrolment.secret, step_of(at)))


def second_step(account_id: int, code: str, at: datetime) -> str:
    """ "in", or the code of the refusal."""
    stamp = stamp_of(account_id)
    by = queries.anonymous_actor()
    answer = actions.pass_second_factor(by=by, now=at, account_id=account_id, stamp=stamp, code=code)
    return answer.code if isinstance(answer, Refusal) else "in"


def stamp_of(account_id: int) -> str:
    with acting_as(process("test", queries.agency_id_of("G02"))):
        return Account.objects.get(pk=account_id).session_stamp


# RFC 6238, appendix B, for SHA-1 and 8 digits of the secret "12345678901234567890": the last six of them.
@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    assert code_at("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", seconds // 30) == code


def test_the_address_for_the_app(me: int) -> None:
    enrolment = actions.begin_enrolment(by=actor(me), now=NOW)
    assert enrolment.uri == (
        "otpauth://totp/B%E1%BB%99%20C%C3%B4ng%20Th%C6%B0%C6%A1ng:pham.hung"
        f"?secret={enrolment.secret}&issuer=B%E1%BB%99%20C%C3%B4ng%20Th%C6%B0%C6%A1ng&digits=6&period=30"
    )
    assert len(enrolment.secret) == 32


def test_nothing_is_asked_for_before_the_first_code_was_shown(me: int) -> None:
    first = actions.begin_enrolment(by=actor(me), now=NOW)
    assert actions.begin_enrolment(by=actor(me), now=NOW + timedelta(minutes=14)).secret == first.secret
    assert actions.begin_enrolment(by=actor(me), now=NOW + timedelta(minutes=15)).secret != first.secret
    assert not queries.has_second_factor(actor(me))
    for code in ("", "12345", "abcdef", "000000 000000", "１２３４５６", code_at(first.secret, step_of(NOW))):
        with pytest.raises(Refusal) as refusal:
            actions.confirm_enrolment(by=actor(me), now=NOW + timedelta(minutes=15), code=code)
        assert refusal.value.code == "wrong_code"
    assert not queries.has_second_factor(actor(me))


def test_secret_and_codes_are_not_readable_in_the_database(agency_id: int, me: int) -> None:
    secret, codes = enrol(me)
    with acting_as(process("test", agency_id)), connection.cursor() as cursor:
        cursor.execute("select string_agg(f::text, ' ') from people_second_factor f")
        (factors,) = cursor.fetchone()
        cursor.execute("select string_agg(c::text, ' ') from people_recovery_code c")
        (kept,) = cursor.fetchone()
    assert secret not in factors
    assert not [code for code in codes if code in kept or code.replace("-", "") in kept]
    with acting_as(actor(me)):
        assert (SecondFactor.objects.count(), RecoveryCode.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("offset", "answer"), [(-2, "wrong_code"), (-1, "in"), (0, "in"), (1, "in"), (2, "wrong_code")]
)
def test_a_clock_may_be_half_a_minute_off(me: int, offset: int, answer: str) -> None:
    secret, _ = enrol(me)
    at = NOW + 10 * STEP
    assert second_step(me, code_at(secret, step_of(at) + offset), at) == answer


def test_each_code_works_once_and_none_before_it(me: int) -> None:
    secret, _ = enrol(me)
    assert second_step(me, code_at(secret, step_of(NOW)), NOW + SECOND) == "wrong_code"  # the one of the enrolment
    at = NOW + 10 * STEP
    assert second_step(me, code_at(secret, step_of(at)), at) == "in"
    assert second_step(me, code_at(secret, step_of(at)), at + SECOND) == "wrong_code"
    assert second_step(me, code_at(secret, step_of(at) - 1), at + 2 * SECOND) == "wrong_code"
    assert second_step(me, f"{code_at(secret, step_of(at) + 1)[:3]} {code_at(secret, step_of(at) + 1)[3:]}", at) == "in"


def test_recovery_codes_work_once_each(me: int) -> None:
    _, codes = enrol(me)
    assert (len(codes), len(set(codes))) == (10, 10)
    assert {len(code) for code in codes} == {11}
    at = NOW + 10 * STEP
    assert second_step(me, codes[0].upper().replace("-", " "), at) == "in"
    assert second_step(me, codes[0], at + SECOND) == "wrong_code"
    assert queries.recovery_codes_left(actor(me)) == 9
    again = actions.renew_recovery_codes(by=actor(me), now=at, password=PASSWORD)
    assert not set(again) & set(codes)
    assert second_step(me, codes[1], at + 2 * SECOND) == "wrong_code"
    assert second_step(me, again[9], at + 3 * SECOND) == "in"


def test_wrong_codes_close_the_door_for_longer_and_longer(agency_id: int, me: int) -> None:
    secret, _ = enrol(me)
    at = NOW + 10 * STEP
    assert [second_step(me, "000000", at + n * SECOND) for n in range(5)] == ["wrong_code"] * 5
    good = code_at(secret, step_of(at + 60 * SECOND))
    assert second_step(me, good, at + 63 * SECOND) == "throttled"
    assert second_step(me, "000000", at + 64 * SECOND) == "wrong_code"
    late = at + timedelta(minutes=2, seconds=63)
    assert second_step(me, code_at(secret, step_of(late)), late) == "throttled"
    actions.unlock(by=process("test", agency_id), now=late, account_id=me)
    assert second_step(me, code_at(secret, step_of(late)), late + SECOND) == "in"


def test_between_the_steps_a_changed_password_sends_one_back(agency_id: int, me: int) -> None:
    secret, _ = enrol(me)
    stamp = stamp_of(me)
    actions.reset_password(by=process("test", agency_id), now=NOW, account_id=me, new="mat-khau-moi-du-dai")
    at = NOW + 10 * STEP
    by = queries.anonymous_actor()
    for account_id, known in ((me, stamp), (me, ""), (me + 10_000, stamp)):
        answer = actions.pass_second_factor(
            by=by, now=at, account_id=account_id, stamp=known, code=code_at(secret, step_of(at))
        )
        assert isinstance(answer, Refusal)
        assert answer.code == "start_again"


def test_the_password_alone_is_the_first_step_only(agency_id: int, me: int) -> None:
    enrol(me)
    by = queries.anonymous_actor()
    answer = actions.sign_in(by=by, now=NOW + STEP, login="pham.hung", password=PASSWORD, address="10.0.0.1")
    assert isinstance(answer, Account)
    assert answer.second_factor is not None
    assert answer.second_factor.enrolled
    assert authenticate(None, login="pham.hung", password=PASSWORD) is None
    with acting_as(process("test", agency_id)):
        assert AuditEntry.objects.filter(verb="sign_in.first_step").count() == 2
        assert not AuditEntry.objects.filter(verb="sign_in").exists()


def test_changing_and_removing_need_the_password(me: int, settings: Any) -> None:
    secret, codes = enrol(me)
    by, at = actor(me), NOW + timedelta(hours=1)
    verbs = (
        lambda p: actions.begin_enrolment(by=by, now=at, password=p),
        lambda p: actions.renew_recovery_codes(by=by, now=at, password=p),
        lambda p: actions.remove_second_factor(by=by, now=at, password=p),
    )
    settings.EMOIT_OFFICER_TOTP = "offered"
    for verb in verbs:
        with pytest.raises(Refusal) as refusal:
            verb("sai")
        assert refusal.value.code == "wrong_password"
    with pytest.raises(Refusal) as refusal:
        actions.begin_enrolment(by=by, now=at)
    assert refusal.value.code == "password_missing"
    settings.EMOIT_OFFICER_TOTP = "required"
    with pytest.raises(Refusal) as refusal:
        actions.remove_second_factor(by=by, now=at, password=PASSWORD)
    assert refusal.value.code == "required"
    assert second_step(me, codes[0], at) == "in"
    fresh = actions.begin_enrolment(by=by, now=at, password=PASSWORD)
    assert fresh.secret != secret
    later = at + timedelta(minutes=1)
    assert second_step(me, code_at(secret, step_of(later)), later) == "in"  # the old one until the new one is confirmed
    actions.confirm_enrolment(by=by, now=later, code=code_at(fresh.secret, step_of(later)))
    later += 5 * STEP
    assert second_step(me, code_at(secret, step_of(later)), later) == "wrong_code"
    assert second_step(me, code_at(fresh.secret, step_of(later)), later) == "in"
    settings.EMOIT_OFFICER_TOTP = "offered"
    actions.remove_second_factor(by=by, now=later, password=PASSWORD)
    assert not queries.has_second_factor(by)


def test_an_administrator_resets_it_and_the_holder_is_told_once(agency_id: int, me: int) -> None:
    admin = actor(officer(agency_id, "Quản trị", [("G02", Role.ADMINISTRATOR)]))
    enrol(me)
    actions.reset_second_factor(by=admin, now=NOW, account_id=me)
    assert not queries.has_second_factor(actor(me))
    by = queries.anonymous_actor()
    told = []
    for _ in range(2):
        answer = actions.sign_in(by=by, now=NOW, login="pham.hung", password=PASSWORD, address="10.0.0.1")
        assert isinstance(answer, Account)
        told.append(answer.sign_in_notice)
    assert told == [
        "Quản trị viên đã đặt lại ứng dụng xác thực của bạn ngày 04/05/2026. Nếu bạn không yêu cầu, hãy báo ngay.",
        "",
    ]
    with acting_as(process("test", agency_id)):
        row = AuditEntry.objects.get(verb="reset_second_factor")
    assert (row.account_id, row.subject_id) == (admin.account_id, str(me))
    with pytest.raises(Refusal) as refusal:
        actions.reset_second_factor(by=admin, now=NOW, account_id=me)
    assert refusal.value.code == "not_enrolled"
    with pytest.raises(Refusal) as refusal:
        actions.reset_second_factor(by=admin, now=NOW, account_id=admin.account_id or 0)
    assert refusal.value.code == "oneself"


def test_nobody_else_enrols(agency_id: int) -> None:
    with pytest.raises(Forbidden):
        actions.begin_enrolment(by=process("test", agency_id), now=NOW)
    with pytest.raises(Forbidden):
        actions.begin_enrolment(by=queries.anonymous_actor(), now=NOW)


def test_the_days_of_grace_begin_when_one_is_first_asked(me: int, settings: Any) -> None:
    settings.EMOIT_OFFICER_TOTP, settings.EMOIT_TOTP_GRACE_DAYS = "required", 14
    first = datetime(2026, 6, 1, 2, 0, tzinfo=UTC)
    by = queries.anonymous_actor()
    for days in (0, 5):
        actions.sign_in(
            by=by, now=first + timedelta(days=days), login="pham.hung", password=PASSWORD, address="10.0.0.1"
        )
        found = queries.account_for_session(me, now=first)
        assert found is not None
        assert queries.must_enrol_by(found.second_factor) == first + timedelta(days=14)
    settings.EMOIT_OFFICER_TOTP = "offered"
    assert queries.must_enrol_by(found.second_factor) is None
