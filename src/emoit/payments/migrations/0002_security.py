"""Row security of the payments tables."""

from django.db import migrations

from emoit.kernel.access.policy import within_agency


class Migration(migrations.Migration):
    dependencies = [("payments", "0001_initial"), ("kernel", "0001_functions")]
    operations = [
        within_agency("payments_fee_obligation"),
    ]
