"""Every page of the desk in English: no Vietnamese is left but in records, names and what people wrote."""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.db import transaction
from django.test import Client
from django.urls import reverse

from emoit.codes.models import CalendarDay
from emoit.config.language import COOKIE
from emoit.dossiers import actions
from emoit.dossiers.types import Defect
from emoit.exchange import actions as exchange
from emoit.exchange.types import Profile, Use, Window
from emoit.files.models import File
from emoit.kernel.access import acting_as
from emoit.people import actions as people
from emoit.people.models import Account, Enterprise, Position, Unit
from emoit.people.types import AbsenceKind, Role
from emoit.procedures import actions as procedures
from tests.attacks.people import signed_in
from tests.attacks.policy import POLICY
from tests.attacks.test_policy import PATTERNS, STATES, build, facts
from tests.dossiers import test_appraisal, test_inspection
from tests.support.partner import certificate, pem_of
from tests.support.visible import left_in
from tests.support.world import CLERK, HEAD, LEADER, SPECIALIST, UNIT, World

OFFICERS = (CLERK, SPECIALIST, HEAD, LEADER, "kiemtra", "quantri")


def names(world: World) -> set[str]:
    """People, enterprises, units, positions, days and files: they stand in English sentences and titles as they are."""
    with acting_as(world.process):
        every = [
            Account.objects.values_list("full_name"),
            Enterprise.objects.values_list("name"),
            Unit.objects.values_list("name"),
            Position.objects.values_list("name"),
            CalendarDay.objects.values_list("name"),
            File.objects.values_list("name"),
        ]
        return {name for rows in every for (name,) in rows}


def english(world: World, login: str) -> Client:
    client = signed_in(world, login)
    client.cookies[COOKIE] = "en"
    return client


@pytest.mark.parametrize("state", STATES)
def test_no_vietnamese_is_left(world: World, state: str) -> None:
    arguments, asked = facts(world, build(world, state))
    known = names(world)
    left: set[str] = set()
    for login in OFFICERS:
        client = english(world, login)
        for row in (row for row in POLICY if row.state == state and row.name.startswith("desk:")):
            path = reverse(row.name, kwargs={k: arguments[k] for k in PATTERNS[row.name].pattern.converters})
            for method in ("get", "post"):
                cookies = client.cookies.copy()
                with transaction.atomic():
                    response = getattr(client, method)(path, asked)
                    transaction.set_rollback(True)
                client.cookies = cookies
                if response["Content-Type"].startswith("text/html") and response.status_code != 302:
                    html = response.content.decode()
                    assert '<html lang="en"' in html or "<html" not in html, (login, row.name)
                    left |= {f"{row.name} {response.status_code}: {text}" for text in left_in(html, known)}
    assert not left, "\n".join(sorted(left))


@pytest.fixture
def busy(world: World) -> dict[str, Any]:
    """Dossiers in every proceeding, people lent and away, a draft of the catalogue that cannot be published."""
    awaiting, signed, open_items = world.in_examination(), world.signed(), [world.received(), world.received()]
    asked = [Defect("the_le", "Thiếu chữ ký."), Defect("/programme/name", "Trùng tên.")]
    world.on_item(SPECIALIST, actions.request_supplement, awaiting, "examine", defects=asked, note="Gửi bản có ký số.")
    opinion = test_appraisal.examined(world)
    test_appraisal.ask(world, opinion)
    to_plan, planned = test_inspection.received(world), test_inspection.planned(world)
    world.on_item(SPECIALIST, actions.claim, to_plan, "plan")
    test_inspection.attach(world, planned)
    until = world.at("2026-06-01 00:00")
    world.do(
        SPECIALIST, people.delegate, principal_id=world.account_id(SPECIALIST), valid_from=world.now, valid_to=until,
        delegate_id=world.account_id("hoachat.chuyenvien2"), scope=[(world.unit_id(UNIT), Role.SPECIALIST)],
        reason="Đi công tác",
    )  # fmt: skip
    world.do(
        HEAD, people.register_absence, account_id=world.account_id("xttm.chuyenvien2"), kind=AbsenceKind.LEAVE,
        valid_from=world.now, valid_to=until, note="Nghỉ phép năm",
    )  # fmt: skip
    world.do("quantri", procedures.open_draft, code="2.000138")
    pem, fingerprint = connect(world)
    chosen = [f"{item.id}:{item.version}" for item in (world.item(d, "examine") for d in open_items)]
    return {
        "awaiting": awaiting, "opinion": opinion, "to_plan": to_plan, "planned": planned, "signed": signed,
        "chosen": chosen, "pem": pem, "fingerprint": fingerprint,
    }  # fmt: skip


PARTNER = Profile(
    code="VN.G12",
    name="Trục liên thông của Bộ Tài chính",
    address="",
    rate_per_minute=60,
    windows=(Window(frozenset({0, 6}), time(22), time(2)),),
)


