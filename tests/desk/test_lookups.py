"""Comparing a dossier with a register, and the auditor's list of look-ups."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from emoit.dossiers import actions
from emoit.kernel.access import acting_as
from emoit.people.models import Lookup
from emoit.people.types import Purpose, Register
from tests.journeys.steps import look, meanwhile, sign_in
from tests.portal.visitor import Screen, Visitor
from tests.support.browser import new_page, open_browser, serve
from tests.support.register_fixtures import registers, running_pair
from tests.support.registers import Registers, running_registers
from tests.support.world import CLERK, HEAD, SPECIALIST, World

__all__ = ["registers", "running_pair"]

COMPANY, AUDITOR = "doanhnghiep1", "kiemtra"
CONSENT = {"noi": "population", "dong_y": "1", "hoi": "1"}


def visitor(world: World, login: str = COMPANY) -> Visitor:
    found = Visitor(world)
    found.enter(login)
    return found


def count(world: World) -> int:
    with acting_as(world.process):
        return Lookup.objects.count()


def test_the_officer_compares(world: World, registers: Registers) -> None:
    dossier_id = world.in_examination()
    me, address = visitor(world, SPECIALIST), f"/nghiep-vu/ho-so/{dossier_id}/doi-chieu/"
    assert "Đối chiếu dữ liệu" in me.see(f"/nghiep-vu/ho-so/{dossier_id}/").content.decode()
    missing = me.send(address, {"register": "enterprises"})
    assert (missing.status, missing.beside("purpose"), count(world)) == (422, "Lỗi: Hãy chọn mục đích tra cứu.", 0)
    assert me.send(address, {"register": "enterprises", "purpose": "verify_declaration"}).address == address
    world.run_jobs()
    table = me.see(address).page.xpath("//table//tr")
    rows = [[" ".join(" ".join(cell.itertext()).split()) for cell in row] for row in table]
    assert rows[:3] == [
        ["Nội dung", "Đã khai", "Dữ liệu", "So sánh"],
        ["Tên doanh nghiệp", "Công ty TNHH Thương mại Sao Mai Mẫu", "CÔNG TY TNHH THƯƠNG MẠI SAO MAI MẪU", "Khớp"],
        ["Tình trạng hoạt động", "", "Đang hoạt động", "Thông tin"],
    ]
    assert [row[3] for row in rows[3:]] == ["Khớp", "Khớp", "Không khớp"]
    assert "mục khớp, 1 mục khác" in me.see(f"/nghiep-vu/ho-so/{dossier_id}/").text


@pytest.mark.parametrize("login", [HEAD, AUDITOR])
def test_officers_who_do_not_hold_the_work(world: World, registers: Registers, login: str) -> None:
    dossier_id = world.in_examination()
    me, address = visitor(world, login), f"/nghiep-vu/ho-so/{dossier_id}/doi-chieu/"
    assert me.see(address).status == 403
    assert me.send(address, {"register": "population", "purpose": "verify_applicant"}).status == 403
    assert (count(world), registers.asked()) == (0, [])


def _look_up(world: World, dossier_id: int, purpose: Purpose = Purpose.VERIFY_APPLICANT) -> None:
    item = world.item(dossier_id, "examine")
    given: dict[str, Any] = {"register": Register.POPULATION, "purpose": purpose}
    world.do(SPECIALIST, actions.look_up, dossier_id=dossier_id, item_id=item.id, **given)
    world.run_jobs()


FILTERS = [
    ("", 3),
    ("noi=enterprises", 0),
    ("noi=population", 3),
    ("muc_dich=declare", 1),
    ("muc_dich=check_conditions", 1),
    ("ai={specialist}", 2),
    ("ho_so={code}", 2),
    ("tu=05/05/2026", 0),
    ("tu=04/05/2026&den=04/05/2026", 3),
]


@pytest.mark.parametrize(("asked", "found"), FILTERS)
def test_the_auditors_list(world: World, registers: Registers, asked: str, found: int) -> None:
    dossier_id = world.in_examination()
    _look_up(world, dossier_id)
    _look_up(world, dossier_id, Purpose.CHECK_CONDITIONS)
    world.do(COMPANY, actions.fetch_from_register, dossier_id=world.draft(), register=Register.POPULATION)
    query = asked.format(specialist=world.account_id(SPECIALIST), code=world.info(dossier_id).code)
    page = visitor(world, AUDITOR).see(f"/nghiep-vu/tra-cuu-du-lieu/?{query}")
    assert (page.status, len(page.page.xpath("//tbody/tr"))) == (200, found)


def test_only_auditors_have_the_list(world: World) -> None:
    for login in (CLERK, HEAD, "quantri"):
        assert visitor(world, login).see("/nghiep-vu/tra-cuu-du-lieu/").status == 403
    wrong: Screen = visitor(world, AUDITOR).see("/nghiep-vu/tra-cuu-du-lieu/?tu=32/13/2026")
    assert (wrong.status, wrong.beside("tu")) == (422, "Lỗi: Nhập ngày đúng, ví dụ 01/06/2026")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as opened:
        yield opened


@pytest.mark.journey
def test_the_screens(browser: Browser, committed_world: World, tmp_path: Path) -> None:
    """The officer's page in its states, the auditor's list empty and full, in both languages."""
    world = committed_world
    with running_registers(tmp_path / "registers") as found, serve() as address:
        found.reset()
        found.connect(world)
        dossier_id = meanwhile(world.in_examination)
        page = new_page(browser)
        enter(page, address, world, AUDITOR, "/nghiep-vu/tra-cuu-du-lieu/")
        look(page, "lookups-empty")
        page.context.close()

        def asked() -> None:
            _look_up(world, dossier_id)
            item = world.item(dossier_id, "examine")
            given: dict[str, Any] = {"register": Register.ENTERPRISES, "purpose": Purpose.CHECK_CONDITIONS}
            world.do(SPECIALIST, actions.look_up, dossier_id=dossier_id, item_id=item.id, **given)
            world.run_jobs()
            found.population.behave(down="500")
            _look_up(world, dossier_id, Purpose.VERIFY_DECLARATION)

        meanwhile(asked)
        page = new_page(browser)
        enter(page, address, world, AUDITOR, "/nghiep-vu/tra-cuu-du-lieu/")
        look(page, "lookups-full")
        page.context.close()
        page = new_page(browser)
        enter(page, address, world, SPECIALIST, f"/nghiep-vu/ho-so/{dossier_id}/doi-chieu/")
        look(page, "lookup-states")
        page.get_by_role("button", name="English").click()
        look(page, "lookup-states-en")
        page.context.close()


def enter(page: Page, site: str, world: World, login: str, address: str) -> None:
    page.goto(f"{site}{address}")
    sign_in(page, world, login)
    page.wait_for_url(f"**{address}")
