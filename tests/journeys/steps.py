"""What people do on the site again and again."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from django.db import connections
from playwright.sync_api import Page

from tests.support.browser import WIDTHS, check_page, screenshot
from tests.support.world import World

T = TypeVar("T")


def meanwhile(work: Callable[[], T]) -> T:
    """Do something outside the browser's thread, whose event loop would be in the way of signing."""

    def done() -> T:
        try:
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as elsewhere:
        return elsewhere.submit(done).result()


def look(page: Page, name: str) -> None:
    """The screen as it stands is whole and accessible on a phone and on a desk; its pictures are kept."""
    size = page.viewport_size or {"width": WIDTHS[0], "height": 900}
    for width in WIDTHS:
        screenshot(page, f"journey-{name}", width)
        check_page(page)
    page.set_viewport_size(size)


def password(world: World, login: str) -> str:
    accounts = json.loads(Path(world.place.settings["VAR"], "demo/accounts.json").read_text("utf-8"))
    return str(next(a["password"] for a in accounts if a["login"] == login))


def sign_in(page: Page, world: World, login: str) -> None:
    page.get_by_label("Tên đăng nhập hoặc mã số thuế").fill(login)
    page.get_by_label("Mật khẩu").fill(password(world, login))
    page.get_by_role("main").get_by_role("button", name="Đăng nhập").click()


def press(page: Page, words: str) -> None:
    page.get_by_role("main").get_by_role("button", name=words, exact=True).click()
    page.wait_for_load_state()  # of the page that comes: what is counted next is all there


def fill_page(page: Page, given: dict[str, Any]) -> None:
    """Give the answers that this page of the form asks for."""
    for pointer, value in _flat(given):
        for control in page.locator(f'[name="{pointer}"]').all():
            _give(control, value)
        if page.locator(f'[name="{pointer}-day"]').count():
            year, month, day = str(value).split("-")
            for part, text in (("day", day), ("month", month), ("year", year)):
                page.locator(f'[name="{pointer}-{part}"]').fill(text)


def _give(control: Any, value: Any) -> None:
    kind = control.get_attribute("type")
    if kind in {"radio", "checkbox"}:
        wanted = value if isinstance(value, list) else [value]
        if value is True or control.get_attribute("value") in wanted:
            control.check()
    else:
        control.fill(str(value).replace(".", ",") if isinstance(value, float) else str(value))


def _flat(given: Any, at: str = "") -> list[tuple[str, Any]]:
    if isinstance(given, dict):
        return [pair for key, value in given.items() for pair in _flat(value, f"{at}.{key}" if at else key)]
    if isinstance(given, list) and given and isinstance(given[0], dict):
        return [pair for n, row in enumerate(given) for pair in _flat(row, f"{at}.{n}")]
    return [(at, given)]
