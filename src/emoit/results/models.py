from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from emoit.results.types import EventKind, State


class Result(models.Model):
    """What was issued. Facts of an old result may be few: no dossier, no file, no signature of ours."""

    agency_id = models.BigIntegerField()
    register_code = models.CharField(max_length=40)
    token = models.CharField(max_length=32, unique=True)
    kind = models.CharField(max_length=60)
    kind_code = models.CharField(max_length=40, blank=True)
    title = models.TextField()
    number = models.CharField(max_length=100, blank=True)
    holder_name = models.CharField(max_length=500)
    holder_key = models.CharField(max_length=64, blank=True)
    readers = ArrayField(models.CharField(max_length=32))
    unit_id = models.BigIntegerField()
    issuer_name = models.CharField(max_length=300)
    subject_code = models.CharField(max_length=60, blank=True)
    procedure = models.CharField(max_length=60, blank=True, default="", db_default="")  # key of the one that issued it
    file_id = models.BigIntegerField(null=True)
    digest = models.CharField(max_length=64, blank=True)
    signed_by = models.CharField(max_length=200, blank=True)
    signed_title = models.CharField(max_length=200, blank=True)
    signed_at = models.DateTimeField(null=True)
    issued_at = models.DateTimeField()
    registered_at = models.DateTimeField()
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    state = models.CharField(max_length=10, default=State.VALID)
    revoked_at = models.DateTimeField(null=True)
    revoke_reason = models.TextField(blank=True)
    held_for = models.CharField(max_length=60, blank=True)  # code of the dossier whose signature will change it
    replaced_by = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "results_result"
        constraints = [
            models.UniqueConstraint(fields=["agency_id", "register_code"], name="results_register_code"),
            models.UniqueConstraint(fields=["agency_id", "digest"], condition=~Q(digest=""), name="results_digest"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")) | Q(valid_from=None),
                name="results_validity",
            ),
            models.CheckConstraint(
                condition=(Q(state=State.VALID, revoked_at=None, revoke_reason="", replaced_by=None))
                | (Q(state=State.REVOKED, revoked_at__isnull=False, replaced_by=None) & ~Q(revoke_reason=""))
                | (Q(state=State.REPLACED, revoked_at__isnull=False, replaced_by__isnull=False) & ~Q(revoke_reason="")),
                name="results_state",
            ),
        ]
        indexes = [
            models.Index(fields=["agency_id", "holder_key"], name="results_holder"),
            models.Index(fields=["agency_id", "unit_id", "-issued_at"], name="results_unit"),
            models.Index(fields=["agency_id", "subject_code"], condition=~Q(subject_code=""), name="results_subject"),
            models.Index(fields=["agency_id", "number"], condition=~Q(number=""), name="results_number"),
            models.Index(fields=["digest"], condition=~Q(digest=""), name="results_file"),
        ]

    def __str__(self) -> str:
        return self.register_code


class ResultEvent(models.Model):
    """What happened to a result, by whom and why. Append-only."""

    agency_id = models.BigIntegerField()
    result = models.ForeignKey(Result, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    kind = models.CharField(max_length=10, choices=[(k.value, k.value) for k in EventKind])
    account_id = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=200)
    reason = models.TextField(blank=True)
    changes = models.JSONField(default=dict)

    class Meta:
        db_table = "results_event"
        indexes = [models.Index(fields=["agency_id", "result", "id"], name="results_event_result")]

    def __str__(self) -> str:
        return f"{self.kind} {self.result_id}"


class LoadedResult(models.Model):
    """Where an entry came from that a previous system kept: loading the same row again changes nothing."""

    agency_id = models.BigIntegerField()
    source = models.CharField(max_length=60)
    key = models.CharField(max_length=120)
    digest = models.CharField(max_length=64)  # of the row as it was loaded
    result = models.ForeignKey(Result, on_delete=models.PROTECT, related_name="+")
    loaded_at = models.DateTimeField()

    class Meta:
        db_table = "results_loaded"
        constraints = [models.UniqueConstraint(fields=["agency_id", "source", "key"], name="results_loaded_once")]

    def __str__(self) -> str:
        return f"{self.source}/{self.key}"
