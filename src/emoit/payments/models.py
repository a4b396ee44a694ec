from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class FeeObligation(models.Model):
    """A fee due, and the receipt that settled it."""

    agency_id = models.BigIntegerField()
    subject_kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    unit_id = models.BigIntegerField()  # where it may be paid
    name = models.CharField(max_length=300)
    amount_vnd = models.BigIntegerField()
    required_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)
    method = models.CharField(max_length=20, blank=True)
    receipt = models.CharField(max_length=40, blank=True)
    recorded_by_id = models.BigIntegerField(null=True)
    voided_at = models.DateTimeField(null=True)
    readers = ArrayField(models.CharField(max_length=32), default=list)  # those of what it is for
    # The key of the procedure that it is for: what a delegation for some procedures only counts for.
    procedure = models.CharField(max_length=60, blank=True, default="", db_default="")

    class Meta:
        db_table = "payments_fee_obligation"
        constraints = [
            models.CheckConstraint(condition=models.Q(amount_vnd__gt=0), name="payments_fee_positive"),
            models.CheckConstraint(
                condition=models.Q(paid_at=None) | models.Q(voided_at=None), name="payments_fee_paid_or_void"
            ),
            models.CheckConstraint(
                condition=models.Q(paid_at=None) | ~models.Q(receipt=""), name="payments_fee_receipt"
            ),
            models.UniqueConstraint(
                fields=["agency_id", "receipt"], condition=~models.Q(receipt=""), name="payments_fee_receipt_once"
            ),
        ]
        indexes = [models.Index(fields=["agency_id", "subject_kind", "subject_id"], name="payments_fee_subject")]

    def __str__(self) -> str:
        return f"{self.name}: {self.amount_vnd} đ"
