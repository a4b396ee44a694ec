"""The parts of a procedure as plain forms: which boxes each has, and how they fit the document."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from emoit.desk.sheets import Group, Input, Rows
from emoit.procedures.types import ACCEPTED, RESULT_TEMPLATES

Json = dict[str, Any]
Options = tuple[tuple[str, str], ...]
LEVELS: Options = (("central", "Cấp bộ"), ("province", "Cấp tỉnh"), ("commune", "Cấp xã"))
APPLICANTS: Options = (("citizen", "Cá nhân"), ("enterprise", "Doanh nghiệp, tổ chức"))
TERM_UNITS: Options = (
    ("working_day", "ngày làm việc"), ("working_hour", "giờ làm việc"), ("calendar_day", "ngày"), ("month", "tháng"),
)  # fmt: skip
FEES: Options = (
    ("known", "Đã biết mức thu"),
    ("decision", "Tính theo bảng quyết định"),
    ("unknown", "Chưa xác định (không thu gì)"),
)
KINDS: Options = (("pdf", "PDF"), ("image", "Ảnh"), ("docx", "Word"), ("xlsx", "Excel"), ("zip", "ZIP"))
SIGNERS: Options = (
    ("", "Không có người ký, chỉ đóng dấu"), ("leader", "Lãnh đạo Bộ"), ("unit_head", "Thủ trưởng đơn vị"),
)  # fmt: skip
CHANGES: Options = (
    ("", "Không thay đổi kết quả nào đã cấp"), ("amend", "Sửa đổi, bổ sung"), ("reissue", "Cấp lại"),
    ("extend", "Gia hạn"), ("end", "Chấm dứt, thu hồi"),
)  # fmt: skip
PROCESSES: Options = (
    ("short", "Rút gọn: một cửa, chuyên viên, thủ trưởng ký"), ("standard", "Chuẩn: có lãnh đạo Bộ ký"),
    ("appraisal", "Có lấy ý kiến các đơn vị"), ("inspection", "Có kiểm tra thực tế"), ("risk", "Theo luồng rủi ro"),
    ("automatic", "Tự động"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Choices:
    """What depends on the agency: its units and processes."""

    units: Options
    processes: Options


def _itself(document: Json) -> Json:
    return copy.deepcopy(document)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One part as a form. `model` makes of the document what the boxes name, `values` the document's keys of that."""

    part: str
    slug: str
    groups: Callable[[Choices], tuple[Group, ...]]
    values: Callable[[Json], Json]
    model: Callable[[Json], Json] = _itself


def both(name: str, label: str, kind: str = "line", *, optional: bool = False) -> tuple[Input, Input]:
    """A box in each language."""
    return (
        Input(f"{name}.vi", f"{label} (tiếng Việt)", kind, optional=optional, wide=True),
        Input(f"{name}.en", f"{label} (tiếng Anh)", kind, optional=optional, wide=True),
    )


def _keys(*names: str) -> Callable[[Json], Json]:
    return lambda model: {name: model.get(name) for name in names}


def _names(_: Choices) -> tuple[Group, ...]:
    return (
        Group("Tên", (*both("name", "Tên thủ tục", "area"), *both("summary", "Giới thiệu ngắn", "area"))),
        Group("Tờ khai", both("form_name", "Tên mẫu đơn, tờ khai", "area")),
        Group("Lĩnh vực", (Input("field.code", "Mã lĩnh vực"), *both("field.name", "Tên lĩnh vực"))),
        Group(
            "Phạm vi",
            (
                Input("level", "Cấp thực hiện", "choice", LEVELS),
                Input("applicants", "Đối tượng nộp", "checks", APPLICANTS),
                Input("online_level", "Mức độ trực tuyến", hint="Ví dụ: toàn trình, một phần"),
            ),
        ),
    )


def _names_model(document: Json) -> Json:
    return {"level": "central", **copy.deepcopy(document), "had_level": "level" in document}


def _names_values(model: Json) -> Json:
    names = ("name", "summary", "form_name", "field", "applicants", "online_level")
    level = model["level"] if model["level"] != "central" or model["had_level"] else None
    return {"level": level, **{name: model.get(name) for name in names}}


def _content(_: Choices) -> tuple[Group, ...]:
    lines = (Input("vi", "Tiếng Việt", "area"), Input("en", "Tiếng Anh", "area"))
    return (
        Group("Trình tự thực hiện", (Rows("steps", "Bước", lines),)),
        Group("Cách thức thực hiện", (Rows("how_to", "Cách thức", lines),)),
        Group("Yêu cầu, điều kiện", (Rows("conditions", "Điều kiện", lines),)),
    )


