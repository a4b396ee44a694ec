"""Write the audit trail of the whole installation to FILE as JSON lines, for python -m emoit_verify.audit."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from emoit.kernel.access import platform
from emoit.kernel.audit.export import export


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *_args: Any, file: Path, **_options: Any) -> None:
        partial = file.with_name(file.name + ".part")
        with partial.open("w", encoding="utf-8") as target:
            count = export(target, by=platform("export_audit"), now=timezone.now(), progress=self._progress)
        partial.replace(file)
        self.stdout.write(f"{count} sealed rows written to {file}")

    def _progress(self, count: int) -> None:
        self.stderr.write(f"{count} rows")
