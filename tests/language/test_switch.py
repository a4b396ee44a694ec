"""The switch: one button, one cookie, the same page in the other language."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from django.utils import translation

from emoit.config.language import COOKIE

pytestmark = pytest.mark.usefixtures("world")


@pytest.fixture(autouse=True)
def vietnamese_afterwards() -> Iterator[None]:
    with translation.override("vi"):
        yield


def english() -> Client:
    client = Client()
    client.cookies[COOKIE] = "en"
    return client


def page(client: Client, path: str = "/tra-cuu/") -> str:
    return client.get(path).content.decode()


def test_vietnamese_is_the_language_of_whoever_chose_none() -> None:
    response = Client().get("/tra-cuu/", headers={"Accept-Language": "en-GB,en;q=0.9"})
    assert '<html lang="vi"' in response.content.decode()
    assert response["Content-Language"] == "vi"
    assert "Cookie" in response["Vary"]


def test_the_choice_is_kept_and_shows_the_same_page() -> None:
    client = Client()
    response = client.post("/ngon-ngu/", {"language": "en", "next": "/tra-cuu/?ma=G02-1"})
    assert (response.status_code, response["Location"]) == (302, "/tra-cuu/?ma=G02-1")
    cookie = client.cookies[COOKIE]
    assert (cookie["samesite"], cookie["httponly"], cookie["max-age"]) == ("Lax", True, 365 * 86_400)
    shown = page(client)
    assert '<html lang="en"' in shown
    assert 'value="vi" lang="vi" class="emoit-button-link">Tiếng Việt</button>' in shown
    client.post("/ngon-ngu/", {"language": "vi", "next": "/"})
    assert '<html lang="vi"' in page(client)


def test_the_form_leads_back_to_the_whole_address() -> None:
    assert '<input type="hidden" name="next" value="/tra-cuu/?ma=G02-1&amp;x=%22">' in page(
        Client(), "/tra-cuu/?ma=G02-1&x=%22"
    )


def test_an_answer_to_a_post_leads_back_to_the_page_with_the_form() -> None:
    def back(referer: str) -> bytes:
        return Client().post("/tra-cuu/", {"ma": ""}, headers={"Referer": referer}).content

    assert b'name="next" value="http://testserver/tra-cuu/?ma=1"' in back("http://testserver/tra-cuu/?ma=1")
    assert b'name="next" value="/"' in back("https://example.com/tra-cuu/")


@pytest.mark.parametrize(
    "address",
    [
        "https://example.com/", "//example.com/", "///example.com", "\\\\example.com", "/\\example.com",
        "javascript:alert(1)", "http:example.com", "https://testserver@example.com/",
        " //example.com", "\t//example.com", "data:text/html,x", "",
    ],
)  # fmt: skip
def test_the_switch_leads_nowhere_else(address: str) -> None:
    response = Client().post("/ngon-ngu/", {"language": "en", "next": address})
    assert (response.status_code, response["Location"]) == (302, "/")
    assert response.cookies[COOKIE].value == "en"


@pytest.mark.parametrize("language", ["", "fr", "EN", "en-GB", "../../etc", "vi\r\nSet-Cookie: a=b", "х" * 5000])
def test_a_language_that_is_not_known_changes_nothing(language: str) -> None:
    response = Client().post("/ngon-ngu/", {"language": language, "next": "/tra-cuu/"})
    assert response.status_code in {302, 400}
    assert COOKIE not in response.cookies


@pytest.mark.parametrize(
    "value", ["", "fr", "EN", "en-GB", "en ", "../../etc/passwd", "%00", "en;vi", "\xc4\x91", "e" * 4000]
)
def test_an_odd_cookie_is_vietnamese(value: str) -> None:
    client = Client()
    client.cookies[COOKIE] = value
    assert '<html lang="vi"' in page(client)


def test_it_takes_a_post_from_this_site_only() -> None:
    assert Client().get("/ngon-ngu/").status_code == 405
    response = Client(enforce_csrf_checks=True).post("/ngon-ngu/", {"language": "en", "next": "/"})
    assert response.status_code == 403
    assert COOKIE not in response.cookies


def test_pages_of_failures_speak_the_language_too() -> None:
    client = english()
    assert "Page not found" in page(client, "/khong-co/")
    forged = Client(enforce_csrf_checks=True)
    forged.cookies[COOKIE] = "en"
    assert "This page was open for too long" in forged.post("/tra-cuu/", {"ma": "1"}).content.decode()


def test_the_language_ends_with_the_request() -> None:
    page(english())
    assert translation.get_language() == "vi"
