"""Row security of the work tables."""

from django.db import migrations

from emoit.kernel.access.policy import append_only, row_security, within_agency


class Migration(migrations.Migration):
    dependencies = [("work", "0001_initial"), ("kernel", "0001_functions")]
    operations = [
        row_security(
            "work_item",
            using="agency_id = emoit_agency() and ('u:' || unit_id) = any(emoit_readers())",
            check="agency_id = emoit_agency()",
        ),
        within_agency("work_done"),
        append_only("work_done"),
    ]
