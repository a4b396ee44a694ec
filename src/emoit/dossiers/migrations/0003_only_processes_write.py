"""The tables of a dossier are written by our own hand alone, after the action has judged: see `dossiers.case`."""

from django.db import migrations

from emoit.kernel.access.policy import only_processes_write

TABLES = ("dossier", "reader", "timeline", "paper", "supplement_request", "decision", "slip", "submission")


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0002_security")]
    operations = [only_processes_write(f"dossiers_{table}") for table in TABLES]
