"""Numbers that carry their own check digit."""

from __future__ import annotations

import re
from collections.abc import Callable

_TAX_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)


def is_tax_code(text: str) -> bool:
    """A Vietnamese enterprise tax code: 10 digits of which the last checks the others, or 13 for a dependent unit.

    Written with or without the hyphen before the last three digits.
    """
    match = re.fullmatch(r"([0-9]{10})(?:-?([0-9]{3}))?", text)
    if match is None or match[2] == "000":
        return False
    digits = [int(c) for c in match[1]]
    weighed = sum(w * d for w, d in zip(_TAX_WEIGHTS, digits, strict=False))
    return digits[9] == 10 - weighed % 11


def is_cas_number(text: str) -> bool:
    """A CAS Registry Number such as 7732-18-5: the last digit checks the others, weighed from the right."""
    if not re.fullmatch(r"[1-9][0-9]{1,6}-[0-9]{2}-[0-9]", text):
        return False
    *digits, check = (int(c) for c in text if c != "-")
    return sum(place * digit for place, digit in enumerate(reversed(digits), start=1)) % 10 == check


def is_phone(text: str) -> bool:
    """A telephone number of Viet Nam (10 or 11 digits from 0) or an international one (+ and 7 to 15 digits)."""
    digits = re.sub(r"[ .()-]", "", text)
    return bool(re.fullmatch(r"0[0-9]{9,10}|\+[1-9][0-9]{6,14}", digits))


CHECKS: dict[str, Callable[[str], bool]] = {
    "tax_code": is_tax_code,
    "cas_number": is_cas_number,
    "phone": is_phone,
}
