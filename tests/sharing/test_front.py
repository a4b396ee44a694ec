"""Certificates of the line, through the front server of `deploy/nginx.conf`, at both doors: services and messages.

The application runs in its real server and at the real hour; nothing stands in for TLS.
"""

from __future__ import annotations

import base64
import http.client
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from cryptography.hazmat.primitives import serialization

from emoit.exchange import actions as exchange
from emoit.exchange.types import PATH, Profile, Use
from emoit.kernel.access import acting_as
from emoit.sharing import actions
from emoit_partners.kit.host import free_port
from tests.sharing.asker import ADMINISTRATOR, CODE, granted, issue, new_asker
from tests.support.committed import subprocess_environment
from tests.support.exchange_roles import KIND
from tests.support.front_server import (
    MACHINES,
    SECRET,
    SITE,
    Front,
    Identity,
    asked,
    identity,
    is_open,
    running_front,
)
from tests.support.partner import Partner, pem_of
from tests.support.world import World

LOOK_UP = "/chia-se/v1/results.look-up?purpose=procedure&number=12/XTTM-KM"
NEVER = "no_token"


@dataclass(frozen=True)
class Standing:
    """What runs: the front server, the application behind it, and who may show what."""

    front: Front
    application: int
    right: Identity
    other: Identity
    expired: Identity
    partner: Partner

    def look_up(self, shows: Identity | None, headers: dict[str, str] | None = None, **more: Any) -> tuple[int, str]:
        status, body = self.front.ask(LOOK_UP, headers=headers, shows=shows, **more)
        return status, _told(body)

    def post(self, shows: Identity | None, headers: dict[str, str] | None = None) -> tuple[int, str]:
        envelope = self.partner.envelope(self.partner.message(kind=KIND, at=_real()))
        status, body = self.front.ask(
            PATH, envelope, {"Content-Type": "application/json", **(headers or {})}, shows=shows
        )
        return status, _told(body)

    def directly(self, path: str, body: bytes | None, headers: dict[str, str]) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.application, timeout=60)
        status, answer = asked(connection, path, body, headers)
        return status, _told(answer)


def _told(body: bytes) -> str:
    """The refusal's code; "" for an answer, "page" for what is not ours."""
    try:
        return str(json.loads(body).get("code", ""))
    except ValueError:
        return "page"


def _real() -> datetime:
    return datetime.fromtimestamp(time_machine.escape_hatch.time.time(), UTC)


@pytest.fixture
def standing(committed_world: World, tmp_path: Path) -> Iterator[Standing]:
    world, now = committed_world, _real()
    world.clock.move_to(now)
    right, other = identity(tmp_path, "right"), identity(tmp_path, "other")
    expired = identity(tmp_path, "expired", until=now + timedelta(seconds=2))
    issue(world)
    new_asker(world)
    granted(world, first_day=now.date() - timedelta(days=1), last_day=now.date() + timedelta(days=2))
    for one in (right, expired):
        world.do(ADMINISTRATOR, actions.add_certificate, code=CODE, pem=pem_of(one.own))
    partner = Partner(tmp_path / "partner")
    by = world.process
    with acting_as(by):
        exchange.make_key(by=by, now=now)
        exchange.register_partner(by=by, now=now, profile=Profile("P01", "P01", "http://127.0.0.1:1/messages"))
        exchange.add_certificate(by=by, now=now, code="P01", use=Use.SIGN, pem=partner.pem)
        for one in (right, expired):
            exchange.add_certificate(by=by, now=now, code="P01", use=Use.TLS, pem=pem_of(one.own))
    with _application(world) as port, running_front(tmp_path / "front", port) as front:
        while _real() < now + timedelta(seconds=3):
            time.sleep(0.1)
        yield Standing(front, port, right, other, expired, partner)


