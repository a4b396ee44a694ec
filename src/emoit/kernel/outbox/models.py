from __future__ import annotations

from django.db import models


class Event(models.Model):
    """Something that happened, as ids and primitives. Append-only."""

    agency_id = models.BigIntegerField()
    at = models.DateTimeField()
    kind = models.CharField(max_length=80)
    payload = models.JSONField()

    class Meta:
        db_table = "kernel_event"

    def __str__(self) -> str:
        return f"{self.kind}#{self.pk}"


class Delivery(models.Model):
    """A handler's effect has been committed: written in the same transaction, so that a repeat finds it."""

    agency_id = models.BigIntegerField()
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+")
    handler = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        db_table = "kernel_delivery"
        constraints = [models.UniqueConstraint(fields=["event", "handler"], name="kernel_delivery_once")]

    def __str__(self) -> str:
        return f"{self.handler} of {self.event_id}"
