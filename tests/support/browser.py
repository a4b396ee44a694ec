"""A real browser for tests: open it, look at a page as its users would, keep a picture.

    with open_browser() as browser, serve() as address:
        page = new_page(browser, width=360)
        page.goto(f"{address}/thu-tuc/")
        check_page(page)                      # axe, overflow, clipping, console and CSP
        screenshot(page, "thu-tuc", 360)

Mark such tests `journey`. The server answers from this process, so settings changed by a fixture hold for it too; it
answers in a thread of its own, so what it reads must be committed, and a test that lets it reach the database unblocks
that for the time (`django_db_blocker.unblock()`).

Open the browser for one module at most, never for the session: while it is open this thread has a running event loop,
so `asyncio.run` (pyHanko's signing, for one) fails in it. Let a worker do such work.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.db import connections
from django.test.testcases import LiveServerThread
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

WIDTHS = (360, 1440)
# Sweeps over many screens look at the narrow one, where things break; the nightly run asks for both.
SWEEP = WIDTHS if os.environ.get("EMOIT_SWEEP") == "whole" else WIDTHS[:1]
PATIENCE = 120_000  # milliseconds for whatever a page is waited for, on a busy machine
expect.set_options(timeout=PATIENCE)
CHROMIUM = os.environ.get("EMOIT_CHROMIUM", "/usr/bin/chromium")
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_AXE = Path(__file__).resolve().parents[2] / "node_modules/axe-core/axe.min.js"
_AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_complaints: dict[Page, list[str]] = {}

_OVERFLOW = """() => {
  const root = document.documentElement;
  if (root.scrollWidth <= root.clientWidth) return [];
  const wide = [...document.querySelectorAll("body *")]
    .filter((e) => e.getBoundingClientRect().right > root.clientWidth + 1)
    .map((e) => e.tagName.toLowerCase() + "." + e.className);
  return [`page is ${root.scrollWidth} px wide in ${root.clientWidth}: ${wide.slice(0, 5).join(", ")}`];
}"""

# Text is clipped when its own element, or one around it that hides what overflows, is smaller than the text.
_CLIPPED = """() => {
  const found = [];
  const hides = (style) => ["hidden", "clip"].includes(style.overflowX) || ["hidden", "clip"].includes(style.overflowY);
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim();
    const element = walker.currentNode.parentElement;
    if (!text || !element.checkVisibility({ visibilityProperty: true })) continue;
    if (element.closest("script, svg, option, [class*=visually-hidden]")) continue;
    const range = document.createRange();
    range.selectNodeContents(walker.currentNode);
    const ink = range.getBoundingClientRect();
    for (let at = element; at && at !== document.body; at = at.parentElement) {
      const style = getComputedStyle(at);
      if (style.clipPath !== "none" || style.position === "absolute" && at.offsetWidth <= 1) break;
      if (["auto", "scroll"].includes(style.overflowX) || ["auto", "scroll"].includes(style.overflowY)) break;
      if (!hides(style)) continue;
      const box = at.getBoundingClientRect();
      const aside = ink.right > box.right + 1 || ink.left < box.left - 1;
      if (aside || ink.bottom > box.bottom + 2 || ink.top < box.top - 2) {
        found.push(`clipped by ${at.tagName.toLowerCase()}.${at.className}: ${text.slice(0, 60)}`);
        break;
      }
    }
  }
  return found;
}"""


# A sticky bar covers whatever is under it just now: scrolling uncovers it, so axe judges the page without.
_UNSTICK = """() => {
  for (const element of document.querySelectorAll("body *")) {
    if (["sticky", "fixed"].includes(getComputedStyle(element).position)) element.style.position = "static";
  }
}"""


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Debian's Chromium, without any traffic of its own."""
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    # Playwright keeps an event loop in this thread, so Django would refuse the test's own database calls.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=_ARGUMENTS, timeout=PATIENCE)
            try:
                yield browser
            finally:
                connections.close_all()  # those of this loop's context, which nobody could reach afterwards
                browser.close()
    finally:
        if before is None:
            del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
        else:
            os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = before


@contextmanager
def serve(host: str = "127.0.0.1") -> Iterator[str]:
    """This project's pages and static files at a free port; yields the address, e.g. "http://127.0.0.1:41234"."""
    hosts = list(settings.ALLOWED_HOSTS)
    thread = LiveServerThread(host, StaticFilesHandler, connections_override={})
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    if thread.error:
        raise thread.error
    settings.ALLOWED_HOSTS = [*hosts, host]
    try:
        yield f"http://{host}:{thread.port}"
    finally:
        settings.ALLOWED_HOSTS = hosts
        thread.terminate()


def new_page(browser: Browser, *, width: int = 1440, height: int = 900, javascript: bool = True) -> Page:
    """A page in its own context (own cookies), in Vietnamese and Vietnamese time, whose complaints are kept."""
    context = browser.new_context(
        viewport={"width": width, "height": height},
        locale="vi-VN",
        timezone_id="Asia/Ho_Chi_Minh",
        java_script_enabled=javascript,
        reduced_motion="reduce",
    )
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    complaints = _complaints.setdefault(page, [])

    def heard(message: ConsoleMessage) -> None:
        # The browser reports the page's own 404 or 500 too: the test itself judges the status.
        own_status = message.text.startswith("Failed to load resource") and message.location.get("url") == page.url
        if message.type == "error" and not own_status:
            complaints.append(f"console: {message.text}")

    page.on("console", heard)
    page.on("pageerror", lambda error: complaints.append(f"script: {error}"))
    page.on("close", lambda _: _complaints.pop(page, None))
    return page


def faults(page: Page) -> list[str]:
    """Everything `check_page` would complain of: axe's violations, overflow, clipped text, console and CSP."""
    page.evaluate("() => document.fonts.ready")
    page.evaluate(_AXE.read_text(encoding="utf-8"))
    page.evaluate(_UNSTICK)
    result: dict[str, Any] = page.evaluate(
        "(tags) => axe.run(document, { runOnly: { type: 'tag', values: tags } })", _AXE_TAGS
    )
    found = [
        f"axe {violation['id']}: {node['html'][:160]} ({' '.join(node['failureSummary'].split())[:240]})"
        for violation in result["violations"]
        for node in violation["nodes"]
    ]
    found += page.evaluate(_OVERFLOW)
    found += page.evaluate(_CLIPPED)
    found += _complaints.get(page, [])
    return found


def check_page(page: Page) -> None:
    """Fails with every fault of the page as it stands (JavaScript must be on)."""
    found = faults(page)
    assert not found, f"{page.url} at {page.viewport_size}:\n" + "\n".join(found)


def screenshot(page: Page, name: str, width: int) -> Path:
    """The whole page at this width, kept as VAR/screens/<name>-<width>.png."""
    folder = Path(settings.VAR) / "screens"
    folder.mkdir(parents=True, exist_ok=True)
    height = page.viewport_size["height"] if page.viewport_size else 900
    page.set_viewport_size({"width": width, "height": height})
    page.evaluate("() => document.fonts.ready")
    path = folder / f"{name}-{width}.png"
    # caret="initial": otherwise Playwright adds a style of its own, which the page's CSP rightly refuses.
    page.screenshot(path=path, full_page=True, caret="initial")
    return path
