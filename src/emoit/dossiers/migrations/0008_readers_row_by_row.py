"""A reader's key is looked up for each row that is read.

As `exists`, PostgreSQL may put every dossier of the reader into a hash first: 119,626 of them for a list of a hundred.
A scalar query with a limit it asks for each row, by the index.
"""

from django.db import migrations

from emoit.kernel.access.policy import now_seen

TABLES = {
    "dossiers_dossier": "id",
    **dict.fromkeys(
        (
            "dossiers_timeline", "dossiers_paper", "dossiers_supplement_request", "dossiers_decision", "dossiers_slip",
            "dossiers_consultation", "dossiers_opinion", "dossiers_inspection", "dossiers_evidence",
        ),
        "dossier_id",
    ),
}  # fmt: skip


def of_dossier(table, column):
    reader = f"""from dossiers_reader r
        where r.dossier_id = {table}.{column} and r.reader = any(emoit_readers()) and r.agency_id = emoit_agency()"""
    return now_seen(table, using=f"(select true {reader} limit 1)", before=f"exists (select 1 {reader})")


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0007_identity_open_work")]
    operations = [of_dossier(table, column) for table, column in TABLES.items()]
