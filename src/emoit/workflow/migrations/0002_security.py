"""Row security of the workflow tables."""

from django.db import migrations

from emoit.kernel.access.policy import immutable_when, within_agency


class Migration(migrations.Migration):
    dependencies = [("workflow", "0001_initial"), ("kernel", "0001_functions")]
    operations = [
        within_agency("workflow_process_version"),
        immutable_when("workflow_process_version", "true", "a published process is never changed"),
    ]
