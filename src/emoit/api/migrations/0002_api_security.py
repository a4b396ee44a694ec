"""Row security of the API, who a secret speaks for, and the one bucket that all processes draw from."""

from django.db import migrations

from emoit.kernel.access.policy import only_processes_write, row_security

OWNED = "agency_id = emoit_agency() and ('a:' || account_id) = any(emoit_readers())"

# The facts of a key with those of its account at the moment, or null. Runs with the owner's sight, because it is read
# before anyone is known to act; whoever has the digest has the secret.
BEARER = """
create function api_bearer(asked text, moment timestamptz) returns jsonb
language sql stable security definer set search_path = public, pg_temp as $$
select jsonb_build_object(
    'id', k.id, 'prefix', k.prefix, 'scopes', k.scopes, 'enterprise_id', k.enterprise_id, 'sandbox', k.sandbox,
    'expires_at', k.expires_at, 'revoked_at', k.revoked_at, 'actor', people_actor(k.account_id, moment)
) from api_key k where k.digest = asked
$$;
revoke execute on function api_bearer(text, timestamptz) from public;
grant execute on function api_bearer(text, timestamptz) to emoit_app;
"""

# Take up to `wanted` tokens of the key's bucket, which holds at most `most` and gains `most` a minute. Returns what was
# given and what is left. The clock is the database's, one for all processes. Notes once a minute that the key is used.
TOKENS = """
create function api_take_tokens(asked bigint, wanted integer, most integer, moment timestamptz)
returns table(given integer, remaining double precision)
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
    held double precision;
    got integer;
    clock timestamptz := clock_timestamp();
begin
    update api_key set used_at = moment
    where id = asked and (used_at is null or used_at <= moment - interval '1 minute');
    insert into api_bucket (key_id, agency_id, tokens, at)
    select k.id, k.agency_id, most, clock from api_key k where k.id = asked on conflict (key_id) do nothing;
    select least(most, b.tokens + most * greatest(extract(epoch from clock - b.at), 0) / 60.0) into held
    from api_bucket b where b.key_id = asked for update;
    got := least(wanted, floor(coalesce(held, 0))::integer);
    update api_bucket set tokens = held - got, at = clock where key_id = asked;
    return query select got, held - got;
end $$;
revoke execute on function api_take_tokens(bigint, integer, integer, timestamptz) from public;
grant execute on function api_take_tokens(bigint, integer, integer, timestamptz) to emoit_app;
"""


class Migration(migrations.Migration):
    dependencies = [("api", "0001_initial"), ("people", "0002_security"), ("kernel", "0003_security")]
    operations = [
        row_security("api_key", using=OWNED),
        only_processes_write("api_key"),
        row_security("api_bucket", using="false", check="false"),
        row_security("api_reply", using=OWNED, check=OWNED),
        migrations.RunSQL("alter table api_bucket set unlogged;", "alter table api_bucket set logged;"),
        migrations.RunSQL(BEARER, "drop function api_bearer(text, timestamptz);"),
        migrations.RunSQL(TOKENS, "drop function api_take_tokens(bigint, integer, integer, timestamptz);"),
    ]
