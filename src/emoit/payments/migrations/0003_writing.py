"""A fee is asked for and dropped by our own hand, received by an officer of the unit where it is paid; none is deleted."""

from django.db import migrations

from emoit.kernel.access.policy import PROCESS

WRITER = f"{PROCESS} or ('u:' || unit_id) = any((select emoit_readers())::text[])"


class Migration(migrations.Migration):
    dependencies = [("payments", "0002_security")]
    operations = [
        migrations.RunSQL(
            f"""
            create policy payments_fee_obligation_insert on payments_fee_obligation as restrictive for insert
                to emoit_app with check ({PROCESS});
            create policy payments_fee_obligation_update on payments_fee_obligation as restrictive for update
                to emoit_app using ({WRITER}) with check ({WRITER});
            revoke delete, truncate on payments_fee_obligation from emoit_app;
            """,
            """
            drop policy payments_fee_obligation_insert on payments_fee_obligation;
            drop policy payments_fee_obligation_update on payments_fee_obligation;
            grant delete on payments_fee_obligation to emoit_app;
            """,
        )
    ]
