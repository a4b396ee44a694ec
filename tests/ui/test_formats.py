from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from emoit.ui import formats

NB = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        (datetime(2026, 5, 12, 7, 0, tzinfo=UTC), "12/05/2026, 14:00"),
        (datetime(2026, 5, 11, 17, 30, tzinfo=UTC), "12/05/2026, 00:30"),
        (datetime(2026, 1, 1, 2, 5, tzinfo=UTC), "01/01/2026, 09:05"),
    ],
)
def test_moments_are_shown_in_viet_nam(moment: datetime, shown: str) -> None:
    assert formats.day_and_clock(moment) == shown


def test_a_day_has_no_zone_and_a_moment_must_have_one() -> None:
    assert formats.day(date(2026, 9, 2)) == "02/09/2026"
    with pytest.raises(ValueError, match="time zone"):
        formats.clock(datetime(2026, 9, 2, 8, 0))  # noqa: DTZ001 - the point


@pytest.mark.parametrize(
    ("amount", "shown"),
    [(0, f"0{NB}đ"), (60_000, f"60.000{NB}đ"), (1_250_000_000, f"1.250.000.000{NB}đ"), (-5000, f"-5.000{NB}đ")],
)
def test_money(amount: int, shown: str) -> None:
    assert formats.vnd(amount) == shown


@pytest.mark.parametrize(
    ("octets", "shown"),
    [(0, "0 B"), (1023, "1023 B"), (1024, "1 KB"), (412_118, "402 KB"), (2_517_000, "2,4 MB"), (52_428_800, "50 MB")],
)
def test_sizes(octets: int, shown: str) -> None:
    assert formats.size(octets) == shown.replace(" ", NB)


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("0987654321", "0987 654 321"),
        ("+84 987654321", "0987 654 321"),
        ("02422202108", "024 2220 2108"),
        ("19009095", "1900 9095"),
        ("113", "113"),
        ("+44 20 7946 0000", "+44 20 7946 0000"),
    ],
)
def test_phone_numbers_are_grouped(number: str, shown: str) -> None:
    assert formats.phone(number).replace(NB, " ") == shown


@pytest.mark.parametrize(
    ("pointer", "element"),
    [("/programme/0/name", "programme-0-name"), ("name", "name"), ("#name", "name"), ("/a~1b", "a-b")],
)
def test_an_error_finds_its_field(pointer: str, element: str) -> None:
    assert formats.field_id(pointer) == element
