"""The linter of procedures: the gate before a document is published.

Pure: what must be looked up elsewhere (units, processes) is asked of the callables passed in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from emoit.forms.rules.pointers import MISSING, get
from emoit.forms.types import Form, Problem
from emoit.lib.saying import say, vi
from emoit.lib.working_time import Unit
from emoit.people.types import AT_PLACE
from emoit.procedures import outcomes
from emoit.procedures.cost import check_cost
from emoit.procedures.types import ACCEPTED, RESULT_TEMPLATES, Change, Known, Level

FormLinter = Callable[[Form], list[Problem]]
Json = dict[str, Any]

MAX_PAPER_BYTES = 50 * 1024 * 1024
APPLICANTS = {"citizen", "enterprise"}
SIGNERS = {"leader", "unit_head"}
# National, with a province's suffix, or our own stable key of a procedure that has no national code.
_CODE = re.compile(r"[0-9]\.[0-9]{6}(?:\.[0-9]{3}\.[0-9]{2}\.[0-9]{2}\.H[0-9]{2})?|NC-[0-9a-f]{10}")
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
_TEXTS = ("name", "summary", "form_name", "term_text")
_LISTS = ("steps", "how_to", "conditions")
_WORDS = ("source", "online_level", "receiving_unit", "handling_unit", "process_key")
_KEYS = {
    "code", "effective_from", "field", "applicants", "papers", "term", "fee", "legal_basis", "automatic", "form",
    "result", "refusal", "sources", "unverified", "defaults", "level", "amends", "notice", "cost", "route",
    "channel",
    *_TEXTS, *_LISTS, *_WORDS,
}  # fmt: skip
_DOUBTS = {"sources", "unverified", "defaults"}
_OPTIONAL = {*_DOUBTS, "level", "amends", "notice", "cost", "route", "channel"}
_LAW = {"title", "issued_on", "effective_on", "replaces"}
_NOTICE = {"decision", "decided_on", "published_on"}
_PAPER = {"code", "name", "required", "accept", "max_bytes", "note"}
_RESULT = {
    "kind", "title", "code", "template", "number_pattern", "series", "signer_role", "signer_unit", "validity",
}  # fmt: skip


def check_document(document: Any, *, known_unit: Known, known_process: Known, check_form: FormLinter) -> list[Problem]:
    """Every fault of a procedure's document; empty when it may be published."""
    if not isinstance(document, dict):
        return [Problem("", "not_an_object", vi("Tài liệu thủ tục phải là một đối tượng JSON."))]
    missing = [
        Problem(f"/{key}", "missing", say("Thiếu “{key}”.", key=key))
        for key in sorted(_KEYS - _OPTIONAL - set(document))
    ]
    unknown = [
        Problem(f"/{key}", "unknown_key", say("Khóa “{key}” không có.", key=key))
        for key in sorted(set(document) - _KEYS)
    ]
    if missing or unknown:
        return missing + unknown
    return [
        *_identity(document),
        *_words(document),
        *_papers(document["papers"]),
        *_term(document),
        *_fee(document["fee"]),
        *_places(document, known_unit, known_process),
        *_form(document["form"], check_form),
        *_outcomes(document, known_unit),
        *_standing(document),
        *(check_cost(document["cost"]) if "cost" in document else ()),
        *_doubts(document),
    ]


def is_code(text: str) -> bool:
    """Whether it is a national code (also with a province's suffix) or a key of our own."""
    return _CODE.fullmatch(text) is not None


def _identity(document: Json) -> Iterator[Problem]:
    if not is_code(str(document["code"])):
        yield Problem("/code", "code", vi("Mã thủ tục có dạng 2.000138."))
    if not _is_day(document["effective_from"]):
        yield Problem("/effective_from", "date", vi("Ngày hiệu lực phải có dạng 2024-12-01."))
    field = document["field"]
    if not isinstance(field, dict) or not isinstance(field.get("code"), str) or not _is_text(field.get("name")):
        yield Problem("/field", "field", vi("Lĩnh vực gồm mã và tên bằng hai thứ tiếng."))
    applicants = document["applicants"]
    if not isinstance(applicants, list) or not applicants or not set(map(str, applicants)) <= APPLICANTS:
        yield Problem("/applicants", "applicants", vi("Đối tượng nộp là citizen, enterprise hoặc cả hai."))
    if not isinstance(document["automatic"], bool):
        yield Problem("/automatic", "type", vi("automatic là true hoặc false."))
    basis = document["legal_basis"]
    if not isinstance(basis, list) or not basis or not all(map(_is_law, basis)):
        yield Problem("/legal_basis", "legal_basis", vi("Phải nêu ít nhất một căn cứ pháp lý, mỗi văn bản có tên."))


