"""Four officers take one dossier from intake to signature, each by their own screens."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from emoit.dossiers.types import Status
from tests.journeys.steps import look, meanwhile, press, sign_in
from tests.support.browser import new_page
from tests.support.world import CLERK, HEAD, LEADER, SPECIALIST, World

pytestmark = pytest.mark.journey


def at_work(browser: Browser, site: str, world: World, login: str, width: int = 1440) -> Page:
    page = new_page(browser, width=width)
    page.goto(f"{site}/dang-nhap/?tiep=/nghiep-vu/")
    sign_in(page, world, login)
    return page


def told(page: Page, words: str) -> None:
    expect(page.get_by_role("main")).to_contain_text(words)


def test_officers_decide(browser: Browser, site: str, committed_world: World) -> None:
    world = committed_world
    dossier_id = world.submitted()
    code = world.info(dossier_id).code
    receive(at_work(browser, site, world, CLERK), code)
    assert world.status(dossier_id) is Status.RECEIVED
    examine(at_work(browser, site, world, SPECIALIST), code)
    consent(at_work(browser, site, world, HEAD), code)
    sign(at_work(browser, site, world, LEADER, width=360), code)
    assert world.status(dossier_id) is Status.IN_PROGRESS
    meanwhile(world.run_jobs)
    assert world.status(dossier_id) is Status.RETURNED


def open_dossier(page: Page, code: str) -> None:
    page.get_by_role("link", name=code, exact=True).first.click()
    expect(page.locator(".desk-facts")).to_be_visible()


def act(page: Page, words: str) -> None:
    page.get_by_role("group", name="Việc có thể làm").get_by_role("button", name=words, exact=True).click()


def receive(page: Page, code: str) -> None:
    look(page, "officer-inbox")
    open_dossier(page, code)
    act(page, "Tiếp nhận")
    press(page, "Xác nhận")
    expect(page.locator("#outcome-error")).to_be_visible()
    look(page, "officer-intake-error")
    page.get_by_label("Tiếp nhận hồ sơ", exact=True).check()
    press(page, "Xác nhận")
    told(page, "Được tiếp nhận")
    page.context.close()


def examine(page: Page, code: str) -> None:
    open_dossier(page, code)
    act(page, "Nhận việc")
    press(page, "Nhận việc")
    look(page, "officer-examines")
    act(page, "Trình đề xuất")
    page.get_by_label("Đồng ý cấp", exact=True).check()
    press(page, "Trình lãnh đạo đơn vị")
    told(page, "Đã trình lãnh đạo đơn vị")
    page.context.close()


def consent(page: Page, code: str) -> None:
    open_dossier(page, code)
    act(page, "Duyệt đề xuất")
    page.get_by_label("Trả lại chuyên viên", exact=True).check()
    press(page, "Xác nhận")
    expect(page.locator("#reason-error")).to_be_visible()
    page.get_by_label("Duyệt, trình ký ban hành", exact=True).check()
    press(page, "Xác nhận")
    page.context.close()


def sign(page: Page, code: str) -> None:
    page.goto(page.url.split("/nghiep-vu/")[0] + "/nghiep-vu/ky/")
    look(page, "leader-signing")
    page.get_by_role("link", name=code, exact=True).click()
    look(page, "leader-signs")
    press(page, "Ký ban hành")
    told(page, "Văn bản đang được ký số và đóng dấu")
    page.context.close()
