"""Bring in the results of a previous system from a CSV or JSON Lines file: see docs/how-to/bring-old-data.md."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from emoit.kernel.access import process
from emoit.lib.tables import TableError, read
from emoit.people import queries as people
from emoit.results import loading
from emoit.results.oldrows import OPTIONAL, REQUIRED


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *_args: Any, file: Path, **_options: Any) -> None:
        try:
            rows = read(file, required=REQUIRED, optional=OPTIONAL)
        except TableError as error:
            raise CommandError(str(error)) from None
        by = process("load_results", people.agency_id_of(settings.EMOIT_AGENCY_CODE))
        report = loading.load(by=by, now=timezone.now(), rows=rows, folder=file.parent)
        for row in report.refused:
            self.stdout.write(f"line {row.line}: {row.text}: {row.reason}")
        self.stdout.write(
            f"results: loaded {report.loaded}, unchanged {report.unchanged}, refused {len(report.refused)}"
        )
        if report.refused or not rows:
            raise SystemExit(1)
