"""Sessions, cookies, and what refusals leave behind and give away."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from emoit.dossiers.types import SlipKind
from emoit.kernel.access import acting_as
from emoit.kernel.models import AuditEntry
from emoit.people import actions as people
from tests.attacks.people import signed_in
from tests.support.world import SPECIALIST, World

Login = Callable[[str], Client]
OWNER, OTHER, PASSWORD = "doanhnghiep1", "doanhnghiep2", "mot-mat-khau-kha-dai"


def refusals(world: World) -> list[tuple[int | None, dict[str, Any]]]:
    with acting_as(world.process):
        rows = AuditEntry.objects.filter(verb="access.refused").order_by("id")
        return [(row.account_id, row.details) for row in rows]


def test_a_refusal_leaves_a_row_without_what_was_typed(world: World, sign_in: Login) -> None:
    dossier_id, other = world.submitted(), world.account_id(OTHER)
    client = sign_in(OTHER)
    client.get(f"/ho-so/{dossier_id}/", {"q": "a secret"})
    client.post(f"/ho-so/{dossier_id}/rut/", {"reason": "a secret"})
    client.get("/nghiep-vu/lich/sua/")
    assert refusals(world) == [
        (other, {"screen": "portal:dossier", "status": 404, "dossier_id": dossier_id}),
        (other, {"screen": "portal:withdraw", "status": 404, "dossier_id": dossier_id}),
        (other, {"screen": "desk:calendar-edit", "status": 403}),
    ]


def test_a_flood_of_refusals_is_no_flood_of_rows(world: World, sign_in: Login) -> None:
    client = sign_in(OTHER)
    for n in range(30):
        assert client.get(f"/ho-so/{900 + n}/").status_code == 404
    assert len(refusals(world)) == 20
    world.go("2026-05-04 09:32")
    client.get("/ho-so/990/")
    assert len(refusals(world)) == 21


def test_strangers_and_addresses_that_lead_nowhere_leave_none(world: World, sign_in: Login) -> None:
    Client().get("/tep/1/")
    Client().get("/kiem-tra/ABC/")
    sign_in(OTHER).get("/khong-co-trang-nay/0912345678/")
    assert refusals(world) == []


def known(world: World, login: str) -> Client:
    """A browser that came in by the form."""
    with acting_as(world.process):
        people.reset_password(by=world.process, now=world.now, account_id=world.account_id(login), new=PASSWORD)
    client = Client()
    client.get("/dang-nhap/")
    assert client.post("/dang-nhap/", {"login": login, "password": PASSWORD}).status_code == 302
    return client


def test_a_session_planted_before_signing_in_is_worth_nothing(world: World) -> None:
    victim = Client()
    session = victim.session
    session["planted"] = True
    session.save()
    planted = session.session_key
    victim.cookies["sessionid"] = planted or ""
    with acting_as(world.process):
        people.reset_password(by=world.process, now=world.now, account_id=world.account_id(OWNER), new=PASSWORD)
    victim.post("/dang-nhap/", {"login": OWNER, "password": PASSWORD})
    assert victim.get("/ho-so/").status_code == 200
    assert victim.cookies["sessionid"].value != planted
    attacker = Client()
    attacker.cookies["sessionid"] = planted or ""
    assert attacker.get("/ho-so/").status_code == 302


def test_a_session_planted_over_another_person_is_emptied(world: World) -> None:
    client = known(world, OTHER)
    before = client.cookies["sessionid"].value
    with acting_as(world.process):
        people.reset_password(by=world.process, now=world.now, account_id=world.account_id(OWNER), new=PASSWORD)
    client.post("/dang-nhap/", {"login": OWNER, "password": PASSWORD})
    assert not Session.objects.filter(session_key=before).exists()


def test_signing_out_ends_the_session_for_every_copy_of_the_cookie(world: World) -> None:
    client = known(world, OWNER)
    copy = Client()
    copy.cookies["sessionid"] = client.cookies["sessionid"].value
    assert copy.get("/ho-so/").status_code == 200
    client.post("/dang-xuat/")
    assert copy.get("/ho-so/").status_code == 302


@pytest.mark.parametrize("change", ["password", "closed"])
def test_a_changed_password_or_a_closed_account_ends_every_session(world: World, change: str) -> None:
    client, account = known(world, OWNER), world.account_id(OWNER)
    with acting_as(world.process) as by:
        if change == "password":
            people.reset_password(by=by, now=world.now, account_id=account, new="mot-mat-khau-khac-han")
        else:
            people.deactivate(by=by, now=world.now, account_id=account)
    assert client.get("/ho-so/").status_code == 302


def test_cookies_and_headers(world: World) -> None:
    client = known(world, OWNER)
    cookie = client.cookies["sessionid"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    assert client.cookies["csrftoken"]["httponly"] is True
    headers = client.get("/ho-so/").headers
    assert headers["Cache-Control"] == "private, no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "Server" not in headers


def test_over_https_cookies_are_secure_and_forms_come_from_the_public_address() -> None:
    import json
    import os
    import subprocess
    import sys

    asked = (
        "from emoit.config import settings as s; import json;"
        "print(json.dumps([s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_HSTS_SECONDS,"
        " s.CSRF_TRUSTED_ORIGINS, s.SECURE_PROXY_SSL_HEADER]))"
    )
    source = str(Path(__file__).parents[2] / "src")
    environment = {
        **os.environ,
        "PYTHONPATH": source,
        "EMOIT_PUBLIC_URL": "https://dvc.example.vn/",
        "EMOIT_PROXIES": "1",
    }
    told = subprocess.run([sys.executable, "-c", asked], env=environment, capture_output=True, check=True).stdout
    assert json.loads(told) == [
        True, True, 31_536_000, ["https://dvc.example.vn"], ["HTTP_X_FORWARDED_PROTO", "https"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("proxies", "header", "expected"),
    [
        (0, "1.2.3.4", "127.0.0.1"),
        (1, "1.2.3.4", "1.2.3.4"),
        (1, "6.6.6.6, 1.2.3.4", "1.2.3.4"),
        (2, "6.6.6.6, 1.2.3.4, 10.0.0.1", "1.2.3.4"),
        (2, "1.2.3.4", "127.0.0.1"),
        (1, "", "127.0.0.1"),
    ],
)
def test_whose_address_counts(rf: Any, settings: Any, proxies: int, header: str, expected: str) -> None:
    from emoit.config.entrance import client_address

    settings.EMOIT_PROXIES = proxies
    assert client_address(rf.get("/", headers={"X-Forwarded-For": header})) == expected


def test_pages_of_failure_give_nothing_away(world: World, settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.attacks.failing"
    settings.DEBUG = False
    client = signed_in(world, OWNER)
    client.raise_request_exception = False
    for address, status in (("/hong/", 500), ("/khong-co/", 404), ("/ho-so/99999/", 404), ("/nghiep-vu/", 403)):
        response = client.get(address)
        text = response.content.decode()
        assert response.status_code == status
        for given_away in ("a secret", "Traceback", "RuntimeError", "/src/", "emoit.config", "psycopg", "Django"):
            assert given_away not in text, (address, given_away)
        assert "unsafe" not in response.headers["Content-Security-Policy"]


def test_the_control_slip_is_not_the_applicants(world: World, sign_in: Login) -> None:
    dossier_id = world.in_examination()
    world.run_jobs()
    response = sign_in(SPECIALIST).post(f"/nghiep-vu/ho-so/{dossier_id}/phieu-kiem-soat/")
    file_id = int(response["Location"].rstrip("/").rsplit("/", 1)[-1])
    assert sign_in(SPECIALIST).get(f"/nghiep-vu/tep/{file_id}/").status_code == 200
    assert sign_in("kiemtra").get(f"/nghiep-vu/tep/{file_id}/").status_code == 200
    assert sign_in(OWNER).get(f"/tep/{file_id}/").status_code == 404
    page = sign_in(OWNER).get(f"/ho-so/{dossier_id}/").content.decode()
    assert SlipKind.CONTROL_SLIP.label not in page
    assert SlipKind.RECEIPT.label in page


def test_tracking_is_throttled_by_code_wherever_the_guesses_come_from(world: World) -> None:
    dossier_id = world.submitted()
    code = world.info(dossier_id).code
    for n in range(50):
        wrong = Client(REMOTE_ADDR=f"10.3.0.{n}").post("/tra-cuu/", {"ma": code, "thong_tin": f"09{n:08}"})
        assert wrong.status_code == 422
    right = {"ma": code, "thong_tin": "9900000016"}
    page = Client(REMOTE_ADDR="10.4.0.1").post("/tra-cuu/", right)
    assert page.status_code == 422
    assert "15 phút" in page.content.decode()
    world.clock.shift(15 * 60)
    assert timezone.now() > world.at("2026-05-04 09:44")
    assert Client(REMOTE_ADDR="10.4.0.1").post("/tra-cuu/", right).status_code == 200
