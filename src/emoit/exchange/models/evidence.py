"""The log that is evidence, and its seals."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q


class Evidence(models.Model):
    """The exact bytes of an envelope or a receipt, in the order of the log. Only its place in the chain is added later.

    `kind`: see `evidence.KINDS`. `digest` is the SHA-256 (hex) of `content`.
    """

    agency_id = models.BigIntegerField()
    at = models.DateTimeField()
    kind = models.CharField(max_length=20)
    partner_code = models.CharField(max_length=35)
    message_id = models.CharField(max_length=64)
    media_type = models.CharField(max_length=80)
    digest = models.CharField(max_length=64)
    content = models.BinaryField()
    seq = models.BigIntegerField(null=True)
    chain = models.BinaryField(null=True)

    class Meta:
        db_table = "exchange_evidence"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["agency_id", "seq"], name="exchange_evidence_seq"),
            models.CheckConstraint(
                condition=Q(seq=None, chain=None) | Q(seq__gt=0, chain__isnull=False), name="exchange_evidence_linked"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["agency_id", "id"], condition=Q(seq=None), name="exchange_evidence_unsealed"),
            models.Index(fields=["agency_id", "message_id"], name="exchange_evidence_message"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.message_id}"


class Seal(models.Model):
    """A head of one agency's chain: signed by us, stamped by the time-stamping authority, both added once."""

    agency_id = models.BigIntegerField()
    last_seq = models.BigIntegerField()
    first_at = models.DateTimeField()  # of the oldest evidence that it is the first to cover
    chain = models.BinaryField()
    signature = models.TextField()  # JWS, flattened JSON
    sealed_at = models.DateTimeField()
    time_stamp = models.BinaryField(null=True)

    class Meta:
        db_table = "exchange_seal"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["agency_id", "last_seq"], name="exchange_seal_head")
        ]

    def __str__(self) -> str:
        return f"to #{self.last_seq}"