def _papers(_: Choices) -> tuple[Group, ...]:
    inputs = (
        *both("name", "Tên giấy tờ"),
        Input("code", "Mã", hint="Chữ thường, số, gạch dưới; giữ nguyên khi chỉ sửa tên"),
        Input("required", "Bắt buộc nộp", "yes"),
        Input("accept", "Loại tệp nhận", "checks", tuple(kind for kind in KINDS if kind[0] in ACCEPTED)),
        Input("max_bytes", "Dung lượng tối đa (MB)", "megabytes"),
        *both("note", "Ghi chú", optional=True),
    )
    return (Group("Giấy tờ kèm theo", (Rows("papers", "Giấy tờ", inputs),)),)


def _term(_: Choices) -> tuple[Group, ...]:
    return (
        Group(
            "Thời hạn giải quyết",
            (
                Input("term.known", "Có thời hạn", "yes"),
                Input("term.value", "Số lượng", "whole"),
                Input("term.unit", "Đơn vị tính", "choice", TERM_UNITS),
                *both("term_text", "Lời ghi về thời hạn"),
            ),
        ),
        Group(
            "Phí, lệ phí",
            (
                Input("fee.kind", "Mức thu", "choice", FEES),
                Input("fee.vnd", "Số tiền (đồng)", "whole", hint="Ghi 0 nếu không thu"),
                Input("fee.decision", "Mã bảng quyết định", hint="Khi tính theo bảng quyết định"),
                *both("fee.text", "Lời ghi về phí"),
            ),
        ),
    )


def _term_model(document: Json) -> Json:
    model = copy.deepcopy(document)
    term, fee = document.get("term"), document.get("fee")
    term, fee = term if isinstance(term, dict) else {}, fee if isinstance(fee, dict) else {}
    kind = "known" if "vnd" in fee else "decision" if "decision" in fee else "unknown"
    model["term"] = {"known": bool(term), "value": term.get("value"), "unit": term.get("unit", "working_day")}
    model["fee"] = {"kind": kind, **{name: fee.get(name) for name in ("vnd", "decision", "text")}}
    return model


def _term_values(model: Json) -> Json:
    term, fee = model["term"], model["fee"]
    made: Json = {"text": fee.get("text")}
    if fee["kind"] == "known":
        made["vnd"] = fee["vnd"]
    elif fee["kind"] == "decision":
        made["decision"] = fee["decision"]
    else:
        made["unknown"] = True
    return {
        "term": {"value": term["value"], "unit": term["unit"]} if term["known"] else None,
        "term_text": model.get("term_text"),
        "fee": made,
    }


def _laws(_: Choices) -> tuple[Group, ...]:
    inputs = (
        Input("title", "Tên, số hiệu văn bản", wide=True),
        Input("issued_on", "Ngày ban hành", "day", optional=True),
        Input("effective_on", "Ngày có hiệu lực", "day", optional=True),
        Input("replaces", "Thay thế văn bản", optional=True, hint="Số hiệu văn bản bị thay thế"),
    )
    return (Group("Các văn bản", (Rows("legal_basis", "Văn bản", inputs),)),)


def _laws_model(document: Json) -> Json:
    basis = document.get("legal_basis")
    basis = basis if isinstance(basis, list) else []
    return {"legal_basis": [{"title": law} if isinstance(law, str) else copy.deepcopy(law) for law in basis]}


def _laws_values(model: Json) -> Json:
    return {"legal_basis": [law["title"] if set(law) == {"title"} else law for law in model["legal_basis"]]}


def _notice(_: Choices) -> tuple[Group, ...]:
    return (
        Group(
            "Công bố và công khai",
            (
                Input("notice.decision", "Số quyết định công bố", optional=True),
                Input("notice.decided_on", "Ngày quyết định công bố", "day", optional=True),
                Input("notice.published_on", "Ngày công khai", "day", optional=True),
            ),
            "Ngày có hiệu lực được chọn khi công bố phiên bản.",
        ),
        Group("Nguồn của nội dung", (Input("source", "Nguồn", "area"),)),
    )


def _units(choices: Choices) -> tuple[Group, ...]:
    return (
        Group(
            "Đơn vị",
            (
                Input("receiving_unit", "Đơn vị tiếp nhận", "choice", choices.units),
                Input("handling_unit", "Đơn vị xử lý", "choice", choices.units),
            ),
        ),
        Group(
            "Quy trình",
            (
                Input("process_key", "Quy trình", "choice", choices.processes),
                Input("automatic", "Hệ thống tự phản hồi, không qua cán bộ", "yes"),
            ),
        ),
        Group(
            "Bảng quyết định",
            (
                Input("route.decision", "Mã bảng chọn đơn vị xử lý", optional=True),
                Input(
                    "channel.decision", "Mã bảng phân luồng rủi ro", optional=True, hint="Cho luồng xanh, vàng hoặc đỏ"
                ),
            ),
        ),
    )


