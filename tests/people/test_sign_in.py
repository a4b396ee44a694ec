"""Signing in: who gets in, what a refusal tells, and how often one may try."""

from __future__ import annotations

import json
import stat
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.test import RequestFactory

from emoit.config import settings as project
from emoit.kernel.access import Refusal, acting_as, anonymous, platform, process
from emoit.kernel.models import AuditEntry
from emoit.people import actions, queries
from emoit.people.models import Account, Credential, SignInAttempt
from emoit.people.rules import FREE_ANYWHERE, MOST_OF_ADDRESS
from emoit.people.types import AccountKind
from tests.people.world import DAY, NOW, actor, enterprise

pytestmark = pytest.mark.django_db

PASSWORD = "mot-mat-khau-kha-dai"
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
WRONG = "Tên đăng nhập hoặc mật khẩu không đúng."


@pytest.fixture
def officer_id(agency_id: int) -> int:
    return actions.create_officer(
        by=process("test", agency_id), now=NOW, login="pham.hung", full_name="Phạm Quốc Hưng", password=PASSWORD
    ).pk


def attempt(login: str = "pham.hung", password: str = PASSWORD, at: Any = NOW, address: str = "10.0.0.1") -> int | str:
    """The account's id, or the code of the refusal."""
    by = queries.anonymous_actor()
    answer = actions.sign_in(by=by, now=at, login=login, password=password, address=address)
    return answer.code if isinstance(answer, Refusal) else answer.pk


def test_the_login_is_case_insensitive(officer_id: int) -> None:
    assert attempt(" Pham.HUNG ") == officer_id


def test_success_is_recorded(agency_id: int, officer_id: int) -> None:
    attempt()
    with acting_as(process("test", agency_id)):
        assert Credential.objects.get(account=officer_id).last_sign_in_at == NOW
        assert AuditEntry.objects.get(verb="sign_in").account_id == officer_id


def test_passwords_are_argon2(agency_id: int, settings: Any) -> None:
    settings.PASSWORD_HASHERS = project.PASSWORD_HASHERS  # what the site runs with
    by = process("test", agency_id)
    officer_id = actions.create_officer(by=by, now=NOW, login="pham.hung", full_name="Hưng", password=PASSWORD).pk
    assert attempt() == officer_id
    with acting_as(process("test", agency_id)):
        assert Credential.objects.get(account=officer_id).password.startswith("argon2$argon2id$")


def test_unknown_wrong_and_closed_sound_alike(agency_id: int, officer_id: int) -> None:
    actions.deactivate(by=process("test", agency_id), now=NOW, account_id=officer_id)
    by = anonymous(agency_id)
    for login, password in (("khong.co", PASSWORD), ("pham.hung", "sai"), ("pham.hung", PASSWORD)):
        answer = actions.sign_in(by=by, now=NOW, login=login, password=password, address="10.0.0.1")
        assert isinstance(answer, Refusal)
        assert (answer.code, answer.message) == ("wrong_credentials", WRONG)
    with acting_as(process("test", agency_id)):
        assert not AuditEntry.objects.filter(verb="sign_in").exists()


@pytest.mark.parametrize("login", ["pham.hung", "khong.co"])
def test_five_failures_close_the_door_for_a_minute_then_twice_as_long_each_time(officer_id: int, login: str) -> None:
    """Also with the right password, and also where there is no such account."""
    assert [attempt(login, "sai", NOW + i * MINUTE) for i in range(5)] == ["wrong_credentials"] * 5
    at, waited = NOW + 4 * MINUTE, []
    for minutes in (1, 2, 4, 8, 16, 32, 60, 60):
        assert attempt(login, PASSWORD, at + minutes * MINUTE - SECOND) == "throttled"
        at += minutes * MINUTE
        assert attempt(login, "sai", at) == "wrong_credentials"
        waited.append(minutes)
    expected = officer_id if login == "pham.hung" else "wrong_credentials"
    assert attempt(login, PASSWORD, at + 60 * MINUTE) == expected


