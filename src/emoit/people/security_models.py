"""Tables of signing in and of being away: sessions, second factors, one-time links, absences.

Nothing here opens anything by itself: secrets are encrypted (`kernel.personal`), recovery codes and links are kept as
keyed hashes. Only our own processes read second factors, codes and links.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from emoit.kernel.personal import EncryptedTextField
from emoit.people.types import AbsenceKind


class Session(models.Model):
    """A signed-in browser. Its `sid` lies in the data of the web session; an ended row makes that worth nothing.

    `rotate`: what the account may do has changed, so the web session gets a new key at its next request.
    """

    agency_id = models.BigIntegerField()
    account = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    sid = models.CharField(max_length=32, unique=True)
    device = models.CharField(max_length=80)
    address = EncryptedTextField(blank=True)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    end = models.CharField(max_length=12, blank=True)
    rotate = models.BooleanField(default=False)

    class Meta:
        db_table = "people_session"
        indexes = [
            models.Index(fields=["agency_id", "account", "-started_at"], name="people_session_account"),
            models.Index(fields=["seen_at"], name="people_session_seen_at"),
        ]

    def __str__(self) -> str:
        return f"session {self.pk} of {self.account_id}"


class SecondFactor(models.Model):
    """An account's authenticator (RFC 6238). `secret` and `pending` are base32, empty where there is none.

    `last_step` is the newest time step whose code was used: none at or before it counts again. `asked_at` is when an
    officer was first told to enrol, `reset_at` when an administrator took the authenticator away, `told_at` when its
    holder was told so.
    """

    agency_id = models.BigIntegerField()
    account = models.OneToOneField("people.Account", on_delete=models.PROTECT, related_name="+")
    secret = EncryptedTextField(blank=True)
    pending = EncryptedTextField(blank=True)
    pending_at = models.DateTimeField(null=True)
    enrolled_at = models.DateTimeField(null=True)
    last_step = models.BigIntegerField(default=0)
    asked_at = models.DateTimeField(null=True)
    reset_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "people_second_factor"

    def __str__(self) -> str:
        return f"second factor of {self.account_id}"


class RecoveryCode(models.Model):
    """One of ten codes for a day without the authenticator; each works once."""

    agency_id = models.BigIntegerField()
    account = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    code_hash = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "people_recovery_code"
        constraints = [models.UniqueConstraint(fields=["agency_id", "account", "code_hash"], name="people_code_once")]

    def __str__(self) -> str:
        return f"recovery code of {self.account_id}"


class PasswordLink(models.Model):
    """A link by which the holder of an account sets a password, once."""

    agency_id = models.BigIntegerField()
    account = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    token_hash = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    valid_to = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "people_password_link"
        constraints = [models.UniqueConstraint(fields=["agency_id", "token_hash"], name="people_link_token")]

    def __str__(self) -> str:
        return f"password link of {self.account_id}"


class Absence(models.Model):
    """An officer is away (vắng mặt), from–to. `deputy` stands in as far as a delegation says; without one only in name.

    `valid_to` is the real end: brought forward when it ends early or is called off.
    """

    agency_id = models.BigIntegerField()
    account = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=[(k.value, k.value) for k in AbsenceKind])
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField()
    deputy = models.ForeignKey("people.Account", null=True, on_delete=models.PROTECT, related_name="+")
    delegation = models.ForeignKey("people.Delegation", null=True, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=500, blank=True)
    registered_by_id = models.BigIntegerField(null=True)
    registered_at = models.DateTimeField()
    ended_early_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "people_absence"
        constraints = [
            models.CheckConstraint(condition=Q(valid_to__gte=F("valid_from")), name="people_absence_period"),
            models.CheckConstraint(
                condition=Q(deputy=None) | ~Q(deputy=F("account")), name="people_absence_deputy_other"
            ),
            models.CheckConstraint(condition=Q(kind__in=[k.value for k in AbsenceKind]), name="people_absence_kind"),
        ]
        indexes = [models.Index(fields=["agency_id", "account", "-valid_to"], name="people_absence_account")]

    def __str__(self) -> str:
        return f"{self.account_id} away"
