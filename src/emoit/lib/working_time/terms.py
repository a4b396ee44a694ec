from __future__ import annotations

import enum
from dataclasses import dataclass


class Unit(enum.StrEnum):
    WORKING_HOUR = "working_hour"  # giờ làm việc
    WORKING_DAY = "working_day"  # ngày làm việc
    CALENDAR_DAY = "calendar_day"  # ngày
    MONTH = "month"  # tháng

    @property
    def counts_working_time(self) -> bool:
        return self in {Unit.WORKING_HOUR, Unit.WORKING_DAY}


@dataclass(frozen=True, slots=True)
class Term:
    """A time limit as the law writes it: 5 working days, 4 working hours, 15 days, 2 months."""

    value: int
    unit: Unit

    def __post_init__(self) -> None:
        if self.value < 0:
            raise ValueError("a term cannot be negative")