def test_the_refusal_says_how_long(officer_id: int) -> None:
    for _ in range(5):
        attempt(password="sai")
    by = queries.anonymous_actor()
    answer = actions.sign_in(by=by, now=NOW + SECOND, login="pham.hung", password=PASSWORD, address="10.0.0.1")
    assert isinstance(answer, Refusal)
    assert answer.message == "Bạn đã nhập sai nhiều lần. Hãy thử lại sau 1 phút."


def test_an_administrator_unlocks(agency_id: int, officer_id: int) -> None:
    for n in range(FREE_ANYWHERE):
        attempt(password="sai", address=f"10.0.0.{n % 4}")
    assert [attempt(address=f"10.0.0.{n}") for n in range(5)] == ["throttled"] * 5
    actions.unlock(by=process("test", agency_id), now=NOW, account_id=officer_id)
    assert attempt(address="10.0.0.1") == officer_id
    with acting_as(process("test", agency_id)):
        assert AuditEntry.objects.filter(verb="unlock", subject_id=str(officer_id)).count() == 1


def test_throttling_is_per_login_and_address(officer_id: int) -> None:
    for _ in range(5):
        attempt(password="sai")
    assert attempt() == "throttled"
    assert attempt(address="10.0.0.2") == officer_id
    assert attempt("nguoi.khac", "sai") == "wrong_credentials"


def test_a_login_that_is_tried_from_everywhere_is_closed_too(officer_id: int) -> None:
    for n in range(FREE_ANYWHERE):
        assert attempt(password="sai", address=f"10.1.0.{n}") == "wrong_credentials"
    assert attempt(address="10.2.0.1") == "throttled"
    assert attempt("nguoi.khac", "sai", address="10.2.0.1") == "wrong_credentials"
    assert attempt(at=NOW + MINUTE, address="10.2.0.1") == officer_id
    assert attempt(password="sai", at=NOW + 2 * MINUTE, address="10.2.0.2") == "wrong_credentials"  # counted anew
    assert attempt(at=NOW + 2 * MINUTE, address="10.2.0.1") == officer_id


def test_an_address_that_tries_every_login_is_closed_too(officer_id: int) -> None:
    for n in range(MOST_OF_ADDRESS):
        assert attempt(f"nguoi.{n}", "sai") == "wrong_credentials"
    assert attempt() == "throttled"
    assert attempt(address="10.0.0.2") == officer_id


def test_failures_are_recorded_without_what_was_typed(agency_id: int, officer_id: int) -> None:
    attempt(password="sai")
    attempt("khong.co", "sai")
    for _ in range(6):
        attempt(password="sai", address="10.0.0.9")  # the last one is throttled: not judged, not recorded
    with acting_as(process("test", agency_id)):
        rows = list(AuditEntry.objects.filter(verb="sign_in.refused").order_by("id"))
    assert [(r.subject_id, r.details["failures"]) for r in rows] == [
        (str(officer_id), 1),
        ("unknown", 1),
        *((str(officer_id), n) for n in range(1, 6)),
    ]
    assert {(r.account_id, r.details["closed"]) for r in rows} == {(None, False)}


def test_success_begins_the_count_anew(officer_id: int) -> None:
    for minute in range(4):
        attempt(password="sai", at=NOW + minute * MINUTE)
    assert attempt(at=NOW + 4 * MINUTE) == officer_id
    for minute in range(4):
        attempt(password="sai", at=NOW + (5 + minute) * MINUTE)
    assert attempt(at=NOW + 9 * MINUTE) == officer_id


def test_what_was_typed_is_not_kept(agency_id: int, officer_id: int) -> None:
    attempt("my-secret-by-mistake", "sai")
    with acting_as(process("test", agency_id)):
        kept = [*SignInAttempt.objects.values(), *AuditEntry.objects.filter(verb="sign_in.refused").values()]
    assert len(kept) == 4  # of login and address, of the login, of the address; and the row of the trail
    assert "secret" not in str(kept)
    assert "10.0.0.1" not in str(kept)


