"""Filling a draft from a register with consent, and who looked one up."""

from __future__ import annotations

from typing import Any

from emoit.dossiers import actions
from emoit.kernel.access import acting_as
from emoit.people.models import Lookup
from emoit.people.types import Purpose, Register
from tests.portal.visitor import Visitor
from tests.support.register_fixtures import registers, running_pair
from tests.support.registers import Registers
from tests.support.world import SPECIALIST, World

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


def test_consent_comes_first(world: World, registers: Registers) -> None:
    dossier_id = world.draft()
    me = visitor(world)
    page = me.see(f"/ho-so/{dossier_id}/khai/{_first_page(world, dossier_id)}/")
    assert "Lấy từ đăng ký doanh nghiệp, Cơ sở dữ liệu quốc gia về dân cư" in page.text
    refused = me.send(f"/ho-so/{dossier_id}/lay-du-lieu/", {"noi": "population", "hoi": "1"})
    assert (refused.status, count(world), registers.asked()) == (422, 0, [])
    assert refused.problems == [("#noi-population", "Hãy đánh dấu đồng ý để chúng tôi hỏi thông tin của bạn.")]


def _first_page(world: World, dossier_id: int) -> str:
    from emoit.forms import queries as forms
    from emoit.procedures import queries as procedures

    with acting_as(world.process):
        return forms.pages(procedures.version(world.info(dossier_id).procedure_version_id).form)[0].key


def test_what_one_typed_is_not_overwritten(world: World, registers: Registers) -> None:
    dossier_id = world.draft()
    before = world.info(dossier_id).answers
    me, address = visitor(world), f"/ho-so/{dossier_id}/lay-du-lieu/"
    assert me.send(address, {"noi": "enterprises", "hoi": "1"}).address == address
    assert "Đang hỏi" in me.see(address).text
    world.run_jobs()
    page = me.see(address)
    assert "58 đường Thử Nghiệm, Hà Nội" in page.text
    assert world.info(dossier_id).answers == before
    boxes = page.page.xpath("//input[@name='muc']")
    assert [(box.get("value"), box.get("checked")) for box in boxes] == [("/trader/address", None)]
    me.send(address, {"noi": "enterprises", "version": page.value("version"), "muc": "/trader/address", "dung": "1"})
    after = world.info(dossier_id).answers
    assert after["trader"]["address"] == "58 đường Thử Nghiệm, Hà Nội"
    assert {**after, "trader": before["trader"]} == {**before, "trader": before["trader"]}


def test_a_register_that_is_down_keeps_no_draft(world: World, registers: Registers) -> None:
    registers.population.behave(down="500")
    dossier_id = world.draft()
    me, address = visitor(world), f"/ho-so/{dossier_id}/lay-du-lieu/"
    me.send(address, CONSENT)
    world.run_jobs()
    words = "Bên kia chưa trả lời. Bản nháp của bạn vẫn nguyên: cứ khai và nộp, hệ thống sẽ tự hỏi lại."
    assert words in me.see(address).text
    assert words in me.see(f"/ho-so/{dossier_id}/khai/{_first_page(world, dossier_id)}/").text
    assert world.do(COMPANY, actions.submit, dossier_id=dossier_id)


def test_another_ones_draft(world: World, registers: Registers) -> None:
    dossier_id = world.draft()
    other = visitor(world, "doanhnghiep2")
    assert other.see(f"/ho-so/{dossier_id}/lay-du-lieu/").status == 404
    assert other.send(f"/ho-so/{dossier_id}/lay-du-lieu/", CONSENT).status == 404
    assert (count(world), registers.asked()) == (0, [])


def test_the_person_sees_who_asked(world: World, registers: Registers) -> None:
    me = visitor(world)
    assert "Chưa ai xem dữ liệu của bạn" in me.see("/tai-khoan/tra-cuu/").text
    dossier_id = world.in_examination()
    _look_up(world, dossier_id)
    page = me.see("/tai-khoan/tra-cuu/")
    row = [" ".join(" ".join(cell.itertext()).split()) for cell in page.page.xpath("//tbody/tr[1]/td")]
    assert row == [
        "04/05/2026, 09:30",
        "Chuyên viên thụ lý Cục Xúc tiến thương mại",
        "Xác minh người nộp hồ sơ",
        f"Cơ sở dữ liệu quốc gia về dân cư Đã trả lời Cho hồ sơ {world.info(dossier_id).code}",
    ]
    assert world.actor(SPECIALIST).name not in page.text
    assert "Chưa ai xem" in visitor(world, "doanhnghiep2").see("/tai-khoan/tra-cuu/").text


def _look_up(world: World, dossier_id: int, purpose: Purpose = Purpose.VERIFY_APPLICANT) -> None:
    item = world.item(dossier_id, "examine")
    given: dict[str, Any] = {"register": Register.POPULATION, "purpose": purpose}
    world.do(SPECIALIST, actions.look_up, dossier_id=dossier_id, item_id=item.id, **given)
    world.run_jobs()


def test_the_list_goes_on(world: World, registers: Registers) -> None:
    for _ in range(21):
        world.do(
            COMPANY, actions.fetch_from_register, dossier_id=world.draft(complete=False), register=Register.POPULATION
        )
    me = visitor(world)
    first = me.see("/tai-khoan/tra-cuu/")
    assert len(first.page.xpath("//tbody/tr")) == 20
    (more,) = first.page.xpath("//nav//a[starts-with(@href, '?truoc=')]/@href")
    assert len(me.see(f"/tai-khoan/tra-cuu/{more}").page.xpath("//tbody/tr")) == 1
