"""What issuers say of certificates: seen by processes of ours alone; what is revoked stays so."""

from django.db import migrations, models

from emoit.kernel.access.policy import immutable_when, row_security


class Migration(migrations.Migration):

    dependencies = [
        ('exchange', '0006_exchange_transports'),
    ]

    operations = [
        migrations.CreateModel(
            name='RevocationCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('agency_id', models.BigIntegerField()),
                ('fingerprint', models.CharField(max_length=64)),
                ('state', models.CharField(max_length=12)),
                ('tried_at', models.DateTimeField()),
                ('error', models.CharField(blank=True, max_length=80)),
                ('checked_at', models.DateTimeField(null=True)),
                ('told_at', models.DateTimeField(null=True)),
                ('holds_until', models.DateTimeField(null=True)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('reason', models.CharField(blank=True, max_length=40)),
                ('source', models.CharField(blank=True, max_length=500)),
                ('digest', models.CharField(blank=True, max_length=64)),
            ],
            options={
                'db_table': 'exchange_revocation',
                'constraints': [models.UniqueConstraint(fields=('agency_id', 'fingerprint'), name='exchange_revocation_once'), models.CheckConstraint(condition=models.Q(('state__in', ['unchecked', 'good', 'revoked', 'on_hold', 'unnamed', 'unknown', 'overdue'])), name='exchange_revocation_state')],
            },
        ),
        row_security("exchange_revocation", using="false", check="false"),
        immutable_when(
            "exchange_revocation",
            "tg_op = 'DELETE' or new.fingerprint <> old.fingerprint or new.agency_id <> old.agency_id"
            " or (old.state in ('revoked', 'on_hold') and new is distinct from old)",
            "a certificate that was revoked stays so",
        ),
    ]
