"""Stacked diacritics: no ink of one line touches the next, and none is cut off."""

from __future__ import annotations

import io
from dataclasses import dataclass

import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page

from tests.support.browser import WIDTHS, new_page

pytestmark = pytest.mark.journey
MARGIN = 40


@dataclass(frozen=True)
class Ink:
    top: int
    bottom: int


def ink(page: Page, place: Locator) -> Ink:
    """The first and last row of dark pixels in and around the place, counted from MARGIN above it."""
    box = place.bounding_box()
    assert box is not None
    clip = {"x": box["x"], "y": box["y"] - MARGIN, "width": box["width"], "height": box["height"] + 2 * MARGIN}
    picture = Image.open(io.BytesIO(page.screenshot(clip=clip, caret="initial", full_page=True)))  # type: ignore[arg-type]
    bounds = picture.convert("L").point(lambda level: 255 if level < 160 else 0).getbbox()
    assert bounds is not None
    return Ink(bounds[1], bounds[3])


def only(page: Page, place: Locator, shown: int) -> Ink:
    """The ink of one of the two lines, everything else hidden but still in its place."""
    place.evaluate(
        """(element, shown) => {
          document.body.style.visibility = "hidden";
          const lines = [...element.querySelectorAll("span")];
          lines.forEach((line, at) => { line.style.visibility = at === shown ? "visible" : ""; });
        }""",
        shown,
    )
    return ink(page, place)


@pytest.mark.parametrize("frame", ["portal", "desk"])
@pytest.mark.parametrize("width", WIDTHS)
def test_two_lines_of_stacked_letters_do_not_touch(browser: Browser, guide: str, frame: str, width: int) -> None:
    page = new_page(browser, width=width)
    page.goto(f"{guide}/{frame}/usual/")
    page.evaluate("() => document.fonts.ready")
    places = page.locator("[data-stacked]").all()
    assert len(places) == 7
    for place in places:
        upper, lower = only(page, place, 0), only(page, place, 1)
        name = place.get_attribute("class")
        assert upper.bottom < lower.top, f"{name}: ink to row {upper.bottom}, next line from {lower.top}"
        place.evaluate("(element) => { element.style.lineHeight = '3'; }")
        roomy = only(page, place, 0)
        assert upper.bottom - upper.top == pytest.approx(roomy.bottom - roomy.top, abs=1), f"{name} is cut"
        place.evaluate("(element) => { element.style.lineHeight = ''; }")
    page.context.close()


@pytest.mark.parametrize(("frame", "size", "line"), [("portal", "18px", "28px"), ("desk", "15px", "23px")])
def test_body_text_is_as_large_as_the_design_says(
    browser: Browser, guide: str, frame: str, size: str, line: str
) -> None:
    page = new_page(browser, width=1440)
    page.goto(f"{guide}/{frame}/usual/")
    style = page.locator("p.govuk-body[data-stacked]").evaluate(
        "(e) => { const s = getComputedStyle(e); return [s.fontSize, s.lineHeight, s.fontFamily.split(',')[0]]; }"
    )
    assert [style[0], f"{round(float(style[1].removesuffix('px')))}px", style[2]] == [size, line, '"Noto Sans"']
    assert page.evaluate("() => document.fonts.check('18px \"Noto Sans\"', 'Ẳ')")
    page.context.close()


def test_headings_have_room_for_marks(browser: Browser, guide: str) -> None:
    page = new_page(browser, width=1440)
    for frame in ("portal", "desk"):
        page.goto(f"{guide}/{frame}/overfull/")
        ratios = page.evaluate(
            """() => [...document.querySelectorAll("h1, h2, h3, .govuk-button, summary, label, td, th")]
              .filter((e) => e.checkVisibility())
              .map((e) => [e.className, getComputedStyle(e)])
              .map(([name, s]) => [name, parseFloat(s.lineHeight) / parseFloat(s.fontSize)])
              .filter(([, ratio]) => ratio < 1.4)"""
        )
        assert ratios == []
    page.context.close()
