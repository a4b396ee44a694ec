"""Made-up people and enterprises, the same for the same seed: all partners tell of the same country.

Nobody here exists. Numbers have the true structure, so that whatever checks it can be tried.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import TypeVar

from emoit_partners import names
from emoit_partners.places import ORIGINS, PROVINCES, STREETS, WARDS

T = TypeVar("T")
SEED = 2025
TODAY = dt.date(2025, 7, 1)  # what ages are reckoned from, so that the same people come out every day
ADULTS_FIRST = 100  # so many of the first are adults in good standing: those to sign in with
_TAX_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)


@dataclass(frozen=True, slots=True)
class Address:
    """`province_code` 2 digits, in force since 1 July 2025; `ward_code` 5 digits, made up."""

    province_code: str
    province: str
    ward_code: str
    ward: str
    detail: str

    @property
    def text(self) -> str:
        return ", ".join(filter(None, (self.detail, self.ward, self.province)))


@dataclass(frozen=True, slots=True)
class Person:
    """One made-up person.

    number: 12 digits: province of registration (3), sex and century (0 and 1: man and woman born 19xx, 2 and 3: 20xx),
    year (2), serial (6). old_number: the former identity card's 9 digits, or empty. sex: `male` or `female`. only_year:
    of the birth only the year is recorded. marital_status: `single`, `married`, `divorced`, `widowed`. status: `alive`,
    `dead`, `missing`, `cancelled` (the number was withdrawn).
    """

    number: str
    old_number: str
    name: str
    sex: str
    born_on: dt.date
    only_year: bool
    ethnicity: str
    religion: str
    nationality: str
    marital_status: str
    blood_group: str
    household: str
    origin: Address
    home: Address
    residence: Address
    status: str

    def age(self, on: dt.date = TODAY) -> int:
        """Whole years."""
        return on.year - self.born_on.year - ((on.month, on.day) < (self.born_on.month, self.born_on.day))


@dataclass(frozen=True, slots=True)
class Enterprise:
    """One made-up enterprise.

    tax_code: 10 digits, the last a right check digit. kind: `llc1` and `llc2` (limited liability, of one member, of
    several), `jsc` (joint stock), `private`, `partnership`. capital: whole VND. industries: (code, name), the main one
    first. status: `active`, `suspended`, `closing`, `dissolved`.
    """

    tax_code: str
    name: str
    short_name: str
    kind: str
    representative: Person
    position: str
    address: Address
    capital: int
    industries: tuple[tuple[str, str], ...]
    registered_on: dt.date
    phone: str
    email: str
    status: str


class _Dice:
    """Only `random()` of the generator, whose numbers are promised to stay the same in later Pythons."""

    def __init__(self, seed: int) -> None:
        self._next = random.Random(seed).random  # noqa: S311 - made-up people are no secret

    def below(self, most: int) -> int:
        return int(self._next() * most)

    def chance(self, share: float) -> bool:
        return self._next() < share

    def one(self, among: Sequence[T]) -> T:
        return among[self.below(len(among))]

    def weighed(self, among: Sequence[tuple[str, float]]) -> str:
        bounds = list(accumulate(weight for _, weight in among))
        point = self._next() * bounds[-1]
        return next(word for (word, _), bound in zip(among, bounds, strict=True) if point < bound)


@lru_cache(maxsize=4)
def _people(seed: int, count: int) -> tuple[Person, ...]:
    dice, taken = _Dice(seed), set[str]()
    return tuple(_person(dice, n, taken) for n in range(count))


def people(seed: int = SEED, count: int = 10_000) -> list[Person]:
    """`count` people; a shorter list is the beginning of a longer one."""
    return list(_people(seed, count))


def enterprises(seed: int = SEED, count: int = 2_000) -> list[Enterprise]:
    """`count` enterprises, each represented by one of `people(seed)` who is alive and of age."""
    dice, taken = _Dice(seed + 1), set[str]()
    heads = [person for person in _people(seed, 10_000) if person.status == "alive" and person.age() >= 20]
    return [_enterprise(dice, heads, taken) for _ in range(count)]


def check_digit(first_nine: str) -> int | None:
    """The tenth digit of a tax code; None where no such code is issued."""
    digit = 10 - sum(int(d) * w for d, w in zip(first_nine, _TAX_WEIGHTS, strict=True)) % 11
    return digit if digit < 10 else None


def _person(dice: _Dice, place: int, taken: set[str]) -> Person:
    is_man = dice.chance(0.498)
    born_on = _birthday(dice, 20, 60) if place < ADULTS_FIRST else _birthday(dice, 0, 92)
    age = TODAY.year - born_on.year
    code = dice.one(list(ORIGINS))
    number = _unused(dice, code, is_man=is_man, year=born_on.year, taken=taken)
    origin = _address(dice, ORIGINS[code][1], detailed=False)
    home = _address(dice, ORIGINS[code][1] if dice.chance(0.7) else dice.one(list(PROVINCES)), detailed=True)
    residence = home if dice.chance(0.85) else _address(dice, dice.one(list(PROVINCES)), detailed=True)
    return Person(
        number=number,
        old_number=f"{100_000_000 + dice.below(899_999_999)}" if age >= 25 else "",
        name=_name(dice, is_man=is_man),
        sex="male" if is_man else "female",
        born_on=born_on,
        only_year=age >= 65 and place >= ADULTS_FIRST and dice.chance(0.2),
        ethnicity=dice.weighed(names.ETHNICITIES),
        religion=dice.weighed(names.RELIGIONS),
        nationality="Việt Nam",
        marital_status=_marital_status(dice, age),
        blood_group=dice.weighed((("", 60.0), ("O", 18.0), ("B", 12.0), ("A", 8.0), ("AB", 2.0))),
        household=f"{home.province_code}{100_000_000 + dice.below(899_999_999)}",
        origin=origin,
        home=home,
        residence=residence,
        status=_status(dice, place, age),
    )


def _status(dice: _Dice, place: int, age: int) -> str:
    dead = 0.25 if age >= 80 else 0.04 if age >= 60 else 0.008
    word = dice.weighed((("dead", dead), ("missing", 0.002), ("cancelled", 0.002), ("alive", 0.996 - dead)))
    return "alive" if place < ADULTS_FIRST else word


def _birthday(dice: _Dice, youngest: int, oldest: int) -> dt.date:
    days = youngest * 366 + dice.below((oldest - youngest) * 365)
    return TODAY - dt.timedelta(days=days + 1)


def _unused(dice: _Dice, code: str, *, is_man: bool, year: int, taken: set[str]) -> str:
    century = 2 * (year // 100 - 19) + (0 if is_man else 1)
    while True:
        number = f"{code}{century}{year % 100:02}{1 + dice.below(29_999):06}"
        if number not in taken:
            taken.add(number)
            return number


def _name(dice: _Dice, *, is_man: bool) -> str:
    family = dice.weighed(names.FAMILY)
    middle = dice.one(names.MIDDLE_MALE if is_man else names.MIDDLE_FEMALE)
    given = dice.one(names.GIVEN_MALE if is_man else names.GIVEN_FEMALE)
    if family == "Tôn Nữ" and is_man:
        family = "Tôn Thất"
    elif family == "Tôn Thất" and not is_man:
        family = "Tôn Nữ"
    return " ".join(filter(None, (family, middle if middle != given else "", given)))


def _marital_status(dice: _Dice, age: int) -> str:
    if age < 20:
        return "single"
    widowed = 20.0 if age >= 60 else 2.0
    single = 25.0 if age < 35 else 6.0
    return dice.weighed((("married", 70.0), ("single", single), ("divorced", 4.0), ("widowed", widowed)))


def _address(dice: _Dice, province_code: str, *, detailed: bool) -> Address:
    place = dice.below(len(WARDS))
    kind = "Phường" if dice.chance(0.35) else "Xã"
    street = f"Số {1 + dice.below(400)}, đường {dice.one(STREETS)}"
    hamlet = f"Thôn {1 + dice.below(12)}"
    return Address(
        province_code=province_code,
        province=PROVINCES[province_code],
        ward_code=f"{province_code}{place:02}{1 if kind == 'Phường' else 2}",
        ward=f"{kind} {WARDS[place]}",
        detail=(street if kind == "Phường" else hamlet) if detailed else "",
    )


_KINDS = (("llc1", 45.0), ("llc2", 25.0), ("jsc", 24.0), ("private", 5.0), ("partnership", 1.0))
_KIND_WORDS = {
    "llc1": "Công ty TNHH Một thành viên",
    "llc2": "Công ty TNHH",
    "jsc": "Công ty Cổ phần",
    "private": "Doanh nghiệp tư nhân",
    "partnership": "Công ty Hợp danh",
}
_POSITIONS = (("Giám đốc", 60.0), ("Tổng giám đốc", 20.0), ("Chủ tịch Hội đồng thành viên", 12.0), ("Chủ tịch", 8.0))
_STATUSES = (("active", 88.0), ("suspended", 6.0), ("closing", 2.0), ("dissolved", 4.0))
_FIRST_DAY = dt.date(2000, 1, 1)


def _enterprise(dice: _Dice, heads: Sequence[Person], taken: set[str]) -> Enterprise:
    head = dice.one(heads)
    kind = dice.weighed(_KINDS)
    trade, code, industry = dice.one(names.TRADES)
    own = _own_name(dice, _KIND_WORDS[kind], trade, taken)
    second = dice.one(names.TRADES)
    grown = max(_FIRST_DAY, head.born_on + dt.timedelta(days=19 * 366))
    provinces = list(PROVINCES)
    return Enterprise(
        tax_code=_tax_code(dice, taken),
        name=f"{_KIND_WORDS[kind]} {trade} {own}",
        short_name=own,
        kind=kind,
        representative=head,
        position="Chủ doanh nghiệp" if kind == "private" else dice.weighed(_POSITIONS),
        address=_address(dice, dice.one(["01", "79", dice.one(provinces)]), detailed=True),
        capital=(1 + dice.below(500)) * 100_000_000,
        industries=((code, industry), *(((second[1], second[2]),) if second[1] != code else ())),
        registered_on=grown + dt.timedelta(days=dice.below(max(1, (TODAY - grown).days))),
        phone=f"02{dice.below(9)}{1_000_000 + dice.below(8_999_999)}",
        email=f"lienhe{len(taken)}@doanhnghiep.example",
        status=dice.weighed(_STATUSES),
    )


def _own_name(dice: _Dice, kind: str, trade: str, taken: set[str]) -> str:
    """Unused among enterprises of the same kind and trade: no two whole names are the same."""
    while True:
        first, second = dice.one(names.ENTERPRISE_FIRST), dice.one(names.ENTERPRISE_SECOND)
        own = f"{first} {second}"
        whole = f"{kind} {trade} {own}"
        if first != second and whole not in taken:
            taken.add(whole)
            return own


def _tax_code(dice: _Dice, taken: set[str]) -> str:
    while True:
        nine = f"{1 + dice.below(63):02}{dice.below(10_000_000):07}"
        digit = check_digit(nine)
        if digit is not None and nine not in taken:
            taken.add(nine)
            return f"{nine}{digit}"
