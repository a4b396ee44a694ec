"""The screens of accounts, delegation, absence and administration as their users see them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser

from emoit.people import actions as people
from emoit.people.actions.second_factor import code_at
from emoit.people.types import AbsenceKind, Role
from tests.desk.test_screens import look, page_of
from tests.support.answers import CHEMICALS
from tests.support.browser import SWEEP, check_page, open_browser, screenshot, serve
from tests.support.world import HEAD, SPECIALIST, UNIT, World

pytestmark = pytest.mark.journey


@pytest.fixture
def browser() -> Iterator[Browser]:
    with open_browser() as opened:
        yield opened


@pytest.fixture
def address(committed_world: World, settings: Any) -> Iterator[str]:
    with serve() as served:
        yield served


def lend(world: World, **more: Any) -> None:
    world.do(
        SPECIALIST,
        people.delegate,
        principal_id=world.account_id(SPECIALIST),
        scope=[(world.unit_id(UNIT), Role.SPECIALIST)],
        valid_from=world.now,
        valid_to=world.now + timedelta(days=9),
        reason="Đi công tác tại tỉnh Lào Cai theo Quyết định 812/QĐ-BCT",
        **more,
    )


def test_people_at_the_desk(browser: Browser, committed_world: World, address: str) -> None:
    world = committed_world
    look(browser, world, address, SPECIALIST, {"delegations-empty": "uy-quyen/", "absences-empty": "vang-mat/"})
    lend(world, delegate_id=world.account_id("hoachat.chuyenvien2"), procedures=[CHEMICALS])
    world.do(
        HEAD,
        people.register_absence,
        account_id=world.account_id(SPECIALIST),
        kind=AbsenceKind.DUTY_TRIP,
        valid_from=world.now,
        valid_to=world.now + timedelta(days=9),
        deputy_id=world.account_id("xttm.chuyenvien2"),
        note="Đoàn kiểm tra khuyến mại",
    )
    dossier_id = world.received()
    look(
        browser,
        world,
        address,
        HEAD,
        {
            "absences": "vang-mat/",
            "absence-new": "vang-mat/moi/",
            "absence-lend": f"vang-mat/moi/?ai={world.account_id(SPECIALIST)}",
            "assign-away": f"ho-so/{dossier_id}/phan-cong/",
        },
    )
    look(
        browser,
        world,
        address,
        SPECIALIST,
        {"delegations": "uy-quyen/", "delegation-new": "uy-quyen/moi/", "absence-own": "vang-mat/moi/"},
    )
    member, unit = world.account_id(SPECIALIST), world.unit_id(UNIT)
    look(
        browser,
        world,
        address,
        "quantri",
        {
            "staff": "nhan-su/",
            "staff-none": "nhan-su/?tim=zzz",
            "staff-new": "nhan-su/moi/",
            "staff-member": f"nhan-su/{member}/",
            "units": "don-vi/",
            "unit-add": "don-vi/them/",
            "unit-rename": f"don-vi/{unit}/doi-ten/",
            "unit-end": f"don-vi/{unit}/ket-thuc/",
        },
    )
    look(browser, world, address, "kiemtra", {"trail": f"nhat-ky/?ai={member}", "trail-wrong": "nhat-ky/?tu=x"})


@pytest.mark.parametrize("width", SWEEP)
def test_mistakes_in_delegation_and_a_new_officer(
    browser: Browser, committed_world: World, address: str, width: int
) -> None:
    world = committed_world
    page = page_of(browser, world, address, SPECIALIST, width)
    page.goto(f"{address}/nghiep-vu/uy-quyen/moi/")
    page.get_by_label("Chỉ các thủ tục chọn dưới đây").check()
    page.get_by_role("button", name="Ủy quyền").click()
    screenshot(page, "desk-delegation-errors", width)
    check_page(page)
    page = page_of(browser, world, address, "quantri", width)
    page.goto(f"{address}/nghiep-vu/nhan-su/moi/")
    page.get_by_role("button", name="Mở tài khoản").click()
    screenshot(page, "desk-staff-errors", width)
    check_page(page)
    page.get_by_label("Họ và tên").fill("Trần Thị Mới")
    page.get_by_label("Tên đăng nhập").fill(f"moi.vao{width}")
    page.get_by_role("button", name="Mở tài khoản").click()
    screenshot(page, "desk-staff-link", width)
    check_page(page)


@pytest.mark.parametrize("width", SWEEP)
def test_ones_own_account(browser: Browser, committed_world: World, address: str, width: int) -> None:
    world = committed_world
    page = page_of(browser, world, address, SPECIALIST, width)

    def keep(name: str) -> None:
        screenshot(page, f"account-{name}", width)
        check_page(page)

    for name, where in {"account": "", "sessions": "phien/", "sign-ins": "lich-su/", "password": "mat-khau/"}.items():
        page.goto(f"{address}/tai-khoan/{where}")
        keep(name)
    page.get_by_role("link", name="Tài khoản của tôi").first.click()
    page.goto(f"{address}/tai-khoan/xac-thuc/")
    keep("scan")
    page.get_by_text("Không quét được mã").click()
    secret = page.locator("details strong").inner_text().replace(" ", "")
    page.get_by_label("Mã 6 chữ số").fill("000000")
    page.get_by_role("button", name="Bật").click()
    keep("scan-errors")
    page.get_by_label("Mã 6 chữ số").fill(code_at(secret, int(world.now.timestamp()) // 30))
    page.get_by_role("button", name="Bật").click()
    keep("recovery-codes")
    page.goto(f"{address}/tai-khoan/xac-thuc/")
    keep("second-factor")
    world.do(world.process, people.reset_password, account_id=world.account_id(SPECIALIST), new="mot-cau-dai-de-nho")
    page.goto(f"{address}/dang-nhap/")
    page.get_by_label("Tên đăng nhập hoặc mã số thuế").fill(SPECIALIST)
    page.get_by_label("Mật khẩu").fill("mot-cau-dai-de-nho")
    page.get_by_role("button", name="Đăng nhập").click()
    keep("second-step")
    token = world.do(world.process, people.issue_password_link, account_id=world.account_id("congdan"))
    page.goto(f"{address}/tai-khoan/dat-mat-khau/{token}/")
    keep("password-link")
