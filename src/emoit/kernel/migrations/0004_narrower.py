"""Narrower doors: who reads the trail, and which functions a person's own request may call at all."""

from django.db import migrations

# A row of the trail is read by the one who caused it and by auditors (and our processes); its details may name others.
AUDIT_SEEN = """
create policy kernel_audit_entry_seen on kernel_audit_entry as restrictive for select to emoit_app using (
    ('system' = any((select emoit_readers())::text[]) and agency_id = (select emoit_agency()))
    or 'platform' = any((select emoit_readers())::text[])
    or ('a:' || account_id) = any((select emoit_readers())::text[])
    or ('g:' || agency_id) = any((select emoit_readers())::text[])
);
"""

# Erasing is done by our own hand (audit.erase_details acts as the platform), never straight from someone's request.
ERASE = """
alter function emoit_erase_audit_details(bigint, text, timestamptz, bigint, text, text)
    rename to emoit_erase_audit_details_unguarded;
revoke execute on function emoit_erase_audit_details_unguarded(bigint, text, timestamptz, bigint, text, text)
    from emoit_app;
create function emoit_erase_audit_details(
    erased bigint, remains text, moment timestamptz, account bigint, actor text, reason text)
returns void language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if not 'platform' = any(emoit_readers()) then
        raise exception 'only the platform erases' using errcode = 'insufficient_privilege';
    end if;
    perform emoit_erase_audit_details_unguarded(erased, remains, moment, account, actor, reason);
end $$;
revoke execute on function emoit_erase_audit_details(bigint, text, timestamptz, bigint, text, text) from public;
grant execute on function emoit_erase_audit_details(bigint, text, timestamptz, bigint, text, text) to emoit_app;
"""
ERASE_BACK = """
drop function emoit_erase_audit_details(bigint, text, timestamptz, bigint, text, text);
alter function emoit_erase_audit_details_unguarded(bigint, text, timestamptz, bigint, text, text)
    rename to emoit_erase_audit_details;
grant execute on function emoit_erase_audit_details(bigint, text, timestamptz, bigint, text, text) to emoit_app;
"""

# Who writes search entries: our processes, or an officer; never a citizen's or nobody's request.
WRITES = """
create or replace function emoit_must_be_own(agency bigint) returns void language plpgsql stable as $$
begin
    if agency is distinct from emoit_agency() then
        raise exception 'a search entry of another agency' using errcode = 'insufficient_privilege';
    end if;
    if not exists (select from unnest(emoit_readers()) k where k = 'system' or k like 'u:%' or k like 'g:%') then
        raise exception 'search entries are not written by the public' using errcode = 'insufficient_privilege';
    end if;
end $$;
"""
WRITES_BACK = """
create or replace function emoit_must_be_own(agency bigint) returns void language plpgsql stable as $$
begin
    if agency is distinct from emoit_agency() then
        raise exception 'a search entry of another agency' using errcode = 'insufficient_privilege';
    end if;
end $$;
"""


class Migration(migrations.Migration):
    dependencies = [("kernel", "0003_security")]
    operations = [
        migrations.RunSQL(AUDIT_SEEN, "drop policy kernel_audit_entry_seen on kernel_audit_entry;"),
        migrations.RunSQL(ERASE, ERASE_BACK),
        migrations.RunSQL(WRITES, WRITES_BACK),
    ]
