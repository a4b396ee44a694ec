"""The event log, who wants to be told, and what became of each telling."""

from __future__ import annotations

import enum
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from emoit.kernel.personal import EncryptedTextField
from emoit.webhooks.types import DeliveryState, State

CODE = 40
KEY = 32


def _among(field: str, values: type[enum.Enum]) -> Q:
    return Q(**{f"{field}__in": [value.value for value in values]})


class Log(models.Model):
    """One row for each agency, locked to number events: `head` was given last, all up to `floor` are removed."""

    agency_id = models.BigIntegerField(primary_key=True)
    head = models.BigIntegerField(default=0)
    floor = models.BigIntegerField(default=0)

    class Meta:
        db_table = "webhooks_log"

    def __str__(self) -> str:
        return f"{self.agency_id}: {self.head}"


class Event(models.Model):
    """Something that happened, for the systems of `readers`. Append-only; only its number `seq` is added later.

    A row gets its number when it is seen committed, whatever its id: see `log.number`. Without `in_log` it is meant
    for one receiver alone and gets none.
    """

    agency_id = models.BigIntegerField()
    event_id = models.CharField(max_length=64)
    type = models.CharField(max_length=80)
    subject = models.CharField(max_length=120)
    at = models.DateTimeField()
    written_at = models.DateTimeField()
    data = models.JSONField()
    readers = ArrayField(models.CharField(max_length=KEY))
    in_log = models.BooleanField()
    seq = models.BigIntegerField(null=True)

    class Meta:
        db_table = "webhooks_event"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["agency_id", "event_id"], name="webhooks_event_id"),
            models.UniqueConstraint(fields=["agency_id", "seq"], name="webhooks_event_seq"),
            models.CheckConstraint(condition=Q(seq=None) | Q(seq__gt=0, in_log=True), name="webhooks_event_numbered"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["agency_id", "id"], condition=Q(seq=None, in_log=True), name="webhooks_event_unnumbered"
            ),
            models.Index(fields=["written_at"], name="webhooks_event_age"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.event_id}"


class Reader(models.Model):
    """Who may see an event of the log, ordered as it is read: one row for each reader key."""

    agency_id = models.BigIntegerField()
    reader = models.CharField(max_length=KEY)
    seq = models.BigIntegerField()
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="+")

    class Meta:
        db_table = "webhooks_reader"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["agency_id", "reader", "seq"], name="webhooks_reader_once")
        ]

    def __str__(self) -> str:
        return f"{self.reader} of {self.event_id}"


class Subscription(models.Model):
    """Whom we tell, at which address. `types` empty: all. Up to number `position` of the log its deliveries are made.

    `old_secret_until`: until then at least one of its `OldSecret`s signs beside `secret`.
    `failures`: tries in a row that failed, whichever event they brought; until `held_until` none is made.
    """

    agency_id = models.BigIntegerField()
    account_id = models.BigIntegerField()
    owner_key = models.CharField(max_length=KEY)
    address = models.CharField(max_length=500)
    description = models.CharField(max_length=200, blank=True)
    types = ArrayField(models.CharField(max_length=80))
    state = models.CharField(max_length=12)
    reason = models.CharField(max_length=CODE, blank=True)
    secret = EncryptedTextField()
    old_secret_until = models.DateTimeField(null=True)
    position = models.BigIntegerField()
    created_at = models.DateTimeField()
    verified_at = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True)
    failures = models.IntegerField(default=0)
    held_until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "webhooks_subscription"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=_among("state", State), name="webhooks_subscription_state"),
            models.CheckConstraint(
                condition=Q(state=State.ENDED.value) ^ Q(ended_at=None), name="webhooks_subscription_ended"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["agency_id", "owner_key", "-id"], name="webhooks_subscription_owner"),
        ]

    def __str__(self) -> str:
        return f"{self.address}: {self.state}"


class OldSecret(models.Model):
    """A secret that was replaced and signs for a while longer, so that a receiver may change over in its own time."""

    agency_id = models.BigIntegerField()
    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="+")
    secret = EncryptedTextField()
    until = models.DateTimeField()

    class Meta:
        db_table = "webhooks_old_secret"

    def __str__(self) -> str:
        return f"of {self.subscription_id} until {self.until}"


class Challenge(models.Model):
    """That a challenge was asked for: by whom, to be posted to which host. Counted for an hour, then dropped."""

    agency_id = models.BigIntegerField()
    owner_key = models.CharField(max_length=KEY)
    host = models.CharField(max_length=253)
    at = models.DateTimeField()

    class Meta:
        db_table = "webhooks_challenge"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["agency_id", "owner_key", "at"], name="webhooks_challenge_owner"),
            models.Index(fields=["agency_id", "host", "at"], name="webhooks_challenge_host"),
        ]

    def __str__(self) -> str:
        return f"{self.owner_key} to {self.host}"


class Delivery(models.Model):
    """One event for one subscription: the truth about it. `answer` is the beginning of the last answer, escaped."""

    agency_id = models.BigIntegerField()
    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="+")
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="+")
    owner_key = models.CharField(max_length=KEY)
    state = models.CharField(max_length=12)
    attempts = models.IntegerField(default=0)
    since = models.DateTimeField()  # from when its three days are counted
    due_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    tried_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    status = models.SmallIntegerField(null=True)
    error = models.CharField(max_length=CODE, blank=True)
    answer = models.TextField(blank=True)

    class Meta:
        db_table = "webhooks_delivery"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["subscription", "event"], name="webhooks_delivery_once"),
            models.CheckConstraint(condition=_among("state", DeliveryState), name="webhooks_delivery_state"),
            models.CheckConstraint(
                condition=Q(state=DeliveryState.SENDING.value) ^ Q(claimed_until=None), name="webhooks_delivery_claimed"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["subscription", "due_at", "id"],
                condition=Q(state=DeliveryState.WAITING.value),
                name="webhooks_delivery_due",
            ),
            models.Index(
                fields=["claimed_until"],
                condition=Q(state=DeliveryState.SENDING.value),
                name="webhooks_delivery_lent",
            ),
            models.Index(fields=["subscription", "-id"], name="webhooks_delivery_list"),
            models.Index(fields=["done_at"], name="webhooks_delivery_age"),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} to {self.subscription_id}: {self.state}"
