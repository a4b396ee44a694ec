"""Codes, periods and delegation as tables."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emoit.people.rules import (
    Asked,
    Lent,
    closed_until,
    delay_after,
    is_current,
    is_id_number,
    is_login,
    is_organisation_code,
    is_tax_code,
    is_throttled,
    objection_to_delegation,
    tax_check_digit,
)
from tests.people.world import DAY, HOUR, NOW


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("0100109106", True),
        ("0101248141", True),
        ("0300588569", True),
        ("0100109106-001", True),
        ("0100109106-999", True),
        ("9900000016", True),
        ("0100109107", False),  # check digit
        ("0100109116", False),  # a digit altered
        ("1000109106", False),  # two digits exchanged
        ("0100109106-000", False),  # no dependent unit has number 000
        ("0100109106-01", False),
        ("0100109106001", False),  # without the dash
        ("010010910", False),
        ("01001091066", False),
        ("0100109106 ", False),
        ("0100109106\n", False),
        ("０100109106", False),  # a full-width digit
        ("٠100109106", False),  # an Arabic digit
        ("9900000070", False),  # first nine digits that have no check digit
        ("", False),
    ],
)
def test_tax_code(text: str, right: bool) -> None:
    assert is_tax_code(text) is right


def test_no_check_digit_where_the_sum_leaves_none() -> None:
    assert tax_check_digit("990000007") is None


@given(st.from_regex(r"\A[0-9]{9}\Z", fullmatch=True))
def test_exactly_one_tenth_digit_fits_or_none(nine: str) -> None:
    fitting = [d for d in "0123456789" if is_tax_code(nine + d)]
    digit = tax_check_digit(nine)
    assert fitting == ([] if digit is None else [str(digit)])


@given(st.from_regex(r"\A[0-9]{9}\Z", fullmatch=True), st.integers(0, 8), st.integers(1, 9))
def test_every_single_wrong_digit_is_found(nine: str, place: int, shift: int) -> None:
    digit = tax_check_digit(nine)
    if digit is None:
        return
    wrong = nine[:place] + str((int(nine[place]) + shift) % 10) + nine[place + 1 :]
    assert not is_tax_code(f"{wrong}{digit}")


@pytest.mark.parametrize(
    ("text", "right"),
    [("001190000001", True), ("00119000000", False), ("0011900000012", False), ("00119000000a", False), ("", False)],
)
def test_id_number(text: str, right: bool) -> None:
    assert is_id_number(text) is right


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("nguyen.van-a_1", True),
        ("a@b.vn", True),
        ("0100109106-001", True),
        ("ab", False),
        ("Abc", False),
        ("nguyễn", False),
        (".abc", False),
        ("a b c", False),
    ],
)
def test_login(text: str, right: bool) -> None:
    assert is_login(text) is right


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("G02", True),
        ("G02.21.03", True),
        ("000.00.19.G02", True),
        ("A" * 35, True),
        ("A" * 36, False),
        ("g02", False),
        ("G02.", False),
        ("G02.ĐB", False),
    ],
)
def test_organisation_code_of_decision_20_2020(text: str, right: bool) -> None:
    assert is_organisation_code(text) is right


@pytest.mark.parametrize(
    ("since", "until", "current"),
    [
        (NOW, None, True),
        (NOW - HOUR, NOW + HOUR, True),
        (NOW - HOUR, NOW, False),
        (NOW + HOUR, None, False),
        (NOW, NOW, False),
    ],
)
def test_a_period_is_half_open(since, until, current) -> None:  # type: ignore[no-untyped-def]
    assert is_current(since, until, NOW) is current


HELD = frozenset({(1, "unit_head"), (1, "specialist"), (2, "leader"), (1, "administrator"), (1, "auditor")})


def asked(**changes):  # type: ignore[no-untyped-def]
    values = {
        "principal_id": 10,
        "delegate_id": 11,
        "scope": frozenset({(1, "unit_head")}),
        "valid_from": NOW,
        "valid_to": NOW + 5 * DAY,
        "reason": "Đi công tác",
        "own": HELD,
        "borrowed": frozenset({(3, "unit_head")}),
        "standing": (),
    }
    return Asked(**(values | changes))


def lent(role: str, since: timedelta, until: timedelta, *procedures: str) -> tuple[Lent, ...]:
    return (Lent(frozenset({(1, role)}), NOW + since, NOW + until, frozenset(procedures)),)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, None),
        ({"scope": frozenset({(1, "unit_head"), (2, "leader")})}, None),
        ({"delegate_id": 10}, "self_delegation"),
        ({"valid_to": NOW}, "period_reversed"),
        ({"valid_from": NOW + 6 * DAY}, "period_reversed"),
        ({"valid_from": NOW - 5 * DAY, "valid_to": NOW - DAY}, "period_past"),
        ({"valid_to": NOW + 367 * DAY}, "period_too_long"),
        ({"valid_to": NOW + 366 * DAY}, None),
        ({"reason": "  "}, "reason_missing"),
        ({"scope": frozenset()}, "scope_empty"),
        ({"scope": frozenset({(1, "administrator")})}, "not_delegable"),
        ({"scope": frozenset({(1, "auditor")})}, "not_delegable"),
        ({"scope": frozenset({(2, "unit_head")})}, "not_held"),
        ({"scope": frozenset({(1, "unit_head"), (2, "unit_head")})}, "not_held"),
        ({"scope": frozenset({(3, "unit_head")})}, "chain"),
        ({"standing": lent("unit_head", -DAY, DAY)}, "overlap"),
        ({"standing": lent("unit_head", 4 * DAY, 9 * DAY)}, "overlap"),
        ({"standing": lent("unit_head", 5 * DAY, 9 * DAY)}, None),  # begins when this one ends
        ({"standing": lent("unit_head", -DAY, timedelta(0))}, None),  # ended when this one begins
        ({"standing": lent("specialist", -DAY, 9 * DAY)}, None),  # another role
        ({"standing": lent("unit_head", -DAY, DAY, "A"), "procedures": frozenset({"B"})}, None),  # another procedure
        ({"standing": lent("unit_head", -DAY, DAY, "A"), "procedures": frozenset({"A", "B"})}, "overlap"),
        ({"standing": lent("unit_head", -DAY, DAY, "A")}, "overlap"),  # all procedures
        ({"standing": lent("unit_head", -DAY, DAY), "procedures": frozenset({"A"})}, "overlap"),
    ],
)
def test_delegation(changes, code) -> None:  # type: ignore[no-untyped-def]
    objection = objection_to_delegation(asked(**changes), NOW)
    assert (objection.code if objection else None) == code


@pytest.mark.parametrize(
    ("failures", "minutes"),
    [(0, 0), (4, 0), (5, 1), (6, 2), (7, 4), (8, 8), (9, 16), (10, 32), (11, 60), (12, 60), (500, 60)],
)
def test_the_wait_doubles_up_to_an_hour(failures: int, minutes: int) -> None:
    assert delay_after(failures) == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("seconds_ago", "left"),
    [
        ([], None),
        ([0, 1, 2, 3], None),
        ([0, 1, 2, 3, 4], 60),
        ([59, 60, 61, 62, 63], 1),
        ([60, 61, 62, 63, 64], None),
        ([60, 61, 62, 63, 64, 65], 60),
    ],
)
def test_until_when_the_door_is_closed(seconds_ago: list[int], left: int | None) -> None:
    until = closed_until([NOW - timedelta(seconds=s) for s in seconds_ago], NOW)
    assert until == (None if left is None else NOW + timedelta(seconds=left))


@pytest.mark.parametrize(
    ("minutes_ago", "throttled"),
    [
        ([], False),
        ([1, 2, 3, 4], False),
        ([0, 1, 2, 3, 4], True),
        ([1, 2, 3, 4, 15], False),
        ([1, 2, 3, 4, 14.9], True),
        ([-1, 1, 2, 3, 4], False),
    ],
)
def test_five_failures_in_fifteen_minutes(minutes_ago, throttled) -> None:  # type: ignore[no-untyped-def]
    assert is_throttled([NOW - timedelta(minutes=m) for m in minutes_ago], NOW) is throttled
