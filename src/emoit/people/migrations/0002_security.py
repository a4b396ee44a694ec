"""Row security of people, constraints over periods, and the one read that happens before anyone is known to act."""

from django.db import migrations

from emoit.kernel.access.policy import only_processes_write, row_security, within_agency

# The agency's profile is public; only the technical role of the installation writes it.
AGENCY = """
alter table people_agency enable row level security;
alter table people_agency force row level security;
create policy people_agency_seen on people_agency for select to emoit_app using (true);
create policy people_agency_written on people_agency for all to emoit_app
    using ('platform' = any(emoit_readers())) with check ('platform' = any(emoit_readers()));
create policy people_agency_owner on people_agency for all to current_user using (true) with check (true);
"""
AGENCY_BACK = """
drop policy people_agency_seen on people_agency;
drop policy people_agency_written on people_agency;
drop policy people_agency_owner on people_agency;
alter table people_agency no force row level security;
alter table people_agency disable row level security;
"""

# An officer is one who reads for a unit or for the whole agency.
AS_OFFICER = """
create function people_as_officer() returns boolean language sql stable parallel safe as
$$ select exists (select from unnest(emoit_readers()) as k where k like 'u:%' or k like 'g:%') $$;
"""

# {account id, agency, what is held, assigned, lent and represented at the moment}, or null where there is no such account.
# Runs with the owner's sight, because it is read before anyone is known to act; it tells nothing personal but the name.
ACTOR = """
create function people_actor(account bigint, moment timestamptz) returns jsonb
language sql stable security definer set search_path = public, pg_temp as $$
select jsonb_build_object(
    'id', a.id, 'agency_id', a.agency_id, 'agency_code', g.code, 'login', a.login, 'full_name', a.full_name,
    'kind', a.kind, 'is_active', a.is_active, 'session_stamp', a.session_stamp,
    'created_at', a.created_at,
    'assigned', coalesce((
        select jsonb_agg(distinct s.unit_id) from people_assignment s
        where s.account_id = a.id and s.valid_from <= moment and (s.valid_to is null or moment < s.valid_to)
    ), '[]'),
    'held', coalesce((
        select jsonb_agg(jsonb_build_array(r.unit_id, r.role) order by r.unit_id, r.role) from people_unit_role r
        where r.account_id = a.id and r.valid_from <= moment and (r.valid_to is null or moment < r.valid_to)
    ), '[]'),
    'delegated', coalesce((
        select jsonb_agg(jsonb_build_array(h.unit_id, h.role, h.principal_id, h.delegation_id)
                         order by h.unit_id, h.role, h.principal_id)
        from people_delegated_holding h
        join people_account p on p.id = h.principal_id and p.is_active
        join people_unit_role r on r.account_id = h.principal_id and r.unit_id = h.unit_id and r.role = h.role
            and r.valid_from <= moment and (r.valid_to is null or moment < r.valid_to)
        where h.delegate_id = a.id and h.valid_from <= moment and moment < h.valid_to
    ), '[]'),
    'enterprises', coalesce((
        select jsonb_agg(e.enterprise_id order by e.enterprise_id) from people_representation e
        where e.account_id = a.id and e.valid_from <= moment and (e.valid_to is null or moment < e.valid_to)
    ), '[]')
)
from people_account a join people_agency g on g.id = a.agency_id
where a.id = account
$$;
revoke execute on function people_actor(bigint, timestamptz) from public;
grant execute on function people_actor(bigint, timestamptz) to emoit_app;
"""

PERIODS = """
create extension if not exists btree_gist;
alter table people_assignment add constraint people_assignment_overlap exclude using gist
    (account_id with =, unit_id with =, position_id with =, tstzrange(valid_from, valid_to) with &&);
alter table people_unit_role add constraint people_unit_role_overlap exclude using gist
    (account_id with =, unit_id with =, role with =, tstzrange(valid_from, valid_to) with &&);
alter table people_representation add constraint people_representation_overlap exclude using gist
    (account_id with =, enterprise_id with =, tstzrange(valid_from, valid_to) with &&);
alter table people_delegated_holding add constraint people_holding_overlap exclude using gist
    (principal_id with =, unit_id with =, role with =, tstzrange(valid_from, valid_to) with &&);
alter table people_account add constraint people_account_login_form check (login ~ '^[a-z0-9][a-z0-9._@+-]{2,149}$');
"""
PERIODS_BACK = """
alter table people_assignment drop constraint people_assignment_overlap;
alter table people_unit_role drop constraint people_unit_role_overlap;
alter table people_representation drop constraint people_representation_overlap;
alter table people_delegated_holding drop constraint people_holding_overlap;
alter table people_account drop constraint people_account_login_form;
"""

ORGANISATION = ["people_unit", "people_position", "people_assignment", "people_unit_role"]
# Sub-selects are asked once a statement, not once a row.
READERS = "any((select emoit_readers())::text[])"
WITHIN = "agency_id = (select emoit_agency())"
OFFICER = "(select people_as_officer())"
OWNED = f"('a:' || account_id) = {READERS}"
PARTY = f"('a:' || principal_id) = {READERS} or ('a:' || delegate_id) = {READERS}"
# table -> who sees its rows besides our own processes of the agency
SEEN_BY = {
    "people_account": f"{WITHIN} and (kind = 'officer' or ('a:' || id) = {READERS} or {OFFICER})",
    "people_credential": "false",
    "people_sign_in_attempt": "false",
    "people_contact": f"{WITHIN} and {OWNED}",
    "people_citizen": f"{WITHIN} and {OWNED}",
    "people_enterprise": f"{WITHIN} and (('e:' || id) = {READERS} or {OFFICER})",
    "people_representation": f"{WITHIN} and ({OWNED} or ('e:' || enterprise_id) = {READERS} or {OFFICER})",
    "people_delegation": f"{WITHIN} and ({PARTY} or {OFFICER})",
    "people_delegated_holding": f"{WITHIN} and ({PARTY} or {OFFICER})",
}
TABLES = [*ORGANISATION, *SEEN_BY]

# What was once in force stays on record: periods are ended, not deleted. Old attempts to sign in alone are forgotten.
KEPT = ", ".join(t for t in TABLES if t != "people_sign_in_attempt")


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial"), ("kernel", "0003_security")]
    operations = [
        migrations.RunSQL(AGENCY, AGENCY_BACK),
        migrations.RunSQL(AS_OFFICER, "drop function people_as_officer();"),
        migrations.RunSQL(PERIODS, PERIODS_BACK),
        *[within_agency(table) for table in ORGANISATION],
        *[row_security(table, using=using) for table, using in SEEN_BY.items()],
        *[only_processes_write(table) for table in TABLES],
        migrations.RunSQL(
            f"revoke delete, truncate on people_agency, {KEPT} from emoit_app;",
            f"grant delete on people_agency, {KEPT} to emoit_app;",
        ),
        migrations.RunSQL(ACTOR, "drop function people_actor(bigint, timestamptz);"),
    ]
