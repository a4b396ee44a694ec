"""An operator connects a new partner: profile, certificate, a message; pauses, resumes, and ends the trust again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from emoit.exchange import actions
from emoit.exchange.delivery import courier
from emoit.exchange.models import Outbound
from emoit.exchange.models import Partner as Row
from emoit.kernel.access import Refusal, acting_as
from tests.journeys.steps import look, meanwhile, press, sign_in
from tests.support.browser import new_page
from tests.support.partner import Partner, Served, serving
from tests.support.world import World

pytestmark = pytest.mark.journey
OPERATOR = "quantri"
NAME = "Trục liên thông của Bộ Tài chính"
CODE = "VN.G12"


@pytest.fixture
def other(committed_world: World, tmp_path: Path, settings: Any) -> Iterator[Served]:
    """The partner's system, which has our certificate as soon as there is one."""
    settings.EMOIT_TSA_URL = ""
    settings.EMOIT_KEYS = tmp_path / "keys"
    with serving(Partner(tmp_path / "partner", CODE)) as served:
        yield served


def told(page: Page, words: str) -> None:
    expect(page.get_by_role("main")).to_contain_text(words)


def follow(page: Page, words: str) -> None:
    page.get_by_role("main").get_by_role("link", name=words, exact=True).first.click()


def choose(page: Page, words: str) -> None:
    """What looks like a button and leads on."""
    page.get_by_role("main").get_by_role("button", name=words, exact=True).click()


def test_an_operator_connects_a_partner(browser: Browser, site: str, committed_world: World, other: Served) -> None:
    page = new_page(browser)
    page.goto(f"{site}/dang-nhap/?tiep=/nghiep-vu/lien-thong/")
    sign_in(page, committed_world, OPERATOR)
    make_our_key(page, other)
    add(page, other)
    trust(page, other)
    message_id = send(committed_world)
    assert delivered(committed_world, message_id)
    pause_and_resume(page, committed_world)
    retire(page, other)
    read_the_history(page)


def make_our_key(page: Page, other: Served) -> None:
    """The key, and its certificate as a file that the other side registers."""
    follow(page, "Khóa của ta")
    told(page, "Chưa có khóa ký nào đang dùng")
    look(page, "partner-no-keys")
    page.get_by_role("main").get_by_role("button", name="Tạo khóa mới").first.click()
    look(page, "partner-key-new")
    press(page, "Tạo khóa")
    told(page, "Đã tạo khóa.")
    look(page, "partner-keys")
    with page.expect_download() as download:
        page.get_by_role("link", name="Tải chứng thư số Ký thông điệp").first.click()
    other.partner.knows(download.value.path().read_text())
    page.get_by_role("link", name="Hệ thống kết nối").first.click()


def add(page: Page, other: Served) -> None:
    """A wrong address and a window without days first; nothing that was typed is lost."""
    told(page, "Chưa có hệ thống kết nối nào")
    look(page, "partners-empty")
    choose(page, "Thêm hệ thống")
    page.get_by_label("Mã hệ thống").fill(CODE)
    page.get_by_label("Tên hệ thống").fill(NAME)
    page.get_by_label("Địa chỉ nhận thông điệp").fill("lgsp.example.gov.vn")
    press(page, "Thêm khoảng bảo trì")
    page.get_by_label("Từ giờ").fill("22:00")
    page.get_by_label("Đến giờ").fill("2h")
    press(page, "Thêm hệ thống")
    told(page, "Chọn ít nhất một ngày trong tuần.")
    expect(page.locator(".govuk-error-summary")).to_be_focused()  # not where the last row was added
    look(page, "partner-add-wrong")
    assert page.title().startswith("Lỗi:")
    expect(page.get_by_label("Tên hệ thống")).to_have_value(NAME)
    expect(page.get_by_label("Đến giờ")).to_have_value("2h")
    page.get_by_role("link", name="Ghi địa chỉ đầy đủ").click()
    expect(page.get_by_label("Địa chỉ nhận thông điệp")).to_be_focused()
    page.get_by_label("Địa chỉ nhận thông điệp").fill(other.address)
    page.get_by_label("Chủ nhật").check()
    press(page, "Thêm hệ thống")
    told(page, "Việc tiếp theo: đăng ký chứng thư số của bên kia.")
    told(page, "Chủ nhật: 22:00 – 02:00 hôm sau")
    told(page, "Chưa có chứng thư số nào")
    look(page, "partner-new")


