"""Right answers and papers for the procedures that ship in full."""

from __future__ import annotations

import io
from functools import lru_cache
from typing import Any

import pikepdf
from PIL import Image

from tests.support import answers_full

PROMOTION = "2.000138"
CHEMICALS = "2.001555"

# Personal in the sense of Law 91/2025/QH15, and found nowhere in clear: see tests/dossiers/test_personal.py.
CONTACT = {"name": "Hồ Thị Liên Hệ", "phone": "0987654321", "email": "lien.he.rieng@example.com"}


def answers(procedure: str) -> dict[str, Any]:
    """A complete declaration, as typed answers to the whole form."""
    return {PROMOTION: _promotion, CHEMICALS: _chemicals, **answers_full.ANSWERS}[procedure]()


def papers(procedure: str) -> dict[str, tuple[str, bytes]]:
    """Paper code -> (file name, content): those required, and one that is not."""
    return {
        PROMOTION: {"the_le": ("thể lệ.pdf", pdf()), "hinh_anh": ("hàng hóa.png", png())},
        CHEMICALS: {"hoa_don": ("hóa đơn.pdf", pdf()), "phieu_an_toan": ("MSDS.pdf", pdf(2))},
        **{code: {name: (f"{name}.pdf", pdf()) for name in names} for code, names in answers_full.PAPERS.items()},
    }[procedure]


def _promotion() -> dict[str, Any]:
    return {
        "trader": {
            "name": "Công ty TNHH Thương mại Sao Mai Mẫu",
            "tax_code": "9900000016",
            "address": "56 đường Thử Nghiệm, Hà Nội",
            "phone": "02400000001",
            "email": "lienhe@saomai.example.com",
        },
        "contact": {**CONTACT, "position": "Trưởng phòng"},
        "programme": {
            "name": "Mùa hè rộn ràng",
            "kind": "lucky",
            "scope": "provinces",
            "starts_on": "2026-06-01",
            "ends_on": "2026-06-30",
        },
        "area": {"provinces": ["01", "79"], "places": "Các siêu thị tại Hà Nội và TP. Hồ Chí Minh"},
        "goods": {
            "promoted": "Nước giải khát Sao Mai 330 ml",
            "promoted_quantity": "100.000 lon",
            "used": "Xe máy và phiếu mua hàng",
            "customers": "Người mua từ một thùng trở lên",
        },
        "prizes": [
            {"name": "Giải nhất", "content": "Xe máy", "value_vnd": 40_000_000, "count": 2},
            {"name": "Giải khuyến khích", "content": "Phiếu mua hàng", "value_vnd": 100_000, "count": 200},
        ],
        "prize": {
            "total_vnd": 100_000_000,
            "evidence": "Mã dự thưởng in dưới nắp lon",
            "evidence_count": 100_000,
            "winning_rate": 0.2,
            "method": "Quay số điện tử trước sự chứng kiến của khách hàng",
        },
        "commitments": {"unclaimed": True, "truthful": True},
    }


def _chemicals() -> dict[str, Any]:
    return {
        "importer": {
            "name": "Nguyễn Thị Hoa",
            "identity": "001190000001",
            "address": "12 ngõ 5 phố Mẫu, Hà Nội",
            "phone": "0900000001",
            "email": "nguyenthihoa@example.com",
        },
        "contact": {"name": CONTACT["name"], "phone": CONTACT["phone"]},
        "chemicals": [
            {
                "trade_name": "Acetone",
                "iupac_name": "Propan-2-one",
                "cas": "67-64-1",
                "formula": "C3H6O",
                "content": "99,5%",
                "quantity_kg": 1200.5,
                "origin": "Hàn Quốc",
                "hs_code": "29141100",
                "purpose": "Dung môi sản xuất sơn",
            }
        ],
        "shipment": {"invoice_number": "INV-2026/05-01", "invoice_on": "2026-04-20", "gate": "Cảng Hải Phòng"},
        "commitments": {"truthful": True},
    }


@lru_cache(maxsize=4)
def pdf(pages: int = 1) -> bytes:
    document = pikepdf.new()
    for _ in range(pages):
        document.add_blank_page()
    target = io.BytesIO()
    document.save(target, deterministic_id=True)
    return target.getvalue()


@lru_cache(maxsize=1)
def png() -> bytes:
    target = io.BytesIO()
    Image.linear_gradient("L").resize((40, 30)).convert("RGB").save(target, "PNG")
    return target.getvalue()
