"""Messages both ways, and what was turned away."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from emoit.exchange.models.evidence import Evidence
from emoit.exchange.models.fields import CODE, CONVERSATION, among
from emoit.exchange.models.partners import Partner
from emoit.exchange.types import InState, OutState, Priority


class Conversation(models.Model):
    """A row of messages to one partner that keep their order. Locked to number the next one."""

    agency_id = models.BigIntegerField()
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=CONVERSATION)
    last_sequence = models.IntegerField(default=0)

    class Meta:
        db_table = "exchange_conversation"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["agency_id", "partner", "name"], name="exchange_conversation_name")
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["agency_id", "name"], name="exchange_conversation_find")
        ]

    def __str__(self) -> str:
        return self.name


class Outbound(models.Model):
    """A message that we send: the truth about it. See `rules.states.MACHINE`.

    `identity` is of `types.Header`. A payload of more than INLINE bytes is a file. `is_head`: none before it in its
    conversation is open. `envelope` is the newest one signed.
    """

    agency_id = models.BigIntegerField()
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+")
    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="+")
    message_id = models.CharField(max_length=64)
    sequence = models.IntegerField()
    is_head = models.BooleanField()
    kind = models.CharField(max_length=CODE)
    in_reply_to = models.CharField(max_length=64, blank=True)
    subject_kind = models.CharField(max_length=40, blank=True)
    subject_id = models.CharField(max_length=64, blank=True)
    media_type = models.CharField(max_length=80)
    digest = models.CharField(max_length=64)
    size = models.IntegerField()
    payload = models.BinaryField(null=True)
    file_id = models.BigIntegerField(null=True)
    priority = models.SmallIntegerField()
    traceparent = models.CharField(max_length=55)
    state = models.CharField(max_length=12)
    attempts = models.IntegerField(default=0)
    due_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True)
    error = models.CharField(max_length=CODE, blank=True)
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    envelope = models.ForeignKey(Evidence, null=True, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(null=True)
    receipt = models.ForeignKey(Evidence, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "exchange_outbound"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["agency_id", "message_id"], name="exchange_outbound_id"),
            models.UniqueConstraint(
                fields=["agency_id", "conversation", "sequence"], name="exchange_outbound_sequence"
            ),
            models.CheckConstraint(condition=among("state", OutState), name="exchange_outbound_state"),
            models.CheckConstraint(condition=among("priority", Priority), name="exchange_outbound_priority"),
            models.CheckConstraint(
                condition=Q(state=OutState.DELIVERED.value) ^ Q(receipt=None), name="exchange_outbound_receipted"
            ),
            models.CheckConstraint(
                condition=Q(state=OutState.SENDING.value) ^ Q(claimed_until=None), name="exchange_outbound_claimed"
            ),
            models.CheckConstraint(condition=Q(payload=None) ^ Q(file_id=None), name="exchange_outbound_one_payload"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["partner", "priority", "due_at", "id"],
                condition=Q(state=OutState.WAITING.value, is_head=True),
                name="exchange_outbound_due",
            ),
            models.Index(
                fields=["claimed_until"], condition=Q(state=OutState.SENDING.value), name="exchange_outbound_lent"
            ),
            models.Index(
                fields=["conversation", "sequence"],
                condition=Q(state__in=["waiting", "sending", "failed"]),
                name="exchange_outbound_open",
            ),
            models.Index(
                fields=["agency_id", "-done_at"],
                condition=Q(state=OutState.FAILED.value),
                name="exchange_outbound_dead",
            ),
            models.Index(fields=["agency_id", "subject_id"], name="exchange_outbound_subject"),
            models.Index(
                fields=["agency_id", "traceparent"],
                opclasses=["int8_ops", "varchar_pattern_ops"],
                name="exchange_outbound_trace",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.message_id}: {self.state}"


class Inbound(models.Model):
    """A message that came in, once for each sender and id: the memory against duplicates.

    Its bytes are in `envelope`. `receipt` is what every duplicate gets, to the byte.
    """

    agency_id = models.BigIntegerField()
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+")
    message_id = models.CharField(max_length=64)
    identity = models.CharField(max_length=64)
    conversation = models.CharField(max_length=CONVERSATION)
    sequence = models.IntegerField()
    in_reply_to = models.CharField(max_length=64, blank=True)
    kind = models.CharField(max_length=CODE)
    traceparent = models.CharField(max_length=55)
    state = models.CharField(max_length=12)
    error = models.CharField(max_length=CODE, blank=True)
    attempts = models.IntegerField(default=1)
    duplicates = models.IntegerField(default=0)
    alarms = models.IntegerField(default=0)
    received_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    envelope = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="+")
    receipt = models.ForeignKey(Evidence, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "exchange_inbound"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["agency_id", "partner", "message_id"], name="exchange_inbound_once"),
            models.CheckConstraint(condition=among("state", InState), name="exchange_inbound_state"),
            models.CheckConstraint(
                condition=Q(state=InState.DELIVERED.value) ^ Q(receipt=None), name="exchange_inbound_receipted"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["agency_id", "received_at"], condition=Q(state="failed"), name="exchange_inbound_failed"
            ),
            models.Index(fields=["agency_id", "message_id"], name="exchange_inbound_message"),
            models.Index(fields=["agency_id", "conversation"], name="exchange_inbound_talk"),
            models.Index(
                fields=["agency_id", "traceparent"],
                opclasses=["int8_ops", "varchar_pattern_ops"],
                name="exchange_inbound_trace",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.message_id}: {self.state}"


class Rejection(models.Model):
    """How many envelopes were turned away in a day for one reason. `partner_code` "": nobody that we know."""

    agency_id = models.BigIntegerField()
    day = models.DateField()
    partner_code = models.CharField(max_length=35, blank=True)
    code = models.CharField(max_length=CODE)
    count = models.IntegerField(default=1)
    last_at = models.DateTimeField()

    class Meta:
        db_table = "exchange_rejection"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["agency_id", "day", "partner_code", "code"], name="exchange_rejection_each")
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.code}: {self.count}"