def test_five_wrong_guesses_close_the_door_to_one_thing(agency_id: int) -> None:
    by, subject, other = anonymous(agency_id), "track:G02-260504-0001", "track:G02-260504-0002"
    for minute in range(5):
        at = NOW + minute * MINUTE
        assert actions.may_guess(by=by, now=at, subject=subject, address="10.0.0.1")
        actions.note_guess(by=by, now=at, subject=subject, address="10.0.0.1", right=False)
    at = NOW + 5 * MINUTE
    assert not actions.may_guess(by=by, now=at, subject=subject, address="10.0.0.1")
    assert actions.may_guess(by=by, now=at, subject=subject, address="10.0.0.2")
    assert actions.may_guess(by=by, now=at, subject=other, address="10.0.0.1")
    assert actions.may_guess(by=by, now=NOW + 15 * MINUTE, subject=subject, address="10.0.0.1")


def test_old_attempts_are_forgotten(agency_id: int, officer_id: int) -> None:
    attempt(password="sai", at=NOW - 2 * DAY)
    attempt(password="sai", at=NOW)
    assert actions.forget_attempts(by=platform("test"), now=NOW) == 3
    with acting_as(process("test", agency_id)):
        assert SignInAttempt.objects.count() == 3


def test_a_tax_code_signs_in_its_only_representative(agency_id: int) -> None:
    from tests.people.test_security import register

    citizen = register(agency_id)
    enterprise(agency_id, citizen)
    assert attempt("9900000016") == citizen
    assert attempt("9900000023") == "wrong_credentials"


def test_a_changed_password_ends_every_session(officer_id: int) -> None:
    account = queries.account_for_session(officer_id, now=NOW)
    assert account is not None
    before = account.get_session_auth_hash()
    for old, new, told in (("sai", "mat-khau-moi-du-dai", "old"), (PASSWORD, "ngan", "password")):
        with pytest.raises(Refusal) as refusal:
            actions.change_password(by=actor(officer_id), now=NOW, account_id=officer_id, old=old, new=new)
        assert set(refusal.value.fields) == {told}
    assert attempt() == officer_id
    changed = actions.change_password(
        by=actor(officer_id), now=NOW, account_id=officer_id, old=PASSWORD, new="mat-khau-moi-du-dai"
    )
    assert changed.get_session_auth_hash() != before
    assert attempt() == "wrong_credentials"
    assert attempt(password="mat-khau-moi-du-dai") == officer_id


def test_djangos_door(officer_id: int) -> None:
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.9")
    found = authenticate(request, login="pham.hung", password=PASSWORD)
    assert found is not None
    assert found.pk == officer_id
    assert authenticate(request, login="pham.hung", password="sai") is None


def test_demo_accounts(agency_id: int, settings: Any, tmp_path: Path) -> None:
    settings.VAR, settings.DEBUG, settings.EMOIT_DEMO = tmp_path, False, False
    with pytest.raises(CommandError, match="EMOIT_DEMO"):
        call_command("load_demo")
    file = tmp_path / "demo" / "accounts.json"
    assert not file.exists()
    settings.EMOIT_DEMO = True
    call_command("load_demo")
    first = file.read_text("utf-8")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    entries = json.loads(first)
    assert len(entries) == 44
    call_command("load_demo")
    assert file.read_text("utf-8") == first
    for entry in entries[:4]:
        assert isinstance(attempt(entry["login"], entry["password"]), int)
    with acting_as(process("test", agency_id)):
        assert Account.objects.filter(kind=AccountKind.CITIZEN).count() == 3
    file.unlink()
    call_command("load_demo")
    again = json.loads(file.read_text("utf-8"))
    assert again[0]["password"] != entries[0]["password"]
    assert isinstance(attempt(again[0]["login"], again[0]["password"], address="10.0.0.3"), int)
