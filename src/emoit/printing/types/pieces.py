"""What documents are made of: who stands on them, what they list, what each of them bears."""

from __future__ import annotations

from datetime import date
from typing import TypedDict


class Letterhead(TypedDict):
    """`parent` is the superior agency ("" if none), `issuer` the one that issues; `place` as in "Hà Nội"."""

    parent: str
    issuer: str
    place: str


class Signatory(TypedDict):
    """`authority` as in "KT. CỤC TRƯỞNG" ("" in own right), `position` as in "Phó Cục trưởng"."""

    authority: str
    position: str
    name: str


class Applicant(TypedDict):
    name: str
    identity: str
    address: str
    phone: str
    email: str


class Contact(TypedDict):
    name: str
    phone: str
    email: str


class Paper(TypedDict):
    """`form` as in "bản điện tử" ("" leaves it out)."""

    name: str
    form: str
    count: int


class Reason(TypedDict):
    """`basis` is the article that the reason stands on ("" leaves it out)."""

    reason: str
    basis: str


class Fact(TypedDict):
    label: str
    value: str


class Document(TypedDict):
    """What every document bears. `number` without "Số:"; `verify_url` goes into the QR code ("" leaves it out)."""

    letterhead: Letterhead
    number: str
    dated: date
    verify_url: str
