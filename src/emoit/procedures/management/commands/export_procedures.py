"""Write the catalogue into a folder of readable files (all of it, or the procedures named by their codes).

`load_procedures FOLDER` reads them back; exporting again then gives the same bytes.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from emoit.kernel.access import Refusal, acting_as, process
from emoit.people import queries as people
from emoit.procedures import administration


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("codes", nargs="*")

    def handle(self, *_args: Any, folder: Path, codes: list[str], **_options: Any) -> None:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise CommandError(f"{folder}: phải là thư mục trống hoặc chưa có")
        with acting_as(process("export_procedures", people.agency_id_of(settings.EMOIT_AGENCY_CODE))) as by:
            try:
                files = administration.exported(by, codes)
            except Refusal as refusal:
                raise CommandError(refusal.message) from refusal
        for path, content in files.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        versions = sum(path.endswith("/procedure.json") for path in files)
        self.stdout.write(f"exported {versions} versions in {len(files)} files")
