"""The tables of the exchange. None is read by a person's request: `queries` and `actions` look as processes of ours."""

from __future__ import annotations

import enum
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from emoit.exchange.types import Direction, Format, InState, OutState, Priority, Transport, Use

CODE = 80
CONVERSATION = 120


def _among(field: str, values: type[enum.Enum]) -> Q:
    return Q(**{f"{field}__in": [value.value for value in values]})


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
            models.CheckConstraint(condition=_among("transport", Transport), name="exchange_partner_transport"),
            models.CheckConstraint(condition=_among("format", Format), name="exchange_partner_format"),
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
            models.CheckConstraint(condition=_among("use", Use), name="exchange_certificate_use"),
            models.CheckConstraint(
                condition=Q(partner=None) ^ Q(reference=""), name="exchange_certificate_key_is_ours"
            ),
            models.CheckConstraint(condition=Q(valid_from__lt=F("valid_to")), name="exchange_certificate_period"),
        ]

    def __str__(self) -> str:
        return f"{self.use} {self.fingerprint[:16]}"


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
            models.CheckConstraint(condition=_among("state", OutState), name="exchange_outbound_state"),
            models.CheckConstraint(condition=_among("priority", Priority), name="exchange_outbound_priority"),
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
            models.CheckConstraint(condition=_among("state", InState), name="exchange_inbound_state"),
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


class Call(models.Model):
    """One question to a partner that answers at once: written before it leaves, its end added once.

    Says who asked, why and about what; never what was asked or answered. `outcome` "": the process died on the way.
    """

    agency_id = models.BigIntegerField()
    at = models.DateTimeField()
    partner_code = models.CharField(max_length=35)
    service = models.CharField(max_length=CODE)
    request_id = models.CharField(max_length=64)
    account_id = models.BigIntegerField(null=True)
    purpose = models.CharField(max_length=40)
    subject_kind = models.CharField(max_length=40, blank=True)
    subject_id = models.CharField(max_length=64, blank=True)
    traceparent = models.CharField(max_length=55)
    bytes_out = models.IntegerField()
    outcome = models.CharField(max_length=CODE, blank=True)
    status = models.SmallIntegerField(null=True)
    milliseconds = models.IntegerField(null=True)
    bytes_in = models.IntegerField(null=True)

    class Meta:
        db_table = "exchange_call"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["agency_id", "request_id"], name="exchange_call_once")
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["agency_id", "subject_kind", "subject_id"], name="exchange_call_subject"),
            models.Index(fields=["agency_id", "-at"], name="exchange_call_at"),
        ]

    def __str__(self) -> str:
        return f"{self.partner_code} {self.service} {self.request_id}"


class Meter(models.Model):
    """How many calls passed in a day, see `metering`. `partner_code` "": nobody that we know."""

    agency_id = models.BigIntegerField()
    direction = models.CharField(max_length=3)
    partner_code = models.CharField(max_length=35, blank=True)
    service = models.CharField(max_length=CODE)
    day = models.DateField()
    calls = models.BigIntegerField()
    failures = models.BigIntegerField()
    bytes_in = models.BigIntegerField()
    bytes_out = models.BigIntegerField()

    class Meta:
        db_table = "exchange_meter"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["agency_id", "direction", "partner_code", "service", "day"], name="exchange_meter_each"
            ),
            models.CheckConstraint(condition=_among("direction", Direction), name="exchange_meter_direction"),
            models.CheckConstraint(
                condition=Q(failures__gte=0, failures__lte=F("calls"), bytes_in__gte=0, bytes_out__gte=0),
                name="exchange_meter_counts",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["agency_id", "day"], name="exchange_meter_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.partner_code} {self.service}: {self.calls}"
