"""Vietnamese text: one form, a search key, a sort key; and how dates, times and money are written."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")

# Letters and marks that PostgreSQL's `unaccent` rewrites although they do not decompose.
_REWRITTEN = {
    **dict(zip("ĐđÐðĦħŁłØøŦŧıĸŊŋſƠơƯư", "DdDdHhLlOoTtiqNnsOoUu", strict=True)),
    "Æ": "AE",
    "æ": "ae",
    "Œ": "OE",
    "œ": "oe",
    "Þ": "TH",
    "þ": "th",
    "ß": "ss",
    "Ĳ": "IJ",
    "ĳ": "ij",
    "Ŀ": "L",
    "ŀ": "l",
    "ŉ": "'n",
    "№": "No",
    "©": "(C)",
    "®": "(R)",
    "±": "+/-",
    "×": "*",
    "÷": "/",
    "«": "<<",
    "»": ">>",
    "¼": " 1/4",
    "½": " 1/2",
    "¾": " 3/4",
    "¡": "!",
    "¿": "?",
    "\u00ad": "-",
    "‐": "-",
    "‑": "-",
    "‒": "-",
    "–": "-",
    "—": "-",
    "―": "-",
    "−": "-",
    "…": "...",
    "‥": "..",
    "․": ".",
    "‘": "'",
    "’": "'",
    "‚": ",",
    "‛": "'",
    "“": '"',
    "”": '"',
    "„": ",,",
    "‟": '"',
    "′": "'",
    "″": '"',
    "‹": "<",
    "›": ">",
    "‖": "||",
    "⁄": "/",
    "℃": "°C",
    "℅": "c/o",
}
_FIRST_MARK, _LAST_MARK = "\u0300", "\u0362"


def nfc(text: str) -> str:
    """The form in which text is stored."""
    return unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """The search key: without marks and case, so that "hoà", "hòa" and "hoa" meet. As SQL `vn_fold` for Latin text."""
    return "".join(map(_fold, nfc(text))).lower()


@lru_cache(maxsize=4096)
def _fold(letter: str) -> str:
    rewritten = _REWRITTEN.get(letter)
    if rewritten is not None:
        return rewritten
    if _FIRST_MARK <= letter <= _LAST_MARK:
        return ""
    bare = unicodedata.normalize("NFD", letter)
    return bare[0] if bare[0].isascii() else letter


# Alphabet of Vietnamese with the four Latin letters it borrows; digits come first.
_ALPHABET = {letter: chr(0x30 + n) for n, letter in enumerate("0123456789aăâbcdđeêfghijklmnoôơpqrstuưvwxyz")}
_TONES = {mark: str(n) for n, mark in enumerate("\u0300\u0309\u0303\u0301\u0323", 1)}  # huyền hỏi ngã sắc nặng
_FOREIGN_MARK = "6"
_LEVEL = "\t"


def sort_key(text: str) -> str:
    """A key that sorts Vietnamese text as a dictionary does, compared byte by byte (COLLATE "C").

    First by letters (spaces, signs, digits, a ă â b c d đ e ê …), then by tone (none, huyền, hỏi, ngã, sắc, nặng),
    then small before capital, then by the text itself.
    """
    text = nfc(text)
    weights = [_weights(letter) for letter in text]
    return _LEVEL.join([*("".join(level) for level in zip(*weights, strict=True)), text]) if weights else ""


@lru_cache(maxsize=4096)
def _weights(letter: str) -> tuple[str, str, str]:
    if letter.isspace():
        return " ", "0", "0"
    lower = letter.lower()
    parts = unicodedata.normalize("NFD", lower)
    tone = next((_TONES[part] for part in parts if part in _TONES), "0")
    base = nfc("".join(part for part in parts if part not in _TONES))
    case = "0" if letter == lower else "1"
    primary = _ALPHABET.get(base)
    if primary is None and (primary := _ALPHABET.get(parts[0])) is not None:
        tone = _FOREIGN_MARK
    if primary is None:
        primary = "~" + lower if letter.isalnum() else "!"
    return primary, tone, case


def name_sort_key(full_name: str) -> str:
    """Sorts people as Vietnamese lists do: by given name (the last word), then family and middle names."""
    words = full_name.split()
    if not words:
        return ""
    return sort_key(words[-1]) + "\n" + sort_key(" ".join(words[:-1]))


def is_vietnamese(text: str) -> bool:
    """Whether there is a letter in it that English does not have: a mark above, below or across."""
    return any(letter in "đĐ" or _FIRST_MARK <= letter <= _LAST_MARK for letter in unicodedata.normalize("NFD", text))


def format_date(day: date) -> str:
    """12/05/2026. A datetime must be aware and is shown by its day in Viet Nam."""
    return f"{_local(day) if isinstance(day, datetime) else day:%d/%m/%Y}"


def format_time(moment: datetime) -> str:
    """14:00, Viet Nam's time."""
    return f"{_local(moment):%H:%M}"


def format_datetime(moment: datetime) -> str:
    """14:00 ngày 12/05/2026, Viet Nam's time. ValueError for a naive moment."""
    return f"{_local(moment):%H:%M ngày %d/%m/%Y}"


def format_number(number: float | Decimal) -> str:
    """1.234.567,5: dots between thousands, a comma before decimals, all the digits that are there."""
    exact = Decimal(repr(number)) if isinstance(number, float) else Decimal(number)
    whole = int(exact)
    return (f"{whole:,}" if whole == exact else f"{exact:,f}").translate(_VIETNAMESE_MARKS)


_VIETNAMESE_MARKS = str.maketrans(",.", ".,")


def format_vnd(amount: int) -> str:
    """60.000 đ."""
    return f"{format_number(amount)} đ"


def _local(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment must carry its time zone")
    return moment.astimezone(_ZONE)
