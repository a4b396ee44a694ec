"""What scripts add, and that nothing needs them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browser import check_page, new_page

pytestmark = pytest.mark.journey


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    opened = new_page(browser)
    yield opened
    opened.context.close()


def test_a_form_is_sent_once_however_often_one_clicks(page: Page, guide: str) -> None:
    page.goto(f"{guide}/form/")
    sent: list[str] = []

    def hold(route) -> None:  # type: ignore[no-untyped-def]
        if route.request.method == "POST":
            sent.append(route.request.post_data or "")
            route.fulfill(status=204)
        else:
            route.continue_()

    page.route("**/ui/form/", hold)
    button = page.get_by_role("button", name="Lưu và thoát")
    handle = button.element_handle()
    assert handle is not None
    for _ in range(5):
        handle.evaluate("(element) => element.click()")
    while not sent:  # the test's own time limit ends it
        page.wait_for_timeout(50)
    page.wait_for_timeout(200)  # a second one would come now
    assert len(sent) == 1
    assert "leave" in sent[0]
    assert handle.get_attribute("aria-disabled") == "true"
    assert handle.text_content() == "Đang gửi…"


def test_errors_take_the_focus_and_lead_to_their_field(page: Page, guide: str) -> None:
    page.goto(f"{guide}/form/")
    assert page.title() == "Lỗi: Thông tin chương trình – Bộ Công Thương"
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    page.get_by_role("link", name="Hãy nhập tên chương trình khuyến mại").click()
    expect(page.locator("#programme-name")).to_be_focused()


def test_a_chosen_file_is_named_and_weighed(page: Page, guide: str) -> None:
    page.goto(f"{guide}/form/")
    chosen = page.locator("#field-file + .emoit-chosen li")
    page.set_input_files("#field-file", {"name": "Thể lệ.pdf", "mimeType": "application/pdf", "buffer": b"x" * 251_658})
    expect(chosen).to_have_text("Đã chọn: Thể lệ.pdf (246 KB)")
    page.set_input_files("#field-file", {"name": "rỗng.pdf", "mimeType": "application/pdf", "buffer": b""})
    expect(chosen).to_have_text("rỗng.pdf là tệp rỗng. Hãy chọn tệp khác.")
    expect(chosen).to_have_class("is-wrong")
    page.locator("#field-file").evaluate("(field) => { field.dataset.maxBytes = '2048'; }")
    page.set_input_files("#field-file", {"name": "to.pdf", "mimeType": "application/pdf", "buffer": b"x" * 3000})
    expect(chosen).to_have_text("to.pdf nặng 3 KB, quá 2 KB. Hãy chọn tệp nhỏ hơn.")


def test_ctrl_k_finds_a_case_by_keyboard_alone(page: Page, guide: str) -> None:
    page.goto(f"{guide}/inbox/")
    page.keyboard.press("Control+k")
    field = page.get_by_role("combobox")
    expect(field).to_be_focused()
    page.keyboard.type("0003")
    expect(page.get_by_role("listbox").get_by_role("option")).to_have_count(1)
    expect(page.locator("dialog [role=status]")).to_have_text("1 kết quả")
    expect(field).to_have_attribute("aria-activedescendant", "palette-0")
    check_page(page)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/ui/record/$"))


def test_the_palette_closes_and_gives_the_focus_back(page: Page, guide: str) -> None:
    page.goto(f"{guide}/inbox/")
    page.get_by_role("link", name="Tìm hồ sơ, thủ tục, người").click()
    expect(page.get_by_role("combobox")).to_be_focused()
    page.keyboard.type("khuyến")
    page.keyboard.press("Escape")
    expect(page.locator("dialog[data-palette]")).not_to_be_visible()
    expect(page.locator("[data-opens-palette]")).to_be_focused()


def test_the_palette_says_when_the_server_cannot_be_reached(page: Page, guide: str) -> None:
    page.goto(f"{guide}/inbox/")
    page.route("**/ui/palette/**", lambda route: route.abort())
    page.keyboard.press("Control+k")
    page.keyboard.type("x")
    expect(page.locator("dialog [role=status]")).to_have_text("Chưa tìm được vì mất kết nối. Hãy thử lại.")


def test_question_mark_shows_the_keyboard_map(page: Page, guide: str) -> None:
    page.goto(f"{guide}/inbox/")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Phím tắt")).to_be_visible()
    check_page(page)
    page.get_by_role("checkbox", name="Dùng phím tắt một chữ").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Phím tắt")).not_to_be_visible()


def test_letters_typed_in_a_field_are_letters(page: Page, guide: str) -> None:
    page.goto(f"{guide}/inbox/")
    page.locator("summary", has_text="Lọc").click()
    page.locator("#f-q").fill("")
    page.locator("#f-q").press_sequentially("x?jk")
    expect(page.locator("#f-q")).to_have_value("x?jk")
    expect(page.get_by_role("dialog", name="Phím tắt")).not_to_be_visible()


def test_j_k_and_x_walk_and_tick(page: Page, guide: str) -> None:
    page.goto(f"{guide}/inbox/")
    for key in ("j", "j", "k", "j", "x"):
        page.keyboard.press(key)
    expect(page.get_by_role("link", name="G02-260504-0002")).to_be_focused()
    expect(page.locator("[data-select-count]")).to_have_text("Đã chọn 1")
    expect(page.locator("tr.is-chosen")).to_have_count(1)


def test_shift_ticks_a_range_and_one_box_ticks_all(page: Page, guide: str) -> None:
    page.goto(f"{guide}/inbox/")
    take = page.get_by_role("button", name="Nhận việc")
    expect(take).to_be_disabled()
    boxes = page.locator("tbody input[type=checkbox]")
    boxes.nth(1).click()
    boxes.nth(4).click(modifiers=["Shift"])
    expect(page.locator("[data-select-count]")).to_have_text("Đã chọn 4")
    expect(take).to_be_enabled()
    page.get_by_role("checkbox", name="Chọn tất cả").click()
    expect(page.locator("[data-select-count]")).to_have_text("Đã chọn 6")
    page.get_by_role("checkbox", name="Chọn tất cả").click()
    expect(page.locator("[data-select-count]")).to_have_text("Chưa chọn mục nào")


@pytest.mark.parametrize("name", ["front", "form", "inbox", "record"])
def test_every_screen_stands_without_scripts(browser: Browser, guide: str, name: str) -> None:
    page = new_page(browser, javascript=False)
    page.goto(f"{guide}/{name}/")
    expect(page.locator("h1")).to_be_visible()
    for button in page.get_by_role("button").all():
        if button.is_visible():
            expect(button).to_be_enabled()
    page.context.close()


@pytest.mark.parametrize("name", ["front", "form", "inbox"])
def test_everything_reached_by_tab_shows_where_it_is(page: Page, guide: str, name: str) -> None:
    page.goto(f"{guide}/{name}/")
    page.evaluate("() => document.activeElement.blur()")
    seen = 0
    for _ in range(60):
        page.keyboard.press("Tab")
        looks = page.evaluate(
            """() => {
              const at = document.activeElement;
              if (!at || at === document.body) return null;
              const own = getComputedStyle(at);
              const ticked = at.matches("[type=checkbox], [type=radio]") && at.nextElementSibling;
              const drawn = ticked ? getComputedStyle(at.nextElementSibling, "::before") : own;
              const ring = (s) => s.outlineStyle !== "none" && parseFloat(s.outlineWidth) > 0
                && s.outlineColor !== "rgba(0, 0, 0, 0)";
              const shows = (s) => s.boxShadow !== "none" || ring(s);
              return [at.outerHTML.slice(0, 90), shows(drawn) || shows(own)];
            }"""
        )
        if looks is None:
            break
        assert looks[1], looks[0]
        seen += 1
    assert seen > 5
