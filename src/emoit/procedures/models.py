from __future__ import annotations

from django.db import models


class Procedure(models.Model):
    """An administrative procedure (thủ tục hành chính) of an agency, by its national code."""

    agency_id = models.BigIntegerField()
    code = models.CharField(max_length=40)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "procedures_procedure"
        constraints = [models.UniqueConstraint(fields=["agency_id", "code"], name="procedures_procedure_code")]

    def __str__(self) -> str:
        return self.code


class ProcedureVersion(models.Model):
    """A published document of a procedure. Never changed, never deleted: dossiers point at it."""

    agency_id = models.BigIntegerField()
    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    document = models.JSONField()
    digest = models.CharField(max_length=64)
    effective_from = models.DateField()
    published_at = models.DateTimeField()
    published_by_id = models.BigIntegerField(null=True)
    published_by_name = models.CharField(max_length=200)

    class Meta:
        db_table = "procedures_version"
        constraints = [
            models.UniqueConstraint(fields=["agency_id", "procedure", "number"], name="procedures_version_number"),
            models.UniqueConstraint(fields=["agency_id", "procedure", "digest"], name="procedures_version_digest"),
        ]
        indexes = [models.Index(fields=["agency_id", "procedure", "-effective_from"], name="procedures_version_effect")]

    def __str__(self) -> str:
        return f"{self.procedure_id} v{self.number}"
