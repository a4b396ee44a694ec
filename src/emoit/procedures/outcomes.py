"""The number and the validity of a result, from the words of its specification. Pure; times are days in Viet Nam.

Number pattern: `{n}` once, or `{n:5}` with at least five digits; besides, `{yy}` or `{yyyy}`, the year of issue, and
`{/pointer}`, a choice that was answered: `VN-{/importing_country} {yy}/01/{n:5}` gives `VN-TH 26/01/00006`.

Validity: empty for no end; a period `P30D`, `P12M`, `P5Y` from the day of issue; a pointer to a date of the answers; or
both, with a blank between: whichever ends first.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

_TOKEN = re.compile(r"\{([^{}]*)\}")
_COUNT = re.compile(r"n(?::([1-9]))?")
_PERIOD = re.compile(r"P([1-9][0-9]{0,3})([DMY])")


def number(pattern: str, n: int, *, on: date, answers: Mapping[str, Any]) -> str:
    """The n-th number of a pattern that `faulty_pattern` finds right. KeyError if the answer it needs is not there."""

    def written(token: re.Match[str]) -> str:
        name = token[1]
        if count := _COUNT.fullmatch(name):
            return str(n).zfill(int(count[1] or 1))
        if name in {"yy", "yyyy"}:
            return str(on.year)[-len(name) :]
        return str(_at(answers, name))

    return _TOKEN.sub(written, pattern)


def count_in(pattern: str, written: str) -> int | None:
    """The `n` of a number that was written by a pattern; None if it was not."""
    expected, end = "", 0
    for token in _TOKEN.finditer(pattern):
        expected += re.escape(pattern[end : token.start()])
        expected += "(?P<n>[0-9]{1,12})" if _COUNT.fullmatch(token[1]) else r"[^\s/]+?"
        end = token.end()
    found = re.fullmatch(expected + re.escape(pattern[end:]), written.strip())
    return int(found["n"]) if found and "n" in found.groupdict() else None


def choices_of(pattern: str) -> list[str]:
    """The pointers whose answers stand in the number."""
    return [token for token in _TOKEN.findall(pattern) if token.startswith("/")]


def is_pattern(pattern: str) -> bool:
    """Whether the count stands in it once and every brace belongs to a known token."""
    tokens = _TOKEN.findall(pattern)
    return (
        sum(1 for token in tokens if _COUNT.fullmatch(token)) == 1
        and all(_COUNT.fullmatch(t) or t in {"yy", "yyyy"} or re.fullmatch(r"(?:/[a-z][a-z0-9_]*)+", t) for t in tokens)
        and not {"{", "}"} & set(_TOKEN.sub("", pattern))
    )


def _at(answers: Mapping[str, Any], pointer: str) -> Any:
    value: Any = answers
    for key in pointer.split("/")[1:]:
        value = value[key]
    return value


def parts_of(validity: str) -> tuple[str, str] | None:
    """(period, pointer), each may be empty; None if it is neither."""
    period, pointer = "", ""
    for part in validity.split(" ") if validity else ():
        if _PERIOD.fullmatch(part) and not period and not pointer:
            period = part
        elif part.startswith("/") and not pointer:
            pointer = part
        else:
            return None
    return period, pointer


def last_day(validity: str, *, issued_on: date, answers: Mapping[str, Any]) -> date | None:
    """The last day on which the result is valid; None: no end.

    A period ends at the end of the corresponding day (Civil Code 91/2015/QH13, Articles 147 and 148). An answer that
    is not there sets no end.
    """
    period, pointer = parts_of(validity) or ("", "")
    ends = [_after(issued_on, period)] if period else []
    if pointer:
        with suppress(KeyError, TypeError, ValueError):
            ends.append(date.fromisoformat(_at(answers, pointer)))
    return min(ends, default=None)


def _after(day: date, period: str) -> date:
    match = _PERIOD.fullmatch(period)
    if match is None:
        raise ValueError(f"no period: {period}")
    count = int(match[1])
    if match[2] == "D":
        return day + timedelta(days=count)
    months = day.month - 1 + count * (12 if match[2] == "Y" else 1)
    year, month = day.year + months // 12, months % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
