"""Publish procedures: the rows of a catalogue index (a JSON file) or the full documents of a folder.

Without an argument both that ship with the platform; a full document wins over the index's row. Units and processes
come first: `load_organisation`, `load_processes`. The last line counts what was loaded, published, is usable, rests on
stated defaults and was refused; the exit code is 1 if anything was refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from emoit.kernel.access import Actor, NotFound, acting_as, process
from emoit.people import queries as people
from emoit.procedures import actions
from emoit.procedures.catalogue import loading
from emoit.procedures.types import Known, Loaded
from emoit.workflow import queries as workflow


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", nargs="?", type=Path, metavar="FILE|FOLDER")

    def handle(self, *_args: Any, source: Path | None, **_options: Any) -> None:
        if source is not None and not source.exists():
            raise CommandError(f"{source}: không có tệp hoặc thư mục này")
        now = timezone.now()
        agency_id = people.agency_id_of(settings.EMOIT_AGENCY_CODE)
        with acting_as(process("load_procedures", agency_id)) as by:
            outcomes = list(_load(by, now, agency_of(agency_id), source))
        for outcome in outcomes:
            if outcome.outcome != "unchanged":
                self.stdout.write(f"{outcome.path} {outcome.code}: {outcome.outcome}")
            for reason in outcome.reasons:
                self.stdout.write(f"  {reason}")
        self.stdout.write(loading.summary(outcomes))
        if not outcomes or any(outcome.outcome == "refused" for outcome in outcomes):
            raise SystemExit(1)


def _load(by: Actor, now: datetime, agency: loading.Agency, source: Path | None) -> Iterator[Loaded]:
    if source is None or source.is_dir():
        yield from actions.load_folder(
            by=by,
            now=now,
            folder=source or actions.DATA,
            known_unit=agency.known_unit,
            known_process=agency.known_process,
        )
    if source is None or not source.is_dir():
        path = source or loading.FILE
        try:
            rows = loading.read_file(path)
        except (OSError, ValueError) as error:
            raise CommandError(f"Không đọc được {path}: {error}") from error
        yield from loading.load_rows(by=by, now=now, rows=rows, agency=agency)


def agency_of(agency_id: int) -> loading.Agency:
    """The agency's units, processes and places, as the linter asks for them."""
    provinces = people.provinces(agency_id)
    return loading.Agency(
        known_unit=_units(agency_id),
        known_process=cache(lambda key: workflow.exists(agency_id, key)),
        provinces=provinces,
        communes=[commune for province in provinces for commune in people.communes(agency_id, province.code)],
    )


def _units(agency_id: int) -> Known:
    @cache
    def known(code: str) -> bool:
        try:
            people.unit_by_code(agency_id, code)
        except NotFound:
            return False
        return True

    return known
