"""Measure dossiers: over HTTP by the API and the officers' screens, and inside one process.

Stands on a loaded year; `--year-of N` loads one first where there is none. Ends with 0 unless something fails: whether
a goal was reached is in the table.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from emoit.trial.bench import dossiers, harness


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--year-of", type=int, help="load a year of that many dossiers first, if there is none")
        parser.add_argument("--json", type=Path, help="write the rows there")
        parser.add_argument("--compare", type=Path, help="rows of a smaller year: for the ratio of touched buffers")
        parser.add_argument("--runs", type=int, default=harness.RUNS)
        parser.add_argument("--rounds", type=int, default=40, help="how often a run does it")
        parser.add_argument("--without-web", action="store_true", help="only what runs inside this process")
        parser.add_argument("--items", type=int, default=2000, help="open items in the officer's inbox")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["runs"] < 1 or options["rounds"] < 1 or options["items"] < 1:
            raise CommandError("--runs, --rounds và --items phải từ 1 trở lên")
        if options["year_of"] and not dossiers.loaded():
            call_command("load_year", dossiers=options["year_of"], stdout=self.stdout)
        if not dossiers.loaded():
            raise CommandError("Chưa có năm chạy thử: thêm --year-of N, hoặc ./emoit load year --dossiers N.")
        self.stdout.write(harness.machine())
        plan = dossiers.Plan(runs=options["runs"], rounds=options["rounds"], items=options["items"])
        earlier = harness.read_json(options["compare"]) if options["compare"] else []
        rows = dossiers.measure(plan, earlier, over_http=not options["without_web"], say=self.stdout.write)
        self.stdout.write(harness.table(rows))
        if options["json"]:
            harness.write_json(options["json"], rows)
