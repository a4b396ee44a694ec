"""Certificates of multi-level marketing."""

from __future__ import annotations

from typing import Any

from emoit.dossiers.papers.drawing import Signing, applicant, joined
from emoit.lib import money, vietnamese
from emoit.printing.types import MarketedGoods


def certificate(signing: Signing) -> dict[str, Any]:
    """Giấy chứng nhận đăng ký hoạt động bán hàng đa cấp (Decree 40/2018/NĐ-CP)."""
    given = signing.answers
    company, deposit, representative = given["company"], given["deposit"], given["representative"]
    return {
        "company": applicant(signing.case),
        "facts": [
            {
                "label": "Người đại diện theo pháp luật",
                "value": joined((representative["name"], representative["position"])),
            },
            {"label": "Vốn điều lệ", "value": _amount(company["capital_vnd"])},
            {
                "label": "Tiền ký quỹ",
                "value": f"{_amount(deposit['amount_vnd'])}, tại {joined((deposit['bank'], deposit['branch']))}",
            },
            {"label": "Trang thông tin điện tử", "value": given["website"]["address"]},
            {"label": "Kế hoạch trả thưởng", "value": given["plan"]["name"]},
        ],
        "goods": [_goods(signing, row) for row in given["goods"]],
        "received_at": signing.case.row.received_at,
        "valid_to": signing.decision.valid_to,
        "conditions": signing.remarks,
    }


def _amount(vnd: int) -> str:
    return f"{vietnamese.format_vnd(vnd)} ({money.in_words(vnd)})"


def _goods(signing: Signing, row: dict[str, Any]) -> MarketedGoods:
    return {
        "name": row["name"],
        "kind": signing.words("/goods/kind", row["kind"]),
        "packing": row["packing"],
        "origin": row["origin"],
        "price": vietnamese.format_vnd(row["price_vnd"]),
    }
