"""Zoom and wider spacing lose nothing (WCAG 1.4.4, 1.4.10, 1.4.12)."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.support.browser import _CLIPPED, _OVERFLOW, new_page

pytestmark = pytest.mark.journey
NAMES = ["portal/overfull", "desk/overfull", "front", "form", "inbox", "record"]
# The four values of WCAG 1.4.12, set as a user's own style would.
_SPACING = """() => {
  for (const e of document.querySelectorAll("body *")) {
    e.style.setProperty("line-height", "1.5", "important");
    e.style.setProperty("letter-spacing", "0.12em", "important");
    e.style.setProperty("word-spacing", "0.16em", "important");
    if (e.matches("p")) e.style.setProperty("margin-bottom", "2em", "important");
  }
}"""


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("width", [320, 768, 900, 1024])
def test_nothing_overflows_when_zoomed(browser: Browser, guide: str, name: str, width: int) -> None:
    page = new_page(browser, width=width)
    page.goto(f"{guide}/{name}/")
    assert page.evaluate(_OVERFLOW) + page.evaluate(_CLIPPED) == []
    page.context.close()


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_lost_with_wider_spacing(browser: Browser, guide: str, name: str) -> None:
    page = new_page(browser, width=360)
    page.goto(f"{guide}/{name}/")
    page.evaluate(_SPACING)
    assert page.evaluate(_OVERFLOW) + page.evaluate(_CLIPPED) == []
    page.context.close()
