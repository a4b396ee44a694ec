"""Public to read within the agency, written by processes of ours only; a published version never changes."""

from django.db import migrations

from emoit.kernel.access.policy import append_only, immutable_when, row_security

OWN = "agency_id = emoit_agency()"


class Migration(migrations.Migration):
    dependencies = [("procedures", "0001_initial"), ("kernel", "0003_security")]
    operations = [
        row_security("procedures_procedure", using=OWN, check="false"),
        row_security("procedures_version", using=OWN, check="false"),
        append_only("procedures_version"),
        immutable_when("procedures_version", "old.published_at is not null", "a published version never changes"),
    ]
