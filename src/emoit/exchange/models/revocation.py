"""What the issuers of certificates say of them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from emoit.exchange.models.fields import CODE, among
from emoit.exchange.types import Revocation


class RevocationCheck(models.Model):
    """The last answer about a certificate of ours or of a partner, known by its fingerprint, whatever it is used for.

    `tried_at`: when it was last asked for; `error`: why that brought nothing, "" where it did. The rest is of the last
    answer: `checked_at` when it was got, `told_at` when the issuer gave it, `holds_until` when it will give the next.
    `reason` is of RFC 5280. What is once revoked or on hold stays so.
    """

    agency_id = models.BigIntegerField()
    fingerprint = models.CharField(max_length=64)
    state = models.CharField(max_length=12)
    tried_at = models.DateTimeField()
    error = models.CharField(max_length=CODE, blank=True)
    checked_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)
    holds_until = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=40, blank=True)
    source = models.CharField(max_length=500, blank=True)
    digest = models.CharField(max_length=64, blank=True)

    class Meta:
        db_table = "exchange_revocation"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["agency_id", "fingerprint"], name="exchange_revocation_once"),
            models.CheckConstraint(condition=among("state", Revocation), name="exchange_revocation_state"),
        ]

    def __str__(self) -> str:
        return f"{self.fingerprint[:16]}: {self.state}"
