"""Row security of the calendars, and what makes a published version immutable."""

from django.db import migrations

from emoit.kernel.access.policy import immutable_when, within_agency

# Days may be written only into a version of the same agency that is not published yet. A version that the writer
# cannot see counts as published.
DAYS = """
create function codes_calendar_day_open() returns trigger language plpgsql as $$
begin
    if not exists (
        select 1 from codes_calendar_version v
        where v.id = new.version_id and v.agency_id = new.agency_id and v.published_at is null
    ) then
        raise exception 'a published calendar cannot be changed' using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger codes_calendar_day_open before insert or update on codes_calendar_day
    for each row execute function codes_calendar_day_open();
"""


class Migration(migrations.Migration):
    dependencies = [("codes", "0001_tables"), ("kernel", "0001_functions")]
    operations = [
        within_agency("codes_calendar_version"),
        within_agency("codes_calendar_day"),
        immutable_when(
            "codes_calendar_version", "old.published_at is not null", "a published calendar cannot be changed"
        ),
        immutable_when(
            "codes_calendar_day",
            "exists (select 1 from codes_calendar_version v where v.id = old.version_id and v.published_at is not null)",
            "a published calendar cannot be changed",
        ),
        migrations.RunSQL(
            DAYS, "drop trigger codes_calendar_day_open on codes_calendar_day; drop function codes_calendar_day_open();"
        ),
    ]
