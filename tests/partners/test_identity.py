"""Signing in at the OpenID provider for real: a client's requests and a browser's, over HTTP."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.errors import BadSignatureError
from joserfc.jwk import KeySet

from emoit_partners.identity.registry import password_of
from emoit_partners.people import enterprises, people
from tests.support.partners import Running, running

BACK = "http://127.0.0.1:9/ve"
GONE = "http://127.0.0.1:9/da-dang-xuat"
SOMEONE = people()[0]


@dataclass
class Visit:
    """One browser, and the client application behind BACK."""

    provider: Running
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))
    state: str = field(default_factory=lambda: secrets.token_urlsafe(8))
    nonce: str = field(default_factory=lambda: secrets.token_urlsafe(8))
    browser: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=20))

    @property
    def base(self) -> str:
        return self.provider.address

    def ask(self, **changed: str) -> httpx.Response:
        """Go to the provider and follow it until it shows a page or sends us back."""
        challenge = base64.urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()
        told = {
            "client_id": "emoit",
            "response_type": "code",
            "redirect_uri": BACK,
            "scope": "openid",
            "state": self.state,
            "nonce": self.nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        } | changed
        query = urlencode({name: value for name, value in told.items() if value})
        return self.follow(self.browser.get(f"{self.base}/auth?{query}"))

    def follow(self, answer: httpx.Response) -> httpx.Response:
        while answer.is_redirect and not answer.headers["location"].startswith("http://127.0.0.1:9/"):
            answer = self.browser.get(answer.url.join(answer.headers["location"]))
        return answer

    def press(self, page: httpx.Response, word: str, **fields: str) -> httpx.Response:
        (action,) = re.findall(rf'action="(/interaction/[\w-]+/{word})"', page.text)
        return self.follow(self.browser.post(f"{self.base}{action}", data=fields))

    def sign_in(self, login: str = SOMEONE.number, **changed: str) -> dict[str, str]:
        """All the way; the parameters that came back."""
        page = self.press(self.ask(**changed), "login", login=login, password=password_of(login))
        return back(page if page.is_redirect else self.press(page, "confirm"))

    def token(self, came: str, **changed: str) -> httpx.Response:
        told = {"grant_type": "authorization_code", "code": came, "redirect_uri": BACK, "code_verifier": self.verifier}
        return self.browser.post(f"{self.base}/token", data=told | changed, auth=("emoit", "a secret of tests"))

    def me(self, token: str) -> dict[str, Any]:
        answer = self.browser.get(f"{self.base}/me", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 200
        return dict(answer.json())

    def claims(self, id_token: str) -> dict[str, Any]:
        """Of an ID token whose signature holds."""
        keys = KeySet.import_key_set(self.browser.get(f"{self.base}/jwks").json())
        return dict(jwt.decode(id_token, keys, algorithms=["RS256"]).claims)


def back(answer: httpx.Response) -> dict[str, str]:
    assert answer.is_redirect, answer.text
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running("identity", tmp_path_factory.mktemp("identity")) as provider:
        yield provider


@pytest.fixture
def visit(started: Running) -> Iterator[Visit]:
    started.reset()
    client = {
        "client_id": "emoit",
        "client_name": "Bộ Công Thương điện tử",
        "client_secret": "a secret of tests",
        "redirect_uris": [BACK],
        "post_logout_redirect_uris": [GONE],
    }
    started.call("PUT", "/clients", client)
    made = Visit(started)
    yield made
    made.browser.close()


def test_discovery(visit: Visit) -> None:
    found = visit.browser.get(f"{visit.base}/.well-known/openid-configuration").json()
    assert found["issuer"] == visit.base
    assert found["code_challenge_methods_supported"] == ["S256"]
    assert found["response_types_supported"] == ["code"]
    for name in ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "end_session_endpoint"):
        assert found[name].startswith(f"{visit.base}/")


def test_a_person_signs_in(visit: Visit) -> None:
    page = visit.ask()
    assert (page.status_code, "Số định danh cá nhân" in page.text) == (200, True)
    consent = visit.press(page, "login", login=SOMEONE.number, password=password_of(SOMEONE.number))
    assert "Bộ Công Thương điện tử" in consent.text
    told = back(visit.press(consent, "confirm"))
    assert (told["state"], told["iss"]) == (visit.state, visit.base)
    tokens = visit.token(told["code"]).json()
    claims = visit.claims(tokens["id_token"])
    assert (claims["iss"], claims["aud"], claims["nonce"]) == (visit.base, "emoit", visit.nonce)
    who = visit.me(tokens["access_token"])
    assert who["sub"] == claims["sub"] == who["TechID"]
    assert {name: who[name] for name in ("SoDinhDanh", "HoVaTen", "LoaiTaiKhoan", "GioiTinh", "NgayThangNamSinh")} == {
        "SoDinhDanh": SOMEONE.number,
        "HoVaTen": SOMEONE.name,
        "LoaiTaiKhoan": "1",
        "GioiTinh": "Nữ",
        "NgayThangNamSinh": "22/08/1979",
    }


def test_scopes_bring_the_claims_of_openid_connect(visit: Visit) -> None:
    tokens = visit.token(visit.sign_in(scope="openid profile address")["code"]).json()
    who = visit.me(tokens["access_token"])
    assert (who["name"], who["gender"], who["birthdate"]) == (SOMEONE.name, "female", "1979-08-22")
    assert who["address"]["formatted"] == SOMEONE.home.text


def test_an_enterprise_signs_in_with_its_tax_code(visit: Visit) -> None:
    firm = next(one for one in enterprises() if one.status == "active")
    who = visit.me(visit.token(visit.sign_in(firm.tax_code)["code"]).json()["access_token"])
    assert (who["LoaiTaiKhoan"], who["MaSoThue"], who["TenDoanhNghiep"]) == ("2", firm.tax_code, firm.name)
    assert who["SoDinhDanh"] == firm.representative.number


def test_consent_is_asked_once(visit: Visit) -> None:
    visit.sign_in()
    assert "code" in back(visit.ask())  # the same browser: neither password nor consent
    again = Visit(visit.provider)
    page = again.press(again.ask(), "login", login=SOMEONE.number, password=password_of(SOMEONE.number))
    assert "code" in back(page)  # another browser: the password alone
    more = again.ask(scope="openid address")
    assert "nơi thường trú" in more.text  # what was not agreed to yet is asked for
    again.browser.close()


@pytest.mark.parametrize(
    ("login", "password"),
    [
        (SOMEONE.number, "wrong"),
        (SOMEONE.number, ""),
        ("000000000000", "Thu-000000"),
        (next(one.number for one in people() if one.status == "dead"), None),
        (next(one.number for one in people() if one.age() < 10), None),
    ],
)
def test_who_may_not_sign_in(visit: Visit, login: str, password: str | None) -> None:
    page = visit.ask()
    told = password_of(login) if password is None else password
    found = visit.press(page, "login", login=login, password=told)
    assert (found.status_code, "Số định danh hoặc mật khẩu không đúng." in found.text) == (422, True)


def test_a_person_may_say_no(visit: Visit) -> None:
    told = back(visit.press(visit.ask(), "abort"))
    assert (told["error"], told["state"]) == ("access_denied", visit.state)


@pytest.mark.parametrize(
    "changed",
    [
        {"code_challenge": "", "code_challenge_method": ""},
        {"response_type": "token"},
        {"scope": "profile unknown", "code_challenge": "", "code_challenge_method": ""},
    ],
)
def test_wrong_requests_go_back_without_a_code(visit: Visit, changed: dict[str, str]) -> None:
    answer = visit.ask(**changed)
    assert "error=" in answer.headers["location"]
    assert "code=" not in answer.headers["location"]


@pytest.mark.parametrize("changed", [{"redirect_uri": "http://127.0.0.1:9/elsewhere"}, {"client_id": "nobody"}])
def test_strangers_are_not_sent_anywhere(visit: Visit, changed: dict[str, str]) -> None:
    answer = visit.ask(**changed)
    assert (answer.status_code, "Không làm được" in answer.text) == (400, True)


@pytest.mark.parametrize("changed", [{"code_verifier": "x" * 43}, {"redirect_uri": GONE}, {"code": "nonsense"}])
def test_codes_are_given_to_those_who_asked(visit: Visit, changed: dict[str, str]) -> None:
    found = visit.token(visit.sign_in()["code"], **changed)
    assert (found.status_code, found.json()["error"]) == (400, "invalid_grant")


def test_a_code_is_used_once(visit: Visit) -> None:
    code = visit.sign_in()["code"]
    first = visit.token(code).json()
    assert visit.token(code).json()["error"] == "invalid_grant"
    answer = visit.browser.get(f"{visit.base}/me", headers={"Authorization": f"Bearer {first['access_token']}"})
    assert answer.status_code == 401  # and what it gave before is taken back


def test_signing_out_at_the_clients_wish(visit: Visit) -> None:
    tokens = visit.token(visit.sign_in()["code"]).json()
    query = urlencode({"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": GONE, "state": "s"})
    page = visit.browser.get(f"{visit.base}/session/end?{query}")
    assert "Đăng xuất khỏi định danh giả lập?" in page.text
    action, xsrf = re.findall(r'action="([^"]+)".*?name="xsrf" value="([^"]+)"', page.text, re.DOTALL)[0]
    done = visit.browser.post(action, data={"xsrf": xsrf, "logout": "yes"})
    assert done.headers["location"] == f"{GONE}?state=s"
    assert "Số định danh cá nhân" in visit.ask().text


# -- what the kit does to it


@pytest.mark.parametrize("lie", ["signature", "subject", "state"])
def test_its_lies_can_be_seen(visit: Visit, lie: str) -> None:
    visit.provider.behave(lie=lie)
    came = visit.sign_in()
    assert (came["state"] == visit.state) is (lie != "state")
    tokens = visit.token(came["code"]).json()
    if lie == "signature":
        with pytest.raises(BadSignatureError):
            visit.claims(tokens["id_token"])
    else:
        same = visit.me(tokens["access_token"])["sub"] == visit.claims(tokens["id_token"])["sub"]
        assert same is (lie != "subject")


def test_its_clock_may_be_wrong(visit: Visit) -> None:
    visit.provider.behave(clock_skew_s=3600)
    claims = visit.claims(visit.token(visit.sign_in()["code"]).json()["id_token"])
    right = visit.provider.call("GET", "")["now"]
    assert abs(claims["iat"] - datetime.fromisoformat(right).timestamp()) < 30


def test_down_and_up_again(visit: Visit) -> None:
    visit.provider.behave(down="500")
    assert visit.browser.get(f"{visit.base}/jwks").status_code == 500
    visit.provider.behave(down="refuse")
    with pytest.raises(httpx.ConnectError):
        visit.browser.get(f"{visit.base}/jwks")
    visit.provider.behave(down="no")
    assert "code" in visit.sign_in()


def test_a_reset_forgets_sessions_and_consents_but_neither_people_nor_clients(visit: Visit) -> None:
    visit.sign_in()
    visit.provider.reset()
    page = visit.ask()
    assert "Số định danh cá nhân" in page.text
    assert "muốn biết" in visit.press(page, "login", login=SOMEONE.number, password=password_of(SOMEONE.number)).text


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"client_id": ""}, "Cần client_id"),
        ({"client_id": "new"}, "Cần client_id"),
        ({"client_id": "emoit", "redirect_uris": "http://a"}, "redirect_uris là danh sách"),
    ],
)
def test_wrong_clients(visit: Visit, told: dict[str, Any], words: str) -> None:
    with pytest.raises(AssertionError, match=words):
        visit.provider.call("PUT", "/clients", told)
