"""From a row of a catalogue index to a document that can be published and used. Pure.

Every hole of the row becomes a stated default: a value that says nothing false, and in `defaults` the words for it. No
fact is made up: an unknown fee is not charged, an unknown term gives no deadline.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from emoit.lib.saying import vi
from emoit.lib.vietnamese import format_vnd
from emoit.people.types import AT_PLACE, PlaceInfo
from emoit.procedures.catalogue import parts
from emoit.procedures.catalogue.families import Families, earlier_kinds, issued_kind
from emoit.procedures.catalogue.generic_form import SOURCE, generic_form
from emoit.procedures.catalogue.names import Reading, key_of, read_name, squeeze
from emoit.procedures.catalogue.rows import Row, code_of, text, texts
from emoit.procedures.catalogue.tables import Tables
from emoit.procedures.types import Change, Known, Level

Json = dict[str, Any]

AS_OF = "2026-01-01"  # the index was gathered in 2026; its rows name no day
OFFICE = "G02.MC"
_LEVELS = {"Cấp tỉnh": Level.PROVINCE, "Cấp xã": Level.COMMUNE}
_SHORT_WORKING_DAYS, _HOURS_OF_A_DAY = 3, 8


@dataclass(frozen=True, slots=True)
class Compiler:
    """What a compilation stands on beside the row: rule tables, families of results, places, processes that exist."""

    tables: Tables
    families: Families
    known_process: Known
    provinces: Sequence[PlaceInfo] = ()
    communes: Sequence[PlaceInfo] = ()


@dataclass(slots=True)
class Draft:
    """A row on its way to a document."""

    row: Row
    compiler: Compiler
    reading: Reading
    level: Level
    document: Json = field(default_factory=dict)
    kind: str = ""
    defaults: dict[str, str] = field(default_factory=dict)
    unverified: dict[str, str] = field(default_factory=dict)

    def stated(self, pointer: str, words: str) -> None:
        self.defaults[pointer] = words


def compile_row(row: Row, compiler: Compiler) -> Json:
    """The document of a row without faults (see `rows.faults`)."""
    reading = read_name(text(row, "name_vi"), compiler.tables)
    draft = Draft(row, compiler, reading, level_of(row))
    for part in _PARTS:
        part(draft)
    document = draft.document
    document["defaults"] = dict(sorted(draft.defaults.items()))
    document["unverified"] = dict(sorted((parts.unverified(row, document) | draft.unverified).items()))
    document["sources"] = parts.sources(row, document)
    return document


def level_of(row: Row) -> Level:
    """The national portal's column of 2026 decides; where it names the ministry as well, or nothing, the ministry."""
    return _LEVELS.get(text(row, "level_portal_2026"), Level.CENTRAL)


# -- who and what -----------------------------------------------------------------------------------------------------


def _identity(draft: Draft) -> None:
    row, document = draft.row, draft.document
    code = code_of(row)
    name_en = text(row, "name_en")
    field_vi, field_en = text(row, "field_vi"), text(row, "field_en")
    document |= {
        "code": code,
        "effective_from": AS_OF,
        "name": parts.both(squeeze(text(row, "name_vi")), name_en),
        "field": {
            "code": text(row, "field_code") or key_of(field_vi),
            "name": parts.both(field_vi, field_en),
        },
        "level": draft.level.value,
        "source": text(row, "source"),
    }
    draft.stated("/effective_from", vi("Ngày có hiệu lực chưa xác định; lấy đầu năm thu thập danh mục (2026)."))
    if not row.get("code"):
        draft.stated("/code", vi("Chưa có mã quốc gia; dùng mã riêng của hệ thống."))
    if not name_en:
        draft.stated("/name/en", vi("Tên tiếng Anh chưa có; hiện tên tiếng Việt."))
    if not text(row, "field_code"):
        draft.stated("/field/code", vi("Mã lĩnh vực trên Cổng quốc gia chưa xác định; dùng khóa riêng."))
    if not field_en:
        draft.stated("/field/name/en", vi("Tên lĩnh vực bằng tiếng Anh chưa có; hiện tên tiếng Việt."))


def _applicants(draft: Draft) -> None:
    tables = draft.compiler.tables
    named = texts(draft.row, "applicants")
    parties = [party for name in named for party in tables.applicants[name]]
    draft.document["applicants"] = list(dict.fromkeys(parties)) or ["citizen", "enterprise"]
    if not named:
        draft.stated("/applicants", vi("Đối tượng thực hiện chưa xác định; mọi tổ chức, cá nhân đều nộp được."))
    notes = [tables.applicant_notes[name] for name in named if name in tables.applicant_notes]
    if notes:
        draft.stated("/applicants", f"Quy đổi đối tượng: {'; '.join(dict.fromkeys(notes))}.")


