"""A day's quota begins anew once: a machine whose clock is behind does not give the day before back."""

from django.db import migrations

TAKE = """
create or replace function sharing_take(asked bigint, wanted integer, back integer, today date)
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
           case when b.day >= today then greatest(b.used - back, 0) else 0 end
    into held, spent from sharing_bucket b where b.grant_id = asked for update;
    got := greatest(0, least(wanted, floor(coalesce(held, 0))::integer, (most_day - spent)::integer));
    update sharing_bucket set tokens = held - got, at = clock, day = greatest(day, today), used = spent + got where grant_id = asked;
    return query select got, held - got, most_day - spent - got;
end $$;
"""


class Migration(migrations.Migration):
    dependencies = [("sharing", "0003_calls_of_a_consumer")]
    operations = [migrations.RunSQL(TAKE, migrations.RunSQL.noop)]
