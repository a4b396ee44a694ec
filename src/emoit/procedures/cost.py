"""The compliance cost of a procedure (chi phí tuân thủ), after Circular 02/2017/TT-VPCP. Pure.

Each activity costs its hours times the average income of an hour, plus fees, plus other costs (postage, copies,
consultants, travel). The sum is the cost of one compliance; times a year for a subject's year; times the subjects for
everybody's. What of this is not certain stands in `UNVERIFIED`.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from emoit.forms.types import Problem
from emoit.lib.saying import say, vi
from emoit.procedures.types import ActivityCost, ComplianceCost

Json = dict[str, Any]

UNVERIFIED = vi(
    "Công thức theo Thông tư 02/2017/TT-VPCP (thời gian × thu nhập bình quân một giờ + phí, lệ phí + chi phí khác; "
    "nhân số lần một năm, nhân số đối tượng) ghi theo hiểu biết chung, chưa đối chiếu toàn văn phụ lục. "
    "Mức thu nhập bình quân một giờ do quản trị viên nhập kèm nguồn; hệ thống không tự đặt."
)
_SHEET = {"hourly_income_vnd", "income_source", "times_per_year", "subjects_per_year", "activities"}
_ACTIVITY = {"name", "hours", "fee_vnd", "other_vnd"}
_MOST_HOURS, _MOST_VND, _MOST_SUBJECTS = 10_000, 10**12, 10**9


def check_cost(sheet: Any) -> Iterator[Problem]:
    """The faults of a document's `cost`."""
    if not isinstance(sheet, dict) or set(sheet) != _SHEET:
        yield Problem("/cost", "cost", say("Bảng chi phí tuân thủ gồm {names}.", names=", ".join(sorted(_SHEET))))
        return
    if not _is_whole(sheet["hourly_income_vnd"], 0, _MOST_VND):
        yield Problem("/cost/hourly_income_vnd", "cost", vi("Thu nhập bình quân một giờ là số đồng nguyên, không âm."))
    if not isinstance(sheet["income_source"], str) or not sheet["income_source"].strip():
        yield Problem("/cost/income_source", "cost", vi("Ghi nguồn của mức thu nhập bình quân một giờ."))
    for name, words in (
        ("times_per_year", vi("Số lần một năm là số nguyên, không âm.")),
        ("subjects_per_year", vi("Số đối tượng một năm là số nguyên, không âm.")),
    ):
        if not _is_whole(sheet[name], 0, _MOST_SUBJECTS):
            yield Problem(f"/cost/{name}", "cost", words)
    activities = sheet["activities"]
    if not isinstance(activities, list) or not activities:
        yield Problem("/cost/activities", "cost", vi("Bảng chi phí có ít nhất một công việc."))
        return
    for n, activity in enumerate(activities):
        yield from _check_activity(activity, f"/cost/activities/{n}")


def _check_activity(activity: Any, at: str) -> Iterator[Problem]:
    if not isinstance(activity, dict) or set(activity) != _ACTIVITY:
        yield Problem(at, "cost", say("Mỗi công việc gồm {names}.", names=", ".join(sorted(_ACTIVITY))))
        return
    if not isinstance(activity["name"], str) or not activity["name"].strip():
        yield Problem(f"{at}/name", "cost", vi("Công việc phải có tên."))
    hours = activity["hours"]
    if isinstance(hours, bool) or not isinstance(hours, int | float) or not 0 <= hours <= _MOST_HOURS:
        yield Problem(f"{at}/hours", "cost", say("Số giờ từ 0 đến {most}.", most=_MOST_HOURS))
    for name in ("fee_vnd", "other_vnd"):
        if not _is_whole(activity[name], 0, _MOST_VND):
            yield Problem(f"{at}/{name}", "cost", vi("Chi phí là số đồng nguyên, không âm."))


def _is_whole(value: Any, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def work_out(sheet: Json) -> ComplianceCost:
    """The totals of a checked sheet, in whole đồng; halves are rounded up, each activity by itself."""
    income = Decimal(sheet["hourly_income_vnd"])
    activities = tuple(_activity(activity, income) for activity in sheet["activities"])
    once = sum(activity.total_vnd for activity in activities)
    times, subjects = sheet["times_per_year"], sheet["subjects_per_year"]
    return ComplianceCost(
        activities=activities,
        hours=_hours(sum((_exact(a["hours"]) for a in sheet["activities"]), Decimal(0))),
        once_vnd=once,
        subject_year_vnd=once * times,
        year_vnd=once * times * subjects,
        hourly_income_vnd=sheet["hourly_income_vnd"],
        times_per_year=times,
        subjects_per_year=subjects,
    )


def _exact(hours: float) -> Decimal:
    """As it was typed: 0.1 hours are a tenth, not the binary number beside it."""
    return Decimal(str(hours))


def _activity(activity: Json, income: Decimal) -> ActivityCost:
    hours = _exact(activity["hours"])
    time = int((hours * income).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    fee, other = activity["fee_vnd"], activity["other_vnd"]
    return ActivityCost(activity["name"], _hours(hours), time, fee, other, time + fee + other)


def _hours(hours: Decimal) -> str:
    return f"{hours.normalize():f}".replace(".", ",")
