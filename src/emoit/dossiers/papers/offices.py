"""Licences of representative offices."""

from __future__ import annotations

from typing import Any

from emoit.dossiers.papers.drawing import Signing, day, joined
from emoit.printing.types import Fact


def licence(signing: Signing) -> dict[str, Any]:
    """Giấy phép thành lập Văn phòng đại diện (Decree 07/2016/NĐ-CP)."""
    given = signing.answers
    trader, office, head = given["trader"], given["office"], given["head"]
    return {
        "trader": _facts(
            ("Tên thương nhân nước ngoài", trader["name"]),
            ("Nơi đăng ký thành lập", trader["country"]),
            (
                "Giấy chứng nhận đăng ký kinh doanh",
                f"số {trader['registration_number']} do {trader['authority']} cấp ngày {day(trader['registered_on'])}",
            ),
            ("Địa chỉ trụ sở chính", trader["address"]),
        ),
        "names": _facts(
            ("Tên Văn phòng đại diện", office["name"]),
            ("Tên viết tắt", office.get("short_name")),
            ("Tên bằng tiếng Anh", office.get("name_en")),
        ),
        "address": joined((office["address"], signing.words("/place/province", given["place"]["province"]))),
        "head": _facts(
            ("Họ và tên", head["name"]),
            ("Quốc tịch", head["nationality"]),
            (
                signing.words("/head/id_kind", head["id_kind"]),
                f"số {head['id_number']} do {head['id_authority']} cấp ngày {day(head['id_issued_on'])}",
            ),
        ),
        "activities": [signing.words("/office/activities", one) for one in office["activities"]],
        "received_at": signing.case.row.received_at,
        "valid_to": signing.decision.valid_to,
        "conditions": signing.remarks,
    }


def _facts(*pairs: tuple[str, Any]) -> list[Fact]:
    return [{"label": label, "value": str(value)} for label, value in pairs if value]
