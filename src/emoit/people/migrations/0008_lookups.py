"""Look-ups in the registers of other authorities: processes of ours alone see them, none is ever deleted."""

import django.db.models.deletion
import emoit.kernel.personal.fields
from django.conf import settings
from django.db import migrations, models

from emoit.kernel.access.policy import only_processes_write, row_security


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0007_granted_by'),
    ]

    operations = [
        migrations.CreateModel(
            name='Lookup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('agency_id', models.BigIntegerField()),
                ('register', models.CharField(max_length=16)),
                ('purpose', models.CharField(max_length=24)),
                ('state', models.CharField(max_length=12)),
                ('identity_key', models.CharField(max_length=64)),
                ('asked', emoit.kernel.personal.fields.EncryptedTextField(blank=True)),
                ('answer', emoit.kernel.personal.fields.EncryptedTextField(blank=True)),
                ('subject_kind', models.CharField(max_length=40)),
                ('subject_id', models.CharField(max_length=64)),
                ('subject_code', models.CharField(blank=True, max_length=60)),
                ('role', models.CharField(blank=True, max_length=24)),
                ('consented_at', models.DateTimeField(null=True)),
                ('asked_at', models.DateTimeField()),
                ('due_at', models.DateTimeField(null=True)),
                ('tries', models.IntegerField(default=0)),
                ('bad_answers', models.IntegerField(default=0)),
                ('request_id', models.CharField(blank=True, max_length=64)),
                ('error', models.CharField(blank=True, max_length=80)),
                ('answered_at', models.DateTimeField(null=True)),
                ('keep_until', models.DateTimeField(null=True)),
                ('forgotten_at', models.DateTimeField(null=True)),
                ('account', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('copied_from', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.lookup')),
                ('unit', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.unit')),
            ],
            options={
                'db_table': 'people_lookup',
                'indexes': [models.Index(condition=models.Q(('state', 'waiting')), fields=['due_at'], name='people_lookup_due_at'), models.Index(fields=['agency_id', 'subject_kind', 'subject_id'], name='people_lookup_subject'), models.Index(fields=['agency_id', 'identity_key', '-asked_at'], name='people_lookup_person'), models.Index(fields=['agency_id', '-asked_at'], name='people_lookup_asked_at'), models.Index(condition=models.Q(('answer', ''), _negated=True), fields=['keep_until'], name='people_lookup_keep_until')],
                'constraints': [models.CheckConstraint(condition=models.Q(('register__in', ['population', 'enterprises'])), name='people_lookup_register'), models.CheckConstraint(condition=models.Q(('purpose__in', ['declare', 'verify_applicant', 'verify_declaration', 'check_conditions'])), name='people_lookup_purpose'), models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'answered', 'absent', 'refused', 'dropped'])), name='people_lookup_state'), models.CheckConstraint(condition=models.Q(('state', 'waiting'), ('due_at', None), _connector='XOR'), name='people_lookup_due'), models.CheckConstraint(condition=models.Q(('answer', ''), ('state', 'answered'), _connector='OR'), name='people_lookup_answer'), models.CheckConstraint(condition=models.Q(('forgotten_at', None), models.Q(('answer', ''), ('asked', '')), _connector='OR'), name='people_lookup_forgotten'), models.CheckConstraint(condition=models.Q(('keep_until', None), ('keep_until__gte', models.F('answered_at')), _connector='OR'), name='people_lookup_kept'), models.CheckConstraint(condition=models.Q(models.Q(('purpose', 'declare'), _negated=True), models.Q(('consented_at', None), _negated=True), _connector='OR'), name='people_lookup_consent'), models.UniqueConstraint(condition=models.Q(('state', 'waiting')), fields=('agency_id', 'subject_kind', 'subject_id', 'register', 'purpose', 'identity_key'), name='people_lookup_waiting_once')],
            },
        ),
        row_security("people_lookup", using="false", check="false"),
        only_processes_write("people_lookup"),
        migrations.RunSQL(
            "revoke delete, truncate on people_lookup from emoit_app;", "grant delete on people_lookup to emoit_app;"
        ),
    ]
