"""A result is held while a signature will change it, knows where it was loaded from, and leads to what replaced it."""

import django.db.models.deletion
from django.db import migrations, models

from emoit.kernel.access.policy import append_only, row_security

COLUMNS = """
    register_code text, title text, number text, holder_name text, issuer_name text, signed_by text,
    signed_title text, signed_at timestamptz, issued_at timestamptz, valid_from date, valid_to date, digest text,
    state text, revoked_at timestamptz, replaced_by text
"""
SELECT = """
    select r.register_code::text, r.title, r.number::text, r.holder_name::text, r.issuer_name::text, r.signed_by::text,
           r.signed_title::text, r.signed_at, r.issued_at, r.valid_from, r.valid_to, r.digest::text,
           r.state::text, r.revoked_at, s.register_code::text{more}
    from results_result r left join results_result s on s.id = r.replaced_by_id
"""
FUNCTIONS = """
drop function results_public(text);
drop function results_public_file(text);
create function results_public(asked text) returns table ({columns})
language sql stable security definer set search_path = public, pg_temp as $$
    {select} where r.token = asked and length(asked) = 26
$$;
create function results_public_file(asked text) returns table ({columns})
language sql stable security definer set search_path = public, pg_temp as $$
    {select} where r.digest = asked and length(asked) = 64 order by r.id desc limit 1
$$;
revoke execute on function results_public(text), results_public_file(text) from public;
grant execute on function results_public(text), results_public_file(text) to emoit_app;
"""
# Whoever holds an old paper may follow it to the public page of the one that has replaced it.
AFTER = FUNCTIONS.format(
    columns=f"{COLUMNS}, successor_token text, successor_number text",
    select=SELECT.format(more=", s.token::text, s.number::text"),
)
BEFORE = FUNCTIONS.format(columns=COLUMNS, select=SELECT.format(more=""))

# An ended result cannot change, but for who may see it: a holder who registers later.
IMMUTABLE = """
create or replace function results_result_immutable() returns trigger language plpgsql as $$
begin
    if {condition} then
        raise exception 'a result that has ended cannot change' using errcode = 'restrict_violation';
    end if;
    if tg_op = 'DELETE' then return old; end if;
    return new;
end $$;
"""
BUT_FOR_READERS = (
    "old.state <> 'valid' and (tg_op = 'DELETE' or to_jsonb(old) - 'readers' <> to_jsonb(new) - 'readers')"
)


class Migration(migrations.Migration):
    dependencies = [("results", "0002_security")]
    operations = [
        migrations.AddField("result", "held_for", models.CharField(blank=True, default="", max_length=60), preserve_default=False),
        migrations.AlterField(
            "resultevent",
            "kind",
            models.CharField(
                choices=[
                    ("issued", "issued"),
                    ("revoked", "revoked"),
                    ("replaced", "replaced"),
                    ("corrected", "corrected"),
                    ("loaded", "loaded"),
                ],
                max_length=10,
            ),
        ),
        migrations.CreateModel(
            name="LoadedResult",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("agency_id", models.BigIntegerField()),
                ("source", models.CharField(max_length=60)),
                ("key", models.CharField(max_length=120)),
                ("digest", models.CharField(max_length=64)),
                (
                    "result",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="results.result"
                    ),
                ),
                ("loaded_at", models.DateTimeField()),
            ],
            options={
                "db_table": "results_loaded",
                "constraints": [
                    models.UniqueConstraint(fields=("agency_id", "source", "key"), name="results_loaded_once")
                ],
            },
        ),
        row_security("results_loaded", using="false", check="false"),
        append_only("results_loaded"),
        migrations.RunSQL(IMMUTABLE.format(condition=BUT_FOR_READERS), IMMUTABLE.format(condition="old.state <> 'valid'")),
        migrations.RunSQL(AFTER, BEFORE),
    ]