def _level(draft: Draft) -> None:
    said = text(draft.row, "level_portal_2026")
    if not said:
        draft.stated("/level", vi("Cấp thực hiện chưa xác định; tiếp nhận tại Bộ."))
    elif said not in {"Cấp Bộ", *_LEVELS}:
        draft.stated("/level", f"Cổng quốc gia ghi “{said}”; hệ thống tiếp nhận tại Bộ.")
    elif draft.level is not Level.CENTRAL and draft.row.get("central_in_2023"):
        draft.stated("/level", f"Theo Cổng quốc gia năm 2026 ({said}); năm 2023 thủ tục do Bộ giải quyết.")
    elif draft.level is Level.COMMUNE:
        draft.stated("/level", vi("Chưa nạp danh mục cấp xã thì Sở Công Thương của tỉnh tiếp nhận và chuyển."))


def _units(draft: Draft) -> None:
    row, document = draft.row, draft.document
    if draft.level is not Level.CENTRAL:
        document |= {"receiving_unit": AT_PLACE, "handling_unit": AT_PLACE}
        draft.stated("/receiving_unit", vi("Sở Công Thương của tỉnh, thành phố mà người nộp chọn."))
        draft.stated("/handling_unit", f"Sở Công Thương của nơi nộp; nguồn ghi “{_unit_words(row) or 'không rõ'}”.")
        return
    document |= {"receiving_unit": OFFICE, "handling_unit": _department(draft)}
    draft.stated("/receiving_unit", vi("Bộ phận Một cửa của Bộ."))


def _unit_words(row: Row) -> str:
    return text(row, "unit_2026") or text(row, "unit_2023")


def _department(draft: Draft) -> str:
    tables = draft.compiler.tables
    for column in ("unit_2026", "unit_2023"):
        words = text(draft.row, column)
        if words in tables.units:
            if column == "unit_2023":
                draft.stated("/handling_unit", f"Theo đơn vị năm 2023 ({words}) và đơn vị kế thừa.")
            return tables.units[words]
    by_field = tables.field_units.get(text(draft.row, "field_vi"), OFFICE)
    words = _unit_words(draft.row)
    draft.stated("/handling_unit", f"Nguồn ghi “{words or 'không rõ đơn vị'}”; giao theo lĩnh vực.")
    return by_field


# -- time, money, papers, law ------------------------------------------------------------------------------------------


def _term(draft: Draft) -> None:
    value, unit = draft.row.get("statutory_time_value"), text(draft.row, "statutory_time_unit")
    words = text(draft.row, "statutory_time_text")
    term = parts.term(value, unit)
    draft.document["term"] = term
    draft.document["term_text"] = parts.term_text(words, term)
    if term is None:
        draft.stated("/term", vi("Thời hạn giải quyết chưa xác định; hệ thống không tính hạn."))
    elif unit == "day_unspecified":
        draft.stated("/term/unit", vi("Nguồn không nói ngày làm việc hay ngày lịch; tính theo ngày lịch."))


def _fee(draft: Draft) -> None:
    vnd, words = draft.row.get("fee_vnd"), text(draft.row, "fee_text")
    for remark in draft.compiler.tables.fee_remarks:
        words = words.replace(remark, "")
    if vnd is not None:
        shown = "Không thu" if vnd == 0 else words or format_vnd(vnd)
        english = "No fee" if vnd == 0 else f"{vnd:,} VND"
        draft.document["fee"] = {"vnd": vnd, "text": parts.both(shown, english)}
        return
    shown = f"Chưa xác định. {words}" if words else "Chưa xác định"
    draft.document["fee"] = {"unknown": True, "text": parts.both(shown, "Not determined")}
    draft.stated("/fee", vi("Mức phí, lệ phí chưa xác định; không thu."))


def _papers(draft: Draft) -> None:
    form_name, papers = parts.papers(texts(draft.row, "dossier"), draft.compiler.tables)
    draft.document["papers"] = papers or [parts.FREE_PAPER]
    draft.document["form_name"] = parts.both(form_name, "") if form_name else parts.FORM_NAME
    if not papers:
        draft.stated("/papers", vi("Thành phần hồ sơ chưa xác định; người nộp có thể đính kèm giấy tờ khác."))
    else:
        draft.stated(
            "/papers", vi("Tên giấy tờ tóm lược, tiếng Anh chưa có; bắt buộc hay không do hệ thống suy từ tên.")
        )
    if not form_name:
        draft.stated("/form_name", vi("Mẫu đơn riêng chưa xác định; dùng tờ khai chung của hệ thống."))


def _law(draft: Draft) -> None:
    laws = parts.laws([*texts(draft.row, "legal_basis"), *texts(draft.row, "legal_basis_2026")])
    draft.document["legal_basis"] = laws or [parts.NO_LAW]
    if not laws:
        draft.stated("/legal_basis", vi("Căn cứ pháp lý chưa xác định."))


def _way(draft: Draft) -> None:
    document = draft.document
    document["online_level"] = text(draft.row, "online_level") or "chưa xác định"
    if not text(draft.row, "online_level"):
        draft.stated("/online_level", vi("Mức độ dịch vụ công trực tuyến chưa xác định."))
    document["summary"] = parts.summary(document["field"]["name"], draft.level)
    draft.stated("/summary", vi("Lời giới thiệu do hệ thống ghép từ lĩnh vực và cấp thực hiện."))
    document["conditions"] = [parts.CONDITIONS]
    draft.stated("/conditions", vi("Yêu cầu, điều kiện chưa có trong nguồn."))
    document["how_to"] = [parts.HOW_TO]
    draft.stated("/how_to", vi("Cách thức nộp trên hệ thống này; các cách khác chưa có trong nguồn."))
    if notes := text(draft.row, "notes"):
        draft.unverified["/effective_from"] = f"Ghi chú của nguồn: {notes}"


