"""Who may sign in and who may ask: rows of the store that the provider reads."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterator, Mapping
from typing import Any

from emoit_partners.kit import Refused, Store
from emoit_partners.people import Enterprise, Person, enterprises, people

SCHEMA = """
create table if not exists account (
    login text primary key, sub text not null unique, password text not null, name text not null,
    claims text not null) strict;
create table if not exists client (client_id text primary key, metadata text not null) strict;
"""
KEEP = ("account", "client")
FIRST_CLIENT = "emoit"
YOUNGEST = 14  # years: who has an electronic identity of their own
_SEXES = {"male": "Nam", "female": "Nữ"}


def password_of(login: str) -> str:
    """Everybody's password in the sandbox."""
    return f"Thu-{login[-6:]}"


def prepare(store: Store) -> None:
    """Tables, accounts of everybody who may have one, and the first client; done once."""
    store.prepare(SCHEMA, keep=KEEP)
    if store.one("select 1 from account limit 1") is None:
        with store.transaction() as db:
            db.executemany("insert or ignore into account values (?, ?, ?, ?, ?)", _accounts())
    if store.one("select 1 from client limit 1") is None:
        know(store, {"client_id": FIRST_CLIENT, "redirect_uris": ["http://127.0.0.1:8000/dang-nhap/dinh-danh"]})


def know(store: Store, told: Mapping[str, Any]) -> dict[str, Any]:
    """Register or change a client. What is not named stays; a secret is made where there is none.

    `told`: client_id, redirect_uris, and perhaps client_secret, client_name, post_logout_redirect_uris.
    """
    client_id = str(told.get("client_id", ""))
    row = store.one("select metadata from client where client_id = ?", [client_id])
    old: dict[str, Any] = json.loads(row["metadata"]) if row else {"client_secret": secrets.token_urlsafe(32)}
    named = {name: told[name] for name in ("client_secret", "client_name") if told.get(name)}
    for name in ("redirect_uris", "post_logout_redirect_uris"):
        if name in told:
            if not isinstance(told[name], list) or not all(isinstance(uri, str) for uri in told[name]):
                raise Refused(422, f"{name} là danh sách địa chỉ.")
            named[name] = told[name]
    metadata = {"client_id": client_id, **old, **named}
    if not client_id or not metadata.get("redirect_uris"):
        raise Refused(422, "Cần client_id và redirect_uris.")
    store.run("insert or replace into client values (?, ?)", [client_id, json.dumps(metadata)])
    return metadata


def clients(store: Store) -> list[dict[str, Any]]:
    return [json.loads(row["metadata"]) for row in store.all("select metadata from client order by client_id")]


def _accounts() -> Iterator[tuple[str, str, str, str, str]]:
    for person in people():
        if person.status == "alive" and person.age() >= YOUNGEST:
            yield _row(person.number, person.name, _of_person(person))
    for enterprise in enterprises():
        if enterprise.status == "active":
            yield _row(enterprise.tax_code, enterprise.name, _of_enterprise(enterprise))


def _row(login: str, name: str, claims: dict[str, Any]) -> tuple[str, str, str, str, str]:
    sub = hashlib.sha256(f"emoit-sandbox:{login}".encode()).hexdigest()[:32]
    said = {"TechID": sub, **{name: value for name, value in claims.items() if value}}
    return login, sub, password_of(login), name, json.dumps(said, ensure_ascii=False)


def _of_person(person: Person) -> dict[str, Any]:
    """Names as the national portal's sign-in gives them, and those of OpenID Connect."""
    return {
        "LoaiTaiKhoan": "1",
        "HoVaTen": person.name,
        "SoDinhDanh": person.number,
        "SoCMND": person.old_number,
        "NgayThangNamSinh": f"{person.born_on:%d/%m/%Y}",
        "GioiTinh": _SEXES[person.sex],
        "DanToc": person.ethnicity,
        "NoiDangKyKhaiSinh": person.origin.text,
        "name": person.name,
        "gender": person.sex,
        "birthdate": person.born_on.isoformat(),
        "address": {"formatted": person.home.text, "region": person.home.province, "country": "VN"},
    }


def _of_enterprise(enterprise: Enterprise) -> dict[str, Any]:
    """An enterprise's account: its representative's person, its own tax code and name."""
    return _of_person(enterprise.representative) | {
        "LoaiTaiKhoan": "2",
        "MaSoThue": enterprise.tax_code,
        "TenDoanhNghiep": enterprise.name,
        "address": {"formatted": enterprise.address.text, "region": enterprise.address.province, "country": "VN"},
    }