def _outcomes(choices: Choices) -> tuple[Group, ...]:
    return (
        Group("Kết quả", _outcome("result", choices)),
        Group("Văn bản từ chối", _outcome("refusal", choices)),
        Group(
            "Kết quả cũ mà thủ tục này thay đổi",
            (
                Input("amends.change", "Cách thay đổi", "choice", CHANGES),
                Input("amends.kinds", "Loại kết quả cũ", hint="Các loại, cách nhau bằng dấu phẩy"),
            ),
        ),
    )


def _outcome(name: str, choices: Choices) -> tuple[Input, ...]:
    templates = tuple((key, key) for key in sorted(RESULT_TEMPLATES))
    return (
        *both(f"{name}.title", "Tên"),
        Input(f"{name}.kind", "Loại", hint="Chữ thường, số, gạch dưới"),
        Input(f"{name}.code", "Mã trên Cổng Dịch vụ công quốc gia", hint="Ví dụ KQ.G02.000008; để trống nếu không có"),
        Input(f"{name}.template", "Mẫu in", "choice", templates),
        Input(f"{name}.number_pattern", "Mẫu số", hint="{n} là số thứ tự, ví dụ {n}/BCT-XTTM"),
        Input(f"{name}.series", "Dãy số"),
        Input(f"{name}.signer_role", "Người ký", "choice", SIGNERS),
        Input(f"{name}.signer_unit", "Đơn vị của người ký", "choice", (("", "Không có"), *choices.units)),
        Input(
            f"{name}.validity",
            "Hiệu lực đến",
            hint="P5Y (5 năm), P12M, P30D, trường ngày như /programme/ends_on, hoặc cả hai",
        ),
    )


def _outcomes_model(document: Json) -> Json:
    model = copy.deepcopy(document)
    amends = document.get("amends")
    amends = amends if isinstance(amends, dict) else {}
    kinds = amends.get("kinds")
    model["amends"] = {
        "change": amends.get("change", ""),
        "kinds": ", ".join(map(str, kinds)) if isinstance(kinds, list) else "",
    }
    return model


def _outcomes_values(model: Json) -> Json:
    amends = model["amends"]
    kinds = [kind.strip() for kind in str(amends["kinds"]).split(",") if kind.strip()]
    return {
        "result": model.get("result"),
        "refusal": model.get("refusal"),
        "amends": {"change": amends["change"], "kinds": kinds} if amends["change"] else None,
    }


def _cost(_: Choices) -> tuple[Group, ...]:
    inputs = (
        Input("name", "Công việc", wide=True),
        Input("hours", "Số giờ", "number"),
        Input("fee_vnd", "Phí, lệ phí (đồng)", "whole"),
        Input("other_vnd", "Chi phí khác (đồng)", "whole", hint="Sao chụp, đi lại, tư vấn"),
    )
    return (
        Group(
            "Số liệu chung",
            (
                Input("cost.hourly_income_vnd", "Thu nhập bình quân một giờ (đồng)", "whole"),
                Input("cost.income_source", "Nguồn của mức thu nhập", wide=True),
                Input("cost.times_per_year", "Số lần thực hiện một năm", "whole"),
                Input("cost.subjects_per_year", "Số đối tượng tuân thủ một năm", "whole"),
            ),
            "Xóa hết công việc và để trống bốn ô này nếu chưa lập bảng.",
        ),
        Group("Các công việc", (Rows("cost.activities", "Công việc", inputs),)),
    )


def _cost_model(document: Json) -> Json:
    sheet = document.get("cost")
    return {"cost": copy.deepcopy(sheet) if isinstance(sheet, dict) else {}}


def _cost_values(model: Json) -> Json:
    sheet = model["cost"]
    return {"cost": sheet if any(value not in ("", [], None) for value in sheet.values()) else None}


_UNITS = ("receiving_unit", "handling_unit", "process_key", "automatic", "route", "channel")
SHEETS = (
    Sheet("names", "ten", _names, _names_values, _names_model),
    Sheet("content", "noi-dung", _content, _keys("steps", "how_to", "conditions")),
    Sheet("papers", "giay-to", _papers, _keys("papers")),
    Sheet("term", "thoi-han-phi", _term, _term_values, _term_model),
    Sheet("laws", "can-cu", _laws, _laws_values, _laws_model),
    Sheet("notice", "ngay-cong-bo", _notice, _keys("notice", "source")),
    Sheet("units", "don-vi", _units, _keys(*_UNITS)),
    Sheet("outcomes", "ket-qua", _outcomes, _outcomes_values, _outcomes_model),
    Sheet("cost", "chi-phi", _cost, _cost_values, _cost_model),
)  # fmt: skip
BY_SLUG = {sheet.slug: sheet for sheet in SHEETS}
SLUGS = {**{sheet.part: sheet.slug for sheet in SHEETS}, "form": "to-khai", "doubts": "xac-nhan"}