# -- process, form, results -------------------------------------------------------------------------------------------


def wanted_process(row: Row, reading: Reading, level: Level, tables: Tables) -> str:
    """The process that fits: by the name, by the term. A default in any case: no source names one."""
    name = squeeze(text(row, "name_vi"))
    lowered = name.casefold()
    if any(words in lowered for words in tables.automatic) and level is Level.CENTRAL:
        return "automatic"
    if _is_quick(row) or any(name.startswith(f"{start} ") for start in tables.short):
        return "short"
    issues = reading.change is None
    if issues and any(words in lowered for words in tables.inspection):
        return "inspection"
    if issues and any(words in lowered for words in tables.appraisal):
        return "appraisal"
    return "standard"


def _is_quick(row: Row) -> bool:
    value, unit = row.get("statutory_time_value"), text(row, "statutory_time_unit")
    if not value:
        return False
    days = {"working_day": value, "working_hour": value / _HOURS_OF_A_DAY}.get(unit)
    return days is not None and days <= _SHORT_WORKING_DAYS


def _process(draft: Draft) -> None:
    wanted = wanted_process(draft.row, draft.reading, draft.level, draft.compiler.tables)
    key = wanted if draft.compiler.known_process(wanted) else "standard"
    draft.document["process_key"] = key
    draft.document["automatic"] = key == "automatic"
    draft.document["steps"] = parts.steps(key)
    draft.stated("/steps", vi("Trình tự theo quy trình mẫu của hệ thống; trình tự riêng chưa có trong nguồn."))
    fallback = "" if key == wanted else f" (mẫu “{wanted}” chưa có)"
    draft.stated("/process_key", f"Quy trình mẫu “{key}” do hệ thống chọn theo tên và thời hạn{fallback}.")


def _form(draft: Draft) -> None:
    document, compiler = draft.document, draft.compiler
    document["form"] = generic_form(
        level=draft.level,
        personal="citizen" in document["applicants"],
        provinces=compiler.provinces,
        communes=compiler.communes,
        change=draft.reading.change,
    )
    draft.stated("/form", f"{SOURCE[0].upper()}{SOURCE[1:]}.")


def _amends(draft: Draft) -> None:
    reading = draft.reading
    if reading.change is None:
        return
    field_vi = text(draft.row, "field_vi")
    earlier = earlier_kinds(reading, field_vi, draft.compiler.families, draft.compiler.tables)
    draft.document["amends"] = {"change": reading.change.value, "kinds": list(earlier.kinds)}
    draft.kind = earlier.kind
    if not earlier.is_known:
        draft.stated("/amends", f"Danh mục không có thủ tục cấp mới “{reading.phrase}”; nhận mọi kết quả của lĩnh vực.")
    else:
        draft.stated("/amends", vi("Kết quả được thay đổi do hệ thống nhận ra theo tên thủ tục."))


def _outcomes(draft: Draft) -> None:
    row, document, central = draft.row, draft.document, draft.level is Level.CENTRAL
    title, guessed = parts.result_title(text(row, "result_document"), draft.reading, draft.compiler.tables)
    symbol = f"{parts.symbol(title, draft.compiler.tables)}-{'BCT' if central else 'SCT'}"
    signer = parts.signer(document, central=central)
    document["result"] = {
        "kind": _kind(draft),
        "title": parts.both(title, ""),
        "code": text(row, "result_code"),
        "template": "licence",
        "number_pattern": "{n}/" + symbol,
        "series": key_of(symbol),
        **signer,
        "validity": "",
    }
    document["refusal"] = parts.refusal(signer, central=central)
    if guessed:
        draft.stated("/result/title", guessed)
    draft.stated("/result/number_pattern", vi("Ký hiệu văn bản do hệ thống đặt, chưa đối chiếu quy định."))
    draft.stated("/result/signer_role", vi("Thẩm quyền ký do hệ thống đặt theo quy trình mẫu."))
    draft.stated("/result/template", vi("Mẫu in chung của hệ thống; mẫu riêng chưa có trong nguồn."))
    draft.stated("/result/validity", vi("Thời hạn hiệu lực của kết quả chưa xác định."))


def _kind(draft: Draft) -> str:
    """An amended, reissued or extended result is of the kind of the earlier one; an end is a paper of its own."""
    change = draft.reading.change
    if change is Change.END:
        return key_of(f"chấm dứt {draft.reading.phrase}")
    return draft.kind or issued_kind(draft.document["code"], draft.reading, draft.compiler.families)


_PARTS: tuple[Callable[[Draft], None], ...] = (
    _identity,
    _applicants,
    _level,
    _units,
    _term,
    _fee,
    _papers,
    _law,
    _way,
    _process,
    _form,
    _amends,
    _outcomes,
)
