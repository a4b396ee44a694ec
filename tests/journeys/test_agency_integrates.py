"""Another agency integrates from our contract page alone and is throttled, metered, billed to its quota.

Its program knows one address, follows links and reads the OpenAPI document; nothing else is told to it.
"""

from __future__ import annotations

import base64
import json
import re
import time
from collections import Counter
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin
from urllib.request import HTTPCookieProcessor, Request, build_opener

import pytest

from emoit.exchange import queries as exchange
from emoit.kernel.access import acting_as
from emoit.sharing import actions, gate
from tests.support.browser import serve
from tests.support.world import World

Json = dict[str, Any]


class Links(HTMLParser):
    """The links and the fields of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.links: list[dict[str, str]] = []
        self.fields: dict[str, str] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "a":
            self.links.append(told)
        elif tag == "input" and told.get("type") != "radio":
            self.fields[told.get("id") or told.get("name", "")] = told.get("value", "")
            if told.get("name"):
                self.fields[told["name"]] = told.get("value", "")

    def by_rel(self, rel: str) -> str:
        return next(link["href"] for link in self.links if link.get("rel") == rel)


class Agency:
    """The other agency's program."""

    def __init__(self, start: str) -> None:
        self.start = start
        self.opener = build_opener(HTTPCookieProcessor(CookieJar()))
        self.answers: list[int] = []

    def ask(self, url: str, form: Json | None = None, **headers: str) -> tuple[int, Any, str]:
        """Status, headers and body."""
        data = urlencode(form).encode() if form is not None else None
        request = Request(url, data, headers)
        try:
            with self.opener.open(request) as answer:
                return answer.status, answer.headers, answer.read().decode()
        except HTTPError as error:
            with error:
                return error.code, error.headers, error.read().decode()

    def read_the_contract(self) -> None:
        status, _, page = self.ask(self.start)
        assert status == 200
        contract = Links(page)
        self.document: Json = json.loads(self.ask(urljoin(self.start, contract.by_rel("service-desc")))[2])
        self.registration = urljoin(self.start, contract.by_rel("register"))
        (server,) = self.document["servers"]
        self.address = server["url"]

    def register(self) -> None:
        form = Links(self.ask(self.registration)[2]).fields
        sent = {"csrfmiddlewaretoken": form["csrfmiddlewaretoken"], "name": "Hệ thống của tỉnh", "kind": "secret"}
        status, _, page = self.ask(self.registration, sent, Referer=self.registration)
        assert status == 201, page[:500]
        made = Links(page).fields
        self.client_id, self.client_secret = made["client_id"], made["client_secret"]

    def get_a_token(self) -> None:
        flow = self.document["components"]["securitySchemes"]["oauth2"]["flows"]["clientCredentials"]
        pair = base64.b64encode(f"{self.client_id}:{self.client_secret}".encode()).decode()
        status, _, answer = self.ask(
            flow["tokenUrl"], {"grant_type": "client_credentials"}, Authorization=f"Basic {pair}"
        )
        assert status == 200, answer
        self.token = json.loads(answer)["access_token"]

    def call(self, operation: str, **given: str) -> tuple[int, Any, Json]:
        """An operation by its id, with the examples of the document where nothing is given."""
        path, details = next(
            (path, method["get"])
            for path, method in self.document["paths"].items()
            if method.get("get", {}).get("operationId") == operation
        )
        query = {one["name"]: one["example"] for one in details["parameters"] if one["required"]} | given
        where = f"{self.address}{path}?{urlencode(query)}"
        status, headers, body = self.ask(where, Authorization=f"Bearer {self.token}")
        told: Json = json.loads(body)
        if operation != "statement":
            self.answers.append(status)
            media = details["responses"][str(status)]["content"]
            assert headers["Content-Type"] in media
        return status, headers, told


@pytest.fixture
def agency(committed_world: World, settings: Any) -> Any:
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    settings.EMOIT_DEMO = True
    gate.forget_leases()
    with serve() as address:
        settings.PUBLIC_URL = address
        yield Agency(f"{address}/chia-se/")
    gate.forget_leases()


@pytest.mark.journey
def test_another_agency_integrates_from_our_contract_page_alone(agency: Agency, committed_world: World) -> None:
    agency.read_the_contract()
    agency.register()
    agency.get_a_token()

    # it asks every service once, as the document's examples say
    number = agency.document["paths"]["/chia-se/v1/results.look-up"]["get"]["parameters"][2]["example"]
    status, headers, answer = agency.call("results.look-up", number=number)
    assert (status, answer["test"], answer["items"][0]["valid"]) == (200, True, True)
    assert re.match(r'"minute";r=\d+;t=\d+, "day";r=\d+$', headers["RateLimit"])
    for operation in ("results.changes", "dossiers.status", "procedures.catalogue"):
        status, _, answer = agency.call(operation)
        assert (status, answer["test"]) == (200, True)
        assert answer["items"]

    # what it does wrong is told by a code, at a place, with a page that explains it
    status, _, problem = agency.call("results.look-up", number=number, purpose="curiosity")
    assert (status, problem["code"], problem["errors"][0]["pointer"]) == (422, "invalid", "/query/purpose")
    page = agency.ask(problem["type"])[2]
    assert 'id="invalid"' in page

    # it is throttled, told when to come back, and then served again
    throttled: tuple[int, Any, Json] | None = None
    for _ in range(40):
        status, headers, problem = agency.call("results.look-up", number=number)
        if status == 429:
            throttled = (status, headers, problem)
            break
    assert throttled is not None
    assert throttled[2]["code"] == "quota_minute"
    wait = int(throttled[1]["Retry-After"])
    assert 1 <= wait <= 3
    time.sleep(wait)
    assert agency.call("results.look-up", number=number)[0] == 200

    # its statement is what it did, to the call
    _, _, statement = agency.call("statement")
    counts = Counter(agency.answers)
    assert statement["total"]["calls"] == len(agency.answers)
    assert statement["total"]["refused"] == counts[422] + counts[429]
    assert statement["total"]["amount"] == 0
    assert counts[429] == 1

    # and what our operators see in the meter is the same
    world = committed_world
    with acting_as(world.process):
        actions.count_accesses(by=world.process, now=world.now, agency_id=world.process.agency_id)
        today = world.now.date()
        metered = [m for m in exchange.metered(world.process, today, today) if m.partner == statement["consumer"]]
    assert sum(m.calls for m in metered) == len(agency.answers)
    assert sum(m.failures for m in metered) == counts[422] + counts[429]
    assert agency.call("statement")[2] == statement
