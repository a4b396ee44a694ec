"""From the caller's values to the JSON of a template: every key checked, every text cleaned, every date in words."""

from __future__ import annotations

import re
import types
import unicodedata
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints, is_typeddict

from emoit.lib.working_time import VIET_NAM
from emoit.printing.types import TemplateDataError

# Control characters but the line feed, and the marks that turn the direction of writing: they could show another text.
_UNSEEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def clean(text: str) -> str:
    """NFC, tabs and carriage returns as plain breaks, nothing invisible that changes what is read."""
    broken = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return _UNSEEN.sub("", unicodedata.normalize("NFC", broken))


def date_words(day: date) -> str:
    """As documents write it (Decree 30/2020, Annex I): a leading 0 for days below 10 and for months 1 and 2."""
    month = f"{day.month:02d}" if day.month <= 2 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


def shown(moment: date | datetime) -> dict[str, str]:
    """The forms of a date or moment that templates use; a moment is shown in Asia/Ho_Chi_Minh."""
    if not isinstance(moment, datetime):
        return {"day": f"{moment:%d/%m/%Y}", "words": date_words(moment)}
    local = moment.astimezone(VIET_NAM)
    return {
        "day": f"{local:%d/%m/%Y}",
        "time": f"{local:%H:%M}",
        "words": f"{local:%H} giờ {local:%M} phút, {date_words(local.date())}",
    }


@lru_cache(maxsize=64)
def _hints(shape: type) -> dict[str, Any]:
    return get_type_hints(shape)


def checked(shape: Any, value: Any, path: str) -> Any:
    """`value` as JSON for a template, if it is of `shape`; else TemplateDataError that names the place in `path`."""
    if is_typeddict(shape):
        return _checked_dict(shape, value, path)
    origin = get_origin(shape)
    if origin in {types.UnionType, Union}:
        inner = next(a for a in get_args(shape) if a is not type(None))
        return None if value is None else checked(inner, value, path)
    if origin is Literal:
        if value not in get_args(shape):
            raise TemplateDataError(f"{path} is {value!r}, not one of {get_args(shape)}")
        return value
    if origin is list:
        if not isinstance(value, list):
            raise TemplateDataError(f"{path} is {type(value).__name__}, not list")
        return [checked(get_args(shape)[0], item, f"{path}[{index}]") for index, item in enumerate(value)]
    return _checked_scalar(shape, value, path)


def _checked_dict(shape: type, value: Any, path: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise TemplateDataError(f"{path} is {type(value).__name__}, not a dictionary")
    hints = _hints(shape)
    if missing := sorted(hints.keys() - value.keys()):
        raise TemplateDataError(f"{path}.{missing[0]} is missing")
    if unknown := sorted(value.keys() - hints.keys()):
        raise TemplateDataError(f"{path}.{unknown[0]} is unknown")
    return {key: checked(hint, value[key], f"{path}.{key}") for key, hint in hints.items()}


def _checked_scalar(shape: type, value: Any, path: str) -> Any:
    # By exact type: a bool is no int and a moment is no date here.
    if type(value) is not shape and not (shape is str and isinstance(value, str)):
        raise TemplateDataError(f"{path} is {type(value).__name__}, not {shape.__name__}")
    if isinstance(value, datetime) and value.tzinfo is None:
        raise TemplateDataError(f"{path} is a moment without a time zone")
    if isinstance(value, str):
        return clean(value)
    return shown(value) if isinstance(value, date) else value
