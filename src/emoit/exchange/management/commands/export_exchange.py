"""Write the sealed evidence of message exchange to FILE as JSON lines, for python -m emoit_verify.exchange."""

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from emoit.exchange import own
from emoit.exchange.archive import export
from emoit.kernel.access import Refusal, process


def _private(path: Path) -> TextIO:
    """A new file that nobody else reads: it holds whole messages."""
    path.unlink(missing_ok=True)
    return os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8")


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--after", type=int, default=0, help="the number at which the archive before it ended")

    def handle(self, *_args: Any, file: Path, after: int, **_options: Any) -> None:
        partial = file.with_name(file.name + ".part")
        try:
            with _private(partial) as target:
                done = export(target, by=process("export_exchange", own.agency_id()), now=timezone.now(), after=after)
        except Refusal as refusal:
            partial.unlink(missing_ok=True)
            raise CommandError(refusal.message) from None
        partial.replace(file)
        self.stdout.write(f"{done.entries} entries written to {file}; the next archive begins after {done.last_seq}")
