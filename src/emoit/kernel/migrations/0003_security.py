"""Row security of the kernel's tables, the sealer's queue, lawful erasure, and the functions that search."""

from django.db import migrations

from emoit.kernel.access.policy import append_only, immutable_when, row_security, within_agency

AUDIT = """
create function kernel_audit_entry_waits() returns trigger language plpgsql
security definer set search_path = public, pg_temp as $$
begin
    insert into kernel_audit_pending (entry_id, agency_id) values (new.id, new.agency_id);
    return null;
end $$;
create trigger kernel_audit_entry_waits after insert on kernel_audit_entry
    for each row execute function kernel_audit_entry_waits();
revoke insert, update, truncate on kernel_audit_pending from emoit_app;

revoke update, delete, truncate on kernel_audit_seal from emoit_app;
grant update (time_stamp, anchored_at) on kernel_audit_seal to emoit_app;

-- `remains` is the salted hash of the details: it keeps the rest of the row proven. A wrong one shows as a change.
create function emoit_erase_audit_details(
    erased bigint, remains text, moment timestamptz, account bigint, actor text, reason text)
returns void language plpgsql security definer set search_path = public, pg_temp as $$
declare
    found_agency bigint;
begin
    select agency_id into found_agency from kernel_audit_entry where id = erased for update;
    if found_agency is null
        or (found_agency is distinct from emoit_agency() and not 'platform' = any(emoit_readers())) then
        raise exception 'no such audit entry' using errcode = 'no_data_found';
    end if;
    update kernel_audit_link set salt = '' where entry_id = erased and length(salt) > 0;
    if not found then
        raise exception 'the audit entry is not sealed, or its details are erased already'
            using errcode = 'object_not_in_prerequisite_state';
    end if;
    update kernel_audit_entry set details = jsonb_build_object('erased', remains) where id = erased;
    insert into kernel_audit_entry (agency_id, at, account_id, actor_name, verb, subject_kind, subject_id, details)
    values (found_agency, moment, account, actor, 'audit.erase', 'audit_entry', erased::text,
            jsonb_build_object('reason', reason));
end $$;
revoke execute on function emoit_erase_audit_details(bigint, text, timestamptz, bigint, text, text) from public;
grant execute on function emoit_erase_audit_details(bigint, text, timestamptz, bigint, text, text) to emoit_app;
"""

AUDIT_REVERSE = """
drop function emoit_erase_audit_details(bigint, text, timestamptz, bigint, text, text);
drop trigger kernel_audit_entry_waits on kernel_audit_entry;
drop function kernel_audit_entry_waits();
"""

