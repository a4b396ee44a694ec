"""How dates, times and money are written in English."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def format_date(day: date) -> str:
    """12 May 2026. A datetime must be aware and is shown by its day in Viet Nam."""
    shown = _local(day) if isinstance(day, datetime) else day
    return f"{shown.day} {_MONTHS[shown.month - 1]} {shown.year:04}"


def format_time(moment: datetime) -> str:
    """14:00, Viet Nam's time."""
    return f"{_local(moment):%H:%M}"


def format_datetime(moment: datetime) -> str:
    """14:00 on 12 May 2026, Viet Nam's time. ValueError for a naive moment."""
    return f"{format_time(moment)} on {format_date(moment)}"


def format_number(number: int) -> str:
    """1,234,567."""
    return f"{number:,}"


def format_vnd(amount: int) -> str:
    """60,000 VND."""
    return f"{format_number(amount)} VND"


def _local(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment must carry its time zone")
    return moment.astimezone(_ZONE)
