"""Places and values of a procedure's document in plain Vietnamese. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from emoit.forms.rules.pointers import MISSING, split
from emoit.lib.vietnamese import format_date, format_vnd
from emoit.procedures.parts import WORDS

Json = dict[str, Any]
Path = tuple[str | int, ...]

UNITS = {
    "working_hour": "giờ làm việc", "working_day": "ngày làm việc", "calendar_day": "ngày", "month": "tháng",
}  # fmt: skip
KINDS = {"pdf": "PDF", "image": "ảnh", "docx": "Word", "xlsx": "Excel", "zip": "ZIP"}
LEVELS = {"central": "cấp bộ", "province": "cấp tỉnh", "commune": "cấp xã"}
APPLICANTS = {"citizen": "cá nhân", "enterprise": "doanh nghiệp, tổ chức"}
SIGNERS = {"leader": "lãnh đạo Bộ", "unit_head": "thủ trưởng đơn vị"}
CHANGES = {"amend": "sửa đổi, bổ sung", "reissue": "cấp lại", "extend": "gia hạn", "end": "chấm dứt"}
_VALUES = {
    "level": LEVELS, "applicants": APPLICANTS, "accept": KINDS, "signer_role": SIGNERS, "change": CHANGES,
}  # fmt: skip
_DAYS = {"effective_from", "issued_on", "effective_on", "decided_on", "published_on"}
_MONEY = {"vnd", "fee_vnd", "other_vnd", "hourly_income_vnd"}
_NOT_SAID = {"properties", "items", "schema", "layout"}


def place_of(pointer: str, document: Json) -> str:
    """A JSON pointer into the document in words."""
    return place(tuple(int(p) if p.isdecimal() else p for p in split(pointer)), document)


def place(path: Path, document: Json) -> str:
    """Where it is: "Giấy tờ “Thể lệ”: tên (tiếng Việt)". Items are named by what they are called in `document`."""
    if path and path[0] in {"defaults", "unverified", "sources"} and len(path) > 1:
        return f"{_capital(WORDS[str(path[0])])} của: {place_of(str(path[1]), document)}"
    if path and path[0] == "form":
        return _place_in_form(path, document)
    named = list(_names(path, document))
    if not named:
        return "Tài liệu"
    language = f" ({named.pop()})" if len(named) > 1 and path[-1] in {"vi", "en"} else ""
    return _capital(": ".join(named)) + language


def _names(path: Path, document: Json) -> Iterator[str]:
    value: Any = document
    for n, step in enumerate(path):
        listed = value
        value = _down(value, step)
        before = str(path[n - 1]) if n else ""
        if step == "#order":
            yield f"thứ tự {WORDS.get(before, before)}"
        elif isinstance(listed, list):
            noun = WORDS.get(before, before)
            yield (
                f"{noun} “{_called(value)}”"
                if _called(value)
                else f"{noun} {step + 1 if isinstance(step, int) else step}"
            )
        elif n + 1 < len(path) and isinstance(value, list):
            continue  # "giấy tờ “…”" says that it is among the papers
        else:
            yield WORDS.get(str(step), f"“{step}”")


def _down(value: Any, step: str | int) -> Any:
    if isinstance(value, list):
        if isinstance(step, int):
            return value[step] if step < len(value) else MISSING
        keys = ("code", "title", "key", "at")
        return next(
            (
                item
                for item in value
                if item == step or (isinstance(item, dict) and any(item.get(k) == step for k in keys))
            ),
            MISSING,
        )
    return value.get(str(step), MISSING) if isinstance(value, dict) else MISSING


def _called(item: Any) -> str:
    """What an item of a list is called, cut to 60 characters; empty where it has no name."""
    if isinstance(item, str):
        return _cut(item)
    if not isinstance(item, dict):
        return ""
    for key in ("name", "label", "title"):
        value = item.get(key)
        if isinstance(value, dict) and isinstance(value.get("vi"), str):
            value = value["vi"]
        if isinstance(value, str) and value.strip():
            return _cut(value)
    return ""


def _cut(text: str) -> str:
    if len(text) <= 60:
        return text
    return text[:60].rsplit(" ", 1)[0] + "…"


def _place_in_form(path: Path, document: Json) -> str:
    pointer = _answer(path)
    rest = [str(p) for p in path[_end_of_answer(path) :]] if pointer else [str(p) for p in path[2:]]
    said = [WORDS.get(p, f"“{p}”") for p in rest if p not in _NOT_SAID and not p.isdecimal()]
    if pointer:
        label = labels(document).get(pointer, pointer)
        return _capital(": ".join([f"trường “{_cut(label)}”", *_language(said)]))
    if len(path) > 4 and path[1] == "layout" and path[2] == "pages":
        page = _down(_down(_down(document.get("form", {}), "layout"), "pages"), path[3])
        inner = [WORDS.get(str(p), f"“{p}”") for p in path[4:] if not isinstance(p, int) and p != "#order"]
        tail = ["thứ tự các trường"] if path[-1] == "#order" else _language(inner)
        return _capital(": ".join([f"trang “{_called(page) or path[3]}”", *tail]))
    return _capital(": ".join(["tờ khai", *said])) if said else "Tờ khai"


def _language(said: list[str]) -> list[str]:
    if len(said) > 1 and said[-1] in {WORDS["vi"], WORDS["en"]}:
        return [*said[:-2], f"{said[-2]} ({said[-1]})"]
    return said


def _answer(path: Path) -> str:
    """The answer's pointer that a path into schema or layout is about; empty where it is about something larger."""
    if len(path) > 1 and path[1] == "layout":
        found = [str(p) for p in path if isinstance(p, str) and p.startswith("/")]
        return "".join(found)
    names: list[str] = []
    for n, step in enumerate(path[2:], start=2):
        if step == "properties":
            continue
        if path[n - 1] == "properties" and path[n - 2] in {"schema", "items", *names}:
            names.append(str(step))
        elif step == "items":
            continue
        else:
            break
    return "".join(f"/{name}" for name in names)


