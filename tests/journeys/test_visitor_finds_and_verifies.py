"""A visitor finds a procedure, asks whether a paper is genuine, and is stopped when guessing at a dossier."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.steps import look, press
from tests.support.browser import new_page
from tests.support.world import World

pytestmark = pytest.mark.journey


def test_a_visitor_finds_a_procedure(browser: Browser, site: str) -> None:
    page = new_page(browser)
    page.goto(f"{site}/")
    look(page, "front")
    page.get_by_label("Bạn cần làm thủ tục gì?").fill("khuyen mai")
    press(page, "Tìm")
    look(page, "found")
    page.get_by_role("link", name=re.compile("Đăng ký hoạt động khuyến mại .*từ 2 tỉnh")).click()
    expect(page.get_by_role("main")).to_contain_text("5 ngày làm việc kể từ ngày nhận được hồ sơ")
    look(page, "procedure")
    page.get_by_role("button", name="Đăng nhập để nộp hồ sơ").click()
    look(page, "sign-in")
    page.goto(f"{site}/thu-tuc/9.999999/")
    look(page, "no-such-procedure")
    page.context.close()


def test_a_visitor_looks_through_the_whole_catalogue(browser: Browser, site: str) -> None:
    page = new_page(browser)
    page.goto(f"{site}/thu-tuc/")
    expect(page.get_by_role("status").first).to_contain_text("304 thủ tục")
    look(page, "catalogue")
    page.get_by_label("Lĩnh vực").select_option("Hóa chất")
    page.get_by_label("Nơi giải quyết").select_option("province")
    press(page, "Lọc")
    expect(page.get_by_role("status").first).to_contain_text("12 thủ tục")
    look(page, "catalogue-narrowed")
    page.goto(f"{site}/thu-tuc/2.000648/")
    look(page, "procedure-on-defaults")
    page.goto(f"{site}/thu-tuc/2.000370/")
    look(page, "procedure-with-a-long-name")
    page.context.close()


def test_a_visitor_asks_of_an_unknown_paper(browser: Browser, site: str) -> None:
    page = new_page(browser)
    page.goto(f"{site}/kiem-tra/")
    look(page, "verify")
    page.get_by_label("Mã kiểm tra").fill("abcd-efgh-jkmn")
    press(page, "Kiểm tra mã")
    expect(page.get_by_role("main")).to_contain_text("Không có kết quả nào ứng với mã hoặc tệp này.")
    look(page, "verify-unknown")
    page.context.close()


def test_a_visitor_who_guesses_is_stopped(browser: Browser, site: str, committed_world: World) -> None:
    committed_world.submitted()
    page = new_page(browser, width=360)
    page.goto(f"{site}/tra-cuu/")
    page.get_by_label("Mã hồ sơ").fill("G02-260504-0001")
    for guess in range(6):
        page.get_by_label("Mã số thuế, số định danh cá nhân hoặc số điện thoại đã khai").fill(f"990000002{guess}")
        press(page, "Tra cứu")
    expect(page.locator("#ma-error")).to_contain_text("Bạn đã tra cứu sai nhiều lần. Vui lòng thử lại sau 15 phút.")
    expect(page).to_have_title(re.compile("^Lỗi: Tra cứu hồ sơ"))
    look(page, "throttled")
    page.context.close()
