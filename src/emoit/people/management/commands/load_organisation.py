"""Load the agency, its titles and units from a file (by default the one that ships). Safe to repeat."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from emoit.kernel.access import Refusal, platform
from emoit.people import actions

SHIPPED = Path(__file__).resolve().parents[2] / "data" / "organisation.json"
LABELS = {"agency": "Cơ quan", "positions": "chức danh", "units": "đơn vị"}


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, default=SHIPPED)

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            data = json.loads(options["file"].read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise CommandError(f"Không đọc được tệp {options['file']}: {error}") from error
        try:
            done = actions.load_organisation(by=platform("load_organisation"), now=timezone.now(), data=data)
        except Refusal as refusal:
            raise CommandError(refusal.message) from refusal
        for reason in done.refused:
            self.stdout.write(f"refused {reason}")
        parts = [f"{LABELS[k]}: {c.new} mới, {c.changed} sửa, {c.same} giữ nguyên" for k, c in done.counts.items()]
        self.stdout.write("; ".join(parts))
        units = done.counts["units"]
        self.stdout.write(
            f"loaded {units.new + units.changed + units.same}: published {units.new + units.changed}, "
            f"usable {done.usable}, on defaults {done.on_defaults}, refused {len(done.refused)}"
        )
        if done.refused:
            raise SystemExit(1)
