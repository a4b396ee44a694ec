"""The door: GET /v1/enterprises/{tax code} with the asker's key; and what its control shows."""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from emoit_partners.kit import App, Behaviour, Refused, Request, Response, Store, Table, application, json_response
from emoit_partners.kit.web import Routes
from emoit_partners.people import Enterprise, enterprises

# Not secrets: they open nothing real. Key -> whose it is.
KEYS = {"sandbox-enterprises": "G02"}
LIES = {
    "another": "trả thông tin của doanh nghiệp khác",
    "broken": "trả JSON hỏng",
    "endless": "trả lời dài hàng chục MB",
    "deep": "trả JSON lồng nhau rất sâu",
}
ENDLESS = 24 * 1024 * 1024
_STATUS_WORDS = {
    "active": "Đang hoạt động",
    "suspended": "Tạm ngừng kinh doanh",
    "closing": "Đang làm thủ tục giải thể",
    "dissolved": "Đã giải thể",
}
_SCHEMA = """
create table if not exists added (tax_code text primary key, record text not null) strict;
create table if not exists asked (
    id integer primary key, at text not null, request_id text not null, asker text not null, tax_code text not null,
    outcome text not null) strict;
"""


@lru_cache(maxsize=1)
def _everyone() -> dict[str, Enterprise]:
    return {one.tax_code: one for one in enterprises()}


def make_app(store: Store, behaviour: Behaviour) -> App:
    store.prepare(_SCHEMA)

    def show(request: Request) -> Response:
        tax_code, asker = request.parts["tax_code"], _asker(request)
        found = _find(store, tax_code)
        outcome = "unauthorised" if not asker else "found" if found else "absent"
        store.run(
            "insert into asked (at, request_id, asker, tax_code, outcome) values (?, ?, ?, ?, ?)",
            [behaviour.now().isoformat(), request.header("X-Request-Id")[:64], asker, tax_code, outcome],
        )
        if not asker:
            raise Refused(401, "Khóa không đúng.")
        if lied := _lie(behaviour.lie, tax_code):
            return lied
        if found is None:
            raise Refused(404, "Không có doanh nghiệp này.")
        return json_response(found)

    return application({("GET", r"/v1/enterprises/(?P<tax_code>[0-9-]{1,20})"): show})


def _asker(request: Request) -> str:
    given = request.header("Authorization")
    return next((who for key, who in KEYS.items() if hmac.compare_digest(given.encode(), f"Bearer {key}".encode())), "")


def _lie(lie: str, tax_code: str) -> Response | None:
    if lie == "another":
        other = next(one for one in _everyone().values() if one.tax_code != tax_code)
        return json_response(_record(other))
    bodies: dict[str, Callable[[], bytes]] = {
        "broken": lambda: b'{"tax_code": "',
        "endless": lambda: b'{"tax_code": "' + b"9" * ENDLESS + b'"}',
        "deep": lambda: b"[" * 30_000 + b"]" * 30_000,
    }
    return Response(200, bodies[lie]()) if lie in bodies else None


def _find(store: Store, tax_code: str) -> dict[str, Any] | None:
    row = store.one("select record from added where tax_code = ?", [tax_code])
    if row is not None:
        added: dict[str, Any] = json.loads(row[0])
        return added
    one = _everyone().get(tax_code)
    return _record(one) if one else None


def _record(one: Enterprise) -> dict[str, Any]:
    return {
        "tax_code": one.tax_code,
        "name": one.name,
        "short_name": one.short_name,
        "kind": one.kind,
        "address": one.address.text,
        "legal_representative": one.representative.name,
        "position": one.position,
        "capital_vnd": one.capital,
        "industries": [{"code": code, "name": name} for code, name in one.industries],
        "registered_on": one.registered_on.isoformat(),
        "status": _STATUS_WORDS[one.status],
    }


def routes(store: Store, _behaviour: Behaviour) -> Routes:
    """`GET /control/api/asked` who asked; `PUT /control/api/enterprises` adds or changes one enterprise."""
    store.prepare(_SCHEMA)

    def asked(_request: Request) -> Response:
        rows = store.all("select at, request_id, asker, tax_code, outcome from asked order by id")
        return json_response({"count": len(rows), "asked": [dict(row) for row in rows]})

    def add(request: Request) -> Response:
        record = request.json()
        if not isinstance(record.get("tax_code"), str) or not isinstance(record.get("name"), str):
            raise Refused(422, "Cần tax_code và name.")
        store.run("insert or replace into added values (?, ?)", [record["tax_code"], json.dumps(record)])
        return json_response({"added": record["tax_code"]})

    return {("GET", r"/control/api/asked"): asked, ("PUT", r"/control/api/enterprises"): add}


def tables(store: Store) -> list[Table]:
    store.prepare(_SCHEMA)
    rows = store.all("select at, asker, tax_code, outcome, request_id from asked order by id desc limit 200")
    columns = ("Lúc (UTC)", "Ai hỏi", "Mã số thuế", "Kết quả", "Mã yêu cầu")
    return [Table("Ai đã tra cứu", columns, [[str(cell) for cell in row] for row in rows])]
