"""The partner's own door: its application, wrapped with its behaviour, served by granian in a process of its own."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time
import traceback
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from emoit_partners.kit.behaviour import Behaviour, State
from emoit_partners.kit.partner import Partner, partner_named
from emoit_partners.kit.requests import RequestLog, Seen
from emoit_partners.kit.store import Store
from emoit_partners.kit.web import App, Environ, StartResponse, answer, html_response, json_response, text_response

MOST_HANG = 900.0  # seconds
PAGE = "<!doctype html><html lang=vi><title>Xin chào</title><body><h1>Trang thông tin</h1><p>Hệ thống bận.</p></html>"


class Cut(Exception):
    """Raised in the middle of an answer's body."""


def wrap(partner: Partner, store: Store, behaviour: Behaviour) -> App:
    """`/health` answers always; everything else as the behaviour tells, and is logged."""
    own = partner.make_app(store, behaviour)
    log = RequestLog(store)

    def app(environ: Environ, start: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/health":
            return answer(json_response({"partner": partner.name, "now": behaviour.now().isoformat()}), start)
        begun = time.perf_counter()
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        status, note, pieces = _behave(own, behaviour, environ, start)
        milliseconds = round((time.perf_counter() - begun) * 1000, 3)
        log.add(Seen(at, environ["REQUEST_METHOD"], environ["PATH_INFO"], status, milliseconds, note))
        return pieces

    return app


def _behave(own: App, behaviour: Behaviour, environ: Environ, start: StartResponse) -> tuple[int, str, Iterable[bytes]]:
    """Status (0: cut off), what the behaviour did, the answer."""
    state = behaviour.state()
    if state.slow_ms:
        time.sleep(state.slow_ms / 1000)
    if state.down == "500":
        return 500, "500", answer(text_response("down", 500), start)
    if state.down == "html":
        return 200, "html", answer(html_response(PAGE), start)
    if state.down == "refuse":  # the host is about to close the port
        return 0, "refuse", _cut(start)
    if state.down == "hang":
        _hang(behaviour)
        return 0, "hang", _cut(start)
    statuses: list[str] = []
    held: list[tuple[str, list[tuple[str, str]]]] = []

    def hold(status: str, headers: list[tuple[str, str]], *_: object) -> None:
        statuses.append(status)
        held.append((status, headers))

    try:
        body = b"".join(own(environ, hold))
    except Exception:  # noqa: BLE001 - a server tells its log and the client's status what went wrong
        traceback.print_exc(file=sys.stderr)
        return 500, "error", answer(text_response("error", 500), start)
    if state.drop_receipts and behaviour.takes_a_drop():
        return 0, "drop", _cut(start)
    start(*held[-1])
    return int(statuses[-1][:3]), _said(state), [body]


def _said(state: State) -> str:
    return " ".join(
        word
        for word, is_so in {
            "slow": state.slow_ms > 0,
            state.lie: state.lie != "no",
            "skew": state.clock_skew_s != 0,
        }.items()
        if is_so
    )


def _cut(start: StartResponse) -> Iterator[bytes]:
    """The line is closed in the middle of an answer: granian does so where a body ends by an exception."""
    start("200 OK", [("Content-Type", "application/octet-stream"), ("Content-Length", "1000")])
    return _broken_off()


def _broken_off() -> Iterator[bytes]:
    yield b"{"
    raise Cut


def _hang(behaviour: Behaviour) -> None:
    """Until it is told otherwise."""
    end = time.monotonic() + MOST_HANG
    while time.monotonic() < end and behaviour.down == "hang":
        time.sleep(0.1)


def make() -> App:
    """The factory that granian calls in its worker, once: PARTNER_NAME and PARTNER_FOLDER say whose."""
    _die_with_parent()
    folder = Path(os.environ["PARTNER_FOLDER"])
    partner = partner_named(os.environ["PARTNER_NAME"])
    store = Store(folder / "store.sqlite")
    app = wrap(partner, store, Behaviour(store, partner.lies))
    (folder / "door.ready").write_text(str(os.getpid()))
    return app


def _die_with_parent() -> None:
    """A killed server leaves no worker behind that holds the port."""
    ctypes.CDLL(None, use_errno=True).prctl(1, signal.SIGKILL, 0, 0, 0)
