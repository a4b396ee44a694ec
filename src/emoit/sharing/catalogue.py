"""Services, their fields, and the purposes for which they may be asked: data of the module, read once."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from emoit.lib.problems import FALLBACK, Entry, read_entries
from emoit.sharing.types import PREFIX

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Field:
    """What an answer may tell. `format` is JSON Schema's; `personal` concerns a person."""

    name: str
    vi: str
    en: str
    type: str
    format: str
    personal: bool


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    vi: str
    en: str
    example: str
    required: bool
    most: int
    pattern: str


@dataclass(frozen=True, slots=True)
class Deprecated:
    """A version on its way out: since when, until when, and the version that takes its place."""

    since: date
    sunset: date
    successor: str


@dataclass(frozen=True, slots=True)
class Service:
    """One version of a service. A version's fields and parameters are only added to.

    `price`: whole đồng for one answered call; agencies charge each other nothing today.
    """

    code: str
    version: str
    vi: str
    en: str
    about_vi: str
    about_en: str
    parameters: tuple[Parameter, ...]
    fields: tuple[Field, ...]
    since: date
    deprecated: Deprecated | None
    price: int = 0

    @property
    def key(self) -> str:
        """As the meter and the statement name it."""
        return f"{self.code}/{self.version}"

    @property
    def path(self) -> str:
        return f"{PREFIX.removesuffix('v1/')}{self.version}/{self.code}"

    def name(self, language: str) -> str:
        return self.en if language == "en" else self.vi

    def about(self, language: str) -> str:
        return self.about_en if language == "en" else self.about_vi


@dataclass(frozen=True, slots=True)
class Purpose:
    """Why somebody asks, and the act that lets them."""

    code: str
    vi: str
    en: str
    basis: str
    basis_en: str

    def name(self, language: str) -> str:
        return self.en if language == "en" else self.vi

    def ground(self, language: str) -> str:
        return self.basis_en if language == "en" else self.basis


@lru_cache(maxsize=1)
def services() -> dict[tuple[str, str], Service]:
    """(code, version) -> service, in the order of the file."""
    rows = json.loads((DATA / "services.json").read_text("utf-8"))
    return {(row["code"], row["version"]): read_service(row) for row in rows}


def read_service(row: dict[str, Any]) -> Service:
    ends = row["deprecated"]
    return Service(
        code=row["code"],
        version=row["version"],
        vi=row["vi"],
        en=row["en"],
        about_vi=row["about_vi"],
        about_en=row["about_en"],
        parameters=tuple(Parameter(**one) for one in row["parameters"]),
        fields=tuple(Field(**one) for one in row["fields"]),
        since=date.fromisoformat(row["since"]),
        deprecated=Deprecated(date.fromisoformat(ends["since"]), date.fromisoformat(ends["sunset"]), ends["successor"])
        if ends
        else None,
        price=row.get("price", 0),
    )


@lru_cache(maxsize=1)
def purposes() -> dict[str, Purpose]:
    rows = json.loads((DATA / "purposes.json").read_text("utf-8"))
    return {row["code"]: Purpose(**{name: row[name] for name in Purpose.__slots__}) for row in rows}


@lru_cache(maxsize=1)
def test_data() -> dict[str, list[dict[str, object]]]:
    """Service -> rows that a test consumer is answered from; each names itself a test."""
    found: dict[str, list[dict[str, object]]] = json.loads((DATA / "testdata.json").read_text("utf-8"))
    return found


@lru_cache(maxsize=1)
def errors() -> dict[str, Entry]:
    """Every code with which a service refuses."""
    return read_entries(DATA / "errors.json")


def error_of(code: str) -> Entry:
    every = errors()
    return every.get(code) or every[FALLBACK]


def explained_at(code: str) -> str:
    """The `type` of a problem: where the page of codes explains it."""
    return f"{settings.PUBLIC_URL}/chia-se/loi/#{code}"
