"""An enterprise answers a request for a supplement, and fetches its result."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from emoit.dossiers import actions
from emoit.dossiers.types import Defect, Status
from tests.journeys.steps import look, meanwhile, press, sign_in
from tests.support.answers import pdf
from tests.support.browser import new_page
from tests.support.world import SPECIALIST, World

pytestmark = pytest.mark.journey


def test_an_enterprise_answers_the_ministry(browser: Browser, site: str, committed_world: World) -> None:
    granted = meanwhile(committed_world.signed)
    dossier_id = committed_world.in_examination()
    defects = (
        Defect("bang_chung", "Chưa có mẫu mã dự thưởng in dưới nắp lon, cần để đối chiếu khi có khiếu nại."),
        Defect("/goods/customers", "Nêu rõ ai không được dự thưởng."),
    )
    committed_world.on_item(SPECIALIST, actions.request_supplement, dossier_id, "examine", defects=defects, note="Gấp.")
    page = new_page(browser, width=360)
    page.goto(f"{site}/dang-nhap/?tiep=/ho-so/{dossier_id}/")
    sign_in(page, committed_world, "doanhnghiep1")
    look(page, "supplement-asked")
    page.get_by_role("button", name="Bổ sung hồ sơ").click()
    press(page, "Nộp bổ sung")
    expect(page.locator("#paper-bang_chung-error")).to_contain_text("Chưa nộp bổ sung")
    look(page, "supplement-error")
    file = {"name": "mẫu.pdf", "mimeType": "application/pdf", "buffer": pdf()}
    page.locator("#paper-bang_chung").set_input_files(file)
    page.locator('[name="goods.customers"]').fill("Không gồm nhân viên của công ty")
    press(page, "Nộp bổ sung")
    expect(page.get_by_role("main")).to_contain_text("thời hạn giải quyết chạy tiếp")
    assert committed_world.status(dossier_id) is Status.IN_PROGRESS

    page.goto(f"{site}/ho-so/{granted}/")
    look(page, "result")
    with page.expect_download() as fetched:
        page.get_by_role("button", name="Tải kết quả (PDF)").click()
    assert fetched.value.suggested_filename.endswith(".pdf")
    page.get_by_role("link", name="Trang kiểm tra công khai của kết quả này").click()
    expect(page.get_by_role("main")).to_contain_text("Thật và còn hiệu lực")
    look(page, "verified")
    page.context.close()
