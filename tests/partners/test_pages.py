"""The pages that people see at the partners, in a real browser: every control page, paying, signing in."""

from __future__ import annotations

import json
import re
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from emoit_partners.identity.registry import password_of
from emoit_partners.kit import partners
from emoit_partners.payments.checksums import ORDER, check_sum
from emoit_partners.people import people
from tests.support.browser import SWEEP, check_page, new_page, open_browser, screenshot
from tests.support.partners import Running, running

pytestmark = pytest.mark.journey


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as opened:
        yield opened


@pytest.mark.parametrize("name", list(partners()))
def test_control_pages(browser: Browser, tmp_path: Path, name: str) -> None:
    with running(name, tmp_path) as partner:
        for width in SWEEP:
            page = new_page(browser, width=width, javascript=True)
            page.goto(f"{partner.control}/")
            page.get_by_label("Chậm mili giây").fill("40")
            page.get_by_label("Đảo thứ tự").check()
            page.get_by_role("button", name="Đặt", exact=True).click()
            expect(page.get_by_role("status")).to_have_text("Đã đổi cách ứng xử.")
            ask(partner.address)
            partner.state(requests=1)
            page.reload()
            assert "Chậm 40 ms. Gửi không theo thứ tự." in page.inner_text("main")
            assert "chậm" in page.locator("table").last.inner_text()
            check_page(page)
            screenshot(page, f"partner-{name}", width)
            page.get_by_role("button", name="Trở lại bình thường").click()
            expect(page.locator("main")).to_contain_text("Ứng xử đúng.")


def ask(address: str) -> None:
    with suppress(OSError):
        urllib.request.urlopen(f"{address}/nothing", timeout=60).read()


def test_paying(browser: Browser, tmp_path: Path) -> None:
    with running("payments", tmp_path) as partner:
        for width in SWEEP:
            page = new_page(browser, width=width, javascript=False)
            page.goto(order(partner, f"T{width}"))
            assert page.get_by_role("heading", level=1).inner_text() == "Thanh toán 60.000 đ"
            screenshot(page, "partner-paying", width)
            page.get_by_role("button", name="Thanh toán", exact=True).click()
            expect(page).to_have_url(f"{partner.control}/?transaction_id=T{width}&status=0")
            expect(page.locator("main")).to_contain_text("đã trả")


def order(partner: Running, transaction_id: str) -> str:
    """The address of the payment page."""
    (client,) = partner.call("GET", "/clients")
    told: dict[str, Any] = {
        "client_id": client["client_id"],
        "transaction_id": transaction_id,
        "trans_amount": 60_000,
        "addition_fee": 0,
        "command": "PAY",
        "version": "3.0",
        "currency_code": "VND",
        "return_url": f"{partner.control}/",
        "description": "Lệ phí cấp giấy phép",
    }
    told["check_sum"] = check_sum(client["hash_key_1"], told, ORDER)
    request = urllib.request.Request(f"{partner.address}/api/pay", json.dumps(told).encode(), method="POST")
    with urllib.request.urlopen(request, timeout=60) as answer:
        return str(json.loads(answer.read())["payment_url"])


def test_signing_in(browser: Browser, tmp_path: Path) -> None:
    someone = people()[1]
    with running("identity", tmp_path) as partner:
        back = f"{partner.control}/"
        partner.call("PUT", "/clients", {"client_id": "emoit", "redirect_uris": [back]})
        query = (
            f"client_id=emoit&response_type=code&redirect_uri={back}&scope=openid&state=s"
            "&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256"
        )
        for width in SWEEP:
            page = new_page(browser, width=width, javascript=False)
            page.goto(f"{partner.address}/auth?{query}")
            screenshot(page, "partner-signing-in", width)
            sign_in(page, someone.number)
            page.wait_for_load_state()
            if page.get_by_role("button", name="Đồng ý", exact=True).count():
                screenshot(page, "partner-consent", width)
                page.get_by_role("button", name="Đồng ý", exact=True).click()
            expect(page).to_have_url(re.compile(re.escape(f"{back}?code=")))


def sign_in(page: Page, number: str) -> None:
    page.get_by_label("Số định danh").fill(number)
    page.get_by_label("Mật khẩu").fill(password_of(number))
    page.get_by_role("button", name="Đăng nhập").click()
