"""Whom we exchange with: profiles, what changes as messages go to them, certificates."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from emoit.exchange.models.fields import CODE, among
from emoit.exchange.types import Format, Transport, Use


class Partner(models.Model):
    """A trading partner: another system, as its capability profile describes it.

    `windows`: [{"days": [0], "from": "22:00", "to": "02:00"}], 0 being Monday.
    """

    agency_id = models.BigIntegerField()
    code = models.CharField(max_length=35)
    name = models.CharField(max_length=200)
    address = models.CharField(max_length=300, blank=True)  # empty: it only sends to us
    transport = models.CharField(max_length=12)
    format = models.CharField(max_length=8)
    max_bytes = models.IntegerField()
    rate_per_minute = models.IntegerField()
    max_attempts = models.IntegerField()
    give_up_after_hours = models.IntegerField()
    windows = models.JSONField(default=list)
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "exchange_partner"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["agency_id", "code"], name="exchange_partner_code"),
            models.CheckConstraint(condition=among("transport", Transport), name="exchange_partner_transport"),
            models.CheckConstraint(condition=among("format", Format), name="exchange_partner_format"),
            models.CheckConstraint(
                condition=Q(max_bytes__gt=0, rate_per_minute__gte=0, max_attempts__gt=0, give_up_after_hours__gt=0),
                name="exchange_partner_limits",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Gate(models.Model):
    """What changes as messages go to a partner: its bucket and its breaker. One row for each partner."""

    agency_id = models.BigIntegerField()
    partner = models.OneToOneField(Partner, on_delete=models.PROTECT, related_name="gate")
    tokens = models.FloatField(default=0)
    refilled_at = models.DateTimeField()
    failures = models.IntegerField(default=0)
    trips = models.IntegerField(default=0)
    open_until = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=CODE, blank=True)
    last_failure_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "exchange_gate"

    def __str__(self) -> str:
        return f"gate of {self.partner_id}"


class Certificate(models.Model):
    """A certificate known by its fingerprint (SHA-256 of the DER, hex). Without a partner it is our own.

    `reference` names the file of our own private key under EMOIT_KEYS, or is its PKCS#11 URI (RFC 7512). What is
    retired no longer counts.
    """

    agency_id = models.BigIntegerField()
    partner = models.ForeignKey(Partner, null=True, on_delete=models.PROTECT, related_name="+")
    use = models.CharField(max_length=4)
    fingerprint = models.CharField(max_length=64)
    pem = models.TextField()
    reference = models.CharField(max_length=200, blank=True)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField()
    added_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "exchange_certificate"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["agency_id", "use", "fingerprint"], name="exchange_certificate_once"),
            models.CheckConstraint(condition=among("use", Use), name="exchange_certificate_use"),
            models.CheckConstraint(
                condition=Q(partner=None) ^ Q(reference=""), name="exchange_certificate_key_is_ours"
            ),
            models.CheckConstraint(condition=Q(valid_from__lt=F("valid_to")), name="exchange_certificate_period"),
        ]

    def __str__(self) -> str:
        return f"{self.use} {self.fingerprint[:16]}"
