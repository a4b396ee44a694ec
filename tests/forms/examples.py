"""A small form with every widget, and answers that satisfy it."""

from __future__ import annotations

import copy
from typing import Any

from emoit.forms.types import Form


def both(vi: str, en: str) -> dict[str, str]:
    return {"vi": vi, "en": en}


def closed(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "properties": properties, "required": required}


SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$defs": {"day": {"type": "string", "format": "date"}},
    **closed(
        {
            "trader": closed(
                {
                    "name": {"type": "string", "minLength": 1, "maxLength": 20},
                    "tax_code": {"type": "string", "x-check": "tax_code"},
                    "phone": {"type": "string", "x-check": "phone", "x-personal": True},
                    "email": {"type": "string", "format": "email", "x-personal": True},
                },
                ["name", "tax_code"],
            ),
            "kind": {"type": "string", "enum": ["lucky", "other"]},
            "starts_on": {"$ref": "#/$defs/day"},
            "ends_on": {"$ref": "#/$defs/day"},
            "provinces": {
                "type": "array",
                "minItems": 2,
                "maxItems": 3,
                "uniqueItems": True,
                "items": {"type": "string", "enum": ["01", "48", "79"]},
            },
            "prizes": {
                "type": "array",
                "minItems": 1,
                "maxItems": 3,
                "items": closed(
                    {
                        "title": {"type": "string", "maxLength": 50},
                        "amount": {"type": "integer", "minimum": 1000},
                        "count": {"type": "integer", "minimum": 1, "maximum": 100},
                    },
                    ["title", "amount", "count"],
                ),
            },
            "total": {"type": "integer", "minimum": 1000},
            "rate": {"type": "number", "exclusiveMinimum": 0, "maximum": 100},
            "code": {"type": "string", "pattern": "^[A-Z]{2}-[0-9]{3}$"},
            "note": {"type": "string", "maxLength": 100},
            "online": {"type": "boolean"},
            "cas": {"type": "string", "x-check": "cas_number"},
            "agreed": {"type": "boolean", "const": True},
        },
        ["kind", "starts_on", "ends_on", "provinces", "prizes", "total", "online", "agreed"],
    ),
}


def ask(at: str, widget: str, vi: str, en: str, **more: Any) -> dict[str, Any]:
    return {"at": at, "widget": widget, "label": both(vi, en), **more}


LAYOUT: dict[str, Any] = {
    "pages": [
        {
            "key": "trader",
            "title": both("Thương nhân", "Trader"),
            "sections": [
                {
                    "fields": [
                        ask("/trader/name", "text", "Tên thương nhân", "Trader's name", prefill="party.name"),
                        ask("/trader/tax_code", "tax_code", "Mã số thuế", "Tax code", prefill="party.identity"),
                        ask("/trader/phone", "phone", "Điện thoại", "Telephone", prefill="account.phone"),
                        ask("/trader/email", "email", "Thư điện tử", "E-mail"),
                        ask(
                            "/kind",
                            "radios",
                            "Hình thức",
                            "Form",
                            options=[
                                {"value": "lucky", "label": both("May rủi", "Lucky draw")},
                                {"value": "other", "label": both("Khác", "Other")},
                            ],
                        ),
                    ]
                }
            ],
        },
        {
            "key": "programme",
            "title": both("Chương trình", "Programme"),
            "sections": [
                {
                    "title": both("Thời gian", "Time"),
                    "fields": [
                        ask(
                            "/starts_on",
                            "date",
                            "Ngày bắt đầu",
                            "Start date",
                            hint=both("Ví dụ 12/05/2026", "12/05/2026"),
                        ),
                        ask("/ends_on", "date", "Ngày kết thúc", "End date"),
                    ],
                },
                {
                    "fields": [
                        ask(
                            "/provinces",
                            "checkboxes",
                            "Tỉnh, thành phố",
                            "Provinces",
                            options=[
                                {"value": "01", "label": "Hà Nội"},
                                {"value": "48", "label": "Đà Nẵng"},
                                {"value": "79", "label": "Thành phố Hồ Chí Minh"},
                            ],
                        ),
                        ask("/online", "yes_no", "Bán trên mạng", "Sold online"),
                        ask("/rate", "number", "Tỷ lệ trúng thưởng", "Winning rate", suffix="%"),
                        ask("/code", "text", "Mã chương trình", "Programme code"),
                        ask("/note", "textarea", "Ghi chú", "Note"),
                        ask("/cas", "text", "Mã CAS", "CAS number"),
                    ]
                },
            ],
        },
        {
            "key": "prizes",
            "title": both("Giải thưởng", "Prizes"),
            "show_when": {"at": "/kind", "equals": "lucky"},
            "sections": [
                {
                    "fields": [
                        ask(
                            "/prizes",
                            "repeat",
                            "Các giải thưởng",
                            "Prizes",
                            row_label=both("Giải thưởng", "Prize"),
                            add_label=both("Thêm giải thưởng", "Add another prize"),
                            fields=[
                                ask("/title", "text", "Tên giải", "Prize name"),
                                ask("/amount", "money", "Trị giá", "Value"),
                                ask("/count", "number", "Số giải", "Number"),
                            ],
                        ),
                        ask("/total", "money", "Tổng giá trị", "Total value"),
                    ]
                }
            ],
        },
        {
            "key": "end",
            "title": both("Cam kết", "Commitment"),
            "sections": [{"fields": [ask("/agreed", "checkbox", "Nội dung khai là đúng", "What is declared is true")]}],
        },
    ],
    "rules": [
        {
            "kind": "after",
            "a": "/starts_on",
            "b": "/ends_on",
            "message": both("Ngày kết thúc phải sau ngày bắt đầu", "The end date must be after the start date"),
        },
        {
            "kind": "days_at_most",
            "a": "/starts_on",
            "b": "/ends_on",
            "days": 180,
            "when": {"at": "/kind", "equals": "lucky"},
            "message": both("Tối đa 180 ngày", "At most 180 days"),
        },
        {
            "kind": "sum_equals",
            "items": "/prizes",
            "value": "/amount",
            "times": "/count",
            "total": "/total",
            "message": both("Tổng giá trị phải bằng tổng các giải", "The total must equal the prizes"),
        },
        {
            "kind": "unique_rows",
            "items": "/prizes",
            "value": "/title",
            "message": both("Tên giải bị trùng", "Prize name used twice"),
        },
        {
            "kind": "rows_below",
            "items": "/prizes",
            "value": "/count",
            "limit": 2,
            "severity": "notice",
            "message": both("Giải này chỉ có một", "Only one of this prize"),
        },
    ],
}

GOOD: dict[str, Any] = {
    "trader": {"name": "Công ty Hoa Sen", "tax_code": "0100109106", "phone": "0912 345 678", "email": "a@hoasen.vn"},
    "kind": "lucky",
    "starts_on": "2026-05-12",
    "ends_on": "2026-06-30",
    "provinces": ["01", "79"],
    "online": False,
    "rate": 12.5,
    "code": "KM-001",
    "note": "Không",
    "cas": "7732-18-5",
    "prizes": [
        {"title": "Nhất", "amount": 50_000_000, "count": 1},
        {"title": "Nhì", "amount": 1_000_000, "count": 10},
    ],
    "total": 60_000_000,
    "agreed": True,
}


def form() -> Form:
    return Form(copy.deepcopy(SCHEMA), copy.deepcopy(LAYOUT))


def good() -> dict[str, Any]:
    return copy.deepcopy(GOOD)
