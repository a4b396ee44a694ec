from __future__ import annotations

from django.db import models


class ProcessVersion(models.Model):
    """One published drawing. Never changed: instances run on the version they began with."""

    agency_id = models.BigIntegerField()
    key = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
    name = models.CharField(max_length=200)
    content = models.BinaryField()
    digest = models.CharField(max_length=64)
    published_at = models.DateTimeField()

    class Meta:
        db_table = "workflow_process_version"
        constraints = [models.UniqueConstraint(fields=["agency_id", "key", "version"], name="workflow_process_once")]

    def __str__(self) -> str:
        return f"{self.key} v{self.version}"


class DecisionVersion(models.Model):
    """One published decision table (DMN). Never changed: what was decided can be decided again."""

    agency_id = models.BigIntegerField()
    key = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
    name = models.CharField(max_length=200)
    content = models.BinaryField()
    digest = models.CharField(max_length=64)
    published_at = models.DateTimeField()

    class Meta:
        db_table = "workflow_decision_version"
        constraints = [models.UniqueConstraint(fields=["agency_id", "key", "version"], name="workflow_decision_once")]

    def __str__(self) -> str:
        return f"{self.key} v{self.version}"
