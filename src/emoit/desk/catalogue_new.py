"""What is asked of a procedure that begins: the boxes, and how they become values of its document."""

from __future__ import annotations

from typing import Any

from emoit.desk.catalogue_parts import APPLICANTS, LEVELS, TERM_UNITS, Choices, both
from emoit.desk.sheets import Group, Input
from emoit.lib.saying import Both, say, vi

Json = dict[str, Any]
Fields = dict[str, tuple[str, str]]  # Vietnamese name -> (code, "" where it has none; English name)


def groups(choices: Choices, fields: Fields) -> tuple[Group, ...]:
    """The boxes. `fields` are those of the procedures in force."""
    listed = tuple((name, _field(name, *known)) for name, known in sorted(fields.items()))
    return (
        Group(
            vi("Tên và mã"),
            (
                *both("name", say("Tên thủ tục"), "area"),
                Input(
                    "code",
                    vi("Mã thủ tục quốc gia"),
                    hint=vi("Ví dụ 2.000138; để trống thì hệ thống đặt mã riêng"),
                    wide=True,
                ),
            ),
        ),
        Group(
            vi("Lĩnh vực"),
            (
                Input(
                    "field_known",
                    vi("Lĩnh vực"),
                    "choice",
                    (("", vi("Lĩnh vực mới, ghi bên dưới")), *listed),
                    wide=True,
                ),
                Input("field.code", vi("Mã lĩnh vực mới"), optional=True),
                *both("field.name", say("Tên lĩnh vực mới"), optional=True),
            ),
        ),
        Group(
            vi("Ai nộp, ai giải quyết"),
            (
                Input("level", vi("Cấp thực hiện"), "choice", LEVELS),
                Input("applicants", vi("Đối tượng nộp"), "checks", APPLICANTS),
                Input("receiving_unit", vi("Đơn vị tiếp nhận"), "choice", choices.units),
                Input("handling_unit", vi("Đơn vị xử lý"), "choice", choices.units),
                Input("process_key", vi("Quy trình"), "choice", choices.processes),
            ),
        ),
        Group(
            vi("Thời hạn giải quyết"),
            (
                Input("term.value", vi("Số lượng"), "whole", hint=vi("Để trống nếu chưa có thời hạn"), optional=True),
                Input("term.unit", vi("Đơn vị tính"), "choice", TERM_UNITS),
            ),
        ),
        Group(
            vi("Kết quả"),
            (
                *both("result.title", say("Tên kết quả")),
                Input(
                    "result.kind", vi("Loại kết quả"), hint=vi("Chữ thường, số, gạch dưới; để trống thì đặt theo tên")
                ),
            ),
        ),
    )


def _field(name: str, code: str, english: str) -> Both:
    """A field of trade as it is offered: by its name and, where it has one, its code."""
    behind = f" ({code})" if code else ""
    return Both(name + behind, english + behind if english else "")


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
