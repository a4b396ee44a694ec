"""Questions to partners that answer at once: processes of ours alone see them; how one ended is added once."""

from django.db import migrations, models

from emoit.kernel.access.policy import append_only, immutable_when, row_security

END = "outcome, status, milliseconds, bytes_in"


class Migration(migrations.Migration):

    dependencies = [
        ('exchange', '0004_meter'),
    ]

    operations = [
        migrations.CreateModel(
            name='Call',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('agency_id', models.BigIntegerField()),
                ('at', models.DateTimeField()),
                ('partner_code', models.CharField(max_length=35)),
                ('service', models.CharField(max_length=80)),
                ('request_id', models.CharField(max_length=64)),
                ('account_id', models.BigIntegerField(null=True)),
                ('purpose', models.CharField(max_length=40)),
                ('subject_kind', models.CharField(blank=True, max_length=40)),
                ('subject_id', models.CharField(blank=True, max_length=64)),
                ('traceparent', models.CharField(max_length=55)),
                ('bytes_out', models.IntegerField()),
                ('outcome', models.CharField(blank=True, max_length=80)),
                ('status', models.SmallIntegerField(null=True)),
                ('milliseconds', models.IntegerField(null=True)),
                ('bytes_in', models.IntegerField(null=True)),
            ],
            options={
                'db_table': 'exchange_call',
                'indexes': [models.Index(fields=['agency_id', 'subject_kind', 'subject_id'], name='exchange_call_subject'), models.Index(fields=['agency_id', '-at'], name='exchange_call_at')],
                'constraints': [models.UniqueConstraint(fields=('agency_id', 'request_id'), name='exchange_call_once')],
            },
        ),
        row_security("exchange_call", using="false", check="false"),
        append_only("exchange_call"),
        migrations.RunSQL(
            f"grant update ({END}) on exchange_call to emoit_app;", f"revoke update ({END}) on exchange_call from emoit_app;"
        ),
        immutable_when("exchange_call", "tg_op = 'DELETE' or old.outcome <> ''", "a call stays as it ended"),
    ]
