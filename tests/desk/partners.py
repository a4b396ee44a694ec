"""What the tests of partners' screens share: one partner as it is typed, where its screens are, certificates."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client

from emoit.exchange import actions, queries
from emoit.exchange.models import Certificate, Partner
from emoit.exchange.types import Profile, Use, Window
from emoit.kernel import audit
from emoit.kernel.access import acting_as
from tests.support.partner import certificate, pem_of
from tests.support.world import World

ADMINISTRATOR, AUDITOR = "quantri", "kiemtra"
PATHS = {
    "partner-add": "lien-thong/them-he-thong/",
    "partners": "lien-thong/he-thong/",
    "partner": "lien-thong/he-thong/{}/",
    "partner-change": "lien-thong/he-thong/{}/sua/",
    "partner-pause": "lien-thong/he-thong/{}/tam-dung/",
    "partner-resume": "lien-thong/he-thong/{}/noi-lai/",
    "certificate-add": "lien-thong/he-thong/{}/chung-thu-so/",
    "certificate-retire": "lien-thong/he-thong/{}/chung-thu-so/{}/ngung/",
    "keys": "lien-thong/khoa/",
    "key-new": "lien-thong/khoa/moi/",
    "key-file": "lien-thong/khoa/{}/tep/",
    "key-retire": "lien-thong/khoa/{}/ngung/",
}
SignIn = Callable[[str], Client]
TYPED = {
    "code": "VN.G12",
    "name": "Trục liên thông của Bộ Tài chính",
    "address": "https://lgsp.example.gov.vn/messages",
    "transport": "https",
    "format": "json",
    "max_bytes": "5",
    "rate_per_minute": "1.200",
    "max_attempts": "20",
    "give_up_after_hours": "72",
    "windows.so": "1",
    "windows.0.days": ["5", "6"],
    "windows.0.from": "22h30",
    "windows.0.to": "02:00",
}
PROFILE = Profile(
    code="VN.G12",
    name="Trục liên thông của Bộ Tài chính",
    address="https://lgsp.example.gov.vn/messages",
    max_bytes=5 * 1024 * 1024,
    rate_per_minute=1200,
    windows=(Window(frozenset({5, 6}), time(22, 30), time(2)),),
)


@pytest.fixture(autouse=True)
def keys_here(tmp_path: Path, settings: Any) -> None:
    settings.EMOIT_KEYS = tmp_path / "keys"


@pytest.fixture
def admin(sign_in: SignIn) -> Client:
    return sign_in(ADMINISTRATOR)


@pytest.fixture
def partner(world: World) -> str:
    with acting_as(world.process):
        actions.register_partner(by=world.process, now=world.now, profile=PROFILE)
    return PROFILE.code


def to(name: str, *values: str) -> str:
    return "/nghiep-vu/" + PATHS[name].format(*values)


def made(world: World, **more: Any) -> x509.Certificate:
    times = {"since": world.now - timedelta(days=1), "until": world.now + timedelta(days=400)}
    return certificate("lgsp.example", ec.generate_private_key(ec.SECP256R1()), **(times | more))


def trust(world: World, use: Use = Use.SIGN, **more: Any) -> str:
    with acting_as(world.process):
        return actions.add_certificate(
            by=world.process, now=world.now, code="VN.G12", use=use, pem=pem_of(made(world, **more))
        )


def facts(world: World, code: str = "VN.G12") -> Any:
    return queries.partner(world.process, code, now=world.now)


def verbs(world: World, code: str = "VN.G12") -> list[str]:
    with acting_as(world.process) as by:
        return [one.verb for one in reversed(audit.entries(by, subject_kind="partner", subject_id=code))]


def everything(world: World) -> list[Any]:
    with acting_as(world.process):
        rows = [list(model.objects.order_by("id").values()) for model in (Partner, Certificate)]
        return [rows, len(audit.entries(world.process, subject_kind="partner", limit=1000))]
