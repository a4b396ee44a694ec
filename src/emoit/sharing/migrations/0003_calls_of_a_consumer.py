"""How many calls a consumer has made lately is counted by an index, not by reading the log."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("sharing", "0002_sharing_security")]
    operations = [
        migrations.RunSQL(
            "create index sharing_access_calls on sharing_access (consumer_id, at) where is_call;",
            "drop index sharing_access_calls;",
        ),
    ]
