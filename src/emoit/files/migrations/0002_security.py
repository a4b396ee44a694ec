"""Row security: contents within the agency, names by their readers; a verdict is not taken back."""

from django.db import migrations

from emoit.kernel.access.policy import immutable_when, row_security, within_agency


class Migration(migrations.Migration):
    dependencies = [("files", "0001_tables"), ("kernel", "0003_security")]
    operations = [
        within_agency("files_content"),
        # A clean content may still be refused, when the virus scanner learns more; nothing else changes.
        immutable_when(
            "files_content",
            "tg_op = 'UPDATE' and (new.digest <> old.digest or new.size <> old.size or old.state = 'refused'"
            " or (old.state = 'clean' and new.state <> 'refused'))",
            "a verdict on a content is not taken back",
        ),
        row_security(
            "files_file",
            using="agency_id = (select emoit_agency()) and readers::text[] && (select emoit_readers())",
            check="agency_id = (select emoit_agency())",
        ),
    ]