def connect(world: World) -> tuple[str, str]:
    """A partner whose profile was changed, with a certificate that ends soon: its text and fingerprint."""
    own = certificate(
        "lgsp", ec.generate_private_key(ec.SECP256R1()), since=world.now, until=world.at("2026-05-20 00:00")
    )
    with acting_as(world.process) as by:
        exchange.register_partner(by=by, now=world.now, profile=replace(PARTNER, name="Trục", windows=()))
        exchange.change_partner(by=by, now=world.now, profile=PARTNER)
        pem = pem_of(own)
        return pem, exchange.add_certificate(by=by, now=world.now, code="VN.G12", use=Use.SIGN, pem=pem)


def shown(client: Client, path: str, posted: dict[str, Any] | None) -> str:
    """The page at that address of the desk, or what it answers to a post."""
    where = f"/nghiep-vu/{path}"
    response = client.get(where) if posted is None else client.post(where, posted, follow=True)
    assert response.status_code in {200, 422}, (where, response.status_code)
    html: str = response.content.decode()
    assert '<html lang="en"' in html, where
    return html


DAY = {"day": "2026-06-15", "kind": "public_holiday", "name": "X", "status": "official", "source": "", "swap_with": ""}
PAPER = {"papers.so": "1", "papers.0.code": "The Le", "papers.0.name.vi": "", "papers.0.max_bytes": "nhiều"}
DRAFT = "thu-tuc/2.000138/nhap/"


def test_pages_of_proceedings_lists_and_previews(world: World, busy: dict[str, Any]) -> None:
    clients = {login: english(world, login) for login in (*OFFICERS, test_appraisal.CHEMIST)}
    chosen = {"chosen": busy["chosen"]}
    asked: list[tuple[str, str, dict[str, Any] | None]] = [
        (SPECIALIST, f"ho-so/{busy['awaiting']}/", None),
        (SPECIALIST, f"ho-so/{busy['opinion']}/", None),
        (SPECIALIST, f"ho-so/{busy['opinion']}/ket-thuc-lay-y-kien/", None),
        (test_appraisal.CHEMIST, f"ho-so/{busy['opinion']}/cho-y-kien/", None),
        (test_appraisal.CHEMIST, "", None),
        (SPECIALIST, f"ho-so/{busy['to_plan']}/hen-kiem-tra/", None),
        (SPECIALIST, f"ho-so/{busy['planned']}/", None),
        (SPECIALIST, f"ho-so/{busy['planned']}/bien-ban-kiem-tra/", None),
        (SPECIALIST, f"ho-so/{busy['signed']}/", None),
        (SPECIALIST, "hang-loat/nhan-viec/", chosen),
        (HEAD, "hang-loat/phan-cong/", chosen),
        (HEAD, "hang-loat/phan-cong/", {**chosen, "confirm": "1"}),
        (SPECIALIST, "hang-loat/nhan-viec/", {**chosen, "confirm": "1"}),
        (SPECIALIST, "hang-loat/nhan-viec/", {**chosen, "confirm": "1"}),
        (SPECIALIST, "uy-quyen/", None),
        (SPECIALIST, "uy-quyen/moi/", {"reason": "", "valid_from": "hôm nay"}),
        (HEAD, "vang-mat/", None),
        (HEAD, "tim/?q=sao mai", None),
        ("quantri", "lich/sua/", {**DAY, "note": "", "version": "1", "cong-bo": "1"}),
        ("quantri", "lich/sua/", {**DAY, "source": "X", "note": "X", "version": "1", "xem": "1"}),
        ("quantri", "thu-tuc/2.000138/", None),
        ("quantri", f"{DRAFT}giay-to/", {"lock": "1", **PAPER}),
        *(("quantri", f"{DRAFT}{part}", None) for part in ("giay-to/", "thoi-han-phi/", "ket-qua/", "chi-phi/", "")),
        ("quantri", f"{DRAFT}cong-bo/", None),
        ("quantri", "thu-tuc/2.000138/so-sanh/?tu=1&den=nhap", None),
        ("kiemtra", "nhat-ky/", None),
        ("quantri", "lien-thong/he-thong/", None),
        ("quantri", "lien-thong/them-he-thong/", {"windows.so": "1", "windows.0.from": "tối"}),
        *(("quantri", f"lien-thong/he-thong/VN.G12/{part}", None) for part in ("", "sua/", "tam-dung/", "noi-lai/")),
        ("quantri", "lien-thong/he-thong/VN.G12/chung-thu-so/", {"pem": "x"}),
        ("quantri", "lien-thong/he-thong/VN.G12/chung-thu-so/", {"use": "tls", "pem": busy["pem"]}),
        ("quantri", f"lien-thong/he-thong/VN.G12/chung-thu-so/{busy['fingerprint']}/ngung/", None),
        ("quantri", "lien-thong/khoa/moi/", {"kind": "x", "starts_at": "mai"}),
        ("quantri", "lien-thong/khoa/", None),
    ]
    known, left = names(world), set()
    for login, path, posted in asked:
        left |= {f"{path}: {text}" for text in left_in(shown(clients[login], path, posted), known)}
    assert not left, "\n".join(sorted(left))
