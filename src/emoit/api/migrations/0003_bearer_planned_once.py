"""Whose key it is, is asked with every request of the API."""

from django.db import migrations

from emoit.kernel.access.planning import planned_once


class Migration(migrations.Migration):
    dependencies = [("api", "0002_api_security"), ("people", "0006_actor_planned_once")]
    operations = [
        planned_once("api_bearer", "api_bearer(asked text, moment timestamptz) returns jsonb"),
    ]
