"""Consumers, their credentials, tokens, grants and buckets; what they looked at; what changed for them.

None is read by a person's request: `queries` and `actions` look as processes of ours.
"""

from __future__ import annotations

import enum

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from emoit.sharing.types import ConsumerState, CredentialKind, GrantState


def _among(field: str, values: type[enum.Enum]) -> Q:
    return Q(**{f"{field}__in": [value.value for value in values]})


class Consumer(models.Model):
    """A system of another agency that asks us. `code` is that of the exchange's meter."""

    agency_id = models.BigIntegerField()
    code = models.CharField(max_length=35)
    name = models.CharField(max_length=200)
    contact = models.CharField(max_length=200, blank=True)
    email = models.CharField(max_length=200, blank=True)
    client_id = models.CharField(max_length=40, unique=True)
    state = models.CharField(max_length=12, default=ConsumerState.ACTIVE.value)
    is_test = models.BooleanField()
    created_at = models.DateTimeField()

    class Meta:
        db_table = "sharing_consumer"
        constraints = [
            models.UniqueConstraint(fields=["agency_id", "code"], name="sharing_consumer_code"),
            models.CheckConstraint(condition=_among("state", ConsumerState), name="sharing_consumer_state"),
        ]

    def __str__(self) -> str:
        return self.code


class Credential(models.Model):
    """`digest`: SHA-256 (hex) of the secret, the thumbprint of the key (RFC 7638) or the certificate's fingerprint.

    `public`: the key as JWK or the certificate as PEM; nothing of a secret.
    """

    agency_id = models.BigIntegerField()
    consumer = models.ForeignKey(Consumer, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12)
    digest = models.CharField(max_length=64)
    public = models.TextField(blank=True)
    mark = models.CharField(max_length=24)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "sharing_credential"
        constraints = [
            models.UniqueConstraint(fields=["kind", "digest"], name="sharing_credential_once"),
            models.CheckConstraint(condition=_among("kind", CredentialKind), name="sharing_credential_kind"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="sharing_credential_period"),
        ]
        indexes = [models.Index(fields=["agency_id", "consumer"], name="sharing_credential_of")]

    def __str__(self) -> str:
        return f"{self.kind} {self.mark}…"


class Token(models.Model):
    """An access token, by the digest of its secret. `bound_to`: the fingerprint of the certificate that must come with
    it (RFC 8705 §3), "" for none."""

    agency_id = models.BigIntegerField()
    credential = models.ForeignKey(Credential, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    bound_to = models.CharField(max_length=64, blank=True)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        db_table = "sharing_token"
        indexes = [models.Index(fields=["expires_at"], name="sharing_token_age")]

    def __str__(self) -> str:
        return f"token of {self.credential_id}"


class Assertion(models.Model):
    """An assertion's `jti` that was used: it opens nothing a second time."""

    agency_id = models.BigIntegerField()
    consumer = models.ForeignKey(Consumer, on_delete=models.PROTECT, related_name="+")
    jti = models.CharField(max_length=100)
    expires_at = models.DateTimeField()

    class Meta:
        db_table = "sharing_assertion"
        constraints = [models.UniqueConstraint(fields=["consumer", "jti"], name="sharing_assertion_once")]
        indexes = [models.Index(fields=["expires_at"], name="sharing_assertion_age")]

    def __str__(self) -> str:
        return self.jti


class Grant(models.Model):
    """A data grant: which fields of a service a consumer may read for a purpose; see `types.GrantInfo`."""

    agency_id = models.BigIntegerField()
    consumer = models.ForeignKey(Consumer, on_delete=models.PROTECT, related_name="+")
    service = models.CharField(max_length=60)
    version = models.CharField(max_length=8)
    purpose = models.CharField(max_length=40)
    fields = ArrayField(models.CharField(max_length=40))
    procedures = ArrayField(models.CharField(max_length=60), default=list)
    first_day = models.DateField()
    last_day = models.DateField()
    per_minute = models.IntegerField()
    per_day = models.IntegerField()
    state = models.CharField(max_length=12)
    proposed_by = models.BigIntegerField(null=True)  # an account; null: the sandbox itself
    proposed_at = models.DateTimeField()
    decided_by = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)
    note = models.TextField(blank=True)

    class Meta:
        db_table = "sharing_grant"
        constraints = [
            models.CheckConstraint(condition=_among("state", GrantState), name="sharing_grant_state"),
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="sharing_grant_period"),
            models.CheckConstraint(
                condition=Q(per_minute__gt=0, per_day__gt=0) & ~Q(fields=[]), name="sharing_grant_limits"
            ),
            models.CheckConstraint(
                condition=Q(state=GrantState.PROPOSED.value) ^ Q(decided_at__isnull=False), name="sharing_grant_decided"
            ),
            models.UniqueConstraint(
                fields=["consumer", "service", "version", "purpose"],
                condition=Q(state=GrantState.GRANTED.value),
                name="sharing_grant_one",
            ),
        ]
        indexes = [models.Index(fields=["agency_id", "state"], name="sharing_grant_waiting")]

    def __str__(self) -> str:
        return f"{self.service}/{self.version} for {self.purpose}"


class Bucket(models.Model):
    """What is left of a grant's quotas. The function `sharing_take` alone writes it."""

    agency_id = models.BigIntegerField()
    grant = models.OneToOneField(Grant, on_delete=models.PROTECT, primary_key=True, related_name="+")
    tokens = models.FloatField()
    at = models.DateTimeField()
    day = models.DateField()
    used = models.BigIntegerField()

    class Meta:
        db_table = "sharing_bucket"

    def __str__(self) -> str:
        return f"{self.tokens:.0f} left of {self.grant_id}"


class Refused(models.Model):
    """How many refused calls a `types.Tally` has left, as of `at`. Full again after a minute, then dropped."""

    agency_id = models.BigIntegerField()
    tally = models.CharField(max_length=60)
    tokens = models.FloatField()
    at = models.DateTimeField()

    class Meta:
        db_table = "sharing_refused"
        constraints = [models.UniqueConstraint(fields=["agency_id", "tally"], name="sharing_refused_once")]
        indexes = [models.Index(fields=["at"], name="sharing_refused_age")]

    def __str__(self) -> str:
        return self.tally


class Access(models.Model):
    """Who looked at which record, for what. Append-only, by month; drawn by the migration.

    A call that told of several records has a row for each, of which the first alone `is_call`; a call that found none
    has one, without a subject. `counted_at`: when the exchange's meter took it in.
    """

    agency_id = models.BigIntegerField()
    at = models.DateTimeField()
    consumer_id = models.BigIntegerField()
    grant_id = models.BigIntegerField()
    service = models.CharField(max_length=60)
    version = models.CharField(max_length=8)
    purpose = models.CharField(max_length=40)
    asked = models.CharField(max_length=200, blank=True)
    subject_kind = models.CharField(max_length=12, blank=True)
    subject_id = models.BigIntegerField(null=True)
    is_call = models.BooleanField()
    bytes_in = models.IntegerField()
    bytes_out = models.IntegerField()
    counted_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "sharing_access"

    def __str__(self) -> str:
        return f"{self.service} {self.asked}"


class Change(models.Model):
    """Something happened to a result. The column `xid` (drawn by the migration) orders them for readers."""

    agency_id = models.BigIntegerField()
    result_id = models.BigIntegerField()
    kind = models.CharField(max_length=10)
    at = models.DateTimeField()

    class Meta:
        db_table = "sharing_change"

    def __str__(self) -> str:
        return f"{self.kind} {self.result_id}"
