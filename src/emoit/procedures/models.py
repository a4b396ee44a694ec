from __future__ import annotations

from django.db import models


class Procedure(models.Model):
    """An administrative procedure (thủ tục hành chính) of an agency, by its national code."""

    agency_id = models.BigIntegerField()
    code = models.CharField(max_length=40)
    created_at = models.DateTimeField()
    withdrawn_from = models.DateField(null=True)  # bãi bỏ: no new dossiers from this day (Viet Nam) on
    withdrawn_reason = models.TextField(blank=True, db_default="", default="")

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
    reason = models.TextField(blank=True, db_default="", default="")
    # The earlier version whose contents this one publishes again.
    restores = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "procedures_version"
        constraints = [
            models.UniqueConstraint(fields=["agency_id", "procedure", "number"], name="procedures_version_number"),
            models.UniqueConstraint(
                fields=["agency_id", "procedure", "digest"],
                condition=models.Q(restores=None),
                name="procedures_version_digest",
            ),
        ]
        indexes = [models.Index(fields=["agency_id", "procedure", "-effective_from"], name="procedures_version_effect")]

    def __str__(self) -> str:
        return f"{self.procedure_id} v{self.number}"


class Draft(models.Model):
    """The open draft of the next version of a procedure: one for each, seen by administrators and auditors only."""

    agency_id = models.BigIntegerField()
    code = models.CharField(max_length=40)
    base = models.ForeignKey(ProcedureVersion, null=True, on_delete=models.PROTECT, related_name="+")
    document = models.JSONField()
    author_id = models.BigIntegerField(null=True)
    author_name = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    saved_by_name = models.CharField(max_length=200)
    lock = models.PositiveIntegerField(default=1)  # goes up with every save: two windows do not overwrite each other

    class Meta:
        db_table = "procedures_draft"
        constraints = [models.UniqueConstraint(fields=["agency_id", "code"], name="procedures_draft_one_open")]

    def __str__(self) -> str:
        return f"draft of {self.code}"
