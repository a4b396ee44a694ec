from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from emoit.codes.types import DayStatus, OffDayKind


class CalendarVersion(models.Model):
    """One version of an agency's working calendar. Written once: immutable from the moment it is published.

    Local times of the two windows; `weekdays` 0 = Monday; years inclusive.
    """

    agency_id = models.BigIntegerField()
    version = models.IntegerField()
    morning_start = models.TimeField()
    morning_end = models.TimeField()
    afternoon_start = models.TimeField()
    afternoon_end = models.TimeField()
    weekdays = ArrayField(models.SmallIntegerField())
    first_year = models.SmallIntegerField()
    last_year = models.SmallIntegerField()
    count_unverified = models.BooleanField(default=False)
    note = models.TextField()
    published_at = models.DateTimeField(null=True)
    published_by_id = models.BigIntegerField(null=True)
    published_by_name = models.CharField(max_length=200)

    class Meta:
        db_table = "codes_calendar_version"
        constraints = [
            models.UniqueConstraint(fields=["agency_id", "version"], name="codes_calendar_version_once"),
            models.CheckConstraint(
                condition=models.Q(
                    morning_start__lt=models.F("morning_end"),
                    morning_end__lte=models.F("afternoon_start"),
                    afternoon_start__lt=models.F("afternoon_end"),
                ),
                name="codes_calendar_version_windows",
            ),
            models.CheckConstraint(
                condition=models.Q(first_year__lte=models.F("last_year")), name="codes_calendar_version_years"
            ),
        ]

    def __str__(self) -> str:
        return f"v{self.version} {self.first_year}-{self.last_year}"


class CalendarDay(models.Model):
    """A day of a version that departs from its weekday rule."""

    agency_id = models.BigIntegerField()
    version = models.ForeignKey(CalendarVersion, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    kind = models.CharField(max_length=20, choices=[(k.value, k.value) for k in OffDayKind])
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    swap_with = models.DateField(null=True)
    status = models.CharField(max_length=12, choices=[(s.value, s.value) for s in DayStatus])
    note = models.TextField(blank=True)
    source = models.TextField()

    class Meta:
        db_table = "codes_calendar_day"
        constraints = [
            models.UniqueConstraint(fields=["version", "day"], name="codes_calendar_day_once"),
            models.CheckConstraint(
                condition=models.Q(kind__in=[k.value for k in OffDayKind]), name="codes_calendar_day_kind"
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=[s.value for s in DayStatus]), name="codes_calendar_day_status"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y} {self.name}"