# A: folded title, B: title as written, C: folded body, D: body as written. Every question is asked folded; the words as
# written only raise the rank of exact accents. Trigrams see the title and the beginning of the body.
SEARCH = """
alter table kernel_search_entry alter column written_at set default clock_timestamp();
alter table kernel_search_entry
    add column folded text not null generated always as (vn_fold(title || ' ' || left(body, 2000))) stored,
    add column document tsvector not null generated always as (
        setweight(to_tsvector('simple'::regconfig, vn_fold(title)), 'A')
        || setweight(to_tsvector('simple'::regconfig, lower(normalize(title, NFC))), 'B')
        || setweight(to_tsvector('simple'::regconfig, vn_fold(body)), 'C')
        || setweight(to_tsvector('simple'::regconfig, lower(normalize(body, NFC))), 'D')
    ) stored;
create index kernel_search_document on kernel_search_entry using gin (document);
create index kernel_search_folded on kernel_search_entry using gin (folded gin_trgm_ops);
revoke insert, update, delete, truncate on kernel_search_entry from emoit_app;

create function emoit_must_be_own(agency bigint) returns void language plpgsql stable as $$
begin
    if agency is distinct from emoit_agency() then
        raise exception 'a search entry of another agency' using errcode = 'insufficient_privilege';
    end if;
end $$;

create function emoit_put_entry(
    agency bigint, kind text, subject text, new_title text, new_body text, new_url text, keys text[], sorted timestamptz)
returns void language plpgsql security definer set search_path = public, pg_temp as $$
begin
    perform emoit_must_be_own(agency);
    insert into kernel_search_entry as e (agency_id, subject_kind, subject_id, title, body, url, readers, sort_at)
    values (agency, kind, subject, new_title, new_body, new_url, keys, sorted)
    on conflict (agency_id, subject_kind, subject_id) do update
        set title = excluded.title, body = excluded.body, url = excluded.url, readers = excluded.readers,
            sort_at = excluded.sort_at, written_at = clock_timestamp();
end $$;

create function emoit_remove_entry(agency bigint, kind text, subject text)
returns void language plpgsql security definer set search_path = public, pg_temp as $$
begin
    perform emoit_must_be_own(agency);
    delete from kernel_search_entry where agency_id = agency and subject_kind = kind and subject_id = subject;
end $$;

create function emoit_find(agency bigint, keys text[], words text, kind text, most int)
returns table (subject_kind text, subject_id text, title text, url text, rank real)
language plpgsql stable security definer
set search_path = public, pg_temp set plan_cache_mode = force_custom_plan as $$
declare
    plain text := vn_fold(words);
    folded_query tsquery := plainto_tsquery('simple', plain);
    written_query tsquery := plainto_tsquery('simple', lower(normalize(words, NFC)));
    pattern text := '%' || replace(replace(replace(plain, '\\', '\\\\'), '%', '\\%'), '_', '\\_') || '%';
    whole boolean := 'system' = any(emoit_readers());
    allowed varchar[] := array(
        select unnest(keys) intersect (select unnest(emoit_readers()) union select 'public'));
    wanted int := least(greatest(most, 0), 100);
    found_rows int;
begin
    if agency is distinct from emoit_agency() then
        return;
    end if;
    return query
        select e.subject_kind::text, e.subject_id::text, e.title, e.url::text,
               (1 + ts_rank(e.document, folded_query) + ts_rank(e.document, written_query))::real
        from kernel_search_entry e
        where e.agency_id = agency and e.document @@ folded_query
          and (whole or e.readers && allowed) and (kind = '' or e.subject_kind = kind)
        order by 5 desc, e.sort_at desc, e.subject_id
        limit wanted;
    get diagnostics found_rows = row_count;
    if found_rows >= wanted or length(plain) < 3 then
        return;
    end if;
    return query
        select e.subject_kind::text, e.subject_id::text, e.title, e.url::text, word_similarity(plain, e.folded)
        from kernel_search_entry e
        where e.agency_id = agency and (plain <% e.folded or e.folded like pattern)
          and not e.document @@ folded_query
          and (whole or e.readers && allowed) and (kind = '' or e.subject_kind = kind)
        order by 5 desc, e.sort_at desc, e.subject_id
        limit wanted - found_rows;
end $$;

create function emoit_search_moment() returns timestamptz
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    -- Waits for those who are writing: what they wrote is older than the moment and visible to whoever reads from now on.
    lock table kernel_search_entry in share mode;
    return clock_timestamp();
end $$;

create function emoit_compare_search(agency bigint, kind text, since timestamptz)
returns table (missing bigint, changed bigint, surplus bigint)
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    perform emoit_must_be_own(agency);
    return query
        select count(*) filter (where e.id is null),
               count(*) filter (where e.id is not null and s.id is not null),
               count(*) filter (where s.id is null)
        from (select * from kernel_search_staged where agency_id = agency and subject_kind = kind) s
        full join (select * from kernel_search_entry where agency_id = agency and subject_kind = kind) e
            on s.subject_id = e.subject_id
        where (e.id is null or s.id is null
               or (e.title, e.body, e.url, e.readers, e.sort_at)
                  is distinct from (s.title, s.body, s.url, s.readers, s.sort_at))
          and (e.id is null or e.written_at < since);
end $$;

create function emoit_switch_search(agency bigint, kind text, since timestamptz)
returns table (missing bigint, changed bigint, surplus bigint)
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    counted record;
begin
    perform emoit_must_be_own(agency);
    lock table kernel_search_entry in share row exclusive mode;
    select * into counted from emoit_compare_search(agency, kind, since);
    delete from kernel_search_entry e
        where e.agency_id = agency and e.subject_kind = kind and e.written_at < since and not exists (
            select 1 from kernel_search_staged s
            where s.agency_id = agency and s.subject_kind = kind and s.subject_id = e.subject_id);
    insert into kernel_search_entry as e (agency_id, subject_kind, subject_id, title, body, url, readers, sort_at)
    select s.agency_id, s.subject_kind, s.subject_id, s.title, s.body, s.url, s.readers, s.sort_at
        from kernel_search_staged s where s.agency_id = agency and s.subject_kind = kind
    on conflict (agency_id, subject_kind, subject_id) do update
        set title = excluded.title, body = excluded.body, url = excluded.url, readers = excluded.readers,
            sort_at = excluded.sort_at, written_at = clock_timestamp()
        where e.written_at < since
          and (e.title, e.body, e.url, e.readers, e.sort_at)
              is distinct from (excluded.title, excluded.body, excluded.url, excluded.readers, excluded.sort_at);
    return query select counted.missing, counted.changed, counted.surplus;
end $$;
"""

SEARCH_REVERSE = """
drop function emoit_switch_search(bigint, text, timestamptz);
drop function emoit_compare_search(bigint, text, timestamptz);
drop function emoit_search_moment();
drop function emoit_find(bigint, text[], text, text, int);
drop function emoit_remove_entry(bigint, text, text);
drop function emoit_put_entry(bigint, text, text, text, text, text, text[], timestamptz);
drop function emoit_must_be_own(bigint);
alter table kernel_search_entry drop column document, drop column folded;
"""


class Migration(migrations.Migration):
    dependencies = [("kernel", "0002_tables")]
    operations = [
        migrations.RunSQL(AUDIT, AUDIT_REVERSE),
        migrations.RunSQL(SEARCH, SEARCH_REVERSE),
        within_agency("kernel_audit_entry"),
        append_only("kernel_audit_entry"),
        row_security("kernel_audit_pending", using="false", check="false"),
        row_security("kernel_audit_link", using="false", check="false"),
        append_only("kernel_audit_link"),
        row_security("kernel_audit_seal", using="false", check="false"),
        immutable_when(
            "kernel_audit_seal",
            "tg_op = 'DELETE' or (old.time_stamp is not null and new.time_stamp is distinct from old.time_stamp)"
            " or (old.anchored_at is not null and new.anchored_at is distinct from old.anchored_at)",
            "a seal is not changed",
        ),
        within_agency("kernel_event"),
        append_only("kernel_event"),
        within_agency("kernel_delivery"),
        append_only("kernel_delivery"),
        within_agency("kernel_series"),
        within_agency("kernel_number"),
        immutable_when(
            "kernel_number",
            "tg_op = 'DELETE' or new.value <> old.value or new.series_id <> old.series_id"
            " or new.subject_id <> old.subject_id or new.subject_kind <> old.subject_kind"
            " or old.voided_at is not null",
            "a number that was given out is not changed",
        ),
        row_security("kernel_search_entry", using="readers::text[] && (select emoit_readers()) and agency_id = (select emoit_agency())"),
        row_security("kernel_search_staged", using="false", check="false"),
    ]
