"""A fee is read by those who may read what it is for, under the same reader keys."""

import django.contrib.postgres.fields
from django.db import migrations, models

SEEN = """
drop policy payments_fee_obligation_seen on payments_fee_obligation;
create policy payments_fee_obligation_seen on payments_fee_obligation as restrictive for select to emoit_app using (
    'system' = any((select emoit_readers())::text[]) or readers::text[] && (select emoit_readers())
    or ('u:' || unit_id) = any((select emoit_readers())::text[])
);
"""
SEEN_BACK = """
drop policy payments_fee_obligation_seen on payments_fee_obligation;
create policy payments_fee_obligation_seen on payments_fee_obligation as restrictive for select to emoit_app
    using ('system' = any((select emoit_readers())::text[]) or (select people_as_officer()));
"""


class Migration(migrations.Migration):
    dependencies = [("payments", "0004_seen_by_officers")]
    operations = [
        migrations.AddField(
            model_name="feeobligation",
            name="readers",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=32), default=list, size=None
            ),
        ),
        migrations.RunSQL(SEEN, SEEN_BACK),
    ]
