"""English pages in a real browser, on a phone and on a desk: axe, overflow, clipping, CSP, and the switch itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as live_settings
from playwright.sync_api import Browser, Page, expect

from emoit.config.language import COOKIE
from tests.attacks.people import signed_in
from tests.support.browser import SWEEP, check_page, new_page, open_browser, screenshot, serve
from tests.support.world import World

pytestmark = pytest.mark.journey


@pytest.fixture
def browser() -> Iterator[Browser]:
    with open_browser() as opened:
        yield opened


@pytest.fixture
def address(committed_world: World, settings: Any) -> Iterator[str]:
    with serve() as served:
        yield served


def reader(browser: Browser, world: World, address: str, login: str, width: int, **more: Any) -> Page:
    page = new_page(browser, width=width, **more)
    cookies = {COOKIE: "en"}
    if login:
        cookies["sessionid"] = signed_in(world, login).cookies[live_settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies.items()])
    return page


def test_english_pages(browser: Browser, committed_world: World, address: str) -> None:
    world = committed_world
    draft, submitted = world.draft(complete=False), world.submitted()
    screens = {
        "": {
            "front": "/",
            "procedure": "/thu-tuc/2.000138/",
            "catalogue": "/thu-tuc/?tim=khuyen+mai",
            "sign-in": "/dang-nhap/",
        },
        "doanhnghiep1": {
            "dossier": f"/ho-so/{submitted}/",
            "declare": f"/ho-so/{draft}/khai/trader/",
            "papers": f"/ho-so/{draft}/giay-to/",
            "account": "/tai-khoan/",
        },
    }
    found = []
    for width in SWEEP:
        for login, addresses in screens.items():
            page = reader(browser, world, address, login, width)
            for name, where in addresses.items():
                response = page.goto(address + where)
                assert response is not None
                assert response.status == 200, where
                screenshot(page, f"english-{name}", width)
                try:
                    check_page(page)
                except AssertionError as error:
                    found.append(str(error))
            page.context.close()
    assert not found, "\n\n".join(found)


@pytest.mark.parametrize("javascript", [True, False])
def test_the_button_turns_the_page_and_back(
    browser: Browser, committed_world: World, address: str, javascript: bool
) -> None:
    page = new_page(browser, width=360, javascript=javascript)
    page.goto(f"{address}/thu-tuc/?tim=hoa")
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page).to_have_url(f"{address}/thu-tuc/?tim=hoa")
    expect(page.locator("h1")).to_have_text("Administrative procedures")
    page.get_by_role("button", name="Tiếng Việt").click()
    expect(page.locator("h1")).to_have_text("Thủ tục hành chính")
    expect(page).to_have_url(f"{address}/thu-tuc/?tim=hoa")
    page.context.close()
