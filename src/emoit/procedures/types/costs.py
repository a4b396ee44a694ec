"""The compliance cost of a procedure (chi phí tuân thủ)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ActivityCost:
    name: str
    hours: str
    time_vnd: int
    fee_vnd: int
    other_vnd: int
    total_vnd: int


@dataclass(frozen=True, slots=True)
class ComplianceCost:
    """The compliance cost sheet (bảng chi phí tuân thủ) worked out, in whole đồng; halves are rounded up."""

    activities: tuple[ActivityCost, ...]
    hours: str
    once_vnd: int
    subject_year_vnd: int
    year_vnd: int
    hourly_income_vnd: int
    times_per_year: int
    subjects_per_year: int
