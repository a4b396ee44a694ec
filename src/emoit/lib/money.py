"""Amounts of đồng: whole numbers, and their words as receipts and orders spell them."""

from __future__ import annotations

import re
from typing import Literal, NewType

Vnd = NewType("Vnd", int)

MAX_VND = 10**18 - 1
_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_BILLION = 10**9
_GROUPED = re.compile(r"\d{1,3}(?:\.\d{3})+|\d+")
_CURRENCY = re.compile(r"\s*(?:đ|đồng|vnđ|vnd)$", re.IGNORECASE)


def parse_vnd(text: str) -> Vnd:
    """Read "60.000 đ", "60.000", "60000 đồng". ValueError for anything else, decimals and signs included."""
    digits = _CURRENCY.sub("", text.strip())
    if not _GROUPED.fullmatch(digits) or not digits.isascii():
        raise ValueError(f"Số tiền không đúng: {text}. Viết như 60.000 đ.")
    amount = int(digits.replace(".", ""))
    if amount > MAX_VND:
        raise ValueError("Số tiền quá lớn.")
    return Vnd(amount)


def in_words(amount: int, *, gap: Literal["lẻ", "linh"] = "lẻ") -> str:
    """60000 -> "sáu mươi nghìn đồng". `gap` is the word for a missing ten (105: "một trăm lẻ năm").

    ValueError beyond ±(10^18 - 1).
    """
    if abs(amount) > MAX_VND:
        raise ValueError("Số tiền quá lớn.")
    sign = "âm " if amount < 0 else ""
    return f"{sign}{number_in_words(abs(amount), gap=gap)} đồng"


def number_in_words(number: int, *, gap: Literal["lẻ", "linh"] = "lẻ") -> str:
    """A whole number from 0 up to 10^18 - 1 in words."""
    return _words(number, gap, leading=True) if number else _DIGITS[0]


def _words(number: int, gap: str, *, leading: bool) -> str:
    """Words of a number above zero; after a higher group (`leading` false) hundreds are spoken even when none."""
    parts: list[str] = []
    if number >= _BILLION:
        parts.append(_words(number // _BILLION, gap, leading=leading) + " tỷ")
        leading = False
    for scale, name in ((10**6, " triệu"), (10**3, " nghìn"), (1, "")):
        group = number // scale % 1000
        if group:
            parts.append(_group(group, gap, leading=leading and not parts) + name)
    return " ".join(parts)


def _group(group: int, gap: str, *, leading: bool) -> str:
    hundreds, rest = divmod(group, 100)
    words = [] if leading and not hundreds else [_DIGITS[hundreds], "trăm"]
    tens, unit = divmod(rest, 10)
    if not rest:
        return " ".join(words)
    if tens == 0:
        return " ".join([*words, gap, _DIGITS[unit]] if words else [_DIGITS[unit]])
    words += ["mười"] if tens == 1 else [_DIGITS[tens], "mươi"]
    if unit:
        words.append(_unit(tens, unit))
    return " ".join(words)


def _unit(tens: int, unit: int) -> str:
    """After a ten: mười lăm, hai mươi mốt, hai mươi tư, hai mươi lăm."""
    if unit == 5:
        return "lăm"
    if tens > 1:
        return {1: "mốt", 4: "tư"}.get(unit, _DIGITS[unit])
    return _DIGITS[unit]
