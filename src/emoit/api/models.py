"""Keys, their buckets, and the answers kept for repeated requests."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from emoit.kernel.personal import EncryptedTextField


class Key(models.Model):
    """A key by which a program speaks for an account. Only the digest of its secret is kept."""

    agency_id = models.BigIntegerField()
    account = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    enterprise_id = models.BigIntegerField(null=True)  # the key speaks for this enterprise alone; null: for the account
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=24)
    digest = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=24))
    sandbox = models.BooleanField()
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "api_key"
        indexes = [models.Index(fields=["agency_id", "account", "-id"], name="api_key_account")]
        constraints = [models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="api_key_period")]

    def __str__(self) -> str:
        return f"{self.prefix}…"


class Bucket(models.Model):
    """What is left of a key's requests. The function `api_take_tokens` alone writes it; a crash empties it."""

    agency_id = models.BigIntegerField()
    key = models.OneToOneField(Key, on_delete=models.PROTECT, primary_key=True, related_name="+")
    tokens = models.FloatField()
    at = models.DateTimeField()

    class Meta:
        db_table = "api_bucket"

    def __str__(self) -> str:
        return f"{self.tokens:.0f} left of {self.key_id}"


class Reply(models.Model):
    """The answer that was given under an Idempotency-Key: given again to the same request within 24 hours."""

    agency_id = models.BigIntegerField()
    account_id = models.BigIntegerField()
    key = models.ForeignKey(Key, on_delete=models.PROTECT, related_name="+")
    idempotency_key = models.CharField(max_length=255)
    request_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField()
    body = EncryptedTextField()
    created_at = models.DateTimeField()

    class Meta:
        db_table = "api_reply"
        constraints = [
            models.UniqueConstraint(fields=["agency_id", "key", "idempotency_key"], name="api_reply_once"),
        ]
        indexes = [models.Index(fields=["created_at"], name="api_reply_age")]

    def __str__(self) -> str:
        return f"{self.status} under {self.idempotency_key}"
