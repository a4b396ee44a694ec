"""Publish the processes (*.bpmn) and decision tables (*.dmn) that ship with the product, or those of a folder."""

from collections.abc import Callable
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
        self._publish("Quy trình", sorted(options["folder"].glob("*.bpmn")), actions.publish, agency_id)
        tables = sorted(options["folder"].glob("*.dmn"))
        if tables:
            self._publish("Bảng quyết định", tables, actions.publish_decision, agency_id)

    def _publish(self, what: str, paths: list[Path], publish: Callable[..., tuple[int, bool]], agency_id: int) -> None:
        published = unchanged = refused = 0
        for path in paths:
            try:
                with acting_as(process("load_processes", agency_id)) as by:
                    _, new = publish(by=by, now=timezone.now(), content=path.read_bytes())
            except Refusal as refusal:
                refused += 1
                self.stderr.write(f"{path.name}: {refusal.message} {refusal.fields or ''}")
            else:
                published, unchanged = published + new, unchanged + (not new)
        self.stdout.write(f"{what}: {published} công bố mới, {unchanged} không đổi, {refused} bị từ chối.")
