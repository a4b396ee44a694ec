"""Nobody's request reads or writes these tables; who a token speaks for; the one bucket that all processes draw from."""

from django.db import migrations

from emoit.kernel.access.policy import append_only, immutable_when, row_security

TABLES = ("consumer", "credential", "token", "assertion", "grant", "bucket", "access", "change")

# The transaction that wrote a change: readers stop before the oldest one that still runs.
CHANGE = """
alter table sharing_change add column xid xid8 not null default pg_current_xact_id();
create index sharing_change_order on sharing_change (agency_id, xid, id);
"""

# Which consumer a token or a certificate speaks for at the moment, with what it may of the service for the purpose; or
# null. Runs with the owner's sight, because it is read before anyone is known to act; whoever has the digest has the
# token. Exactly one of the two is asked for: a token that is bound to a certificate is judged by the caller.
CALLER = """
create function sharing_caller(
    asked_token text, asked_certificate text, moment timestamptz, asked_service text, asked_version text,
    asked_purpose text, today date
) returns jsonb language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
    credential bigint;
    bound text := '';
    ends timestamptz := 'infinity';
    found jsonb;
begin
    if asked_token <> '' then
        select t.credential_id, t.bound_to, t.expires_at into credential, bound, ends
        from sharing_token t where t.digest = asked_token;
    else
        select k.id into credential from sharing_credential k
        where k.kind = 'certificate' and k.digest = asked_certificate;
    end if;
    select jsonb_build_object(
        'consumer_id', c.id, 'code', c.code, 'agency_id', c.agency_id, 'is_test', c.is_test, 'state', c.state,
        'revoked', k.revoked_at is not null, 'expired', least(k.expires_at, ends) <= moment, 'bound_to', bound,
        'permit', (
            select jsonb_build_object(
                'grant_id', g.id, 'fields', g.fields, 'procedures', g.procedures, 'per_minute', g.per_minute,
                'per_day', g.per_day)
            from sharing_grant g
            where g.consumer_id = c.id and g.service = asked_service and g.version = asked_version
              and g.purpose = asked_purpose and g.state = 'granted' and today between g.first_day and g.last_day
        )
    ) into found
    from sharing_credential k join sharing_consumer c on c.id = k.consumer_id where k.id = credential;
    return found;
end $$;
revoke execute on function sharing_caller(text, text, timestamptz, text, text, text, date) from public;
grant execute on function sharing_caller(text, text, timestamptz, text, text, text, date) to emoit_app;
"""

# Give back `back` calls that were taken and not made, and take up to `wanted`: of the minute's bucket, which gains a
# minute's calls a minute, and of the day's. Returns what was given and what is left. The clock is the database's.
TAKE = """
create function sharing_take(asked bigint, wanted integer, back integer, today date)
returns table(given integer, left_minute double precision, left_day bigint)
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
    clock timestamptz := clock_timestamp();
    most_minute integer;
    most_day integer;
    held double precision;
    spent bigint;
    got integer;
begin
    select g.per_minute, g.per_day into most_minute, most_day from sharing_grant g where g.id = asked;
    insert into sharing_bucket (grant_id, agency_id, tokens, at, day, used)
    select g.id, g.agency_id, g.per_minute, clock, today, 0 from sharing_grant g where g.id = asked
    on conflict (grant_id) do nothing;
    select least(most_minute, b.tokens + back + most_minute * greatest(extract(epoch from clock - b.at), 0) / 60.0),
           case when b.day = today then greatest(b.used - back, 0) else 0 end
    into held, spent from sharing_bucket b where b.grant_id = asked for update;
    got := greatest(0, least(wanted, floor(coalesce(held, 0))::integer, (most_day - spent)::integer));
    update sharing_bucket set tokens = held - got, at = clock, day = today, used = spent + got where grant_id = asked;
    return query select got, held - got, most_day - spent - got;
end $$;
revoke execute on function sharing_take(bigint, integer, integer, date) from public;
grant execute on function sharing_take(bigint, integer, integer, date) to emoit_app;
"""


class Migration(migrations.Migration):
    dependencies = [("sharing", "0001_sharing_tables"), ("kernel", "0004_narrower")]
    operations = [
        *(row_security(f"sharing_{table}", using="false", check="false") for table in TABLES),
        append_only("sharing_access"),
        migrations.RunSQL(
            "grant update (counted_at) on sharing_access to emoit_app;",
            "revoke update (counted_at) on sharing_access from emoit_app;",
        ),
        immutable_when("sharing_access", "old.counted_at is not null", "a counted access is not changed"),
        append_only("sharing_change"),
        immutable_when(
            "sharing_grant",
            "tg_op = 'DELETE' or old.state in ('refused', 'revoked')"
            " or (old.consumer_id, old.service, old.version, old.purpose, old.fields, old.procedures, old.first_day,"
            " old.last_day, old.per_minute, old.per_day, old.proposed_by)"
            " is distinct from (new.consumer_id, new.service, new.version, new.purpose, new.fields, new.procedures,"
            " new.first_day, new.last_day, new.per_minute, new.per_day, new.proposed_by)",
            "what is granted is not changed: it is revoked, and granted anew",
        ),
        immutable_when(
            "sharing_credential",
            "tg_op = 'DELETE' or old.revoked_at is not null or new.digest <> old.digest"
            " or new.consumer_id <> old.consumer_id or new.expires_at > old.expires_at",
            "a credential ends, and does nothing else",
        ),
        migrations.RunSQL(CHANGE, "alter table sharing_change drop column xid;"),
        migrations.RunSQL(CALLER, "drop function sharing_caller(text, text, timestamptz, text, text, text, date);"),
        migrations.RunSQL(TAKE, "drop function sharing_take(bigint, integer, integer, date);"),
    ]
