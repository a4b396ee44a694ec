from __future__ import annotations

from django.db import models


class AuditEntry(models.Model):
    """One action done. Actor ids without foreign keys: the trail outlives the accounts. Append-only."""

    agency_id = models.BigIntegerField()
    at = models.DateTimeField()
    account_id = models.BigIntegerField(null=True)
    on_behalf_of_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=200)
    verb = models.CharField(max_length=80)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=64)
    details = models.JSONField(default=dict)

    class Meta:
        db_table = "kernel_audit_entry"
        indexes = [models.Index(fields=["agency_id", "subject_kind", "subject_id", "id"], name="kernel_audit_subject")]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject_kind}:{self.subject_id}"


class AuditPending(models.Model):
    """An entry that waits for the sealer: written by a trigger with the entry, so no late commit is ever skipped."""

    entry_id = models.BigIntegerField(primary_key=True)
    agency_id = models.BigIntegerField()

    class Meta:
        db_table = "kernel_audit_pending"

    def __str__(self) -> str:
        return str(self.entry_id)


class AuditLink(models.Model):
    """The place of one entry in the sealed chain: its order, its salt and the chain's value after it."""

    seq = models.BigIntegerField(primary_key=True)
    agency_id = models.BigIntegerField()
    entry_id = models.BigIntegerField(unique=True)
    salt = models.BinaryField()
    digest = models.BinaryField()
    chain = models.BinaryField()

    class Meta:
        db_table = "kernel_audit_link"

    def __str__(self) -> str:
        return f"#{self.seq}"


class AuditSeal(models.Model):
    """A head of the chain, time-stamped and anchored outside the database. Of the installation: `agency_id` is 0."""

    agency_id = models.BigIntegerField(default=0)
    last_seq = models.BigIntegerField(unique=True)
    chain = models.BinaryField()
    sealed_at = models.DateTimeField()
    time_stamp = models.BinaryField(null=True)
    anchored_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "kernel_audit_seal"
        indexes = [
            models.Index(fields=["last_seq"], condition=models.Q(anchored_at=None), name="kernel_audit_unanchored")
        ]

    def __str__(self) -> str:
        return f"to #{self.last_seq}"
