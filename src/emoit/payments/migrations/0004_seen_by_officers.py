"""A fee is read by officers and our own processes: nobody else's screen asks for one without its dossier."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("payments", "0003_writing"), ("people", "0002_security")]
    operations = [
        migrations.RunSQL(
            """
            create policy payments_fee_obligation_seen on payments_fee_obligation as restrictive for select to emoit_app
                using ('system' = any((select emoit_readers())::text[]) or (select people_as_officer()));
            """,
            "drop policy payments_fee_obligation_seen on payments_fee_obligation;",
        )
    ]