def _end_of_answer(path: Path) -> int:
    if path[1] == "layout":
        return max(n for n, p in enumerate(path) if isinstance(p, str) and p.startswith("/")) + 1
    return max(n for n, p in enumerate(path) if path[n - 1] == "properties") + 1


def labels(document: Json) -> dict[str, str]:
    """Pointer of an answer -> its question, also of the columns of a repeat. Of a faulty form what can be read."""
    found: dict[str, str] = {}

    def take(fields: Any, above: str) -> None:
        for field in fields if isinstance(fields, list) else ():
            if isinstance(field, dict) and isinstance(field.get("at"), str):
                pointer = above + field["at"]
                label = field.get("label")
                found[pointer] = str(label.get("vi", pointer)) if isinstance(label, dict) else str(label or pointer)
                take(field.get("fields"), pointer)

    for page in _list(_down(_down(document.get("form"), "layout"), "pages")):
        for section in _list(page.get("sections") if isinstance(page, dict) else None):
            take(section.get("fields") if isinstance(section, dict) else None, "")
    return found


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def say(path: Path, value: Any, *, short: bool = False) -> str:
    """A value in words; `short` for an item in a list of its like."""
    key = next((str(p) for p in reversed(path) if isinstance(p, str)), "")
    if value is None or value is MISSING or value in ("", [], {}):
        return "không có"
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, str):
        return _string(key, value)
    if isinstance(value, int | float):
        return _number(key, value)
    if isinstance(value, list):
        return "; ".join(say(path, item, short=short) for item in value)
    return _object(path, value, short)


def _string(key: str, value: str) -> str:
    if key in _VALUES:
        return _VALUES[key].get(value, value)
    if key in _DAYS and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        try:
            return format_date(date.fromisoformat(value))
        except ValueError:
            return value
    return value


def _number(key: str, value: float) -> str:
    if key == "max_bytes":
        return f"{value / 1024 / 1024:g} MB".replace(".", ",")
    if key in _MONEY and isinstance(value, int):
        return format_vnd(value)
    return f"{value:g}".replace(".", ",") if isinstance(value, float) else str(value)


def _object(path: Path, value: Json, short: bool) -> str:
    if set(value) == {"vi", "en"}:
        return f"{value['vi']} (tiếng Anh: {value['en']})"
    if set(value) == {"value", "unit"}:
        return f"{value['value']} {UNITS.get(str(value['unit']), value['unit'])}"
    called = _called(value)
    if short and called:
        return called
    rest = [
        f"{WORDS.get(k, k)}: {say((*path, k), v)}"
        for k, v in value.items()
        if not (called and k in {"name", "label", "title"})
    ]
    return "; ".join([*([called] if called else []), *rest]) or json.dumps(value, ensure_ascii=False)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
