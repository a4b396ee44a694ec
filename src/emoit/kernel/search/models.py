from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class SearchEntry(models.Model):
    """What can be found, and by whom. `folded` and `document` are generated columns (see the migration).

    Written only through `emoit_put_entry` and its kin; `written_at` is the database's clock.
    """

    agency_id = models.BigIntegerField()
    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=64)
    title = models.TextField()
    body = models.TextField(blank=True)
    url = models.CharField(max_length=300)
    readers = ArrayField(models.CharField(max_length=32))
    sort_at = models.DateTimeField()
    written_at = models.DateTimeField()

    class Meta:
        db_table = "kernel_search_entry"
        constraints = [
            models.UniqueConstraint(fields=["agency_id", "subject_kind", "subject_id"], name="kernel_search_subject")
        ]

    def __str__(self) -> str:
        return self.title


class SearchStaged(models.Model):
    """An entry built beside the live ones, until the rebuild compares and switches."""

    agency_id = models.BigIntegerField()
    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=64)
    title = models.TextField()
    body = models.TextField(blank=True)
    url = models.CharField(max_length=300)
    readers = ArrayField(models.CharField(max_length=32))
    sort_at = models.DateTimeField()

    class Meta:
        db_table = "kernel_search_staged"
        constraints = [
            models.UniqueConstraint(fields=["agency_id", "subject_kind", "subject_id"], name="kernel_staged_subject")
        ]

    def __str__(self) -> str:
        return self.title
