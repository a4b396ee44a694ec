"""Parts of a compiled document: words and small conversions. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from emoit.lib.vietnamese import fold
from emoit.lib.working_time import Unit
from emoit.people.types import AT_PLACE
from emoit.procedures.catalogue.names import Reading, key_of
from emoit.procedures.catalogue.rows import Row, text
from emoit.procedures.catalogue.tables import Tables
from emoit.procedures.types import Level

Json = dict[str, Any]

LEADERS = "G02.LD"
MAX_BYTES = 20 * 1024 * 1024
LONGEST_TITLE = 240


def both(vi: str, en: str) -> Json:
    """Words in both languages; where the English is not known the Vietnamese stands for it."""
    return {"vi": vi, "en": en or vi}


FREE_PAPER: Json = {
    "code": "giay_to_khac",
    "name": both("Giấy tờ khác theo quy định", "Other papers as the law requires"),
    "required": False,
    "accept": ["pdf", "image", "docx", "xlsx", "zip"],
    "max_bytes": MAX_BYTES,
}
FORM_NAME = both("Tờ khai điện tử", "Electronic declaration")
NO_LAW = "Quy định pháp luật hiện hành của lĩnh vực (văn bản chưa xác định)"
CONDITIONS = both("Theo quy định của pháp luật về lĩnh vực này.", "As the law of this field requires.")
HOW_TO = both(
    "Nộp trực tuyến trên Cổng này và nhận kết quả trong tài khoản.",
    "Apply online on this portal; the result comes to your account.",
)
REFUSAL = both("Văn bản từ chối giải quyết hồ sơ", "Letter of refusal")
_LEVELS = {
    Level.CENTRAL: both("cấp Bộ", "the ministry"),
    Level.PROVINCE: both("cấp tỉnh", "the provinces"),
    Level.COMMUNE: both("cấp xã", "the communes"),
}
_UNITS = {
    "working_hour": Unit.WORKING_HOUR,
    "working_day": Unit.WORKING_DAY,
    "calendar_day": Unit.CALENDAR_DAY,
    "day_unspecified": Unit.CALENDAR_DAY,
    "month": Unit.MONTH,
}
_UNIT_WORDS = {
    Unit.WORKING_HOUR: ("giờ làm việc", "working hours"),
    Unit.WORKING_DAY: ("ngày làm việc", "working days"),
    Unit.CALENDAR_DAY: ("ngày", "days"),
    Unit.MONTH: ("tháng", "months"),
}
_LONGEST_TERM = 3650


def summary(field: Json, level: Level) -> Json:
    where = _LEVELS[level]
    return both(
        f"Thủ tục thuộc lĩnh vực {field['vi']}, do {where['vi']} giải quyết.",
        f"A procedure of the field {field['en']}, decided by {where['en']}.",
    )


_RECEIVED = both("Khai tờ khai điện tử, đính kèm giấy tờ và nộp hồ sơ.", "Declare, attach the papers and submit.")
_STEPS: Mapping[str, Sequence[Json]] = {
    "automatic": (both("Hệ thống kiểm tra nội dung khai và trả lời ngay.", "The system checks and answers at once."),),
    "short": (
        both("Bộ phận Một cửa kiểm tra và tiếp nhận hồ sơ.", "The one-stop office checks and receives the dossier."),
        both("Đơn vị giải quyết xem xét và ký kết quả.", "The unit examines it and signs the result."),
    ),
    "": (
        both("Bộ phận Một cửa kiểm tra và tiếp nhận hồ sơ.", "The one-stop office checks and receives the dossier."),
        both(
            "Đơn vị giải quyết thẩm định; nếu thiếu thì yêu cầu bổ sung một lần.",
            "The unit examines it; what is missing is asked for once.",
        ),
        both("Người có thẩm quyền ký; kết quả được trả trực tuyến.", "It is signed; the result comes online."),
    ),
}


def steps(process: str) -> list[Json]:
    return [_RECEIVED, *_STEPS.get(process, _STEPS[""])]


def term(value: Any, unit: str) -> Json | None:
    """A time limit that can be reckoned with; None where value or unit is missing, or the value is 0 or absurd."""
    if not value or value > _LONGEST_TERM or unit not in _UNITS:
        return None
    return {"value": value, "unit": _UNITS[unit].value}


def term_text(words: str, known: Json | None) -> Json:
    if known is None:
        return both(words or "Chưa xác định", "Not determined")
    vi, en = _UNIT_WORDS[Unit(known["unit"])]
    return both(words or f"{known['value']} {vi}", f"{known['value']} {en}")


def papers(lines: Sequence[str], tables: Tables) -> tuple[str, list[Json]]:
    """(the paper that is the form itself, the others). Remarks are no papers; a name said twice is one paper."""
    names = [line for line in dict.fromkeys(lines) if not line.startswith(tables.notes_not_papers)]
    form_name = next((name for name in names if name.startswith(tables.form_papers)), "")
    return form_name, [_paper(n, name, tables) for n, name in enumerate((x for x in names if x != form_name), start=1)]


def _paper(n: int, name: str, tables: Tables) -> Json:
    return {
        "code": f"giay_to_{n}",
        "name": both(name, ""),
        "required": not any(words in name for words in tables.conditional_papers),
        "accept": ["pdf", "image", "docx", "zip"],
        "max_bytes": MAX_BYTES,
    }


_REPLACED = re.compile(r"\((?:trước|đến) [^:]*: ?(?P<acts>.*)\)\Z")


def laws(lines: Sequence[str]) -> list[str | Json]:
    """Titles once each; a line "(trước 2026: …)" is what the first act replaced."""
    replaced = [match["acts"] for line in lines if (match := _REPLACED.match(line))]
    titles = [line[0].upper() + line[1:] for line in dict.fromkeys(lines) if not _REPLACED.match(line)]
    if not replaced or not titles:
        return list(titles)
    return [{"title": titles[0], "replaces": "; ".join(replaced)}, *titles[1:]]


def result_title(document: str, reading: Reading, tables: Tables) -> tuple[str, str]:
    """(title, words for what stands in a hole): the name's own noun phrase where it names the very document."""
    phrase = reading.phrase[:1].upper() + reading.phrase[1:]
    bare = re.sub(r" \([^)]*\)\Z", "", document)
    if len(phrase) <= LONGEST_TITLE and _is_named(phrase, bare, tables):
        return phrase, "" if document else "Tên kết quả suy từ tên thủ tục."
    if bare:
        return bare, ""
    return "Văn bản giải quyết thủ tục hành chính", "Tên kết quả chưa xác định."


