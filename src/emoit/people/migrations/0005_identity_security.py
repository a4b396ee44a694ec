"""Row security of sessions, second factors and absences; what a session may still do; delegations by procedure."""

from django.db import migrations

from emoit.kernel.access.policy import only_processes_write, row_security

WITHIN = "agency_id = (select emoit_agency())"
OWNED = "('a:' || account_id) = any((select emoit_readers())::text[])"
SEEN_BY = {
    "people_session": f"{WITHIN} and {OWNED}",
    "people_second_factor": "false",
    "people_recovery_code": "false",
    "people_password_link": "false",
    "people_absence": f"{WITHIN} and (select people_as_officer())",
}
# Codes and links are forgotten once they are void; old sessions after half a year. What was in force stays.
KEPT = "people_second_factor, people_absence"

PERIODS = """
alter table people_absence add constraint people_absence_overlap exclude using gist
    (account_id with =, tstzrange(valid_from, valid_to) with &&);
alter table people_delegated_holding drop constraint people_holding_overlap;
alter table people_delegated_holding add constraint people_holding_overlap exclude using gist
    (principal_id with =, unit_id with =, role with =, procedure with =, tstzrange(valid_from, valid_to) with &&);
"""
PERIODS_BACK = """
alter table people_absence drop constraint people_absence_overlap;
alter table people_delegated_holding drop constraint people_holding_overlap;
alter table people_delegated_holding add constraint people_holding_overlap exclude using gist
    (principal_id with =, unit_id with =, role with =, tstzrange(valid_from, valid_to) with &&);
"""

# Read before anyone is known to act, see 0002_security. Tells nothing personal but the name.
ACTOR = """
create or replace function people_actor(account bigint, moment timestamptz) returns jsonb
language sql stable security definer set search_path = public, pg_temp as $$
select jsonb_build_object(
    'id', a.id, 'agency_id', a.agency_id, 'agency_code', g.code, 'login', a.login, 'full_name', a.full_name,
    'kind', a.kind, 'is_active', a.is_active, 'session_stamp', a.session_stamp,
    'created_at', a.created_at,
    'enrolled', f.enrolled_at is not null, 'asked_at', coalesce(f.asked_at, a.created_at),
    'assigned', coalesce((
        select jsonb_agg(distinct s.unit_id) from people_assignment s
        where s.account_id = a.id and s.valid_from <= moment and (s.valid_to is null or moment < s.valid_to)
    ), '[]'),
    'held', coalesce((
        select jsonb_agg(jsonb_build_array(r.unit_id, r.role) order by r.unit_id, r.role) from people_unit_role r
        where r.account_id = a.id and r.valid_from <= moment and (r.valid_to is null or moment < r.valid_to)
    ), '[]'),
    'delegated', coalesce((
        select jsonb_agg(jsonb_build_array(d.unit_id, d.role, d.principal_id, d.delegation_id, d.procedures)
                         order by d.unit_id, d.role, d.principal_id)
        from (
            select h.unit_id, h.role, h.principal_id, h.delegation_id,
                   jsonb_agg(h.procedure order by h.procedure) filter (where h.procedure <> '') as procedures
            from people_delegated_holding h
            join people_account p on p.id = h.principal_id and p.is_active
            join people_unit_role r on r.account_id = h.principal_id and r.unit_id = h.unit_id and r.role = h.role
                and r.valid_from <= moment and (r.valid_to is null or moment < r.valid_to)
            where h.delegate_id = a.id and h.valid_from <= moment and moment < h.valid_to
            group by h.unit_id, h.role, h.principal_id, h.delegation_id
        ) d
    ), '[]'),
    'enterprises', coalesce((
        select jsonb_agg(e.enterprise_id order by e.enterprise_id) from people_representation e
        where e.account_id = a.id and e.valid_from <= moment and (e.valid_to is null or moment < e.valid_to)
    ), '[]')
)
from people_account a join people_agency g on g.id = a.agency_id left join people_second_factor f on f.account_id = a.id
where a.id = account
$$;
"""

# What a signed-in browser may still do: live, rotate (live, and its key is to be changed), or why not. Read and noted at
# every request, before anyone is known to act; whoever does not know the sid learns nothing by it.
SESSION = """
create function people_session_seen(
    known text, account bigint, moment timestamptz, idle interval, longest interval) returns text
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
    s people_session%rowtype;
    over text;
begin
    select * into s from people_session where sid = known and account_id = account;
    if not found then return 'unknown'; end if;
    if s.ended_at is not null then return s."end"; end if;
    over := case when s.seen_at + idle <= moment then 'idle' when s.started_at + longest <= moment then 'limit' end;
    if over is not null then
        update people_session set ended_at = moment, "end" = over where id = s.id and ended_at is null;
        return over;
    end if;
    if s.rotate then
        update people_session set rotate = false, seen_at = moment where id = s.id;
        return 'rotate';
    end if;
    if s.seen_at <= moment - interval '1 minute' then
        update people_session set seen_at = moment where id = s.id;
    end if;
    return 'live';
end $$;
revoke execute on function people_session_seen(text, bigint, timestamptz, interval, interval) from public;
grant execute on function people_session_seen(text, bigint, timestamptz, interval, interval) to emoit_app;
"""
SESSION_BACK = "drop function people_session_seen(text, bigint, timestamptz, interval, interval);"


class Migration(migrations.Migration):
    dependencies = [("people", "0004_identity_tables")]
    operations = [
        migrations.RunSQL(PERIODS, PERIODS_BACK),
        *[row_security(table, using=using) for table, using in SEEN_BY.items()],
        *[only_processes_write(table) for table in SEEN_BY],
        migrations.RunSQL(
            f"revoke delete, truncate on {KEPT} from emoit_app;", f"grant delete on {KEPT} to emoit_app;"
        ),
        migrations.RunSQL(ACTOR, migrations.RunSQL.noop),
        migrations.RunSQL(SESSION, SESSION_BACK),
    ]
