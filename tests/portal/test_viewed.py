"""Whoever is concerned sees which agencies were told of their records, and nobody else's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from emoit.dossiers import actions
from emoit.kernel.access import acting_as
from emoit.people.types import Register
from emoit.sharing import queries
from tests.journeys.steps import look, meanwhile, sign_in
from tests.portal.visitor import Screen, Visitor
from tests.sharing.asker import granted, issue, ready
from tests.support.browser import new_page, open_browser, serve
from tests.support.register_fixtures import registers, running_pair
from tests.support.registers import Registers, running_registers
from tests.support.world import World
from tests.support.world_fixtures import committed_world

__all__ = ["committed_world", "registers", "running_pair"]
PAGE = "/tai-khoan/tra-cuu/"
OWNER, OTHER = "doanhnghiep1", "doanhnghiep2"


def visitor(world: World, login: str = OWNER) -> Visitor:
    found = Visitor(world)
    found.enter(login)
    return found


def rows(screen: Screen) -> list[list[str]]:
    return [
        [" ".join(" ".join(cell.itertext()).split()) for cell in row.xpath("td")]
        for row in screen.page.xpath("//tbody/tr")
    ]


def of_account(world: World, login: str, number: str) -> int:
    return issue(world, number, holder_readers=frozenset({f"a:{world.actor(login).account_id}"})).id


def test_a_result_and_a_dossier_that_another_agency_asked_about(world: World) -> None:
    code = world.info(world.in_examination()).code
    result_id = of_account(world, OWNER, "12/XTTM-KM")
    asker = ready(world)
    granted(world, service="dossiers.status", purpose="customs", fields=("status",))
    assert asker.look_up("12/XTTM-KM").status_code == 200
    assert asker.get("dossiers.status", code=code, purpose="customs").status_code == 200
    screen = visitor(world).see(PAGE)
    assert screen.heading == "Ai đã xem dữ liệu của tôi"
    assert rows(screen) == [
        [
            "04/05/2026, 09:30",
            "Cục thử nghiệm",
            "Quản lý hàng hóa xuất khẩu, nhập khẩu",
            f"Hồ sơ {code} Qua dịch vụ «Tình trạng hồ sơ»",
        ],
        [
            "04/05/2026, 09:30",
            "Cục thử nghiệm",
            "Giải quyết thủ tục hành chính",
            "Xác nhận khuyến mại số 12/XTTM-KM Qua dịch vụ «Tra cứu giấy phép, kết quả»",
        ],
    ]
    assert f"/ket-qua-cua-toi/{result_id}/" in screen.links()
    assert visitor(world).see(f"/ket-qua-cua-toi/{result_id}/").status == 200


@pytest.mark.parametrize("login", [OTHER, "congdan", "quantri"])
def test_never_another_s(world: World, login: str) -> None:
    of_account(world, OWNER, "12/XTTM-KM")
    ready(world).look_up("12/XTTM-KM")
    screen = visitor(world, login).see(PAGE)
    assert (screen.status, rows(screen)) == (200, [])
    assert "Chưa ai xem dữ liệu của bạn" in screen.text
    assert "Cục thử nghiệm" not in screen.text


def test_the_representative_sees_the_enterprise_s(world: World) -> None:
    owner = world.actor(OWNER)
    (enterprise,) = [key for key in owner.readers if key.startswith("e:")]
    issue(world, "7/XTTM-KM", holder_readers=frozenset({enterprise}))
    ready(world).look_up("7/XTTM-KM")
    assert [row[3].split(" Qua ")[0] for row in rows(visitor(world).see(PAGE))] == ["Xác nhận khuyến mại số 7/XTTM-KM"]
    assert rows(visitor(world, OTHER).see(PAGE)) == []


def test_a_refused_call_and_one_that_found_nothing_tell_of_nobody(world: World) -> None:
    of_account(world, OWNER, "12/XTTM-KM")
    asker = ready(world)
    asker.look_up("12/XTTM-KM", purpose="customs")
    asker.look_up("13/XTTM-KM")
    assert rows(visitor(world).see(PAGE)) == []


def test_both_kinds_page_by_page_without_gap_or_double(world: World, registers: Registers) -> None:
    """27 rows: 22 calls, all of one moment, and five look-ups between them."""
    for number in ("1/XTTM-KM", "2/XTTM-KM"):
        of_account(world, OWNER, number)
    asker = ready(world)
    for n in range(11):
        asker.look_up("1/XTTM-KM")
        asker.look_up("2/XTTM-KM")
        if n % 2:
            draft = world.draft(complete=False)
            world.do(OWNER, actions.fetch_from_register, dossier_id=draft, register=Register.POPULATION)
    me, address, seen = visitor(world), PAGE, []
    sizes = []
    while True:
        screen = me.see(address)
        found = rows(screen)
        sizes.append(len(found))
        seen += found
        more = screen.page.xpath("//nav//a[starts-with(@href, '?truoc=')]/@href")
        if not more:
            break
        address = PAGE + more[0]
    assert sizes == [20, 7]
    assert sum("số 1/" in row[3] for row in seen) == 11
    assert sum("số 2/" in row[3] for row in seen) == 11
    assert sum("dân cư" in row[3] for row in seen) == 5


@pytest.mark.parametrize("place", ["", "x", "1", "1.", ".1", "-1.2", "1.2.3", "٣.٣", "9" * 19 + ".1"])
def test_a_place_that_is_none_is_the_beginning(world: World, place: str) -> None:
    of_account(world, OWNER, "12/XTTM-KM")
    ready(world).look_up("12/XTTM-KM")
    answer: Any = visitor(world).client.get(PAGE, {"truoc": place})
    assert answer.status_code == 200
    assert "Cục thử nghiệm" in answer.content.decode()


def test_the_query_asks_with_the_reader_s_own_keys(world: World) -> None:
    of_account(world, OWNER, "12/XTTM-KM")
    ready(world).look_up("12/XTTM-KM")
    for login, count in ((OWNER, 1), (OTHER, 0)):
        with acting_as(world.actor(login)) as by:
            assert len(queries.accesses_about(by)) == count
            assert queries.accesses_about(by, before=1) == []


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as opened:
        yield opened


@pytest.mark.journey
def test_the_screen(browser: Browser, committed_world: World, tmp_path: Path) -> None:
    """Empty, and with both kinds, in both languages."""
    world = committed_world
    with running_registers(tmp_path / "registers") as found, serve() as address:
        found.reset()
        found.connect(world)
        page = new_page(browser)
        page.goto(f"{address}{PAGE}")
        sign_in(page, world, OWNER)
        look(page, "viewed-empty")

        def seen() -> None:
            code = world.info(world.in_examination()).code
            of_account(world, OWNER, "12/XTTM-KM")
            asker = ready(world)
            granted(world, service="dossiers.status", purpose="customs", fields=("status",))
            asker.look_up("12/XTTM-KM")
            asker.get("dossiers.status", code=code, purpose="customs")
            draft = world.draft(complete=False)
            world.do(OWNER, actions.fetch_from_register, dossier_id=draft, register=Register.POPULATION)
            world.run_jobs()

        meanwhile(seen)
        page.goto(f"{address}{PAGE}")
        assert page.get_by_role("row").count() == 4
        look(page, "viewed")
        page.get_by_role("button", name="English").click()
        look(page, "viewed-english")
        page.context.close()
