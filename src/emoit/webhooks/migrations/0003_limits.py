"""Every secret signs for its whole day, however often it is replaced; challenges are counted."""

import django.db.models.deletion
from django.db import migrations, models

import emoit.kernel.personal.fields
from emoit.kernel.access.policy import row_security

KEY = {"auto_created": True, "primary_key": True, "serialize": False, "verbose_name": "ID"}
# Encrypted values are moved as they are.
MOVE = """
insert into webhooks_old_secret (agency_id, subscription_id, secret, until)
select agency_id, id, old_secret, old_secret_until from webhooks_subscription where old_secret is not null;
set constraints all immediate;
"""
# On the way back the newest of the old ones signs on.
BACK = """
update webhooks_subscription set old_secret_until = null;
update webhooks_subscription s set old_secret = o.secret, old_secret_until = o.until
from (select distinct on (subscription_id) * from webhooks_old_secret order by subscription_id, until desc, id desc) o
where o.subscription_id = s.id;
"""


class Migration(migrations.Migration):
    dependencies = [("webhooks", "0002_webhooks_security")]
    operations = [
        migrations.CreateModel(
            name="Challenge",
            fields=[
                ("id", models.BigAutoField(**KEY)),
                ("agency_id", models.BigIntegerField()),
                ("owner_key", models.CharField(max_length=32)),
                ("host", models.CharField(max_length=253)),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "webhooks_challenge",
                "indexes": [
                    models.Index(fields=["agency_id", "owner_key", "at"], name="webhooks_challenge_owner"),
                    models.Index(fields=["agency_id", "host", "at"], name="webhooks_challenge_host"),
                ],
            },
        ),
        migrations.CreateModel(
            name="OldSecret",
            fields=[
                ("id", models.BigAutoField(**KEY)),
                ("agency_id", models.BigIntegerField()),
                ("secret", emoit.kernel.personal.fields.EncryptedTextField()),
                ("until", models.DateTimeField()),
                (
                    "subscription",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="webhooks.subscription"
                    ),
                ),
            ],
            options={"db_table": "webhooks_old_secret"},
        ),
        row_security("webhooks_challenge", using="false", check="false"),
        row_security("webhooks_old_secret", using="false", check="false"),
        migrations.RunSQL(MOVE, migrations.RunSQL.noop),
        migrations.RemoveConstraint(model_name="subscription", name="webhooks_subscription_two_secrets"),
        migrations.RunSQL(migrations.RunSQL.noop, BACK),
        migrations.RemoveField(model_name="subscription", name="old_secret"),
    ]
