"""Row security of the kernel's tables, and the one function that searches across them."""

from django.db import migrations

from emoit.kernel.access.policy import append_only, row_security, within_agency

SEARCH = """
alter table kernel_search_entry
    add column folded text generated always as (vn_fold(title || ' ' || body)) stored,
    add column document tsvector generated always as (
        setweight(to_tsvector('simple'::regconfig, vn_fold(title)), 'A')
        || setweight(to_tsvector('simple'::regconfig, vn_fold(body)), 'C')
        || setweight(to_tsvector('simple'::regconfig, lower(title)), 'B')
    ) stored;
create index kernel_search_document on kernel_search_entry using gin (document);
create index kernel_search_folded on kernel_search_entry using gin (folded gin_trgm_ops);

create function emoit_find(agency bigint, keys text[], words text, kind text, most int)
returns table (subject_kind text, subject_id text, title text, url text, rank real)
language sql stable security definer set search_path = public, pg_temp as $$
    with asked as (
        select plainto_tsquery('simple', vn_fold(words)) as folded, vn_fold(words) as plain
    )
    select e.subject_kind::text, e.subject_id::text, e.title, e.url::text,
           (ts_rank(e.document, asked.folded) + ts_rank(e.document, plainto_tsquery('simple', lower(words)))
            + word_similarity(asked.plain, e.folded))::real
    from kernel_search_entry e, asked
    where e.agency_id = agency
      and e.agency_id = emoit_agency()
      and e.readers::text[] && (keys & emoit_readers())
      and (kind = '' or e.subject_kind = kind)
      and (e.document @@ asked.folded or asked.plain <% e.folded)
    order by 5 desc, e.sort_at desc, e.subject_id
    limit least(most, 100)
$$;
"""

# Arrays of text have no intersection of their own.
SEARCH = SEARCH.replace(
    "(keys & emoit_readers())",
    "array(select unnest(keys) intersect (select unnest(emoit_readers()) union select 'public'))",
)


class Migration(migrations.Migration):
    dependencies = [("kernel", "0002_tables")]
    operations = [
        migrations.RunSQL(
            SEARCH,
            "drop function emoit_find(bigint, text[], text, text, int);"
            "alter table kernel_search_entry drop column document, drop column folded;",
        ),
        within_agency("kernel_audit_entry"),
        append_only("kernel_audit_entry"),
        row_security("kernel_audit_link", using="false"),
        append_only("kernel_audit_link"),
        within_agency("kernel_event"),
        append_only("kernel_event"),
        within_agency("kernel_delivery"),
        append_only("kernel_delivery"),
        within_agency("kernel_series"),
        within_agency("kernel_number"),
        row_security("kernel_search_entry", using="readers::text[] && emoit_readers() and agency_id = emoit_agency()"),
    ]
