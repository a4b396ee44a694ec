"""Places and values of a procedure's document in plain words, as `lib.saying` keeps them. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any, cast

from emoit.forms.rules.pointers import MISSING, split
from emoit.lib import saying
from emoit.lib.saying import Both, Capital, Said, listed, vi
from emoit.lib.vietnamese import format_vnd
from emoit.procedures.parts import WORDS

Json = dict[str, Any]
Path = tuple[str | int, ...]

UNITS = {
    "working_hour": vi("giờ làm việc"),
    "working_day": vi("ngày làm việc"),
    "calendar_day": vi("ngày"),
    "month": vi("tháng"),
}
KINDS = {"pdf": "PDF", "image": vi("ảnh"), "docx": "Word", "xlsx": "Excel", "zip": "ZIP"}
LEVELS = {"central": vi("cấp bộ"), "province": vi("cấp tỉnh"), "commune": vi("cấp xã")}
APPLICANTS = {"citizen": vi("cá nhân"), "enterprise": vi("doanh nghiệp, tổ chức")}
SIGNERS = {"leader": vi("lãnh đạo Bộ"), "unit_head": vi("thủ trưởng đơn vị")}
CHANGES = {"amend": vi("sửa đổi, bổ sung"), "reissue": vi("cấp lại"), "extend": vi("gia hạn"), "end": vi("chấm dứt")}
_VALUES = {
    "level": LEVELS,
    "applicants": APPLICANTS,
    "accept": KINDS,
    "signer_role": SIGNERS,
    "change": CHANGES,
}
_DAYS = {"effective_from", "issued_on", "effective_on", "decided_on", "published_on"}
_MONEY = {"vnd", "fee_vnd", "other_vnd", "hourly_income_vnd"}
_NOT_SAID = {"properties", "items", "schema", "layout"}


def place_of(pointer: str, document: Json) -> str:
    """A JSON pointer into the document in words."""
    return place(tuple(int(p) if p.isdecimal() else p for p in split(pointer)), document)


def place(path: Path, document: Json) -> str:
    """Where it is: "Giấy tờ “Thể lệ”: tên (tiếng Việt)". Items are named by what they are called in `document`."""
    if path and path[0] in {"defaults", "unverified", "sources"} and len(path) > 1:
        told = vi("{table} của: {place}")
        return Capital(told, {"table": _word(path[0]), "place": place_of(str(path[1]), document)})
    if path and path[0] == "form":
        return _place_in_form(path, document)
    named = list(_names(path, document))
    if not named:
        return saying.say("Tài liệu")
    if len(named) > 1 and path[-1] in {"vi", "en"}:
        language = named.pop()
        return Capital("{place} ({language})", {"place": listed(named, ": "), "language": language})
    return Capital("{place}", {"place": listed(named, ": ")})


def _word(key: str | int) -> Said:
    """A key of the document in words."""
    return Said(WORDS[str(key)], {}) if str(key) in WORDS else Said("“{key}”", {"key": key})


def _names(path: Path, document: Json) -> Iterator[str]:
    value: Any = document
    for n, step in enumerate(path):
        listed = value
        value = _down(value, step)
        before = str(path[n - 1]) if n else ""
        if step == "#order":
            yield cast("Said", saying.say("thứ tự {noun}", noun=_noun(before)))
        elif isinstance(listed, list):
            number = step + 1 if isinstance(step, int) else step
            called = _called(value)
            told = ("{noun} “{name}”", called) if called else ("{noun} {name}", number)
            yield Said(told[0], {"noun": _noun(before), "name": told[1]})
        elif n + 1 < len(path) and isinstance(value, list):
            continue  # "giấy tờ “…”" says that it is among the papers
        else:
            yield _word(step)


def _noun(key: str) -> Said:
    return Said(WORDS.get(key, key), {})


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
            value = Both(value["vi"], str(value.get("en") or ""))
        if isinstance(value, str) and value.strip():
            return _cut(value)
    return ""


def _cut(text: str) -> str:
    if isinstance(text, Both):
        return Both(_cut(str(text)), _cut(text.english))
    if len(text) <= 60:
        return text
    return text[:60].rsplit(" ", 1)[0] + "…"


def _place_in_form(path: Path, document: Json) -> str:
    pointer = _answer(path)
    rest = [str(p) for p in path[_end_of_answer(path) :]] if pointer else [str(p) for p in path[2:]]
    said = [_word(p) for p in rest if p not in _NOT_SAID and not p.isdecimal()]
    if pointer:
        label = labels(document).get(pointer, pointer)
        field = saying.say("trường “{label}”", label=_cut(label))
        return Capital("{place}", {"place": listed([field, *_language(said)], ": ")})
    if len(path) > 4 and path[1] == "layout" and path[2] == "pages":
        page = _down(_down(_down(document.get("form", {}), "layout"), "pages"), path[3])
        inner = [_word(p) for p in path[4:] if not isinstance(p, int) and p != "#order"]
        tail = [saying.say("thứ tự các trường")] if path[-1] == "#order" else _language(inner)
        title = saying.say("trang “{page}”", page=_called(page) or path[3])
        return Capital("{place}", {"place": listed([title, *tail], ": ")})
    return Capital("{place}", {"place": listed([_word("form"), *said], ": ")})


def _language(said: list[Said]) -> list[Said]:
    if len(said) > 1 and said[-1] in {WORDS["vi"], WORDS["en"]}:
        return [*said[:-2], Said("{word} ({language})", {"word": said[-2], "language": said[-1]})]
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
                found[pointer] = _label(label, pointer)
                take(field.get("fields"), pointer)

    for page in _list(_down(_down(document.get("form"), "layout"), "pages")):
        for section in _list(page.get("sections") if isinstance(page, dict) else None):
            take(section.get("fields") if isinstance(section, dict) else None, "")
    return found


def _label(label: Any, pointer: str) -> str:
    if isinstance(label, dict):
        return Both(str(label.get("vi", pointer)), str(label.get("en") or ""))
    return str(label or pointer)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def say(path: Path, value: Any, *, short: bool = False) -> str:
    """A value in words; `short` for an item in a list of its like."""
    key = next((str(p) for p in reversed(path) if isinstance(p, str)), "")
    if value is None or value is MISSING or value in ("", [], {}):
        return vi("không có")
    if isinstance(value, bool):
        return vi("có") if value else vi("không")
    if isinstance(value, str):
        return _string(key, value)
    if isinstance(value, int | float):
        return _number(key, value)
    if isinstance(value, list):
        return listed((say(path, item, short=short) for item in value), "; ")
    return _object(path, value, short)


def _string(key: str, value: str) -> str:
    if key in _VALUES:
        return _VALUES[key].get(value, value)
    if key in _DAYS and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        try:
            return Said("{day}", {"day": date.fromisoformat(value)})
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
        return Both(f"{value['vi']} (tiếng Anh: {value['en']})", str(value["en"]))
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
