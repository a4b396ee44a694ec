"""The language of the page that is being made, and what is said in it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache

from django.utils.translation import get_language, gettext, override
from django.utils.translation.trans_real import parse_accept_lang_header

from emoit.lib import english, vietnamese
from emoit.lib.saying import Language, told


def current() -> Language:
    """Vietnamese, unless the visitor has chosen English."""
    return "en" if (get_language() or "").startswith("en") else "vi"


def is_english() -> bool:
    return current() == "en"


def said(text: str) -> str:
    """A Vietnamese text in the language of the page; what the catalogue does not hold stays as it is."""
    return told(text, current(), gettext)


def said_in(language: Language, text: str) -> str:
    """The same for a program, in the language that it asks for."""
    with override(language):
        return said(text)


def said_all(texts: Mapping[str, str]) -> dict[str, str]:
    """The same for sentences by field."""
    return {field: said(text) for field, text in texts.items()}


def named(vietnamese_form: str, english_form: str) -> str:
    """A name from data that may have an English form."""
    return english_form if english_form and is_english() else vietnamese_form


def day(value: date | datetime) -> str:
    """ "12/05/2026" or "12 May 2026". A moment counts as the day it is in Viet Nam."""
    return english.format_date(value) if is_english() else vietnamese.format_date(value)


def moment(value: datetime) -> str:
    """ "14:00 ngày 12/05/2026" or "14:00 on 12 May 2026"."""
    return english.format_datetime(value) if is_english() else vietnamese.format_datetime(value)


def number(value: int) -> str:
    """ "1.234.567" or "1,234,567"."""
    return english.format_number(value) if is_english() else vietnamese.format_number(value)


def preferred(accepted: str) -> Language:
    """The language that a program asks for by Accept-Language; Vietnamese unless asked otherwise."""
    return _preferred(accepted[:500])


@lru_cache(maxsize=512)
def _preferred(accepted: str) -> Language:
    for language, weight in sorted(parse_accept_lang_header(accepted), key=lambda pair: -pair[1]):
        if weight and language.split("-")[0] in {"vi", "en"}:
            return "en" if language.split("-")[0] == "en" else "vi"
    return "vi"
