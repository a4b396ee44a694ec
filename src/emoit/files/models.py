from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from emoit.files.types import ContentState, StoredFile


class Content(models.Model):
    """Bytes, known by their SHA-256, stored once for an agency. `flags` is what the inspector noticed."""

    agency_id = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    size = models.BigIntegerField()
    media_type = models.CharField(max_length=100)
    pages = models.IntegerField(null=True)
    state = models.CharField(max_length=12, choices=[(s.value, s.value) for s in ContentState])
    refused_code = models.CharField(max_length=40, blank=True)
    flags = ArrayField(models.CharField(max_length=40), default=list)
    attempts = models.IntegerField(default=0)
    inspected_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "files_content"
        constraints = [
            models.UniqueConstraint(fields=["agency_id", "digest"], name="files_content_digest"),
            models.CheckConstraint(condition=models.Q(size__gt=0), name="files_content_not_empty"),
            models.CheckConstraint(
                condition=models.Q(state__in=[s.value for s in ContentState]), name="files_content_state"
            ),
        ]
        indexes = [
            models.Index(fields=["created_at"], condition=models.Q(state="quarantined"), name="files_content_waiting")
        ]

    def __str__(self) -> str:
        return f"{self.digest[:12]} {self.state}"


class File(models.Model):
    """A content under a name, for those whose keys are among the readers. `made`: by us, not by a user."""

    agency_id = models.BigIntegerField()
    content = models.ForeignKey(Content, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=150)
    uploaded_by_id = models.BigIntegerField(null=True)
    made = models.BooleanField(default=False)
    readers = ArrayField(models.CharField(max_length=32))
    created_at = models.DateTimeField()

    class Meta:
        db_table = "files_file"

    def __str__(self) -> str:
        return self.name

    def stored(self) -> StoredFile:
        return StoredFile(
            id=self.pk,
            digest=self.content.digest,
            name=self.name,
            size=self.content.size,
            media_type=self.content.media_type,
            pages=self.content.pages,
            state=ContentState(self.content.state),
        )
