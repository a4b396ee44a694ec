"""Every wrong answer is named, in plain words."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from emoit.forms import queries
from emoit.forms.rules import is_cas_number, is_tax_code, pointers
from tests.forms.examples import form, good

GONE = object()


def changed(pointer: str, value: Any) -> dict[str, Any]:
    answers: Any = good()
    at = answers
    *way, last = pointers.split(pointer)
    for part in way:
        at = at[int(part)] if isinstance(at, list) else at[part]
    if value is GONE:
        del at[last]
    elif isinstance(at, list):
        at[int(last)] = value
    else:
        at[last] = value
    return dict(answers)


def test_good_answers_have_no_errors() -> None:
    assert queries.validate(form(), good()) == {}


@pytest.mark.parametrize(
    ("pointer", "value", "told_at", "message"),
    [
        ("/trader/name", GONE, "/trader/name", "Nhập tên thương nhân"),
        ("/trader/name", "", "/trader/name", "Nhập tên thương nhân"),
        ("/trader/name", 7, "/trader/name", "Tên thương nhân phải là chữ"),
        ("/trader/name", "x" * 21, "/trader/name", "Tên thương nhân có tối đa 20 ký tự, đã nhập 21"),
        (
            "/trader/tax_code",
            "0100109107",
            "/trader/tax_code",
            "Mã số thuế không đúng: kiểm tra lại 10 chữ số (13 chữ số với đơn vị phụ thuộc)",
        ),
        ("/trader/phone", "12", "/trader/phone", "Điện thoại phải là số điện thoại, ví dụ 0912 345 678"),
        ("/trader/email", "hoasen", "/trader/email", "Thư điện tử phải là địa chỉ thư điện tử, ví dụ ten@congty.vn"),
        ("/trader", GONE, "/trader/name", "Nhập tên thương nhân"),
        ("/trader/extra", 1, "/trader/extra", "Biểu mẫu không có trường “extra”; hãy bỏ trường này"),
        ("/hack", {"a": 1}, "/hack", "Biểu mẫu không có trường “hack”; hãy bỏ trường này"),
        ("/kind", GONE, "/kind", "Chọn hình thức"),
        ("/kind", "third", "/kind", "Chọn hình thức trong danh sách"),
        ("/starts_on", "32/13/2026", "/starts_on", "Ngày bắt đầu phải là ngày có thật, ví dụ 12/05/2026"),
        ("/starts_on", "2026-02-29", "/starts_on", "Ngày bắt đầu phải là ngày có thật, ví dụ 12/05/2026"),
        ("/ends_on", "2026-05-12", "/ends_on", "Ngày kết thúc phải sau ngày bắt đầu"),
        ("/ends_on", "2026-11-08", "/ends_on", "Tối đa 180 ngày"),
        ("/provinces", ["01"], "/provinces", "Chọn ít nhất 2 mục: tỉnh, thành phố"),
        ("/provinces", ["01", "01"], "/provinces", "Tỉnh, thành phố có mục trùng nhau"),
        ("/provinces", ["01", "99"], "/provinces", "Chọn tỉnh, thành phố trong danh sách"),
        ("/provinces", "01", "/provinces", "Tỉnh, thành phố phải là một danh sách"),
        ("/provinces", ["01", "48", "79", "01"], "/provinces", "Tỉnh, thành phố có tối đa 3 mục"),
        ("/online", "yes", "/online", "Bán trên mạng: chọn Có hoặc Không"),
        ("/rate", "12.5", "/rate", "Tỷ lệ trúng thưởng phải là số, ví dụ 1.250,5"),
        ("/rate", 0, "/rate", "Tỷ lệ trúng thưởng phải lớn hơn 0"),
        ("/rate", 100.5, "/rate", "Tỷ lệ trúng thưởng không được quá 100"),
        ("/code", "km-1", "/code", "Mã chương trình chưa đúng mẫu"),
        ("/cas", "7732-18-6", "/cas", "Mã CAS không đúng: kiểm tra lại từng chữ số, ví dụ 7732-18-5"),
        ("/prizes", [], "/prizes", "Thêm ít nhất 1 giải thưởng"),
        ("/prizes", "x", "/prizes", "Các giải thưởng phải là một danh sách"),
        ("/prizes/1/title", GONE, "/prizes/1/title", "Giải thưởng 2: nhập tên giải"),
        (
            "/prizes/0/amount",
            "nhiều",
            "/prizes/0/amount",
            "Giải thưởng 1: trị giá phải là số tiền bằng đồng, ví dụ 1.000.000",
        ),
        ("/prizes/0/amount", 999, "/prizes/0/amount", "Giải thưởng 1: trị giá phải từ 1.000 trở lên"),
        ("/prizes/0/count", 1.5, "/prizes/0/count", "Giải thưởng 1: số giải phải là số nguyên, ví dụ 1.000"),
        ("/prizes/0/junk", 1, "/prizes/0/junk", "Biểu mẫu không có trường “junk”; hãy bỏ trường này"),
        ("/prizes/1/title", "Nhất", "/prizes/1/title", "Giải thưởng 2: tên giải bị trùng"),
        ("/total", 60_000_001, "/total", "Tổng giá trị phải bằng tổng các giải"),
        ("/agreed", GONE, "/agreed", "Đánh dấu để xác nhận: Nội dung khai là đúng"),
        ("/agreed", False, "/agreed", "Đánh dấu để xác nhận: Nội dung khai là đúng"),
        ("/note", "x\x00y", "/note", "Nội dung này có ký tự không dùng được; hãy gõ lại"),
        ("/note", "\ud800", "/note", "Nội dung này có ký tự không dùng được; hãy gõ lại"),
        ("/rate", float("nan"), "/rate", "Nội dung này có ký tự không dùng được; hãy gõ lại"),
        ("/note", "x" * 10_001, "/note", "Nội dung này có tối đa 10.000 ký tự"),
    ],
)
def test_a_wrong_answer_is_named(pointer: str, value: Any, told_at: str, message: str) -> None:
    answers = changed(pointer, value)
    before = copy.deepcopy(answers)
    errors = queries.validate(form(), answers)
    assert errors[told_at] == message
    assert set(errors) - {told_at} <= {"/trader/tax_code"}  # the whole trader left out names both of its fields
    assert repr(answers) == repr(before)


def test_in_english() -> None:
    answers = changed("/trader/name", GONE)
    answers["ends_on"] = "2026-01-01"
    assert queries.validate(form(), answers, language="en") == {
        "/trader/name": "Enter trader's name",
        "/ends_on": "The end date must be after the start date",
    }


def test_every_error_at_once_in_the_order_of_the_pages() -> None:
    assert list(queries.validate(form(), {"kind": "lucky"})) == [
        "/trader/name", "/trader/tax_code", "/starts_on", "/ends_on", "/provinces", "/online", "/prizes", "/total",
        "/agreed",
    ]  # fmt: skip


def test_one_page_only() -> None:
    assert queries.validate(form(), {}, page="end") == {"/agreed": "Đánh dấu để xác nhận: Nội dung khai là đúng"}


def test_what_is_not_asked_is_not_required_and_not_judged() -> None:
    answers = changed("/kind", "other")
    answers["prizes"], answers["total"] = "junk", -1
    assert queries.validate(form(), answers) == {}
    assert queries.prune(form(), answers).keys() == good().keys() - {"prizes", "total"}


@pytest.mark.parametrize("answers", [None, [], "x", 5])
def test_answers_that_are_no_object(answers: Any) -> None:
    assert queries.validate(form(), answers) == {"": "Phần này phải gồm các trường của biểu mẫu"}


def test_too_large_and_too_deep() -> None:
    deep: Any = {}
    for _ in range(5000):
        deep = {"a": deep}
    too_large = {"": "Nội dung khai quá lớn, tối đa 256 kB"}
    assert queries.validate(form(), deep) == too_large
    assert queries.validate(form(), {str(n): "đ" * 9000 for n in range(20)}) == too_large
    assert queries.validate(form(), {"prizes": [{}] * 30_000}) == too_large


def test_notices_inform_without_refusing() -> None:
    (notice,) = queries.notices(form(), good())
    assert (notice.pointer, notice.message) == ("/prizes/0/count", "Giải này chỉ có một")


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("0100109106", True),
        ("0100109106-001", True),
        ("0100109106001", True),
        ("0100109106-000", False),
        ("0100109107", False),
        ("010010910", False),
        ("٠١٠٠١٠٩١٠٦", False),
        ("", False),
    ],
)
def test_tax_code(text: str, right: bool) -> None:
    assert is_tax_code(text) is right


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("7732-18-5", True),
        ("7664-93-9", True),
        ("67-64-1", True),
        ("7732-18-4", False),
        ("0732-18-5", False),
        ("x", False),
    ],
)
def test_cas_number(text: str, right: bool) -> None:
    assert is_cas_number(text) is right
