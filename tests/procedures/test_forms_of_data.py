"""The two shipped forms, with answers as an applicant gives them."""

from __future__ import annotations

from typing import Any

import pytest

from emoit.forms import queries
from emoit.forms.types import Form
from emoit.lib.working_time import Term, Unit
from emoit.procedures import reading
from tests.procedures.documents import CHEMICALS, PROMOTION, document

PROGRAMME: dict[str, Any] = {
    "trader": {
        "name": "Công ty TNHH Hoa Sen", "tax_code": "0100109106", "address": "1 Tràng Tiền, Hà Nội",
        "phone": "02438222222",
    },
    "contact": {"name": "Nguyễn Thị Lan", "phone": "0912345678", "email": "lan@hoasen.vn"},
    "programme": {
        "name": "Mùa hè rực rỡ", "kind": "lucky", "scope": "provinces", "starts_on": "2026-05-12",
        "ends_on": "2026-06-30",
    },
    "area": {"provinces": ["01", "79"]},
    "goods": {"promoted": "Bột giặt 3 kg", "used": "Xe máy, phiếu mua hàng", "customers": "Mọi khách mua bột giặt"},
    "prizes": [
        {"name": "Giải Nhất", "content": "Xe máy", "value_vnd": 50_000_000, "count": 1},
        {"name": "Giải Nhì", "content": "Phiếu mua hàng", "value_vnd": 1_000_000, "count": 10},
    ],
    "prize": {
        "total_vnd": 60_000_000, "evidence": "Phiếu có mã", "evidence_count": 1000, "winning_rate": 1.1,
        "method": "Quay số ngày 05/07/2026",
    },
    "commitments": {"unclaimed": True, "truthful": True},
}  # fmt: skip
DECLARATION: dict[str, Any] = {
    "importer": {"name": "Công ty B", "identity": "0100109106", "address": "Hải Phòng", "phone": "0912345678"},
    "contact": {"name": "Trần Văn Bình", "phone": "0912345678"},
    "chemicals": [
        {
            "trade_name": "Axit sunfuric 98%", "iupac_name": "Sulfuric acid", "cas": "7664-93-9", "formula": "H2SO4",
            "quantity_kg": 1250.5, "origin": "Nhật Bản", "hs_code": "28070000",
            "purpose": "Sản xuất phân bón",
        }
    ],
    "shipment": {"invoice_number": "INV-01", "invoice_on": "2026-05-01", "gate": "Hải Phòng"},
    "commitments": {"truthful": True},
}  # fmt: skip


def form(code: str) -> Form:
    return reading.read_form(document(code))


def test_good_answers() -> None:
    assert queries.validate(form(PROMOTION), PROGRAMME) == {}
    assert queries.validate(form(CHEMICALS), DECLARATION) == {}


@pytest.mark.parametrize(
    ("part", "change", "expected"),
    [
        ("programme", {"ends_on": "2026-05-11"}, {"/programme/ends_on": "Ngày kết thúc phải sau ngày bắt đầu"}),
        ("programme", {"ends_on": "2026-05-12"}, {}),
        ("programme", {"ends_on": "2026-11-07"}, {}),
        (
            "programme",
            {"ends_on": "2026-11-08"},
            {
                "/programme/ends_on": "Chương trình mang tính may rủi kéo dài tối đa 180 ngày, "
                "tính cả ngày đầu và ngày cuối"
            },
        ),
        ("programme", {"name": ""}, {"/programme/name": "Nhập tên chương trình khuyến mại"}),
        ("programme", {"scope": "nationwide"}, {}),
        (
            "area",
            {"provinces": ["01"]},
            {
                "/area/provinces": "Chọn ít nhất 2 tỉnh, thành phố; "
                "khuyến mại trong một tỉnh thì đăng ký tại Sở Công Thương"
            },
        ),
        (
            "prize",
            {"total_vnd": 50_000_000},
            {
                "/prize/total_vnd": "Tổng giá trị giải thưởng phải bằng tổng trị giá nhân với số giải "
                "của các giải thưởng"
            },
        ),
    ],
)
def test_promotion_rules(part: str, change: dict[str, Any], expected: dict[str, str]) -> None:
    answers = {**PROGRAMME, part: {**PROGRAMME[part], **change}}
    assert queries.validate(form(PROMOTION), answers) == expected


def test_another_form_of_promotion_asks_other_things() -> None:
    asked = {**PROGRAMME, "programme": {**PROGRAMME["programme"], "kind": "other"}}
    assert [p.key for p in queries.pages(form(PROMOTION), answers=asked)] == [
        "trader", "programme", "area", "goods", "other-form", "commitments",
    ]  # fmt: skip
    assert queries.validate(form(PROMOTION), asked) == {
        "/other/form": "Nhập mô tả hình thức khuyến mại",
        "/other/benefit_vnd": "Nhập tổng giá trị hàng hóa, dịch vụ dùng để khuyến mại",
    }


def test_chemical_rules() -> None:
    chemical = {**DECLARATION["chemicals"][0], "cas": "7664-93-8", "hs_code": "2807", "quantity_kg": 0}
    assert queries.validate(form(CHEMICALS), {**DECLARATION, "chemicals": [chemical]}) == {
        "/chemicals/0/cas": "Hóa chất 1: mã CAS không đúng: kiểm tra lại từng chữ số, ví dụ 7732-18-5",
        "/chemicals/0/hs_code": "Hóa chất 1: mã HS có đúng 8 chữ số",
        "/chemicals/0/quantity_kg": "Hóa chất 1: khối lượng phải lớn hơn 0",
    }


@pytest.mark.parametrize(("mass", "told"), [(9.99, 1), (10, 0)])
def test_less_than_ten_kilograms_is_told_not_refused(mass: float, told: int) -> None:
    answers = {**DECLARATION, "chemicals": [{**DECLARATION["chemicals"][0], "quantity_kg": mass}]}
    assert queries.validate(form(CHEMICALS), answers) == {}
    assert len(queries.notices(form(CHEMICALS), answers)) == told


def test_personal_answers_are_marked() -> None:
    assert queries.personal_pointers(form(PROMOTION)) == ["/contact/name", "/contact/phone", "/contact/email"]
    assert queries.personal_pointers(form(CHEMICALS)) == [
        "/importer/identity",
        "/importer/address",
        "/importer/phone",
        "/importer/email",
        "/contact/name",
        "/contact/phone",
    ]


def test_the_party_fills_what_is_known() -> None:
    party = {"name": "Công ty B", "identity": "0100109106", "address": "Hải Phòng", "phone": "", "email": "b@b.vn"}
    assert queries.prefill(form(CHEMICALS), {"party": party, "account": {"full_name": "Bình"}}) == {
        "importer": {"name": "Công ty B", "identity": "0100109106", "address": "Hải Phòng", "email": "b@b.vn"},
        "contact": {"name": "Bình"},
    }


def test_the_automatic_one_answers_at_once() -> None:
    assert reading.read_term(document(CHEMICALS)["term"]) == Term(0, Unit.WORKING_HOUR)
    assert document(CHEMICALS)["automatic"] is True
