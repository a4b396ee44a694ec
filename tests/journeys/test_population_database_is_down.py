"""The population database is down for an hour and no draft is lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from emoit.dossiers import actions, queries
from emoit.dossiers.types import Status
from emoit.kernel.access import acting_as
from emoit.people import looking_up
from emoit.people.models import Lookup
from emoit.people.types import LookupInfo, LookupState, Purpose, Register
from tests.journeys.steps import look, meanwhile, press, sign_in
from tests.support.browser import new_page
from tests.support.registers import Registers, running_registers
from tests.support.world import SPECIALIST, World

A, B, C = "doanhnghiep1", "doanhnghiep2", "congdan"
UNANSWERED = "Bên kia chưa trả lời. Bản nháp của bạn vẫn nguyên: cứ khai và nộp, hệ thống sẽ tự hỏi lại."


@pytest.fixture
def registers(committed_world: World, tmp_path: Path) -> Iterator[Registers]:
    with running_registers(tmp_path / "registers") as found:
        found.reset()
        for number, name in (("079187000003", "Lê Thị Cẩm Tú"),):
            found.population.call("PUT", "/people", {"number": number, "name": name, "born": "1987"})
        found.connect(committed_world)
        yield found


@pytest.mark.journey
def test_down_for_an_hour(site: str, browser: Browser, committed_world: World, registers: Registers) -> None:
    world = committed_world
    held = meanwhile(world.in_examination)
    drafts = {login: meanwhile(lambda login=login: world.draft(login=login)) for login in (A, B)}
    drafts[C] = meanwhile(lambda: world.draft("2.001555", login=C, complete=False))
    more = [meanwhile(lambda: world.draft(login=A)) for _ in range(3)]

    world.go("2026-05-04 09:45")
    registers.stop_population()

    # An applicant asks, is told plainly, and hands the dossier in all the same.
    page = new_page(browser)
    _enter(page, site, world, A, f"/ho-so/{drafts[A]}/lay-du-lieu/")
    page.get_by_label("Tôi đồng ý để cơ quan hỏi thông tin của tôi cho riêng hồ sơ này").check()
    page.get_by_role("button", name="Lấy dữ liệu", exact=True).last.click()
    meanwhile(world.run_jobs)
    page.reload()
    assert UNANSWERED in page.get_by_role("main").inner_text()
    look(page, "register-down")
    before = {dossier_id: world.info(dossier_id).answers for dossier_id in (*drafts.values(), *more)}
    page.goto(f"{site}/ho-so/{drafts[A]}/kiem-tra/")
    press(page, "Cam đoan và nộp hồ sơ")
    page.wait_for_url("**/da-nop/")
    page.context.close()

    # Meanwhile others write, ask and submit; one leaves the draft for later; an officer compares a dossier.
    def others() -> None:
        for login, dossier_id in ((B, drafts[B]), (C, drafts[C]), *((A, one) for one in more)):
            world.do(login, actions.fetch_from_register, dossier_id=dossier_id, register=Register.POPULATION)
        for login, dossier_id in ((B, drafts[B]), (A, more[0]), (A, more[1])):
            world.do(login, actions.submit, dossier_id=dossier_id)
        item = world.item(held, "examine")
        given: dict[str, Any] = {"register": Register.POPULATION, "purpose": Purpose.VERIFY_APPLICANT}
        world.do(SPECIALIST, actions.look_up, dossier_id=held, item_id=item.id, **given)
        world.run_jobs()

    meanwhile(others)
    for minute in range(50, 105, 5):
        world.go(f"2026-05-04 {9 + minute // 60:02}:{minute % 60:02}")
        meanwhile(lambda: _tick(world))
    asked = [drafts[A], drafts[B], drafts[C], *more, held]
    assert {one.state for one in meanwhile(lambda: [_newest(world, d) for d in asked])} == {LookupState.WAITING}

    # It is back where it was. Nothing was lost, and what waited is done, each once.
    with registers.restarted():
        for clock in ("10:46", "10:57", "11:08"):
            world.go(f"2026-05-04 {clock}")
            meanwhile(lambda: _tick(world))
        found = {dossier_id: meanwhile(lambda d=dossier_id: _newest(world, d)) for dossier_id in asked}
        assert {dossier_id: one.state for dossier_id, one in found.items()} == dict.fromkeys(
            asked, LookupState.ANSWERED
        )
        assert sorted(told["outcome"] for told in registers.asked()) == ["found"] * len(asked)
        assert {dossier_id: world.info(dossier_id).answers for dossier_id in before} == before
        submitted = {drafts[A], drafts[B], more[0], more[1]}
        assert {d: world.status(d) for d in before} == {
            d: Status.SUBMITTED if d in submitted else Status.DRAFT for d in before
        }
        _officer_sees(browser, site, world, held)
        _applicant_sees(browser, site, world, more[2])


def _tick(world: World) -> None:
    """What the clock does by the minute, and its jobs."""
    with acting_as(world.process):
        looking_up.ask_again(now=world.now)
    world.run_jobs()


def _newest(world: World, dossier_id: int) -> LookupInfo:
    with acting_as(world.process) as by:
        (found,) = queries.lookups_of(by, dossier_id, now=world.now)
        assert Lookup.objects.filter(subject_id=str(dossier_id)).count() == 1
    return found


def _enter(page: Page, site: str, world: World, login: str, address: str) -> None:
    page.goto(f"{site}{address}")
    sign_in(page, world, login)
    page.wait_for_url(f"**{address}")


def _officer_sees(browser: Browser, site: str, world: World, dossier_id: int) -> None:
    page = new_page(browser)
    _enter(page, site, world, SPECIALIST, f"/nghiep-vu/ho-so/{dossier_id}/doi-chieu/")
    row = page.get_by_role("row", name="Họ tên người nộp hồ sơ").first
    assert "Trần Văn Bình" in row.inner_text()
    assert "Khớp" in row.inner_text()
    look(page, "register-compared")
    page.goto(f"{site}/nghiep-vu/ho-so/{dossier_id}/")
    assert "1 mục khớp, 0 mục khác" in page.get_by_role("main").inner_text()
    look(page, "register-dossier")
    page.context.close()


def _applicant_sees(browser: Browser, site: str, world: World, dossier_id: int) -> None:
    page = new_page(browser)
    _enter(page, site, world, A, f"/ho-so/{dossier_id}/lay-du-lieu/")
    assert "Trả lời lúc" in page.get_by_role("main").inner_text()
    look(page, "register-answered")
    page.goto(f"{site}/tai-khoan/tra-cuu/")
    assert page.get_by_role("row").count() == 6  # the head, four of their own, the officer's
    look(page, "register-who-asked")
    page.goto(f"{site}/ho-so/{dossier_id}/khai/{_page(world, dossier_id)}/")
    look(page, "register-declare")
    page.context.close()


def _page(world: World, dossier_id: int) -> str:
    from emoit.forms import queries as forms
    from emoit.procedures import queries as procedures

    def first() -> str:
        with acting_as(world.process):
            return forms.pages(procedures.version(world.info(dossier_id).procedure_version_id).form)[0].key

    return meanwhile(first)
