"""Row security: a dossier and all that hangs on it is seen under one of its reader keys."""

from django.db import migrations

from emoit.kernel.access.policy import append_only, row_security


def of_dossier(table, column="dossier_id"):
    return row_security(
        table,
        using=f"""exists (
            select 1 from dossiers_reader r
            where r.dossier_id = {table}.{column} and r.reader = any(emoit_readers()) and r.agency_id = emoit_agency()
        )""",
    )


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0001_initial"), ("kernel", "0001_functions")]
    operations = [
        row_security(
            "dossiers_reader", using="agency_id = emoit_agency() and reader = any(emoit_readers())"
        ),
        of_dossier("dossiers_dossier", "id"),
        of_dossier("dossiers_timeline"),
        append_only("dossiers_timeline"),
        of_dossier("dossiers_paper"),
        of_dossier("dossiers_supplement_request"),
        of_dossier("dossiers_decision"),
        of_dossier("dossiers_slip"),
        row_security("dossiers_submission", using="false"),
    ]
