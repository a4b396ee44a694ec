"""Licences of import."""

from __future__ import annotations

from typing import Any

from emoit.dossiers.papers.drawing import Signing, applicant, day, figure, joined
from emoit.printing.types import ImportedGoods


def licence(signing: Signing) -> dict[str, Any]:
    """The confirmed registration of an automatic import."""
    given = signing.answers
    contract, invoice, transport = given["contract"], given["invoice"], given["transport"]
    entry, payment, seller = given["entry"], given["payment"], given["seller"]
    return {
        "title": signing.spec.title,
        "importer": applicant(signing.case),
        "shipment": [
            {"label": "Bên bán", "value": joined((seller["name"], seller["country"]))},
            {"label": "Hợp đồng nhập khẩu", "value": _numbered(contract)},
            {"label": "Hóa đơn thương mại", "value": _numbered(invoice)},
            {
                "label": signing.words("/transport/kind", transport["kind"]),
                "value": _numbered(transport),
            },
            {
                "label": "Thanh toán qua ngân hàng",
                "value": joined(
                    (signing.words("/payment/method", payment["method"]), payment["bank"], payment.get("reference")),
                    "; ",
                ),
            },
            {"label": "Cửa khẩu nhập", "value": entry["gate"]},
            {"label": "Ngày dự kiến hàng về", "value": day(entry["expected_on"])},
        ],
        "goods": [_goods(signing, row) for row in given["goods"]],
        "currency": given["total"]["currency"],
        "total": figure(given["total"]["value"]),
        "received_at": signing.case.row.received_at,
        "valid_to": signing.decision.valid_to,
        "conditions": signing.remarks,
    }


def _numbered(paper: dict[str, Any]) -> str:
    return f"số {paper['number']} ngày {day(paper['on'])}"


def _goods(signing: Signing, row: dict[str, Any]) -> ImportedGoods:
    return {
        "name": row["name"],
        "hs": row["hs_code"],
        "origin": row["origin"],
        "quantity": f"{figure(row['quantity'])} {signing.words('/goods/unit', row['unit'])}",
        "price": figure(row["price"]),
        "value": figure(row["value"]),
    }