def _is_day(value: Any) -> bool:
    try:
        date.fromisoformat(value)
    except (TypeError, ValueError):
        return False
    return True


def _is_law(law: Any) -> bool:
    """A title alone, or an object with its dates and what it replaces."""
    if isinstance(law, str):
        return bool(law.strip())
    return (
        isinstance(law, dict)
        and set(law) <= _LAW
        and all(isinstance(law.get(name, ""), str) for name in ("title", "replaces"))
        and bool(law.get("title", "").strip())
        and all(_is_day(law[name]) for name in ("issued_on", "effective_on") if name in law)
    )


def _is_text(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and set(value) == {"vi", "en"}
        and all(isinstance(words, str) and words.strip() for words in value.values())
    )


def _words(document: Json) -> Iterator[Problem]:
    for name in _TEXTS:
        if not _is_text(document[name]):
            yield Problem(f"/{name}", "translation", vi("Thiếu lời bằng tiếng Việt hoặc tiếng Anh."))
    for name in _LISTS:
        texts = document[name]
        if not isinstance(texts, list) or not texts:
            yield Problem(f"/{name}", "missing", vi("Phải có ít nhất một mục."))
            continue
        for n, text in enumerate(texts):
            if not _is_text(text):
                yield Problem(f"/{name}/{n}", "translation", vi("Thiếu lời bằng tiếng Việt hoặc tiếng Anh."))
    for name in _WORDS:
        if not isinstance(document[name], str) or not document[name].strip():
            yield Problem(f"/{name}", "missing", vi("Chưa được ghi."))


def _papers(papers: Any) -> Iterator[Problem]:
    if not isinstance(papers, list):
        yield Problem("/papers", "type", vi("Thành phần hồ sơ phải là một danh sách."))
        return
    codes: set[str] = set()
    for n, paper in enumerate(papers):
        at = f"/papers/{n}"
        if not isinstance(paper, dict) or set(paper) | {"note"} != _PAPER:
            yield Problem(at, "paper", vi("Mỗi giấy tờ gồm code, name, required, accept, max_bytes và có thể có note."))
            continue
        yield from _paper(paper, at)
        if paper["code"] in codes:
            yield Problem(f"{at}/code", "code", say("Hai giấy tờ cùng mã “{what}”.", what=paper["code"]))
        codes.add(str(paper["code"]))


def _paper(paper: Json, at: str) -> Iterator[Problem]:
    if not _KEY.fullmatch(str(paper["code"])):
        yield Problem(f"{at}/code", "code", vi("Mã giấy tờ gồm chữ thường, số và dấu gạch dưới."))
    if not _is_text(paper["name"]) or ("note" in paper and not _is_text(paper["note"])):
        yield Problem(f"{at}/name", "translation", vi("Giấy tờ phải có tên bằng tiếng Việt và tiếng Anh."))
    if not isinstance(paper["required"], bool):
        yield Problem(f"{at}/required", "type", vi("required là true hoặc false."))
    accept = paper["accept"]
    if not isinstance(accept, list) or not accept or not set(map(str, accept)) <= ACCEPTED:
        yield Problem(f"{at}/accept", "accept", say("accept gồm các loại {names}.", names=", ".join(sorted(ACCEPTED))))
    size = paper["max_bytes"]
    if not _is_count(size) or not 0 < size <= MAX_PAPER_BYTES:
        yield Problem(
            f"{at}/max_bytes",
            "max_bytes",
            say("Dung lượng tối đa từ 1 đến {most} byte.", most=MAX_PAPER_BYTES),
        )


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _term(document: Json) -> Iterator[Problem]:
    term = document["term"]
    if term is None:
        return
    if not isinstance(term, dict) or set(term) != {"value", "unit"} or term["unit"] not in list(Unit):
        yield Problem("/term", "term", say("Thời hạn gồm value và unit ({names}).", names=", ".join(Unit)))
    elif not _is_count(term["value"]) or not 0 <= term["value"] <= 3650:
        yield Problem("/term/value", "term", vi("Thời hạn phải là số nguyên từ 0 đến 3650."))
    elif term["value"] == 0 and not document["automatic"]:
        yield Problem("/term/value", "term", vi("Thời hạn bằng 0 chỉ dùng cho thủ tục tự động."))