@contextmanager
def _application(world: World) -> Iterator[int]:
    port = free_port()
    settings = world.place.settings
    names = ("EMOIT_FILES", "EMOIT_KEYS", "EMOIT_KEY_PASSPHRASE", "EMOIT_CA")
    environment = subprocess_environment(
        **{name: str(settings[name]) for name in names},
        EMOIT_VAR=str(settings["VAR"]),
        EMOIT_FRONT_SECRET=SECRET,
        EMOIT_PROXIES="1",
        EMOIT_HOSTS=f"{SITE},{MACHINES},127.0.0.1",
        EMOIT_PUBLIC_URL=f"https://{SITE}",
    )
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
        "--workers", "1", "--blocking-threads", "2", "--no-access-log", "tests.support.exchange_web:application",
    ]  # fmt: skip
    process = subprocess.Popen(command, env=environment)
    try:
        for _ in range(1200):
            if is_open(port):
                break
            assert process.poll() is None
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(60)


def header(shown: Identity) -> str:
    return f":{base64.b64encode(shown.own.public_bytes(serialization.Encoding.DER)).decode()}:"


def test_whoever_shows_the_certificate_is_let_in_and_nobody_else(standing: Standing) -> None:
    """One test, since what it needs takes seconds to start."""
    _by_the_line(standing)
    _a_header_of_one_s_own_is_overwritten(standing)
    _past_the_front_server_nobody_is_believed(standing)
    _the_site_of_people_asks_for_no_certificate(standing)


def _by_the_line(standing: Standing) -> None:
    right, other, expired = standing.right, standing.other, standing.expired
    assert [standing.look_up(one) for one in (right, other, None)] == [(200, ""), (401, NEVER), (401, NEVER)]
    assert [standing.post(one) for one in (right, other, None)] == [
        (200, ""),
        (401, "tls_certificate"),
        (401, "tls_certificate"),
    ]
    assert [standing.look_up(expired), standing.post(expired)] == [(400, "page"), (400, "page")]  # by nginx itself
    assert standing.directly(LOOK_UP, None, {"Client-Cert": header(expired), "Emoit-Front": SECRET}) == (401, NEVER)


def _a_header_of_one_s_own_is_overwritten(standing: Standing) -> None:
    told = header(standing.right)
    for name in ("Client-Cert", "client-cert", "CLIENT-CERT", "Client_Cert"):
        for more in ({}, {"Emoit-Front": "guess"}, {"Emoit_Front": SECRET}):
            for shows in (None, standing.other):
                assert standing.look_up(shows, {name: told, **more}) == (401, NEVER), (name, more)
        assert standing.post(None, {name: told}) == (401, "tls_certificate"), name
    assert standing.look_up(standing.right, {"Client-Cert": header(standing.other)}) == (200, "")


def _past_the_front_server_nobody_is_believed(standing: Standing) -> None:
    told = header(standing.right)
    for more in ({}, {"Emoit-Front": ""}, {"Emoit-Front": "guess"}, {"X-Forwarded-For": "127.0.0.1"}):
        assert standing.directly(LOOK_UP, None, {"Client-Cert": told, **more}) == (401, NEVER), more
        envelope = standing.partner.envelope(standing.partner.message(kind=KIND, at=_real()))
        given = {"Content-Type": "application/json", "Client-Cert": told, **more}
        assert standing.directly(PATH, envelope, given) == (401, "tls_certificate"), more
    assert standing.directly(LOOK_UP, None, {"Client-Cert": told, "Emoit-Front": SECRET}) == (200, "")


def _the_site_of_people_asks_for_no_certificate(standing: Standing) -> None:
    told = header(standing.right)
    assert standing.look_up(standing.right, name=SITE) == (401, NEVER)
    assert standing.look_up(None, {"Client-Cert": told, "Emoit-Front": SECRET}, name=SITE) == (401, NEVER)
    # TLS of the one name, the header of the other: no certificate was shown on that line.
    assert standing.look_up(standing.right, name=SITE, host=MACHINES)[0] == 421
    status, document = standing.front.ask("/chia-se/openapi.json", name=SITE)
    assert (status, json.loads(document)["openapi"]) == (200, "3.1.0")
    assert standing.front.ask("/dang-nhap/", name=MACHINES)[0] == 404
