"""Load days off and swapped days from a CSV file (default: our own) and publish them as a calendar version."""

import csv
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from emoit.codes import actions, queries
from emoit.codes.reading import COLUMNS
from emoit.codes.types import LoadReport
from emoit.kernel.access import Refusal, acting_as, process

OWN = Path(__file__).resolve().parents[2] / "data" / "holidays.csv"


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, default=OWN)
        parser.add_argument("--agency", default=settings.EMOIT_AGENCY_CODE, help="code of the agency")
        parser.add_argument("--agency-id", type=int, help="its number, where the code cannot be looked up")

    def handle(self, *_args: Any, **options: Any) -> None:
        rows = _read(options["file"])
        try:
            agency_id = options["agency_id"] or queries.agency_id_of(options["agency"])
            with acting_as(process("load_holidays", agency_id)) as by:
                note = f"Nạp từ tệp {options['file'].name}"
                report = actions.load_holidays(by=by, now=timezone.now(), rows=rows, note=note)
        except Refusal as refusal:
            raise CommandError(refusal.message) from None
        refused = {row.line for row in report.refused}
        doubtful = sum(row.get("status") != "official" for n, row in enumerate(rows, start=2) if n not in refused)
        self._say(report, doubtful)
        if report.refused:
            sys.exit(1)

    def _say(self, report: LoadReport, doubtful: int) -> None:
        for row in report.refused:
            self.stdout.write(f"dòng {row.line}: {row.text}: {row.reason}")
        if report.version:
            info = report.version
            self.stdout.write(f"Đã công bố lịch số {info.version}, năm {info.first_year} đến {info.last_year}.")
        reasons = "; ".join(f"dòng {row.line}: {row.reason}" for row in report.refused)
        usable = report.loaded + report.unchanged
        self.stdout.write(
            f"loaded {usable}: published {report.loaded}, usable {usable}, on defaults {doubtful}, "
            f"refused {len(report.refused)}" + (f" ({reasons})" if reasons else "")
        )


def _read(path: Path) -> list[dict[str, str | None]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = [name for name in COLUMNS if name not in (reader.fieldnames or [])]
            if missing:
                raise CommandError(f"Tệp {path} thiếu cột: {', '.join(missing)}.")
            return list(reader)
    except OSError as error:
        raise CommandError(f"Không đọc được tệp {path}: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise CommandError(f"Tệp {path} phải dùng bảng mã UTF-8.") from None
    except csv.Error as error:
        raise CommandError(f"Tệp {path} không phải CSV: {error}.") from None
