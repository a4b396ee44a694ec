from __future__ import annotations

from django.db import models


class Series(models.Model):
    """A counter, such as the dossiers of one agency on one day."""

    agency_id = models.BigIntegerField()
    key = models.CharField(max_length=120)
    last = models.BigIntegerField(default=0)

    class Meta:
        db_table = "kernel_series"
        constraints = [models.UniqueConstraint(fields=["agency_id", "key"], name="kernel_series_key")]

    def __str__(self) -> str:
        return f"{self.key}: {self.last}"


class Number(models.Model):
    """A number given out, and to what. A voided one stays, with its reason."""

    agency_id = models.BigIntegerField()
    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="+")
    value = models.BigIntegerField()
    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=64)
    bound_at = models.DateTimeField()
    voided_at = models.DateTimeField(null=True)
    void_reason = models.TextField(blank=True)

    class Meta:
        db_table = "kernel_number"
        constraints = [
            models.UniqueConstraint(fields=["series", "value"], name="kernel_number_once"),
            models.UniqueConstraint(
                fields=["series", "subject_kind", "subject_id"],
                condition=models.Q(voided_at=None),
                name="kernel_number_one_each",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.series_id}/{self.value}"
