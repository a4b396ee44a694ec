"""A program that calls the API: a key, and nothing of a browser."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from emoit.api import actions
from emoit.api.types import NewKey, Scope
from tests.support.world import World

OWNER, CITIZEN, OTHER = "doanhnghiep1", "congdan", "doanhnghiep2"


@dataclass
class Caller:
    """Calls with one secret. `language` is Accept-Language."""

    secret: str
    language: str = ""
    client: Client = field(default_factory=lambda: Client(enforce_csrf_checks=True))

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> HttpResponse:
        given = {"Accept-Language": self.language, **{k.replace("_", "-"): v for k, v in headers.items()}}
        if self.secret:
            given.setdefault("Authorization", f"Bearer {self.secret}")
        extra: dict[str, Any] = {"headers": {k: v for k, v in given.items() if v}}
        if body is not None:
            extra |= {
                "data": body if isinstance(body, bytes | str) else json.dumps(body),
                "content_type": "application/json",
            }
        return self.client.generic(method, f"/api/v1{path}", **extra)  # type: ignore[return-value]

    def get(self, path: str, **headers: str) -> HttpResponse:
        return self.call("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> HttpResponse:
        return self.call("POST", path, body, **headers)

    def upload(self, dossier_id: int, code: str, name: str, content: bytes, **headers: str) -> HttpResponse:
        given = {"Authorization": f"Bearer {self.secret}", **{k.replace("_", "-"): v for k, v in headers.items()}}
        return self.client.post(  # type: ignore[return-value]
            f"/api/v1/dossiers/{dossier_id}/papers",
            {"paper_code": code, "file": SimpleUploadedFile(name, content)},
            headers=given,
        )


def new_key(
    world: World, login: str = OWNER, *, scopes: tuple[Scope, ...] = tuple(Scope), enterprise_id: int | None = None,
    days: int = 30,
) -> NewKey:  # fmt: skip
    made: NewKey = world.do(
        login, actions.create_key, name="Thử", scopes=scopes, days=days, enterprise_id=enterprise_id
    )
    return made


def caller(world: World, login: str = OWNER, **key: Any) -> Caller:
    return Caller(new_key(world, login, **key).secret)


def told(response: HttpResponse) -> Any:
    return json.loads(response.content)


def refused(response: HttpResponse, status: int, code: str) -> dict[str, Any]:
    """The problem, once it is seen to be that one and in the form of RFC 9457."""
    assert response["Content-Type"] == "application/problem+json", response.content[:300]
    problem: dict[str, Any] = told(response)
    assert (response.status_code, problem["code"]) == (status, code), problem
    assert problem["status"] == status
    assert problem["type"].endswith(f"/api/v1/loi/#{code}")
    assert set(problem) == {"type", "title", "status", "detail", "instance", "code", "errors"}
    return problem