def _fee(fee: Any) -> Iterator[Problem]:
    """Computable (a whole number of đồng, 0 for none) or declared unknown; never silent."""
    if not isinstance(fee, dict) or not _is_text(fee.get("text")):
        yield Problem("/fee", "fee", vi("Phí phải có lời bằng tiếng Việt và tiếng Anh."))
    elif ("vnd" in fee) + (fee.get("unknown") is True) + ("decision" in fee) != 1:
        yield Problem("/fee", "fee", vi("Phí phải có vnd, hoặc bảng quyết định, hoặc ghi rõ unknown: true."))
    elif "vnd" in fee and (not _is_count(fee["vnd"]) or fee["vnd"] < 0):
        yield Problem("/fee/vnd", "fee", vi("Phí phải là số đồng nguyên, không âm."))


def _places(document: Json, known_unit: Known, known_process: Known) -> Iterator[Problem]:
    for name in ("receiving_unit", "handling_unit"):
        if document[name] == AT_PLACE:
            yield from _at_place(document, f"/{name}")
        elif isinstance(document[name], str) and document[name].strip() and not known_unit(document[name]):
            yield Problem(f"/{name}", "unknown_unit", say("Không có đơn vị {what}.", what=document[name]))
    if isinstance(document["process_key"], str) and not known_process(document["process_key"]):
        yield Problem(
            "/process_key", "unknown_process", say("Không có quy trình {what}.", what=document["process_key"])
        )


def _at_place(document: Json, at: str) -> Iterator[Problem]:
    """A unit found by the applicant's place needs a form that asks for the province."""
    place = get(document, "/form/schema/properties/place")
    asked = isinstance(place, dict) and "province" in place.get("required", ())
    if not asked or document.get("level", "central") == Level.CENTRAL:
        yield Problem(
            at, "no_place", vi("Đơn vị theo nơi nộp cần cấp tỉnh hoặc xã và trường bắt buộc /place/province.")
        )


def _form(form: Any, check_form: FormLinter) -> Iterator[Problem]:
    if not isinstance(form, dict) or set(form) != {"schema", "layout"}:
        yield Problem("/form", "form", vi("Biểu mẫu gồm schema và layout."))
        return
    for problem in check_form(Form(form["schema"], form["layout"])):
        yield Problem(f"/form{problem.path}", problem.code, problem.message)


def _outcomes(document: Json, known_unit: Known) -> Iterator[Problem]:
    for name in ("result", "refusal"):
        spec, at = document[name], f"/{name}"
        if not isinstance(spec, dict) or set(spec) != _RESULT:
            yield Problem(at, "result", say("{name} gồm {names}.", name=name, names=", ".join(sorted(_RESULT))))
            continue
        yield from _outcome(spec, at, document, known_unit)


def _outcome(spec: Json, at: str, document: Json, known_unit: Known) -> Iterator[Problem]:
    if not _KEY.fullmatch(str(spec["kind"])) or not _KEY.fullmatch(str(spec["series"])):
        yield Problem(f"{at}/kind", "key", vi("kind và series gồm chữ thường, số và dấu gạch dưới."))
    if not _is_text(spec["title"]):
        yield Problem(f"{at}/title", "translation", vi("Kết quả phải có tên bằng tiếng Việt và tiếng Anh."))
    if not re.fullmatch(r"(?:KQ\.[A-Z][0-9]{2}\.[0-9]{6})?", str(spec["code"])):
        yield Problem(f"{at}/code", "code", vi("Mã kết quả có dạng KQ.G02.000008, hoặc để trống."))
    if spec["template"] not in RESULT_TEMPLATES:
        yield Problem(f"{at}/template", "unknown_template", say("Không có mẫu in {what}.", what=spec["template"]))
    yield from _number_pattern(str(spec["number_pattern"]), f"{at}/number_pattern", document)
    yield from _signer(spec, at, document, known_unit)
    yield from _validity(str(spec["validity"]), f"{at}/validity", document)


