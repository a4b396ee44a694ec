"""What is asked of a procedure that begins: the boxes, and how they become values of its document."""

from __future__ import annotations

from typing import Any

from emoit.desk.catalogue_parts import APPLICANTS, LEVELS, TERM_UNITS, Choices, both
from emoit.desk.sheets import Group, Input

Json = dict[str, Any]
Fields = dict[str, tuple[str, str]]  # Vietnamese name -> (code, "" where it has none; English name)


def groups(choices: Choices, fields: Fields) -> tuple[Group, ...]:
    """The boxes. `fields` are those of the procedures in force."""
    listed = tuple((name, f"{name} ({code})" if code else name) for name, (code, _) in sorted(fields.items()))
    return (
        Group(
            "Tên và mã",
            (
                *both("name", "Tên thủ tục", "area"),
                Input(
                    "code", "Mã thủ tục quốc gia", hint="Ví dụ 2.000138; để trống thì hệ thống đặt mã riêng", wide=True
                ),
            ),
        ),
        Group(
            "Lĩnh vực",
            (
                Input("field_known", "Lĩnh vực", "choice", (("", "Lĩnh vực mới, ghi bên dưới"), *listed), wide=True),
                Input("field.code", "Mã lĩnh vực mới", optional=True),
                *both("field.name", "Tên lĩnh vực mới", optional=True),
            ),
        ),
        Group(
            "Ai nộp, ai giải quyết",
            (
                Input("level", "Cấp thực hiện", "choice", LEVELS),
                Input("applicants", "Đối tượng nộp", "checks", APPLICANTS),
                Input("receiving_unit", "Đơn vị tiếp nhận", "choice", choices.units),
                Input("handling_unit", "Đơn vị xử lý", "choice", choices.units),
                Input("process_key", "Quy trình", "choice", choices.processes),
            ),
        ),
        Group(
            "Thời hạn giải quyết",
            (
                Input("term.value", "Số lượng", "whole", hint="Để trống nếu chưa có thời hạn", optional=True),
                Input("term.unit", "Đơn vị tính", "choice", TERM_UNITS),
            ),
        ),
        Group(
            "Kết quả",
            (
                *both("result.title", "Tên kết quả"),
                Input("result.kind", "Loại kết quả", hint="Chữ thường, số, gạch dưới; để trống thì đặt theo tên"),
            ),
        ),
    )


def first(receiving_unit: str) -> Json:
    """What stands in the boxes of a blank procedure."""
    return {
        "level": "central",
        "applicants": ["enterprise"],
        "receiving_unit": receiving_unit,
        "process_key": "standard",
        "term": {"unit": "working_day"},
    }


def of_copied(document: Json) -> Json:
    """What stands in the boxes of a copy: everything of the other procedure but its code and name."""
    result = document["result"]
    return {
        "field_known": document["field"]["name"]["vi"],
        "level": document.get("level", "central"),
        "term": document["term"] or {"unit": "working_day"},
        "result": {"title": result["title"], "kind": result["kind"]},
        **{key: document[key] for key in ("applicants", "receiving_unit", "handling_unit", "process_key")},
    }


def values(model: Json, fields: Fields) -> tuple[str, Json]:
    """(code, values for `procedures.actions.begin_blank`) of what was typed."""
    known, new, term = model.get("field_known", ""), model.get("field") or {}, model["term"]
    field = {"code": fields[known][0], "name": {"vi": known, "en": fields[known][1]}} if known in fields else None
    result = model["result"]
    return model["code"], {
        "name": model["name"],
        "field": field or {"code": new.get("code", ""), "name": {"vi": "", "en": "", **new.get("name", {})}},
        "term": {"value": term["value"], "unit": term["unit"]} if term.get("value") is not None else None,
        "result": {"title": result["title"], "kind": result["kind"]},
        **{key: model[key] for key in ("level", "applicants", "receiving_unit", "handling_unit", "process_key")},
    }
