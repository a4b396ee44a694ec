"""Measure the exchange of messages with another agency, which runs in processes of its own.

For an installation made to be measured: what was exchanged stays as evidence. Ends with 0 unless something fails:
whether a goal was reached is in the table.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from emoit.kernel.access import NotFound
from emoit.trial import tables
from emoit.trial.bench import exchange, harness


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", type=Path, help="write the rows there")
        parser.add_argument("--runs", type=int, default=harness.RUNS)
        parser.add_argument("--messages", type=int, default=2_000, help="of a run")
        parser.add_argument("--many", type=int, default=50_000, help="over which memory is watched")
        parser.add_argument("--backlog", type=int, default=100_000, help="that waits for a partner that is down")

    def handle(self, *_args: Any, **options: Any) -> None:
        numbers = {name: options[name] for name in ("runs", "messages", "many", "backlog")}
        if min(numbers.values()) < 1:
            raise CommandError("--runs, --messages, --many và --backlog phải từ 1 trở lên")
        try:
            tables.agency_id()
        except NotFound:
            raise CommandError("Chưa có cơ quan: ./emoit load organisation") from None
        self.stdout.write(harness.machine())
        rows = exchange.measure(exchange.Plan(**numbers), say=self.stdout.write)
        self.stdout.write(harness.table(rows))
        if options["json"]:
            harness.write_json(options["json"], rows)
