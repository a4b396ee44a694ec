"""The list of a reader's dossiers, in one function: a row of `dossiers_reader` is itself the right to see its dossier.

Of `keys` only those count that the actor holds, as in every policy.

Under row security each dossier of a list was looked up twice, by its id and by its reader's key, in two B-trees that
grow deeper. Here it is looked up once, in a hash, which does not.
"""

from django.contrib.postgres.indexes import HashIndex
from django.db import migrations, models

# Always in the order of `dossiers_reader_list`, never all of a reader's dossiers first: hence the settings.
LISTED = """
create function dossiers_listed(
    keys text[], statuses text[], procedure text, since timestamptz, until timestamptz, words text[], code_begins text,
    after_at timestamptz, after_id bigint, most bigint
) returns setof dossiers_dossier language plpgsql stable security definer
set search_path = public, pg_temp set enable_sort = off set enable_bitmapscan = off set enable_seqscan = off as $$
begin
    return query
    select d.* from (
        select newest.sort_at, newest.dossier_id
        from unnest(keys) as mine(reader) cross join lateral (
            select r.sort_at, r.dossier_id from dossiers_reader r
            where r.agency_id = emoit_agency() and r.reader = mine.reader and mine.reader = any(emoit_readers())
                and r.sort_at >= coalesce(since, '-infinity') and r.sort_at < coalesce(until, 'infinity')
                and (r.sort_at, r.dossier_id) < (coalesce(after_at, 'infinity'), coalesce(after_id, 0))
                and (
                    (statuses is null and procedure is null and words is null)
                    or exists (
                        select from dossiers_dossier f where f.id = r.dossier_id
                            and (statuses is null or f.status = any(statuses))
                            and (procedure is null or f.procedure_code = procedure)
                            and (words is null or starts_with(f.code, code_begins) or not exists (
                                select from unnest(words) as asked(word)
                                where position(word in vn_fold(f.procedure_name || ' ' || f.holder_name)) = 0
                            ))
                    )
                )
            order by r.sort_at desc, r.dossier_id desc limit most
        ) newest
        group by newest.sort_at, newest.dossier_id
        order by newest.sort_at desc, newest.dossier_id desc limit most
    ) page join dossiers_dossier d on d.id = page.dossier_id
    order by page.sort_at desc, page.dossier_id desc;
end $$;
revoke execute on function dossiers_listed(
    text[], text[], text, timestamptz, timestamptz, text[], text, timestamptz, bigint, bigint
) from public;
grant execute on function dossiers_listed(
    text[], text[], text, timestamptz, timestamptz, text[], text, timestamptz, bigint, bigint
) to emoit_app;
"""
UNLISTED = """
drop function dossiers_listed(
    text[], text[], text, timestamptz, timestamptz, text[], text, timestamptz, bigint, bigint
);
"""


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0008_readers_row_by_row")]
    operations = [
        migrations.AddIndex("dossier", HashIndex(fields=["id"], name="dossiers_dossier_key")),
        migrations.AlterField(
            "reader",
            "dossier",
            models.ForeignKey(db_index=False, on_delete=models.CASCADE, related_name="+", to="dossiers.dossier"),
        ),
        migrations.RunSQL(LISTED, UNLISTED),
    ]
