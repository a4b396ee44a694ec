"""Every screen of the style guide, as a person sees it: phone and desk."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.support.browser import WIDTHS, check_page, new_page, screenshot

pytestmark = pytest.mark.journey

SCREENS = [
    "portal/usual",
    "portal/empty",
    "portal/overfull",
    "desk/usual",
    "desk/empty",
    "desk/overfull",
    "inbox",
    "record",
    "front",
    "procedure",
    "form",
    "confirmation",
    "error/404",
    "error/500",
]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", SCREENS)
def test_screen_is_accessible_and_whole(browser: Browser, guide: str, name: str, width: int) -> None:
    page = new_page(browser, width=width)
    answer = page.goto(f"{guide}/{name}/")
    assert answer is not None
    assert answer.status == 200
    screenshot(page, f"ui-{name.replace('/', '-')}", width)
    check_page(page)
    page.context.close()
