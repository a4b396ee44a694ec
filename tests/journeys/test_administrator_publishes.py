"""An administrator publishes a changed procedure without a programmer; an enterprise sees the change at once."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.steps import look, press, sign_in
from tests.support.answers import PROMOTION
from tests.support.browser import new_page
from tests.support.world import World

pytestmark = pytest.mark.journey
MINE = f"/nghiep-vu/thu-tuc/{PROMOTION}/"


def told(page: Page, words: str) -> None:
    expect(page.get_by_role("main")).to_contain_text(words)


def test_an_administrator_publishes(browser: Browser, site: str, committed_world: World) -> None:
    world = committed_world
    earlier = world.received()
    before = world.info(earlier).procedure_version_id
    waiting = world.draft()
    page = new_page(browser)
    page.goto(f"{site}/dang-nhap/?tiep=/nghiep-vu/thu-tuc/")
    sign_in(page, world, "quantri")
    look(page, "catalogue-list")
    page.get_by_label("Mã hoặc tên").fill("khuyen mai")
    press(page, "Lọc")
    page.get_by_role("link", name=PROMOTION, exact=True).click()
    look(page, "catalogue-procedure")
    press(page, "Tạo bản nháp để sửa")
    change_a_paper(page)
    add_a_field(page)
    look_once_more(page)
    publish(page)
    page.context.close()

    enterprise = new_page(browser, width=360)
    enterprise.goto(f"{site}/dang-nhap/?tiep=/thu-tuc/{PROMOTION}/")
    sign_in(enterprise, world, "doanhnghiep1")
    told(enterprise, "Thể lệ và cơ cấu giải thưởng")
    look(enterprise, "catalogue-public")
    press(enterprise, "Nộp hồ sơ trực tuyến")
    enterprise.goto(enterprise.url.replace("/trader/", "/programme/"))
    expect(enterprise.get_by_label("Trang web của chương trình")).to_be_visible()
    be_carried_over(enterprise, site, waiting)
    assert world.info(earlier).procedure_version_id == before
    enterprise.context.close()


def change_a_paper(page: Page) -> None:
    """The name without its English is told beside its box, and mended."""
    look(page, "catalogue-draft")
    page.get_by_role("main").get_by_role("link", name="Thành phần hồ sơ").click()
    look(page, "catalogue-papers")
    page.get_by_label("Tên giấy tờ (tiếng Việt)").first.fill("Thể lệ và cơ cấu giải thưởng")
    page.get_by_label("Tên giấy tờ (tiếng Anh)").first.fill("")
    press(page, "Lưu vào bản nháp")
    told(page, "Phần này còn chỗ cần sửa")
    expect(page.locator("#papers-0-name-vi-error")).to_contain_text("tiếng Việt và tiếng Anh")
    look(page, "catalogue-papers-faulty")
    page.get_by_role("link", name="Bản nháp", exact=True).click()
    told(page, "Chưa công bố được: 1 chỗ cần sửa")
    look(page, "catalogue-draft-faulty")
    page.get_by_role("link", name="Thành phần hồ sơ").click()
    page.get_by_label("Tên giấy tờ (tiếng Anh)").first.fill("Rules and prizes")
    press(page, "Lưu vào bản nháp")
    told(page, "Đã lưu phần “Thành phần hồ sơ” vào bản nháp")


def add_a_field(page: Page) -> None:
    page.get_by_role("main").get_by_role("link", name="Tờ khai điện tử").click()
    page.get_by_label("Trang", exact=True).select_option(label="Chương trình khuyến mại")
    press(page, "Thêm trường")
    expect(page.locator("#label-en-error")).to_be_visible()
    look(page, "catalogue-form-error")
    page.get_by_label("Câu hỏi (tiếng Việt)").fill("Trang web của chương trình")
    page.get_by_label("Câu hỏi (tiếng Anh)").fill("Web site of the programme")
    page.get_by_label("Bắt buộc trả lời").check()
    press(page, "Thêm trường")
    told(page, "Đã thêm trường vào tờ khai")
    page.get_by_role("link", name="Sửa Trang web của chương trình").click()
    look(page, "catalogue-field")
    page.get_by_role("link", name="Tờ khai", exact=True).click()
    page.get_by_role("link", name="Bản nháp", exact=True).click()


def look_once_more(page: Page) -> None:
    for name, slug in (("names", "ten"), ("content", "noi-dung"), ("term", "thoi-han-phi"), ("laws", "can-cu"),
                       ("notice", "ngay-cong-bo"), ("units", "don-vi"), ("outcomes", "ket-qua"), ("cost", "chi-phi"),
                       ("doubts", "xac-nhan"), ("preview", "xem"), ("preview-form", "xem/programme")):  # fmt: skip
        page.goto(f"{page.url.split('/nghiep-vu/')[0]}{MINE}nhap/{slug}/")
        look(page, f"catalogue-{name}")
    page.goto(f"{page.url.split('/nghiep-vu/')[0]}{MINE}nhap/")
    page.get_by_role("link", name="Khác biệt so với phiên bản 1").click()
    told(page, "Trường “Trang web của chương trình”")
    look(page, "catalogue-differences")
    for slug in ("bai-bo", "cong-bo-lai/1"):
        page.goto(f"{page.url.split('/nghiep-vu/')[0]}{MINE}{slug}/")
        look(page, f"catalogue-{slug.split('/')[0]}")
    page.goto(f"{page.url.split('/nghiep-vu/')[0]}/nghiep-vu/thu-tuc/nhap-tep/")
    press(page, "Nhập")
    look(page, "catalogue-import-error")


def publish(page: Page) -> None:
    page.goto(f"{page.url.split('/nghiep-vu/')[0]}{MINE}nhap/")
    page.get_by_role("button", name="Xem lại và công bố").click()
    told(page, "1 hồ sơ đang giải quyết giữ nguyên phiên bản của mình")
    told(page, "1 bản nháp của người nộp")
    press(page, "Công bố")
    expect(page.locator("#reason-error")).to_be_visible()
    look(page, "catalogue-publish-error")
    page.get_by_label("Lý do công bố phiên bản này").fill("Thêm trang web của chương trình")
    press(page, "Công bố")
    told(page, "Đã công bố phiên bản 2")
    look(page, "catalogue-published")


def be_carried_over(page: Page, site: str, dossier_id: int) -> None:
    """A draft begun under the old version: told at submission, finished under the new one."""
    page.goto(f"{site}/ho-so/{dossier_id}/kiem-tra/")
    press(page, "Cam đoan và nộp hồ sơ")
    told(page, "thủ tục vừa có phiên bản mới")
    look(page, "catalogue-carried-over")
    page.get_by_role("link", name="Nhập trang web của chương trình").click()
    page.get_by_label("Trang web của chương trình").fill("khuyenmai.vn")
    press(page, "Lưu và tiếp tục")
    press(page, "Cam đoan và nộp hồ sơ")
    expect(page.get_by_role("heading", level=1)).to_have_text("Đã nộp hồ sơ")


def test_an_administrator_begins_a_procedure(browser: Browser, site: str, committed_world: World) -> None:
    """Blank, with what is missing told; its code cannot be taken twice."""
    page = new_page(browser)
    page.goto(f"{site}/dang-nhap/?tiep=/nghiep-vu/thu-tuc/")
    sign_in(page, committed_world, "quantri")
    page.get_by_role("button", name="Thủ tục mới").click()
    look(page, "catalogue-new")
    page.get_by_label("Mã thủ tục quốc gia").fill(PROMOTION)
    press(page, "Tạo bản nháp")
    expect(page.locator("#code-error")).to_contain_text("Mã 2.000138 là của thủ tục")
    look(page, "catalogue-new-faulty")
    page.get_by_label("Tên thủ tục (tiếng Việt)").fill("Đăng ký gian hàng thử nghiệm")
    page.get_by_label("Mã thủ tục quốc gia").fill("2.999001")
    page.get_by_label("Lĩnh vực", exact=True).select_option(value="Xúc tiến thương mại")
    page.get_by_label("Tên kết quả (tiếng Việt)").fill("Giấy xác nhận")
    press(page, "Tạo bản nháp")
    told(page, "Đã tạo bản nháp của thủ tục mới")
    told(page, "Chưa công bố được")
    look(page, "catalogue-new-draft")
    page.get_by_role("main").get_by_role("link", name="Tờ khai điện tử").first.click()
    page.get_by_text("Thêm trang").first.click()
    look(page, "catalogue-new-form")
    page.goto(f"{site}/nghiep-vu/thu-tuc/moi/?tu={PROMOTION}")
    look(page, "catalogue-new-copy")
    page.context.close()
