"""Open work says of which procedure it is, so that a delegation limited to some procedures is kept to them."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0006_amend_from_result"), ("work", "0004_identity_procedure")]
    operations = [
        migrations.RunSQL(
            """
            update work_item i set procedure = d.procedure_code from dossiers_dossier d
            where i.subject_kind = 'dossier' and d.id = i.subject_id and d.agency_id = i.agency_id;
            """,
            migrations.RunSQL.noop,
        )
    ]
