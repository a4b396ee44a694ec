"""What the made-up applicants declare and hand in."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import typst

Values = dict[str, Any]


def paper(title: str, lines: list[str]) -> bytes:
    """A one-page PDF of the applicant's own making."""
    body = "\n\n".join(f"#{text!r}".replace("#'", '#"').replace("'", '"') for text in [title, *lines])
    made = typst.compile(f'#set page("a4")\n#set text(lang: "vi")\n{body}\n'.encode())
    if not isinstance(made, bytes):
        raise TypeError("one document expected")
    return made


def _day(name: str, day: date) -> Values:
    return {f"{name}-day": str(day.day), f"{name}-month": str(day.month), f"{name}-year": str(day.year)}


def promotion(name: str, today: date) -> dict[str, Values]:
    """Page key -> posted values for a lucky-draw promotion (2.000138)."""
    begins = today + timedelta(days=30)
    return {
        "trader": {
            "contact.position": "Trưởng phòng Tiếp thị",
            "contact.phone": "0912 345 678",
            "contact.email": "khuyenmai@saomai.example",
        },
        "programme": {
            "programme.name": name,
            "programme.kind": "lucky",
            "programme.scope": "provinces",
            **_day("programme.starts_on", begins),
            **_day("programme.ends_on", begins + timedelta(days=59)),
        },
        "area": {"area.provinces": ["01", "79", "48"], "area.places": "Tại các cửa hàng của Công ty ở ba thành phố."},
        "goods": {
            "goods.promoted": "Nước giải khát Sao Mai chai 330 ml và lốc 6 chai",
            "goods.promoted_quantity": "2.000.000 chai",
            "goods.used": "Xe máy điện, phiếu mua hàng và mũ bảo hiểm do Công ty mua của nhà sản xuất",
            "goods.customers": "Người tiêu dùng mua sản phẩm trong thời gian khuyến mại",
        },
        "prizes": {
            "prizes.0.name": "Giải đặc biệt",
            "prizes.0.content": "Xe máy điện",
            "prizes.0.value_vnd": "30.000.000",
            "prizes.0.count": "3",
            "prizes.1.name": "Giải khuyến khích",
            "prizes.1.content": "Phiếu mua hàng",
            "prizes.1.value_vnd": "100.000",
            "prizes.1.count": "500",
            "prize.total_vnd": "140.000.000",
            "prize.evidence": "Mã dự thưởng in dưới nắp chai, 10 ký tự",
            "prize.evidence_count": "2.000.000",
            "prize.winning_rate": "0,03",
            "prize.method": "Quay số điện tử ngày cuối chương trình, có người làm chứng",
        },
        "commitments": {"commitments.unclaimed": "yes", "commitments.truthful": "yes"},
    }


def chemicals(today: date) -> dict[str, Values]:
    """Page key -> posted values for a declaration of imported chemicals (2.001555)."""
    return {
        "importer": {"contact.phone": "0987 654 321"},
        "chemicals": {
            "chemicals.0.trade_name": "Acetone công nghiệp",
            "chemicals.0.iupac_name": "Propan-2-one",
            "chemicals.0.cas": "67-64-1",
            "chemicals.0.formula": "C3H6O",
            "chemicals.0.content": "≥ 99,5 %",
            "chemicals.0.quantity_kg": "16.000",
            "chemicals.0.origin": "Hàn Quốc",
            "chemicals.0.hs_code": "29141100",
            "chemicals.0.purpose": "Dung môi sản xuất sơn",
        },
        "shipment": {
            "shipment.invoice_number": "HPN-2026/118",
            **_day("shipment.invoice_on", today - timedelta(days=3)),
            "shipment.gate": "Cảng Cát Lái",
        },
        "commitments": {"commitments.truthful": "yes"},
    }
