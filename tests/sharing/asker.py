"""A system of another agency, with real grants, and what it says over HTTP."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.test import Client

from emoit.kernel.access import acting_as, process
from emoit.results import actions as results
from emoit.results.types import ResultInfo
from emoit.sharing import actions, catalogue
from emoit.sharing.models import Access
from emoit.sharing.types import ConsumerInfo, GrantInfo
from tests.support.world import World

ADMINISTRATOR, LEADER = "quantri", "thutruong"
CODE = "VN.G01"
FRONT = "only our front server knows this one"
NUMBER = "12/XTTM-KM"


@dataclass
class Asker:
    """A consumer that has its secret. `token` is sent where there is one; `certificate` as a front server passes it."""

    world: World
    info: ConsumerInfo
    secret: str
    token: str = ""
    certificate: str = ""
    language: str = ""
    client: Client = field(default_factory=lambda: Client(enforce_csrf_checks=True))

    @property
    def headers(self) -> dict[str, str]:
        found = {"Accept-Language": self.language, "Client-Cert": self.certificate, "Emoit-Front": FRONT}
        if self.token:
            found["Authorization"] = f"Bearer {self.token}"
        return {name: value for name, value in found.items() if value}

    def get(self, path: str, **parameters: str) -> Any:
        return self.client.get(f"/chia-se/v1/{path}", parameters, headers=self.headers)

    def look_up(self, number: str = NUMBER, purpose: str = "procedure", **more: str) -> Any:
        return self.get("results.look-up", number=number, purpose=purpose, **more)

    def ask_token(self, secret: str = "", client_id: str = "", **form: str) -> Any:
        pair = f"{client_id or self.info.client_id}:{secret or self.secret}"
        basic = f"Basic {base64.b64encode(pair.encode()).decode()}"
        return post_form(self.client, "oauth/token", {"grant_type": "client_credentials"} | form, Authorization=basic)

    def sign_in(self) -> Asker:
        response = self.ask_token()
        assert response.status_code == 200, response.content
        self.token = told(response)["access_token"]
        return self

    def statement(self, month: str = "2026-05") -> Any:
        return told(self.get("statement", month=month))

    def accesses(self) -> list[Access]:
        with acting_as(self.world.process):
            return list(Access.objects.filter(consumer_id=self.info.id).order_by("id"))


def post_form(client: Client, path: str, form: dict[str, str], **headers: str) -> Any:
    return client.post(
        f"/chia-se/v1/{path}",
        urlencode(form),
        content_type="application/x-www-form-urlencoded",
        headers={name.replace("_", "-"): value for name, value in headers.items()},
    )


def told(response: HttpResponse) -> Any:
    return json.loads(response.content)


def items(response: HttpResponse) -> list[dict[str, Any]]:
    assert response.status_code == 200, response.content
    found: list[dict[str, Any]] = told(response)["items"]
    return found


def refused(response: HttpResponse, status: int, code: str) -> dict[str, Any]:
    """The problem, once it is seen to be that one and in the form of RFC 9457."""
    problem: dict[str, Any] = told(response)
    assert response["Content-Type"] == "application/problem+json", response.content
    assert (response.status_code, problem["code"]) == (status, code), problem
    assert problem["type"].endswith(f"/chia-se/loi/#{code}")
    assert set(problem) == {"type", "title", "status", "detail", "instance", "code", "errors"}
    return problem


def new_asker(world: World, code: str = CODE) -> Asker:
    info: ConsumerInfo = world.do(ADMINISTRATOR, actions.register_consumer, code=code, name="Cục thử nghiệm")
    _, secret = world.do(ADMINISTRATOR, actions.add_secret, code=code)
    return Asker(world, info, secret)


def propose(world: World, code: str = CODE, **changed: Any) -> GrantInfo:
    service = changed.get("service", "results.look-up")
    every = [one.name for one in catalogue.services()[service, "v1"].fields]
    given: dict[str, Any] = {
        "service": service,
        "version": "v1",
        "purpose": "procedure",
        "fields": [name for name in every if name not in {"holder_name", "signed_by"}],
        "first_day": date(2026, 1, 1),
        "last_day": date(2026, 12, 31),
        "per_minute": 600,
        "per_day": 10_000,
    }
    made: GrantInfo = world.do(ADMINISTRATOR, actions.propose, code=code, **(given | changed))
    return made


def granted(world: World, code: str = CODE, **changed: Any) -> GrantInfo:
    made = propose(world, code, **changed)
    world.do(LEADER, actions.approve, grant_id=made.id)
    return made


def ready(world: World, **grant: Any) -> Asker:
    """A consumer with one grant and a token."""
    asker = new_asker(world)
    granted(world, **grant)
    return asker.sign_in()


def issue(world: World, number: str = NUMBER, **more: Any) -> ResultInfo:
    by = process("test", world.process.agency_id)
    given: dict[str, Any] = {
        "agency_id": by.agency_id,
        "unit_id": 1,
        "issuer_name": "Cục Xúc tiến thương mại",
        "kind": "promotion_confirmation",
        "title": "Xác nhận khuyến mại",
        "holder_name": "Công ty An",
        "valid_from": world.now.date() - timedelta(days=30),
    }
    with acting_as(by):
        return results.issue(by=by, now=world.now, number=number, **(given | more))
