"""What each of the forms in full refuses, at which answer and in which words. The day is Monday 4 May 2026."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any

import pytest

from emoit.forms import queries
from emoit.forms.types import Form
from emoit.procedures import reading
from tests.procedures.documents import document
from tests.support.answers_full import ANSWERS, FORM_D, IMPORT_LICENCE, MULTILEVEL_MARKETING, REPRESENTATIVE_OFFICE

TODAY = date(2026, 5, 4)
GONE = object()


@lru_cache
def form(code: str) -> Form:
    return reading.read_form(document(code))


def put(answers: Any, pointer: str, value: Any) -> None:
    *way, last = pointer.split("/")[1:]
    for key in way:
        answers = answers[int(key)] if isinstance(answers, list) else answers.setdefault(key, {})
    if value is GONE:
        del answers[last]
    else:
        answers[int(last) if isinstance(answers, list) else last] = value


def errors(code: str, changes: dict[str, Any], today: date | None = TODAY) -> dict[str, str]:
    answers = ANSWERS[code]()
    for pointer, value in changes.items():
        put(answers, pointer, value)
    return queries.validate(form(code), answers, today=today)


@pytest.mark.parametrize("code", sorted(ANSWERS))
def test_right_answers_are_right(code: str) -> None:
    assert errors(code, {}) == {}
    assert queries.notices(form(code), ANSWERS[code](), today=TODAY) == []


IMPORTS: list[tuple[dict[str, Any], dict[str, str]]] = [
    ({"/goods": []}, {"/goods": "Thêm ít nhất 1 mặt hàng"}),
    (
        {"/importer/tax_code": "0100109107"},
        {"/importer/tax_code": "Mã số thuế không đúng: kiểm tra lại 10 chữ số (13 chữ số với đơn vị phụ thuộc)"},
    ),
    ({"/place/province": "99"}, {"/place/province": "Chọn tỉnh, thành phố nơi đặt trụ sở chính trong danh sách"}),
    ({"/goods/0/hs_code": "2402"}, {"/goods/0/hs_code": "Mặt hàng 1: mã HS có đúng 8 chữ số"}),
    (
        {"/goods/1/hs_code": "31021000"},
        {"/goods/1/hs_code": "Mặt hàng 2: mã HS phải thuộc nhóm 2402: xì gà, thuốc lá điếu"},
    ),
    (
        {"/goods/0/value": 375_001, "/total/value": 500_001},
        {"/goods/0/value": "Mặt hàng 1: trị giá phải bằng số lượng nhân với đơn giá"},
    ),
    (
        {"/goods/0/quantity": 0},
        {
            "/goods/0/quantity": "Mặt hàng 1: số lượng phải lớn hơn 0",
            "/goods/0/value": "Mặt hàng 1: trị giá phải bằng số lượng nhân với đơn giá",
        },
    ),
    ({"/goods/0/unit": "ton"}, {"/goods/0/unit": "Mặt hàng 1: chọn đơn vị tính trong danh sách"}),
    ({"/goods/0/price": "đắt"}, {"/goods/0/price": "Mặt hàng 1: đơn giá phải là số, ví dụ 1.250,5"}),
    ({"/total/value": 499_999}, {"/total/value": "Tổng trị giá phải bằng tổng trị giá của các mặt hàng"}),
    ({"/total/currency": "BTC"}, {"/total/currency": "Chọn đồng tiền thanh toán trong danh sách"}),
    ({"/invoice/on": "2026-03-01"}, {"/invoice/on": "Ngày hóa đơn không được trước ngày ký hợp đồng"}),
    ({"/invoice/on": "2026-05-05"}, {"/invoice/on": "Ngày hóa đơn không được sau hôm nay"}),
    ({"/transport/on": "2026-03-01"}, {"/transport/on": "Ngày chứng từ vận tải không được trước ngày ký hợp đồng"}),
    (
        {"/entry/expected_on": "2026-04-11"},
        {"/entry/expected_on": "Ngày dự kiến hàng về không được trước ngày chứng từ vận tải"},
    ),
    (
        {"/entry/expected_on": "2027-04-13"},
        {"/entry/expected_on": "Ngày dự kiến hàng về phải trong vòng 1 năm kể từ ngày chứng từ vận tải"},
    ),
    ({"/entry/expected_on": "2027-04-12"}, {}),
    ({"/payment/method": "cash"}, {"/payment/method": "Chọn phương thức thanh toán trong danh sách"}),
    ({"/payment/bank": GONE}, {"/payment/bank": "Nhập ngân hàng thanh toán"}),
    (
        {"/commitments/truthful": False},
        {
            "/commitments/truthful": "Đánh dấu để xác nhận: Nội dung khai và giấy tờ kèm theo là "
            "đúng sự thật; chịu trách nhiệm trước pháp luật"
        },
    ),
]
OFFICES: list[tuple[dict[str, Any], dict[str, str]]] = [
    (
        {"/trader/registered_on": "2025-05-05"},
        {"/trader/registered_on": "Thương nhân phải đã hoạt động ít nhất 1 năm kể từ ngày thành lập"},
    ),
    ({"/trader/registered_on": "2025-05-04"}, {}),
    (
        {"/trader_term/ends_on": "2027-05-03", "/office/ends_on": "2027-05-03"},
        {"/trader_term/ends_on": "Giấy đăng ký kinh doanh phải còn hạn ít nhất 1 năm kể từ ngày nộp hồ sơ"},
    ),
    ({"/trader_term/ends_on": GONE}, {"/trader_term/ends_on": "Nhập ngày hết hạn giấy đăng ký kinh doanh"}),
    ({"/trader/limited": False, "/trader_term": GONE, "/office/ends_on": "2031-05-04"}, {}),
    (
        {"/office/ends_on": "2031-05-05", "/trader_term/ends_on": "2040-01-01"},
        {"/office/ends_on": "Giấy phép có thời hạn tối đa 5 năm"},
    ),
    (
        {"/office/ends_on": "2030-03-12"},
        {
            "/office/ends_on": "Thời hạn đề nghị không được quá thời hạn còn lại trên giấy đăng ký "
            "kinh doanh của thương nhân"
        },
    ),
    ({"/office/ends_on": "2026-05-04"}, {"/office/ends_on": "Ngày đề nghị hoạt động đến phải sau hôm nay"}),
    (
        {"/office/name": "Văn phòng Lion City Trading Pte. Ltd."},
        {"/office/name": "Tên Văn phòng đại diện phải có cụm từ “Văn phòng đại diện”"},
    ),
    (
        {"/office/name": "Văn phòng đại diện Sư Tử"},
        {"/office/name": "Tên Văn phòng đại diện phải có tên thương nhân nước ngoài"},
    ),
    ({"/office/name": "VĂN PHÒNG ĐẠI DIỆN LION CITY  TRADING PTE. LTD."}, {}),
    ({"/office/activities": []}, {"/office/activities": "Chọn ít nhất 1 mục: nội dung hoạt động"}),
    ({"/office/activities": ["sales"]}, {"/office/activities": "Chọn nội dung hoạt động trong danh sách"}),
    ({"/office/staff": 0}, {"/office/staff": "Số lao động dự kiến phải từ 1 trở lên"}),
    ({"/head/born_on": "2008-05-05"}, {"/head/born_on": "Người đứng đầu phải đủ 18 tuổi"}),
    ({"/head/id_issued_on": "1980-05-06"}, {"/head/id_issued_on": "Ngày cấp giấy tờ phải sau ngày sinh"}),
    ({"/head/id_issued_on": "2026-05-05"}, {"/head/id_issued_on": "Ngày cấp giấy tờ không được sau hôm nay"}),
    ({"/head/phone": "12"}, {"/head/phone": "Điện thoại phải là số điện thoại, ví dụ 0912 345 678"}),
    ({"/trader/email": "office"}, {"/trader/email": "Thư điện tử phải là địa chỉ thư điện tử, ví dụ ten@congty.vn"}),
    (
        {"/trader/treaty": GONE},
        {"/trader/treaty": "Chọn quốc gia, vùng lãnh thổ này có điều ước quốc tế với Việt Nam về mở cửa thị trường"},
    ),
    (
        {"/commitments/no_double": GONE},
        {
            "/commitments/no_double": "Đánh dấu để xác nhận: Người đứng đầu không đồng thời đứng "
            "đầu chi nhánh hoặc đại diện theo pháp luật của tổ chức khác trái quy định"
        },
    ),
]
MARKETING: list[tuple[dict[str, Any], dict[str, str]]] = [
    (
        {"/company/capital_vnd": 9_999_999_999, "/founders/0/capital_vnd": 9_999_999_998, "/founders/1/capital_vnd": 1},
        {"/company/capital_vnd": "Vốn điều lệ phải từ 10.000.000.000 trở lên"},
    ),
    (
        {"/company/capital_vnd": 300_000_000_001},
        {"/company/capital_vnd": "Vốn điều lệ phải bằng tổng vốn góp của các thành viên"},
    ),
    (
        {"/deposit/amount_vnd": 14_999_999_999},
        {"/deposit/amount_vnd": "Số tiền ký quỹ phải từ 5 % vốn điều lệ trở lên"},
    ),
    ({"/deposit/amount_vnd": 9_999_999_999}, {"/deposit/amount_vnd": "Số tiền ký quỹ phải từ 10.000.000.000 trở lên"}),
    (
        {
            "/company/capital_vnd": 100_000_000_000,
            "/founders/0/capital_vnd": 50_000_000_000,
            "/founders/1/capital_vnd": 50_000_000_000,
            "/deposit/amount_vnd": 10_000_000_000,
        },
        {},
    ),
    (
        {"/plan/bonus_vnd": 40_000_000_001},
        {"/plan/bonus_vnd": "Tổng hoa hồng, tiền thưởng không được quá 40 % doanh thu bán hàng đa cấp"},
    ),
    ({"/plan/revenue_vnd": 0}, {"/plan/revenue_vnd": "Doanh thu bán hàng đa cấp dự kiến năm đầu phải từ 1 trở lên"}),
    ({"/training/hours": 7.5}, {"/training/hours": "Thời lượng đào tạo cơ bản phải từ 8 trở lên"}),
    ({"/training/trainers": 1.5}, {"/training/trainers": "Số đào tạo viên phải là số nguyên, ví dụ 1.000"}),
    ({"/founders": []}, {"/founders": "Thêm ít nhất 1 thành viên"}),
    (
        {"/founders/1/id_number": "001085000002"},
        {"/founders/1/id_number": "Thành viên 2: số giấy tờ bị trùng với thành viên trước"},
    ),
    (
        {"/goods/1/name": "Viên uống bổ sung vitamin Sao Mai"},
        {"/goods/1/name": "Hàng hóa 2: tên hàng hóa bị trùng với dòng trước"},
    ),
    ({"/goods/0/kind": "medicine"}, {"/goods/0/kind": "Hàng hóa 1: chọn nhóm hàng trong danh sách"}),
    ({"/goods/0/price_vnd": 0}, {"/goods/0/price_vnd": "Hàng hóa 1: giá bán phải từ 1 trở lên"}),
    (
        {"/deposit/on": "2015-05-31"},
        {"/deposit/on": "Ngày xác nhận ký quỹ không được trước ngày cấp đăng ký doanh nghiệp"},
    ),
    ({"/deposit/on": "2026-05-05"}, {"/deposit/on": "Ngày xác nhận ký quỹ không được sau hôm nay"}),
    (
        {"/website/address": "saomai"},
        {"/website/address": "Trang thông tin điện tử bắt đầu bằng https:// hoặc http://"},
    ),
    ({"/website/hotline": "gọi tôi"}, {"/website/hotline": "Điện thoại gồm từ 8 đến 20 chữ số"}),
    (
        {"/commitments/allowed_goods": False},
        {
            "/commitments/allowed_goods": "Đánh dấu để xác nhận: Hàng hóa không thuộc nhóm không "
            "được kinh doanh theo phương thức đa cấp"
        },
    ),
]
_LINE = ANSWERS[FORM_D]()["goods"][1]
ORIGIN: list[tuple[dict[str, Any], dict[str, str]]] = [
    ({"/goods/0/share": GONE}, {"/goods/0/share": "Dòng hàng 1: tiêu chí RVC, PC phải ghi hàm lượng giá trị khu vực"}),
    ({"/goods/0/fob_usd": GONE}, {"/goods/0/fob_usd": "Dòng hàng 1: tiêu chí RVC, PC phải ghi trị giá FOB"}),
    ({"/goods/0/share": 39.99}, {"/goods/0/share": "Dòng hàng 1: tiêu chí RVC cần hàm lượng từ 40 % trở lên"}),
    ({"/goods/0/share": 40}, {}),
    (
        {"/goods/0/criterion": "PC", "/goods/0/share": 25},
        {"/flags": "Có dòng hàng tiêu chí PC: đánh dấu “Cộng gộp từng phần”"},
    ),
    ({"/goods/0/criterion": "PC", "/goods/0/share": 25, "/flags": ["partial_cumulation"], "/third_country": GONE}, {}),
    (
        {"/goods/0/criterion": "PC", "/flags": ["partial_cumulation"], "/third_country": GONE},
        {"/goods/0/share": "Dòng hàng 1: cộng gộp từng phần cần hàm lượng từ 20 % đến dưới 40 %"},
    ),
    ({"/goods/0/criterion": "PE"}, {"/goods/0/criterion": "Dòng hàng 1: chọn tiêu chí xuất xứ trong danh sách"}),
    ({"/goods/0/hs_code": "6205200"}, {"/goods/0/hs_code": "Dòng hàng 1: mã HS có 6, 8 hoặc 10 chữ số"}),
    ({"/goods/1/packages": 0}, {"/goods/1/packages": "Dòng hàng 2: số kiện phải từ 1 trở lên"}),
    ({"/goods": [_LINE] * 21}, {"/goods": "Các dòng hàng (ô số 5 đến 9) có tối đa 20 mục"}),
    ({"/goods": [_LINE] * 20}, {}),
    ({"/goods": []}, {"/goods": "Thêm ít nhất 1 dòng hàng"}),
    (
        {"/transport/departure_on": "2026-04-30"},
        {"/transport/departure_on": "Hàng đã khởi hành quá 3 ngày: đánh dấu “Cấp sau” ở trường hợp riêng"},
    ),
    ({"/transport/departure_on": "2026-05-01"}, {}),
    ({"/transport/departure_on": "2026-04-30", "/flags": ["third_country", "retroactive"]}, {}),
    ({"/flags": ["third_country", "retroactive"]}, {"/flags": "Hàng chưa khởi hành quá 3 ngày: bỏ đánh dấu “Cấp sau”"}),
    (
        {"/transport/departure_on": "2025-05-03", "/flags": ["third_country", "retroactive"]},
        {"/transport/departure_on": "Hàng đã khởi hành quá 1 năm, không cấp được C/O"},
    ),
    ({"/invoice/on": "2026-05-05"}, {"/invoice/on": "Ngày hóa đơn không được sau hôm nay"}),
    (
        {"/third_country": GONE},
        {
            "/third_country/company": "Nhập tên công ty phát hành hóa đơn nước thứ ba",
            "/third_country/country": "Nhập nước của công ty phát hành hóa đơn",
        },
    ),
    (
        {
            "/flags": ["back_to_back"],
            "/third_country": GONE,
            "/original": {"number": "TH2025-1", "on": "2025-05-03", "country": "THAILAND"},
        },
        {"/original/on": "C/O gốc đã quá 12 tháng, không còn hiệu lực"},
    ),
    (
        {"/flags": ["exhibition"], "/third_country": GONE},
        {"/exhibition/name": "Nhập tên triển lãm", "/exhibition/address": "Nhập địa điểm triển lãm"},
    ),
    ({"/importing_country": "CN"}, {"/importing_country": "Chọn nước nhập khẩu trong danh sách"}),
    (
        {"/producer": GONE},
        {
            "/producer/name": "Nhập tên nhà sản xuất",
            "/producer/tax_code": "Nhập mã số thuế nhà sản xuất",
            "/producer/address": "Nhập địa chỉ cơ sở sản xuất",
        },
    ),
    ({"/exporter/produces": True, "/producer": GONE}, {}),
]
EVERY = [
    (code, changes, expected)
    for code, table in (
        (IMPORT_LICENCE, IMPORTS),
        (REPRESENTATIVE_OFFICE, OFFICES),
        (MULTILEVEL_MARKETING, MARKETING),
        (FORM_D, ORIGIN),
    )
    for changes, expected in table
]


@pytest.mark.parametrize(("code", "changes", "expected"), EVERY)
def test_what_is_wrong_is_told(code: str, changes: dict[str, Any], expected: dict[str, str]) -> None:
    assert errors(code, changes) == expected


@pytest.mark.parametrize("code", sorted(ANSWERS))
def test_without_a_day_of_judgement_rules_about_today_say_nothing(code: str) -> None:
    assert errors(code, {}, today=None) == {}


def test_no_treaty_is_a_notice() -> None:
    answers = ANSWERS[REPRESENTATIVE_OFFICE]()
    answers["trader"]["treaty"] = False
    assert queries.validate(form(REPRESENTATIVE_OFFICE), answers, today=TODAY) == {}
    assert [notice.pointer for notice in queries.notices(form(REPRESENTATIVE_OFFICE), answers)] == ["/trader/treaty"]


def test_what_is_personal() -> None:
    assert queries.personal_pointers(form(MULTILEVEL_MARKETING)) == ["/contact/name", "/contact/phone", "/founders"]
    assert {p.split("/")[1] for p in queries.personal_pointers(form(REPRESENTATIVE_OFFICE))} == {
        "representative",
        "head",
    }
