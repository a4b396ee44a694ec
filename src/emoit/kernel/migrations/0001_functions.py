"""Extensions and the functions that columns, policies and search stand on."""

from django.db import migrations

FUNCTIONS = """
create extension if not exists unaccent;
create extension if not exists pg_trgm;

create function vn_fold(text) returns text language sql immutable strict parallel safe as
$$ select lower(public.unaccent('public.unaccent'::regdictionary, normalize($1, NFC))) $$;

create function emoit_readers() returns text[] language sql stable parallel safe as
$$ select coalesce(nullif(current_setting('emoit.readers', true), '')::text[], '{}'::text[]) $$;

create function emoit_agency() returns bigint language sql stable parallel safe as
$$ select nullif(current_setting('emoit.agency', true), '')::bigint $$;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.RunSQL(
            FUNCTIONS,
            "drop function emoit_agency(); drop function emoit_readers(); drop function vn_fold(text);",
        )
    ]
