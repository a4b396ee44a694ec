"""Questions that are answered at once, and how much passed in a day."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from emoit.exchange.models.fields import CODE, among
from emoit.exchange.types import Direction


class Call(models.Model):
    """One question to a partner that answers at once: written before it leaves, its end added once.

    Says who asked, why and about what; never what was asked or answered. `outcome` "": the process died on the way.
    """

    agency_id = models.BigIntegerField()
    at = models.DateTimeField()
    partner_code = models.CharField(max_length=35)
    service = models.CharField(max_length=CODE)
    request_id = models.CharField(max_length=64)
    account_id = models.BigIntegerField(null=True)
    purpose = models.CharField(max_length=40)
    subject_kind = models.CharField(max_length=40, blank=True)
    subject_id = models.CharField(max_length=64, blank=True)
    traceparent = models.CharField(max_length=55)
    bytes_out = models.IntegerField()
    outcome = models.CharField(max_length=CODE, blank=True)
    status = models.SmallIntegerField(null=True)
    milliseconds = models.IntegerField(null=True)
    bytes_in = models.IntegerField(null=True)

    class Meta:
        db_table = "exchange_call"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["agency_id", "request_id"], name="exchange_call_once")
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["agency_id", "subject_kind", "subject_id"], name="exchange_call_subject"),
            models.Index(fields=["agency_id", "-at"], name="exchange_call_at"),
        ]

    def __str__(self) -> str:
        return f"{self.partner_code} {self.service} {self.request_id}"


class Meter(models.Model):
    """How many calls passed in a day, see `metering`. `partner_code` "": nobody that we know."""

    agency_id = models.BigIntegerField()
    direction = models.CharField(max_length=3)
    partner_code = models.CharField(max_length=35, blank=True)
    service = models.CharField(max_length=CODE)
    day = models.DateField()
    calls = models.BigIntegerField()
    failures = models.BigIntegerField()
    bytes_in = models.BigIntegerField()
    bytes_out = models.BigIntegerField()

    class Meta:
        db_table = "exchange_meter"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["agency_id", "direction", "partner_code", "service", "day"], name="exchange_meter_each"
            ),
            models.CheckConstraint(condition=among("direction", Direction), name="exchange_meter_direction"),
            models.CheckConstraint(
                condition=Q(failures__gte=0, failures__lte=F("calls"), bytes_in__gte=0, bytes_out__gte=0),
                name="exchange_meter_counts",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["agency_id", "day"], name="exchange_meter_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.partner_code} {self.service}: {self.calls}"