def _signer(spec: Json, at: str, document: Json, known_unit: Known) -> Iterator[Problem]:
    if bool(spec["signer_role"]) is not bool(spec["signer_unit"]):
        yield Problem(f"{at}/signer_role", "signer", vi("Người ký cần cả vai trò và đơn vị."))
    elif spec["signer_unit"] == AT_PLACE and spec["signer_role"] in SIGNERS:
        yield from _at_place(document, f"{at}/signer_unit")
    elif spec["signer_role"] and (spec["signer_role"] not in SIGNERS or not known_unit(spec["signer_unit"])):
        yield Problem(f"{at}/signer_unit", "signer", vi("Vai trò hoặc đơn vị của người ký không có."))
    elif not spec["signer_role"] and not document["automatic"]:
        yield Problem(f"{at}/signer_role", "signer", vi("Chỉ thủ tục tự động mới chỉ đóng dấu, không có người ký."))


def _validity(validity: str, at: str, document: Json) -> Iterator[Problem]:
    parts = outcomes.parts_of(validity)
    if parts is None or (parts[1] and _answer(document, parts[1]).get("format") != "date"):
        yield Problem(
            at, "validity", vi("Hiệu lực là thời hạn (P5Y, P12M, P30D), một trường ngày của biểu mẫu, hoặc cả hai.")
        )


def _number_pattern(pattern: str, at: str, document: Json) -> Iterator[Problem]:
    if not outcomes.is_pattern(pattern):
        yield Problem(at, "number_pattern", vi("Mẫu số phải có đúng một {n} và chỉ các dấu hiệu đã biết."))
        return
    for pointer in outcomes.choices_of(pattern):
        if "enum" not in _answer(document, pointer):
            yield Problem(
                at,
                "number_pattern",
                say("Số văn bản chỉ nêu được một mục chọn của biểu mẫu: {pointer}.", pointer=pointer),
            )


def _answer(document: Json, pointer: str) -> Json:
    """The sub-schema of that answer, {} if there is none."""
    schema = document["form"].get("schema") if isinstance(document["form"], dict) else None
    node = get(schema, "/properties" + pointer.replace("/", "/properties/")[len("/properties") :])
    return node if isinstance(node, dict) else {}


def _standing(document: Json) -> Iterator[Problem]:
    """Whose procedure it is, what earlier result it opens from, and how it was announced."""
    if document.get("level", "central") not in list(Level):
        yield Problem("/level", "level", say("Cấp thực hiện là một trong {names}.", names=", ".join(Level)))
    amends = document.get("amends")
    if amends is not None and not _is_amends(amends):
        yield Problem("/amends", "amends", vi("amends gồm change và kinds: các loại kết quả mà thủ tục làm thay đổi."))
    notice = document.get("notice")
    if notice is not None and not (
        isinstance(notice, dict)
        and set(notice) <= _NOTICE
        and isinstance(notice.get("decision"), str)
        and notice["decision"].strip()
        and all(_is_day(notice[name]) for name in _NOTICE - {"decision"} if name in notice)
    ):
        yield Problem("/notice", "notice", vi("Công bố gồm số quyết định, ngày quyết định và ngày công khai."))


def _is_amends(amends: Any) -> bool:
    if not isinstance(amends, dict) or set(amends) != {"change", "kinds"} or amends["change"] not in list(Change):
        return False
    kinds = amends["kinds"]
    return isinstance(kinds, list) and bool(kinds) and all(isinstance(k, str) and _KEY.fullmatch(k) for k in kinds)


def _doubts(document: Json) -> Iterator[Problem]:
    """A fact that is not verified says so, and why; the pointer must stand for something."""
    for name in _DOUBTS & set(document):
        if not isinstance(document[name], dict):
            yield Problem(f"/{name}", "type", say("“{name}” phải là một đối tượng.", name=name))
            continue
        for pointer, words in document[name].items():
            if get(document, pointer) is MISSING or not isinstance(words, str) or not words.strip():
                yield Problem(
                    f"/{name}",
                    "doubt",
                    say("“{pointer}” phải trỏ tới một dữ kiện và có lời giải thích.", pointer=pointer),
                )
