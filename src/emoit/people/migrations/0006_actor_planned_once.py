"""Who acts is asked with every request."""

from django.db import migrations

from emoit.kernel.access.planning import planned_once


class Migration(migrations.Migration):
    dependencies = [("people", "0005_identity_security")]
    operations = [
        planned_once("people_actor", "people_actor(account bigint, moment timestamptz) returns jsonb"),
    ]
