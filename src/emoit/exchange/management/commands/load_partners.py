"""Register or change trading partners and trust their certificates, from a JSON file; safe to repeat."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from emoit.exchange import loading, own
from emoit.kernel.access import Refusal, acting_as, process


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *_args: Any, file: Path, **_options: Any) -> None:
        try:
            rows = json.loads(file.read_text(encoding="utf-8"))
            with acting_as(process("load_partners", own.agency_id())) as by:
                done = loading.load(rows, by=by, now=timezone.now())
        except (OSError, ValueError) as error:
            raise CommandError(f"Không đọc được tệp {file.name}: {error}") from None
        except Refusal as refusal:
            raise CommandError(refusal.message) from None
        self.stdout.write(f"{done.added} added, {done.changed} changed, {done.certificates} new certificates")
