"""Who sees and writes keys and requests; what was signed stays as it is."""

from django.db import migrations

from emoit.kernel.access.policy import immutable_when, row_security

IS_OFFICER = "exists (select from unnest(emoit_readers()) k where k like 'u:%' or k like 'g:%')"


class Migration(migrations.Migration):
    dependencies = [("signing", "0001_initial"), ("kernel", "0003_security")]
    operations = [
        row_security(
            "signing_key",
            using="agency_id = emoit_agency() and 'a:' || holder_account_id = any(emoit_readers())",
            check="agency_id = emoit_agency() and 'a:' || holder_account_id = any(emoit_readers())",
        ),
        row_security(
            "signing_request",
            using=f"agency_id = emoit_agency() and {IS_OFFICER}",
            check=f"agency_id = emoit_agency() and {IS_OFFICER}",
        ),
        immutable_when("signing_request", "old.state = 'signed'", "a signed request cannot be changed"),
        immutable_when("signing_key", "old.retired_at is not null", "a retired key cannot be changed"),
    ]
