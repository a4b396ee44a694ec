"""Refused calls are limited: one row for each address, client or consumer that made some in the last minutes."""

from django.db import migrations, models

from emoit.kernel.access.policy import row_security


class Migration(migrations.Migration):
    dependencies = [("sharing", "0004_days_go_forward")]
    operations = [
        migrations.CreateModel(
            name="Refused",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("agency_id", models.BigIntegerField()),
                ("tally", models.CharField(max_length=60)),
                ("tokens", models.FloatField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "sharing_refused",
                "indexes": [models.Index(fields=["at"], name="sharing_refused_age")],
                "constraints": [
                    models.UniqueConstraint(fields=("agency_id", "tally"), name="sharing_refused_once"),
                ],
            },
        ),
        row_security("sharing_refused", using="false", check="false"),
    ]
