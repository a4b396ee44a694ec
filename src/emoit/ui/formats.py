"""How values look on screen, in the language of the page. Times are shown in Asia/Ho_Chi_Minh, whatever zone they are
kept in."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from emoit.ui import language

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NARROW = "\N{NO-BREAK SPACE}"


def _local(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone cannot be shown")
    return moment.astimezone(ZONE)


def day(value: date | datetime) -> str:
    """ "12/05/2026", "12 May 2026". A moment counts as the day it is in Viet Nam."""
    shown = _local(value) if isinstance(value, datetime) else value
    return language.day(shown)


def clock(value: datetime) -> str:
    """ "14:00"."""
    return f"{_local(value):%H:%M}"


def day_and_clock(value: datetime) -> str:
    """ "12/05/2026, 14:00", "12 May 2026, 14:00"."""
    return f"{day(value)}, {clock(value)}"


def grouped(number: int) -> str:
    """ "1.234.567", "1,234,567"."""
    return language.number(number)


def vnd(amount: int) -> str:
    """ "60.000 đ", "60,000 VND", not to be broken across lines."""
    return f"{grouped(amount)}{NARROW}{'VND' if language.is_english() else 'đ'}"


def size(octets: int) -> str:
    """A file's size as people say it: "812 B", "240 KB", "2,4 MB" ("2.4 MB")."""
    if octets < 1024:
        return f"{octets}{NARROW}B"
    if octets < 1024 * 1024:
        return f"{round(octets / 1024)}{NARROW}KB"
    megabytes = f"{octets / 1024 / 1024:.1f}".removesuffix(".0")
    return f"{megabytes if language.is_english() else megabytes.replace('.', ',')}{NARROW}MB"


def phone(number: str) -> str:
    """ "0987 654 321", "024 2220 2108", "1900 9095"; what is not a Vietnamese number stays as it is."""
    digits = "".join(c for c in number if c.isdigit())
    if number.strip().startswith("+84") or (digits.startswith("84") and len(digits) in {11, 12}):
        digits = "0" + digits[2:]
    match len(digits):
        case 10 if digits.startswith("0"):
            parts = [digits[:4], digits[4:7], digits[7:]]
        case 11 if digits.startswith("02"):
            parts = [digits[:3], digits[3:7], digits[7:]]
        case 8 if digits.startswith(("1800", "1900")):
            parts = [digits[:4], digits[4:]]
        case _:
            return number
    return NARROW.join(parts)


def field_id(pointer: str) -> str:
    """The element that an error belongs to: "/programme/0/name" is the field `programme-0-name`."""
    return pointer.strip("/#").replace("~1", "-").replace("~0", "-").replace("/", "-")
