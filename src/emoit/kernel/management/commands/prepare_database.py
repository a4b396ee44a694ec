"""Roles, extensions, tables: everything the database needs before the first request. Safe to repeat."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from emoit.kernel.access.roles import prepare_roles


class Command(BaseCommand):
    help = __doc__

    def handle(self, *_args: Any, **options: Any) -> None:
        prepare_roles(settings.DATABASE_APP_URL)
        call_command("migrate", database="owner", interactive=False, verbosity=options["verbosity"])
