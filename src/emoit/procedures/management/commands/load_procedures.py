"""Publish the procedures of a folder (default: those that come with the platform).

Units and processes come first: `load_organisation`, `load_processes`.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from emoit.kernel.access import NotFound, acting_as, process
from emoit.people import queries as people
from emoit.people.types import AT_PLACE
from emoit.procedures import actions
from emoit.procedures.types import Known
from emoit.workflow import queries as workflow


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", nargs="?", type=Path, default=actions.DATA)

    def handle(self, *_args: Any, folder: Path, **_options: Any) -> None:
        if not folder.is_dir():
            raise CommandError(f"{folder}: không có thư mục này")
        agency_id = people.agency_id_of(settings.EMOIT_AGENCY_CODE)
        with acting_as(process("load_procedures", agency_id)) as by:
            outcomes = actions.load_folder(
                by=by,
                now=timezone.now(),
                folder=folder,
                known_unit=_units(agency_id),
                known_process=lambda key: workflow.exists(agency_id, key),
            )
        for outcome in outcomes:
            self.stdout.write(f"{outcome.path}: {outcome.outcome}")
            for reason in outcome.reasons:
                self.stdout.write(f"  {reason}")
        count = Counter(outcome.outcome for outcome in outcomes)
        self.stdout.write(
            f"loaded {len(outcomes)}: published {count['published']}, "
            f"unchanged {count['unchanged']}, refused {count['refused']}"
        )
        if count["refused"] or not outcomes:
            raise SystemExit(1)


def _units(agency_id: int) -> Known:
    def known(code: str) -> bool:
        if code == AT_PLACE:
            return True
        try:
            people.unit_by_code(agency_id, code)
        except NotFound:
            return False
        return True

    return known
