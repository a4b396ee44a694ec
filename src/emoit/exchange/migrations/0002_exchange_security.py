"""Nobody's request reads or writes these tables: only processes of ours do. Evidence and its seals stay as they are."""

from django.db import migrations

from emoit.kernel.access.policy import append_only, immutable_when, row_security

TABLES = (
    "partner",
    "gate",
    "certificate",
    "conversation",
    "evidence",
    "seal",
    "outbound",
    "inbound",
    "rejection",
)

# A message asks whether a run that will see it waits already: found here, however long the queue is.
WAKE = """
create index exchange_wake on procrastinate_jobs ((args ->> 'partner_id'))
    where status = 'todo' and task_name = 'exchange.deliver';
"""


class Migration(migrations.Migration):
    dependencies = [
        ("exchange", "0001_exchange_tables"),
        ("kernel", "0004_narrower"),
        ("procrastinate", "0001_initial"),
    ]
    operations = [
        *(row_security(f"exchange_{table}", using="false", check="false") for table in TABLES),
        append_only("exchange_evidence"),
        migrations.RunSQL(
            "grant update (seq, chain) on exchange_evidence to emoit_app;",
            "revoke update (seq, chain) on exchange_evidence from emoit_app;",
        ),
        immutable_when("exchange_evidence", "old.seq is not null", "evidence in the chain is not changed"),
        append_only("exchange_seal"),
        migrations.RunSQL(
            "grant update (time_stamp) on exchange_seal to emoit_app;",
            "revoke update (time_stamp) on exchange_seal from emoit_app;",
        ),
        immutable_when("exchange_seal", "old.time_stamp is not null", "a stamped seal is not changed"),
        immutable_when(
            "exchange_outbound",
            "tg_op = 'DELETE' or old.state in ('delivered', 'given_up') or new.message_id <> old.message_id"
            " or new.digest <> old.digest or new.kind <> old.kind or new.sequence <> old.sequence"
            " or new.conversation_id <> old.conversation_id or new.partner_id <> old.partner_id",
            "a message keeps its id and digest, and stays as it ended",
        ),
        immutable_when(
            "exchange_inbound",
            "tg_op = 'DELETE' or new.message_id <> old.message_id or new.identity <> old.identity"
            " or new.partner_id <> old.partner_id"
            " or (old.state = 'delivered' and (new.state <> old.state"
            " or new.receipt_id is distinct from old.receipt_id or new.envelope_id <> old.envelope_id))",
            "a message that had its effect keeps its receipt",
        ),
        migrations.RunSQL(WAKE, "drop index exchange_wake;"),
    ]
