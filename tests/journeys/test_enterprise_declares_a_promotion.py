"""An enterprise declares a promotion on a phone, saves, comes back, uploads, submits and follows it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from emoit.dossiers.types import Status
from tests.journeys.steps import fill_page, look, press, sign_in
from tests.support.answers import CHEMICALS, PROMOTION, answers, papers
from tests.support.browser import new_page
from tests.support.world import World

pytestmark = pytest.mark.journey


def heading(page: Page, words: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(words)


def dossier_of(page: Page) -> int:
    match = re.search(r"/ho-so/(\d+)/", page.url)
    assert match
    return int(match[1])


def test_an_enterprise_declares_a_promotion_on_a_phone(browser: Browser, site: str, committed_world: World) -> None:
    page = new_page(browser, width=360)
    page.goto(f"{site}/dang-nhap/?tiep=/thu-tuc/{PROMOTION}/")
    sign_in(page, committed_world, "doanhnghiep1")
    press(page, "Nộp hồ sơ trực tuyến")
    dossier_id = dossier_of(page)
    declare_and_save_for_later(page)
    come_back_and_finish(page)
    hand_in_papers(page)

    heading(page, "Kiểm tra trước khi nộp")
    look(page, "check")
    assert committed_world.status(dossier_id) is Status.DRAFT
    press(page, "Cam đoan và nộp hồ sơ")
    heading(page, "Đã nộp hồ sơ")
    look(page, "submitted")
    code = page.locator(".govuk-panel strong").inner_text()
    assert code == committed_world.info(dossier_id).code == "G02-260504-0001"
    page.get_by_role("link", name="Theo dõi hồ sơ này").click()
    look(page, "dossier")
    page.context.close()
    follow_without_signing_in(new_page(browser, width=360), site, code)


def declare_and_save_for_later(page: Page) -> None:
    given = answers(PROMOTION)
    heading(page, "Thương nhân thực hiện khuyến mại")
    press(page, "Lưu và tiếp tục")
    expect(page).to_have_title(re.compile("^Lỗi: Thương nhân thực hiện khuyến mại"))
    look(page, "trader-error")
    fill_page(page, given)
    press(page, "Lưu và tiếp tục")
    for title, picture in (("Chương trình khuyến mại", "programme"), ("Địa bàn khuyến mại", "area")):
        heading(page, title)
        fill_page(page, given)
        look(page, picture)
        press(page, "Lưu và tiếp tục")
    heading(page, "Hàng hóa, dịch vụ và khách hàng")
    page.locator('[name="goods.promoted"]').fill("Nước giải khát")
    press(page, "Lưu, để sau làm tiếp")


def come_back_and_finish(page: Page) -> None:
    given = answers(PROMOTION)
    heading(page, "Hồ sơ của tôi")
    look(page, "drafts")
    page.get_by_role("main").get_by_role("link", name=re.compile("Đăng ký hoạt động khuyến mại .*từ 2 tỉnh")).click()
    heading(page, "Hàng hóa, dịch vụ và khách hàng")
    expect(page.locator('[name="goods.promoted"]')).to_have_value("Nước giải khát")
    fill_page(page, given)
    press(page, "Lưu và tiếp tục")
    heading(page, "Cơ cấu giải thưởng")
    fill_page(page, given)
    press(page, "Thêm giải thưởng")
    fill_page(page, given)
    look(page, "prizes")
    press(page, "Lưu và tiếp tục")
    heading(page, "Cam kết của thương nhân")
    fill_page(page, given)
    press(page, "Lưu và tiếp tục")


def hand_in_papers(page: Page) -> None:
    heading(page, "Giấy tờ kèm theo")
    paper = page.locator("#paper-the_le")
    paper.set_input_files({"name": "rỗng.pdf", "mimeType": "application/pdf", "buffer": b""})
    press(page, "Lưu và tiếp tục")
    expect(page.locator("#paper-the_le-error")).to_contain_text("rỗng.pdf: Tệp rỗng")
    look(page, "papers-error")
    name, content = papers(PROMOTION)["the_le"]
    paper.set_input_files({"name": name, "mimeType": "application/pdf", "buffer": content})
    press(page, "Lưu và tiếp tục")


def follow_without_signing_in(page: Page, site: str, code: str) -> None:
    page.goto(f"{site}/")
    page.get_by_label("Mã hồ sơ").fill(code)
    press(page, "Tra cứu")
    page.get_by_label("Mã số thuế, số định danh cá nhân hoặc số điện thoại đã khai").fill("9900000016")
    press(page, "Tra cứu")
    expect(page.get_by_role("main")).to_contain_text("Mới đăng ký")
    assert "9900000016" not in page.url
    look(page, "tracked")
    page.context.close()


def test_a_citizen_declares_chemicals_without_javascript(browser: Browser, site: str, committed_world: World) -> None:
    page, given = new_page(browser, width=360, javascript=False), answers(CHEMICALS)
    page.goto(f"{site}/thu-tuc/{CHEMICALS}/")
    page.get_by_role("button", name="Đăng nhập để nộp hồ sơ").click()
    sign_in(page, committed_world, "congdan")
    press(page, "Nộp hồ sơ trực tuyến")
    fill_page(page, given)
    press(page, "Lưu và tiếp tục")
    fill_page(page, given)
    press(page, "Thêm hóa chất")
    press(page, "Xóa hóa chất 2")
    press(page, "Lưu và tiếp tục")
    for _ in range(2):
        fill_page(page, given)
        press(page, "Lưu và tiếp tục")
    heading(page, "Giấy tờ kèm theo")
    for code, (name, content) in papers(CHEMICALS).items():
        file = {"name": name, "mimeType": "application/pdf", "buffer": content}
        page.locator(f"#paper-{code}").set_input_files(file)
    press(page, "Lưu và tiếp tục")
    press(page, "Cam đoan và nộp hồ sơ")
    heading(page, "Đã nộp hồ sơ")
    assert committed_world.status(dossier_of(page)) is Status.SUBMITTED
    page.context.close()
