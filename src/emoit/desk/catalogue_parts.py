"""The parts of a procedure as plain forms: which boxes each has, and how they fit the document."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from emoit.desk.sheets import Group, Input, Rows
from emoit.lib.saying import say, vi
from emoit.procedures.types import ACCEPTED, RESULT_TEMPLATES

Json = dict[str, Any]
Options = tuple[tuple[str, str], ...]
LEVELS: Options = (("central", vi("Cấp bộ")), ("province", vi("Cấp tỉnh")), ("commune", vi("Cấp xã")))
APPLICANTS: Options = (("citizen", vi("Cá nhân")), ("enterprise", vi("Doanh nghiệp, tổ chức")))
TERM_UNITS: Options = (
    ("working_day", vi("ngày làm việc")), ("working_hour", vi("giờ làm việc")),
    ("calendar_day", vi("ngày")), ("month", vi("tháng")),
)  # fmt: skip
FEES: Options = (
    ("known", vi("Đã biết mức thu")),
    ("decision", vi("Tính theo bảng quyết định")),
    ("unknown", vi("Chưa xác định (không thu gì)")),
)
KINDS: Options = (("pdf", "PDF"), ("image", vi("Ảnh")), ("docx", "Word"), ("xlsx", "Excel"), ("zip", "ZIP"))
SIGNERS: Options = (
    ("", vi("Không có người ký, chỉ đóng dấu")),
    ("leader", vi("Lãnh đạo Bộ")), ("unit_head", vi("Thủ trưởng đơn vị")),
)  # fmt: skip
CHANGES: Options = (
    ("", vi("Không thay đổi kết quả nào đã cấp")), ("amend", vi("Sửa đổi, bổ sung")), ("reissue", vi("Cấp lại")),
    ("extend", vi("Gia hạn")), ("end", vi("Chấm dứt, thu hồi")),
)  # fmt: skip
PROCESSES: Options = (
    ("short", vi("Rút gọn: một cửa, chuyên viên, thủ trưởng ký")), ("standard", vi("Chuẩn: có lãnh đạo Bộ ký")),
    ("appraisal", vi("Có lấy ý kiến các đơn vị")), ("inspection", vi("Có kiểm tra thực tế")),
    ("risk", vi("Theo luồng rủi ro")),
    ("automatic", vi("Tự động")),
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
        Input(f"{name}.vi", say("{label} (tiếng Việt)", label=label), kind, optional=optional, wide=True),
        Input(f"{name}.en", say("{label} (tiếng Anh)", label=label), kind, optional=optional, wide=True),
    )


def _keys(*names: str) -> Callable[[Json], Json]:
    return lambda model: {name: model.get(name) for name in names}


def _names(_: Choices) -> tuple[Group, ...]:
    return (
        Group(vi("Tên"), (*both("name", say("Tên thủ tục"), "area"), *both("summary", say("Giới thiệu ngắn"), "area"))),
        Group(vi("Tờ khai"), both("form_name", say("Tên mẫu đơn, tờ khai"), "area")),
        Group(vi("Lĩnh vực"), (Input("field.code", vi("Mã lĩnh vực")), *both("field.name", say("Tên lĩnh vực")))),
        Group(
            vi("Phạm vi"),
            (
                Input("level", vi("Cấp thực hiện"), "choice", LEVELS),
                Input("applicants", vi("Đối tượng nộp"), "checks", APPLICANTS),
                Input("online_level", vi("Mức độ trực tuyến"), hint=vi("Ví dụ: toàn trình, một phần")),
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
    lines = (Input("vi", vi("Tiếng Việt"), "area"), Input("en", vi("Tiếng Anh"), "area"))
    return (
        Group(vi("Trình tự thực hiện"), (Rows("steps", vi("Bước"), lines),)),
        Group(vi("Cách thức thực hiện"), (Rows("how_to", vi("Cách thức"), lines),)),
        Group(vi("Yêu cầu, điều kiện"), (Rows("conditions", vi("Điều kiện"), lines),)),
    )


def _papers(_: Choices) -> tuple[Group, ...]:
    inputs = (
        *both("name", say("Tên giấy tờ")),
        Input("code", vi("Mã"), hint=vi("Chữ thường, số, gạch dưới; giữ nguyên khi chỉ sửa tên")),
        Input("required", vi("Bắt buộc nộp"), "yes"),
        Input("accept", vi("Loại tệp nhận"), "checks", tuple(kind for kind in KINDS if kind[0] in ACCEPTED)),
        Input("max_bytes", vi("Dung lượng tối đa (MB)"), "megabytes"),
        *both("note", say("Ghi chú"), optional=True),
    )
    return (Group(vi("Giấy tờ kèm theo"), (Rows("papers", vi("Giấy tờ"), inputs),)),)


def _term(_: Choices) -> tuple[Group, ...]:
    return (
        Group(
            vi("Thời hạn giải quyết"),
            (
                Input("term.known", vi("Có thời hạn"), "yes"),
                Input("term.value", vi("Số lượng"), "whole"),
                Input("term.unit", vi("Đơn vị tính"), "choice", TERM_UNITS),
                *both("term_text", say("Lời ghi về thời hạn")),
            ),
        ),
        Group(
            vi("Phí, lệ phí"),
            (
                Input("fee.kind", vi("Mức thu"), "choice", FEES),
                Input("fee.vnd", vi("Số tiền (đồng)"), "whole", hint=vi("Ghi 0 nếu không thu")),
                Input("fee.decision", vi("Mã bảng quyết định"), hint=vi("Khi tính theo bảng quyết định")),
                *both("fee.text", say("Lời ghi về phí")),
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
        Input("title", vi("Tên, số hiệu văn bản"), wide=True),
        Input("issued_on", vi("Ngày ban hành"), "day", optional=True),
        Input("effective_on", vi("Ngày có hiệu lực"), "day", optional=True),
        Input("replaces", vi("Thay thế văn bản"), optional=True, hint=vi("Số hiệu văn bản bị thay thế")),
    )
    return (Group(vi("Các văn bản"), (Rows("legal_basis", vi("Văn bản"), inputs),)),)


def _laws_model(document: Json) -> Json:
    basis = document.get("legal_basis")
    basis = basis if isinstance(basis, list) else []
    return {"legal_basis": [{"title": law} if isinstance(law, str) else copy.deepcopy(law) for law in basis]}


def _laws_values(model: Json) -> Json:
    return {"legal_basis": [law["title"] if set(law) == {"title"} else law for law in model["legal_basis"]]}


def _notice(_: Choices) -> tuple[Group, ...]:
    return (
        Group(
            vi("Công bố và công khai"),
            (
                Input("notice.decision", vi("Số quyết định công bố"), optional=True),
                Input("notice.decided_on", vi("Ngày quyết định công bố"), "day", optional=True),
                Input("notice.published_on", vi("Ngày công khai"), "day", optional=True),
            ),
            vi("Ngày có hiệu lực được chọn khi công bố phiên bản."),
        ),
        Group(vi("Nguồn của nội dung"), (Input("source", vi("Nguồn"), "area"),)),
    )


def _units(choices: Choices) -> tuple[Group, ...]:
    return (
        Group(
            vi("Đơn vị"),
            (
                Input("receiving_unit", vi("Đơn vị tiếp nhận"), "choice", choices.units),
                Input("handling_unit", vi("Đơn vị xử lý"), "choice", choices.units),
            ),
        ),
        Group(
            vi("Quy trình"),
            (
                Input("process_key", vi("Quy trình"), "choice", choices.processes),
                Input("automatic", vi("Hệ thống tự phản hồi, không qua cán bộ"), "yes"),
            ),
        ),
        Group(
            vi("Bảng quyết định"),
            (
                Input("route.decision", vi("Mã bảng chọn đơn vị xử lý"), optional=True),
                Input(
                    "channel.decision",
                    vi("Mã bảng phân luồng rủi ro"),
                    optional=True,
                    hint=vi("Cho luồng xanh, vàng hoặc đỏ"),
                ),
            ),
        ),
    )


def _outcomes(choices: Choices) -> tuple[Group, ...]:
    return (
        Group(vi("Kết quả"), _outcome("result", choices)),
        Group(vi("Văn bản từ chối"), _outcome("refusal", choices)),
        Group(
            vi("Kết quả cũ mà thủ tục này thay đổi"),
            (
                Input("amends.change", vi("Cách thay đổi"), "choice", CHANGES),
                Input("amends.kinds", vi("Loại kết quả cũ"), hint=vi("Các loại, cách nhau bằng dấu phẩy")),
            ),
        ),
    )


def _outcome(name: str, choices: Choices) -> tuple[Input, ...]:
    templates = tuple((key, key) for key in sorted(RESULT_TEMPLATES))
    return (
        *both(f"{name}.title", say("Tên")),
        Input(f"{name}.kind", vi("Loại"), hint=vi("Chữ thường, số, gạch dưới")),
        Input(
            f"{name}.code",
            vi("Mã trên Cổng Dịch vụ công quốc gia"),
            hint=vi("Ví dụ KQ.G02.000008; để trống nếu không có"),
        ),
        Input(f"{name}.template", vi("Mẫu in"), "choice", templates),
        Input(f"{name}.number_pattern", vi("Mẫu số"), hint=vi("{n} là số thứ tự, ví dụ {n}/BCT-XTTM")),
        Input(f"{name}.series", vi("Dãy số")),
        Input(f"{name}.signer_role", vi("Người ký"), "choice", SIGNERS),
        Input(f"{name}.signer_unit", vi("Đơn vị của người ký"), "choice", (("", vi("Không có")), *choices.units)),
        Input(
            f"{name}.validity",
            vi("Hiệu lực đến"),
            hint=vi("P5Y (5 năm), P12M, P30D, trường ngày như /programme/ends_on, hoặc cả hai"),
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
        Input("name", vi("Công việc"), wide=True),
        Input("hours", vi("Số giờ"), "number"),
        Input("fee_vnd", vi("Phí, lệ phí (đồng)"), "whole"),
        Input("other_vnd", vi("Chi phí khác (đồng)"), "whole", hint=vi("Sao chụp, đi lại, tư vấn")),
    )
    return (
        Group(
            vi("Số liệu chung"),
            (
                Input("cost.hourly_income_vnd", vi("Thu nhập bình quân một giờ (đồng)"), "whole"),
                Input("cost.income_source", vi("Nguồn của mức thu nhập"), wide=True),
                Input("cost.times_per_year", vi("Số lần thực hiện một năm"), "whole"),
                Input("cost.subjects_per_year", vi("Số đối tượng tuân thủ một năm"), "whole"),
            ),
            vi("Xóa hết công việc và để trống bốn ô này nếu chưa lập bảng."),
        ),
        Group(vi("Các công việc"), (Rows("cost.activities", vi("Công việc"), inputs),)),
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
