"""A dossier may open from an earlier result, one open dossier for one result; and may come from a previous system."""

import django.db.models.deletion
from django.db import migrations, models

from emoit.kernel.access.policy import append_only, row_security

OPEN = ["submitted", "received", "in_progress", "awaiting_supplement", "awaiting_fee"]


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0005_processes_opinions_and_inspections"), ("results", "0003_amend_lives")]
    operations = [
        migrations.AddField(
            "dossier",
            "from_result",
            models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="results.result"
            ),
        ),
        migrations.AddField("dossier", "from_facts", models.JSONField(null=True)),
        migrations.AddConstraint(
            "dossier",
            models.UniqueConstraint(
                fields=["agency_id", "from_result"],
                condition=models.Q(from_result__isnull=False, status__in=OPEN),
                name="dossiers_one_change_at_a_time",
            ),
        ),
        migrations.CreateModel(
            name="LoadedDossier",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("agency_id", models.BigIntegerField()),
                ("source", models.CharField(max_length=60)),
                ("key", models.CharField(max_length=120)),
                ("digest", models.CharField(max_length=64)),
                (
                    "dossier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="dossiers.dossier"
                    ),
                ),
                ("loaded_at", models.DateTimeField()),
            ],
            options={
                "db_table": "dossiers_loaded",
                "constraints": [
                    models.UniqueConstraint(fields=("agency_id", "source", "key"), name="dossiers_loaded_once")
                ],
            },
        ),
        row_security("dossiers_loaded", using="false", check="false"),
        append_only("dossiers_loaded"),
    ]
