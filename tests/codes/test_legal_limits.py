from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from emoit.codes.queries import legal_limits
from emoit.kernel.access import NotFound


@pytest.mark.parametrize(
    ("on", "decree", "unconfirmed"),
    [
        (date(2018, 6, 21), "61/2018/NĐ-CP", {"article"}),
        (date(2025, 6, 30), "61/2018/NĐ-CP", {"article"}),
        (date(2025, 7, 1), "118/2025/NĐ-CP", {"cut_off", "apologies", "article"}),
        (date(2026, 5, 4), "118/2025/NĐ-CP", {"cut_off", "apologies", "article"}),
        (datetime(2025, 6, 30, 16, 59, tzinfo=UTC), "61/2018/NĐ-CP", {"article"}),
        (datetime(2025, 6, 30, 17, 0, tzinfo=UTC), "118/2025/NĐ-CP", {"cut_off", "apologies", "article"}),
    ],
)
def test_limits_by_date(on: date, decree: str, unconfirmed: set[str]) -> None:
    limits = legal_limits(on)
    assert (limits.decree, limits.cut_off, limits.apologies) == (decree, time(15), 1)
    assert limits.unconfirmed == unconfirmed


def test_articles_are_given_where_known() -> None:
    assert legal_limits(date(2020, 1, 1)).article == "Điều 18 khoản 1; Điều 19 khoản 9"
    assert legal_limits(date(2026, 1, 1)).article == ""


def test_before_the_mechanism_there_are_no_limits() -> None:
    with pytest.raises(NotFound, match="20/06/2018"):
        legal_limits(date(2018, 6, 20))
