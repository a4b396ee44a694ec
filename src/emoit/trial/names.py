"""Made-up people and enterprises. None of them exists.

Tax codes begin with 98, which is no province's number and not the 99 of the demonstration accounts; identity numbers
with 999, which is no province; e-mail ends in example.com.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from emoit.people.rules import tax_check_digit

_WORDS = json.loads((Path(__file__).parent / "data" / "names.json").read_text("utf-8"))
_FAMILY, _FIRST, _SECOND = (_WORDS[key].split() for key in ("family", "first", "second"))
_MIDDLE, _GIVEN = ({kind: names.split() for kind, names in _WORDS[key].items()} for key in ("middle", "given"))
_FORMS, _TRADES, _STREETS, _PLACES = (_WORDS[key] for key in ("forms", "trades", "streets", "places"))


def person(rng: random.Random) -> str:
    kind = "f" if rng.random() < 0.5 else "m"
    return f"{rng.choice(_FAMILY)} {rng.choice(_MIDDLE[kind])} {rng.choice(_GIVEN[kind])}"


def enterprise(rng: random.Random) -> str:
    name = f"{rng.choice(_FIRST)} {rng.choice(_SECOND)}"
    return f"{rng.choice(_FORMS)} {rng.choice(_TRADES)} {name} {rng.randrange(1, 100):02d}"


def address(rng: random.Random) -> str:
    return f"{rng.randrange(1, 400)} đường {rng.choice(_STREETS)}, {rng.choice(_PLACES)}"


def tax_codes() -> Iterator[str]:
    """Tax codes with right check digits, always the same ones in the same order."""
    for number in range(10_000_000):
        nine = f"98{number:07d}"
        digit = tax_check_digit(nine)
        if digit is not None:
            yield f"{nine}{digit}"


@lru_cache(maxsize=4)
def first_tax_codes(count: int) -> tuple[str, ...]:
    codes = tax_codes()
    return tuple(next(codes) for _ in range(count))
