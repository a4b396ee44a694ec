"""Who sees what, what never changes, and how a waiting run is found."""

from django.db import migrations

from emoit.kernel.access.policy import immutable_when, only_processes_write, row_security

MINE = "agency_id = emoit_agency() and {column} = any(emoit_readers())"

# A sweep asks whether a run to a receiver waits already: found here, however long the queue is.
WAKE = """
create index webhooks_wake on procrastinate_jobs ((args ->> 'subscription_id'))
    where status = 'todo' and task_name = 'webhooks.deliver';
"""


class Migration(migrations.Migration):
    dependencies = [
        ("webhooks", "0001_webhooks_tables"),
        ("kernel", "0004_narrower"),
        ("procrastinate", "0001_initial"),
    ]
    operations = [
        row_security("webhooks_log", using="false", check="false"),
        row_security("webhooks_event", using="false", check="false"),
        row_security("webhooks_reader", using=MINE.format(column="reader"), check="false"),
        row_security("webhooks_subscription", using=MINE.format(column="owner_key"), check="false"),
        row_security("webhooks_delivery", using=MINE.format(column="owner_key"), check="false"),
        *(only_processes_write(f"webhooks_{table}") for table in ("reader", "subscription", "delivery")),
        migrations.RunSQL(
            "revoke update, truncate on webhooks_event from emoit_app; grant update (seq) on webhooks_event to emoit_app;",
            "grant update on webhooks_event to emoit_app;",
        ),
        immutable_when(
            "webhooks_event",
            "(tg_op = 'UPDATE' and old.seq is not null)"
            " or (tg_op = 'DELETE' and old.written_at > now() - interval '30 days')",
            "an event stays as it is, for thirty days at least",
        ),
        migrations.RunSQL(WAKE, "drop index webhooks_wake;"),
    ]
