"""Row security of the register, facts that cannot change, and the public's two narrow doors."""

from django.db import migrations

from emoit.kernel.access.policy import append_only, immutable_when, row_security

# What the serving role may never change, however it asks: the facts of the issue.
FACTS = """
create function results_result_facts() returns trigger language plpgsql as $$
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
create trigger results_result_facts before update on results_result for each row execute function results_result_facts();
"""

# One row for one exact secret; as the owner, because the public itself sees no row. The columns are all the public
# may know. A code has 26 letters and a digest 64, so the empty string opens nothing.
COLUMNS = """
    register_code text, title text, number text, holder_name text, issuer_name text, signed_by text,
    signed_title text, signed_at timestamptz, issued_at timestamptz, valid_from date, valid_to date, digest text,
    state text, revoked_at timestamptz, replaced_by text
"""
SELECT = """
    select r.register_code::text, r.title, r.number::text, r.holder_name::text, r.issuer_name::text, r.signed_by::text,
           r.signed_title::text, r.signed_at, r.issued_at, r.valid_from, r.valid_to, r.digest::text,
           r.state::text, r.revoked_at, s.register_code::text
    from results_result r left join results_result s on s.id = r.replaced_by_id
"""
PUBLIC = f"""
create function results_public(asked text) returns table ({COLUMNS})
language sql stable security definer set search_path = public, pg_temp as $$
    {SELECT} where r.token = asked and length(asked) = 26
$$;
create function results_public_file(asked text) returns table ({COLUMNS})
language sql stable security definer set search_path = public, pg_temp as $$
    {SELECT} where r.digest = asked and length(asked) = 64 order by r.id desc limit 1
$$;
revoke execute on function results_public(text), results_public_file(text) from public;
grant execute on function results_public(text), results_public_file(text) to emoit_app;
"""


class Migration(migrations.Migration):
    dependencies = [("results", "0001_initial"), ("kernel", "0003_security")]
    operations = [
        row_security(
            "results_result", using="agency_id = emoit_agency() and readers::text[] && emoit_readers()"
        ),
        migrations.RunSQL(
            "revoke delete, truncate on results_result from emoit_app;",
            "grant delete on results_result to emoit_app;",
        ),
        immutable_when("results_result", "old.state <> 'valid'", "a result that has ended cannot change"),
        migrations.RunSQL(FACTS, "drop trigger results_result_facts on results_result; drop function results_result_facts();"),
        row_security(
            "results_event",
            using="agency_id = emoit_agency() and exists (select 1 from results_result r where r.id = result_id)",
        ),
        append_only("results_event"),
        migrations.RunSQL(PUBLIC, "drop function results_public(text); drop function results_public_file(text);"),
    ]
