from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from emoit.signing.types import Appearance, SignState


class SigningKey(models.Model):
    """A certificate and where its key is. Without a holder it is the agency's seal.

    `chain_pem` is the certificate, then its issuers. A retired key stays, for what it signed. `image` is the drawn
    signature or seal (PNG). `allows_automatic`: its holder lets the system sign automatic answers with it.
    """

    agency_id = models.BigIntegerField()
    holder_account_id = models.BigIntegerField(null=True)
    common_name = models.CharField(max_length=64)
    chain_pem = models.TextField()
    reference = models.CharField(max_length=300)
    serial = models.CharField(max_length=64)
    image = models.BinaryField(null=True)
    allows_automatic = models.BooleanField(default=False)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField()
    enrolled_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "signing_key"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["agency_id", "holder_account_id"],
                condition=Q(retired_at=None),
                nulls_distinct=False,
                name="signing_key_one_in_use",
            ),
            models.CheckConstraint(condition=Q(valid_from__lt=models.F("valid_to")), name="signing_key_period"),
        ]

    def __str__(self) -> str:
        return f"{self.common_name} ({self.serial})"


class SignRequest(models.Model):
    """One document to be signed under one number; see `rules.MACHINE`. Without a signer it is sealed only."""

    agency_id = models.BigIntegerField()
    kind = models.CharField(max_length=40)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=64)
    number = models.CharField(max_length=120)
    reason = models.CharField(max_length=300)
    file_id = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    file_name = models.CharField(max_length=300)
    signer_account_id = models.BigIntegerField(null=True)
    appearance = models.CharField(max_length=12, choices=[(a.value, a.value) for a in Appearance])
    box = models.JSONField(null=True)
    state = models.CharField(max_length=12, choices=[(s.value, s.value) for s in SignState])
    attempts = models.PositiveIntegerField(default=0)  # tries since it last became pending
    error = models.TextField(blank=True)
    requested_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True)
    signed_file_id = models.BigIntegerField(null=True)
    signed_digest = models.CharField(max_length=64, blank=True)

    class Meta:
        db_table = "signing_request"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["agency_id", "subject_kind", "subject_id", "kind"],
                condition=~Q(state=SignState.CANCELLED.value),
                name="signing_request_one_each",
            ),
            models.CheckConstraint(
                condition=Q(state=SignState.SIGNED.value, signed_file_id__isnull=False, signed_at__isnull=False)
                | (~Q(state=SignState.SIGNED.value) & Q(signed_file_id=None, signed_at=None)),
                name="signing_request_signed_has_file",
            ),
            models.CheckConstraint(
                condition=~Q(state=SignState.FAILED.value) | ~Q(error=""), name="signing_request_failed_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.state}"
