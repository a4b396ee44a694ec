"""A result knows the procedure that issued it: whose delegation counts for it. A fact like the others."""

from django.db import migrations, models


FACTS = """
create or replace function results_result_facts() returns trigger language plpgsql as $$
begin
    if (old.id, old.agency_id, old.register_code, old.token, old.kind, old.kind_code, old.holder_key, old.unit_id,
        old.issuer_name, old.subject_code, old.file_id, old.digest, old.signed_by, old.signed_title, old.signed_at,
        old.issued_at, old.registered_at, old.procedure)
       is distinct from
       (new.id, new.agency_id, new.register_code, new.token, new.kind, new.kind_code, new.holder_key, new.unit_id,
        new.issuer_name, new.subject_code, new.file_id, new.digest, new.signed_by, new.signed_title, new.signed_at,
        new.issued_at, new.registered_at, new.procedure)
    then raise exception 'the facts of a registered result cannot change' using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
"""
FACTS_BACK = """
create or replace function results_result_facts() returns trigger language plpgsql as $$
begin
    if (old.id, old.agency_id, old.register_code, old.token, old.kind, old.kind_code, old.holder_key, old.unit_id,
        old.issuer_name, old.subject_code, old.file_id, old.digest, old.signed_by, old.signed_title, old.signed_at,
        old.issued_at, old.registered_at)
       is distinct from
       (new.id, new.agency_id, new.register_code, new.token, new.kind, new.kind_code, new.holder_key, new.unit_id,
        new.issuer_name, new.subject_code, new.file_id, new.digest, new.signed_by, new.signed_title, new.signed_at,
        new.issued_at, new.registered_at)
    then raise exception 'the facts of a registered result cannot change' using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('results', '0003_amend_lives'),
    ]

    operations = [
        migrations.AddField(
            model_name='result',
            name='procedure',
            field=models.CharField(blank=True, db_default='', default='', max_length=60),
        ),
        migrations.RunSQL(FACTS, FACTS_BACK),
    ]