def _is_named(phrase: str, document: str, tables: Tables) -> bool:
    if document:
        return fold(phrase).startswith(fold(document)) and len(phrase) > len(document)
    return any(phrase.startswith(start) for start, _ in tables.symbols)


def symbol(title: str, tables: Tables) -> str:
    return next((sign for start, sign in tables.symbols if title.startswith(start)), "VB")


def signer(document: Json, *, central: bool) -> Json:
    """Who signs by the shared process: nobody, the head of the unit that examines, or the leader."""
    if document["automatic"]:
        return {"signer_role": "", "signer_unit": ""}
    if document["process_key"] == "short":
        return {"signer_role": "unit_head", "signer_unit": document["handling_unit"]}
    return {"signer_role": "leader", "signer_unit": LEADERS if central else AT_PLACE}


def refusal(signs: Json, *, central: bool) -> Json:
    """The letter of refusal, in the series that all such letters share."""
    letters = "TL-BCT" if central else "TL-SCT"
    return {
        "kind": "refusal_letter",
        "title": REFUSAL,
        "code": "",
        "template": "refusal_letter",
        "number_pattern": "{n}/" + letters,
        "series": key_of(letters),
        **signs,
        "validity": "",
    }


# -- provenance --------------------------------------------------------------------------------------------------------

_COLUMNS = {
    "name_en": "/name/en",
    "applicants": "/applicants",
    "online_level": "/online_level",
    "statutory_time": "/term",
    "statutory_time_value": "/term",
    "statutory_time_text": "/term_text",
    "fee_vnd": "/fee",
    "fee_text": "/fee/text",
    "legal_basis": "/legal_basis",
    "legal_basis_2026": "/legal_basis",
    "dossier": "/papers",
    "result_document": "/result/title",
    "result_code": "/result/code",
    "unit_2026": "/handling_unit",
    "unit_2023": "/handling_unit",
    "central_in_2023": "/level",
    "notes": "/effective_from",
}
_UNVERIFIED = "unverified"


def sources(row: Row, document: Json) -> dict[str, str]:
    """Pointer to the words of the source of what stands there."""
    found: dict[str, list[str]] = {}
    for column, words in row.get("field_sources", {}).items():
        pointer = _COLUMNS.get(column)
        if pointer and pointer.split("/")[1] in document and isinstance(words, str) and words.strip():
            found.setdefault(pointer, []).append(words)
    return {pointer: "; ".join(dict.fromkeys(words)) for pointer, words in sorted(found.items())}


def unverified(row: Row, document: Json) -> dict[str, str]:
    """Pointer to the reason why the fact there is not certain, from the row's own columns."""
    found = {pointer: words for pointer, words in sources(row, document).items() if _UNVERIFIED in words}
    inferred = row.get("inferred_fields") or []
    if "result_document" in inferred and text(row, "result_document"):
        found["/result/title"] = "inferred by the index's compiler"
    if not row.get("name_vi_exact", False):
        found["/name/vi"] = f"tên chưa chắc chắn: {text(row, 'verification') or 'nguồn không nói rõ'}"
    return found
