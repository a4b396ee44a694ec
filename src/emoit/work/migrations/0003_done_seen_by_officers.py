"""What was done at which desk is the ministry's own affair: read by officers and our own processes."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("work", "0002_security"), ("people", "0002_security")]
    operations = [
        migrations.RunSQL(
            """
            create policy work_done_seen on work_done as restrictive for select to emoit_app
                using ('system' = any((select emoit_readers())::text[]) or (select people_as_officer()));
            """,
            "drop policy work_done_seen on work_done;",
        )
    ]