def trust(page: Page, other: Served) -> None:
    choose(page, "Đăng ký chứng thư số")
    press(page, "Đọc chứng thư số")
    told(page, "Dán chứng thư số hoặc chọn tệp chứng thư số.")
    look(page, "partner-certificate-wrong")
    page.get_by_label("Ký thông điệp").check()
    page.get_by_label("Dán chứng thư số (PEM)").fill(other.partner.pem)
    press(page, "Đọc chứng thư số")
    told(page, "so dấu vân dưới đây")
    told(page, "EC P-256")
    look(page, "partner-certificate-check")
    press(page, "Đăng ký chứng thư số")
    told(page, "Đã đăng ký chứng thư số.")
    expect(page.get_by_role("row").filter(has_text="Ký thông điệp").first).to_contain_text("Chưa kiểm tra thu hồi")
    look(page, "partner-trusted")


def send(world: World) -> str:
    with acting_as(world.process):
        sent: str = actions.send(by=world.process, now=world.now, partner=CODE, kind="desk.test", payload=b"{}")
    return sent


def delivered(world: World, message_id: str) -> bool:
    """Whether it is there once the couriers have been."""
    with acting_as(world.process):
        partner_id = Row.objects.get(code=CODE).pk
    meanwhile(lambda: courier.run(by=world.process, partner_id=partner_id, clock=lambda: world.now))
    with acting_as(world.process):
        return bool(Outbound.objects.get(message_id=message_id).state == "delivered")


def pause_and_resume(page: Page, world: World) -> None:
    """What waits stays; nothing new is taken meanwhile; afterwards it goes."""
    waiting = send(world)
    page.reload()
    choose(page, "Tạm dừng kết nối")
    told(page, "1 thông điệp chờ gửi ở lại trong hàng chờ")
    look(page, "partner-pause")
    press(page, "Tạm dừng kết nối")
    told(page, "Đã tạm dừng kết nối.")
    assert not delivered(world, waiting)
    with pytest.raises(Refusal) as refusal:
        send(world)
    assert refusal.value.code == "inactive_partner"
    choose(page, "Cho kết nối lại")
    told(page, "1 thông điệp chờ được gửi trong ít giây")
    look(page, "partner-resume")
    press(page, "Cho kết nối lại")
    told(page, "Đang hoạt động")
    assert delivered(world, waiting)


def retire(page: Page, other: Served) -> None:
    page.get_by_role("link", name="Ngừng dùng Ký thông điệp").click()
    told(page, "Chứng thư số cuối cùng cho việc: Ký thông điệp")
    look(page, "partner-retire")
    press(page, "Ngừng dùng chứng thư số")
    told(page, "Chứng thư số không còn được dùng.")
    told(page, "Đã ngừng dùng")
    assert len(other.partner.effects()) == 2


def read_the_history(page: Page) -> None:
    look(page, "partner-history")
    for words in (
        "Ngừng dùng chứng thư số kết nối",
        "Cho hệ thống kết nối hoạt động lại",
        "Tạm dừng hệ thống kết nối",
        "Đăng ký chứng thư số của hệ thống kết nối",
        "Đăng ký hệ thống kết nối",
    ):
        told(page, words)
    page.get_by_role("link", name="Hệ thống kết nối").first.click()
    told(page, "Thiếu")
    look(page, "partners")
    follow(page, NAME)
    choose(page, "Sửa thông tin")
    expect(page.get_by_label("Tên hệ thống")).to_have_value(NAME)
    look(page, "partner-change")
