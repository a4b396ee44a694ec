"""Publish the processes that ship with the product, or those of a folder."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from emoit.kernel.access import Refusal, acting_as, process
from emoit.people import queries as people
from emoit.workflow import actions
from emoit.workflow.drawing import SHIPPED


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", nargs="?", type=Path, default=SHIPPED)

    def handle(self, *_args: Any, **options: Any) -> None:
        agency_id = people.agency_id_of(settings.EMOIT_AGENCY_CODE)
        published = unchanged = refused = 0
        for path in sorted(options["folder"].glob("*.bpmn")):
            try:
                with acting_as(process("load_processes", agency_id)) as by:
                    _, new = actions.publish(by=by, now=timezone.now(), content=path.read_bytes())
            except Refusal as refusal:
                refused += 1
                self.stderr.write(f"{path.name}: {refusal.message} {refusal.fields or ''}")
            else:
                published, unchanged = published + new, unchanged + (not new)
        usable = published + unchanged
        self.stdout.write(f"loaded {usable}: published {published}, usable {usable}, on defaults 0, refused {refused}")
        if refused:
            raise SystemExit(1)
