from __future__ import annotations

from django.db import models


class WorkItem(models.Model):
    """Open work only: closing moves the row to WorkDone, so an inbox never reads history."""

    agency_id = models.BigIntegerField()
    subject_kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    subject_code = models.CharField(max_length=60)
    subject_title = models.TextField()
    subject_from = models.CharField(max_length=300, blank=True)
    procedure = models.CharField(max_length=60, blank=True)
    step = models.CharField(max_length=60)
    step_name = models.CharField(max_length=200)
    token = models.CharField(max_length=64)
    unit_id = models.BigIntegerField()
    role = models.CharField(max_length=40)
    assignee_id = models.BigIntegerField(null=True)
    opened_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    paused = models.BooleanField(default=False)
    note = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        db_table = "work_item"
        constraints = [
            models.UniqueConstraint(
                fields=["agency_id", "subject_kind", "subject_id", "step", "token"], name="work_item_once"
            )
        ]
        indexes = [
            models.Index(fields=["agency_id", "unit_id", "role", "due_at", "id"], name="work_item_unit"),
            models.Index(
                fields=["agency_id", "assignee_id", "due_at", "id"],
                name="work_item_assignee",
                condition=models.Q(assignee_id__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step} {self.subject_code}"


class WorkDone(models.Model):
    """What was done with an item. Append-only."""

    agency_id = models.BigIntegerField()
    subject_kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    step = models.CharField(max_length=60)
    step_name = models.CharField(max_length=200)
    unit_id = models.BigIntegerField()
    role = models.CharField(max_length=40)
    account_id = models.BigIntegerField(null=True)
    on_behalf_of_id = models.BigIntegerField(null=True)
    opened_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=60)

    class Meta:
        db_table = "work_done"
        indexes = [models.Index(fields=["agency_id", "subject_kind", "subject_id", "id"], name="work_done_subject")]

    def __str__(self) -> str:
        return f"{self.step} {self.outcome}"
