"""The made-up people and enterprises: the same every time, and of true structure."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections import Counter

import pytest

from emoit_partners.people import ADULTS_FIRST, TODAY, check_digit, enterprises, people
from emoit_partners.places import ORIGINS, PROVINCES


def test_the_same_seed_makes_the_same_people() -> None:
    assert len(people()) == 10_000
    assert people(2025, 50) == people()[:50]
    assert people(7, 50) != people(2025, 50)
    first = people()[0]
    assert (first.number, first.name, first.born_on) == ("046179005199", "Nguyễn Thị Quyên", dt.date(1979, 8, 22))


def test_numbers_tell_province_sex_century_and_year() -> None:
    everybody = people()
    assert len({person.number for person in everybody}) == 10_000
    for person in everybody:
        found = re.fullmatch(r"(\d{3})(\d)(\d{2})(\d{6})", person.number)
        assert found, person.number
        province, century, year, _ = found.groups()
        assert province in ORIGINS
        assert person.origin.province_code == ORIGINS[province][1]
        assert int(year) == person.born_on.year % 100
        assert int(century) == 2 * (person.born_on.year // 100 - 19) + (person.sex == "female")


def test_the_first_can_sign_in() -> None:
    assert {person.status for person in people()[:ADULTS_FIRST]} == {"alive"}
    assert min(person.age() for person in people()[:ADULTS_FIRST]) >= 20


def test_every_state_of_life_is_there() -> None:
    everybody = people()
    assert set(Counter(person.status for person in everybody)) == {"alive", "dead", "missing", "cancelled"}
    assert sum(person.status == "alive" for person in everybody) > 9_000
    assert any(person.only_year for person in everybody)
    assert {person.home.province for person in everybody} == set(PROVINCES.values())
    assert all(unicodedata.is_normalized("NFC", person.name + person.home.text) for person in everybody)
    assert all(person.born_on < TODAY for person in everybody)


def test_enterprises_have_right_tax_codes_and_living_heads() -> None:
    found = enterprises()
    assert len(found) == 2_000
    assert enterprises(2025, 20) == found[:20]
    assert len({enterprise.tax_code for enterprise in found}) == len({enterprise.name for enterprise in found}) == 2_000
    known = {person.number: person for person in people()}
    for enterprise in found:
        assert check_digit(enterprise.tax_code[:9]) == int(enterprise.tax_code[9])
        head = enterprise.representative
        assert known[head.number] == head
        assert (head.status, head.age() >= 20) == ("alive", True)
        assert head.born_on + dt.timedelta(days=18 * 365) < enterprise.registered_on <= TODAY
    assert set(Counter(enterprise.status for enterprise in found)) == {"active", "suspended", "closing", "dissolved"}


@pytest.mark.parametrize(("nine", "digit"), [("010010910", 6), ("000000000", None)])
def test_check_digits(nine: str, digit: int | None) -> None:
    """The first is a code in use; the second would need two digits."""
    assert check_digit(nine) == digit
