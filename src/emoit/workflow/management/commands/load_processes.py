"""Publish the processes (*.bpmn) and decision tables (*.dmn) that ship with the product, or those of a folder."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from emoit.kernel.access import Refusal, acting_as, process
from emoit.lib.xml import XmlRefused
from emoit.people import queries as people
from emoit.workflow import actions, calls
from emoit.workflow.drawing import SHIPPED


def _parts_first(paths: list[Path]) -> list[Path]:
    """Drawings after those that they call; what calls in a circle comes last, and is refused."""
    keys, ordered = {path.stem for path in paths}, list[Path]()
    while len(ordered) < len(paths):
        done = {path.stem for path in ordered}
        free = [p for p in paths if p not in ordered and not (_called(p) & keys) - done]
        ordered += free or [p for p in paths if p not in ordered]
    return ordered


def _called(path: Path) -> set[str]:
    try:
        return set(calls.called(path.read_bytes()))
    except XmlRefused:  # the linter tells
        return set()


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", nargs="?", type=Path, default=SHIPPED)

    def handle(self, *_args: Any, **options: Any) -> None:
        agency_id = people.agency_id_of(settings.EMOIT_AGENCY_CODE)
        drawings, tables = (sorted(options["folder"].glob(f"*.{kind}")) for kind in ("bpmn", "dmn"))
        counts = Counter[str]()
        counts += self._publish(_parts_first(drawings), actions.publish, agency_id)
        counts += self._publish(tables, actions.publish_decision, agency_id)
        usable = counts["published"] + counts["unchanged"]
        self.stdout.write(
            f"loaded {usable}: published {counts['published']}, usable {usable}, on defaults 0, "
            f"refused {counts['refused']}"
        )
        if counts["refused"]:
            raise SystemExit(1)

    def _publish(self, paths: list[Path], publish: Callable[..., tuple[int, bool]], agency_id: int) -> Counter[str]:
        counts = Counter[str]()
        for path in paths:
            try:
                with acting_as(process("load_processes", agency_id)) as by:
                    _, new = publish(by=by, now=timezone.now(), content=path.read_bytes())
            except Refusal as refusal:
                counts["refused"] += 1
                self.stderr.write(f"{path.name}: {refusal.message} {refusal.fields or ''}")
            else:
                counts["published" if new else "unchanged"] += 1
        return counts
