"""Load a made-up year of dossiers (2019) to try the platform on, and check a sample of it by the rules.

The same seed makes the same year. A load that was broken off goes on when it is asked for again.
"""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from emoit.kernel.access import Refusal
from emoit.trial import checking, loading, profile

SAMPLE = 1_000


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dossiers", type=int, required=True, help="how many dossiers")
        parser.add_argument("--seed", type=int, default=2019, help="the same seed makes the same year")
        parser.add_argument("--workers", type=int, default=2, help="processes that write")
        parser.add_argument("--add", action="store_true", help="beside dossiers that are there already")
        parser.add_argument("--sample", type=int, default=SAMPLE, help="dossiers that are checked afterwards")

    def handle(self, *_args: Any, **options: Any) -> None:
        began = time.monotonic()
        try:
            done = loading.load(
                profile.read(),
                dossiers=options["dossiers"],
                seed=options["seed"],
                now=timezone.now(),
                out=self.stdout,  # type: ignore[arg-type] # writes like a text file
                workers=max(1, options["workers"]),
                add=options["add"],
            )
        except Refusal as refusal:
            raise CommandError(refusal.message) from None
        seconds = time.monotonic() - began
        word = "không đổi" if not done.days else "nạp tiếp" if done.resumed else "nạp mới"
        self.stdout.write(
            f"Năm {done.year.profile.year}: {word}, {done.dossiers} hồ sơ, {done.days} ngày, {done.rows} dòng "
            f"trong {seconds:.0f} s; {done.procedures} trong {len(done.year.ground.courses)} thủ tục cấp Trung ương có "
            f"hồ sơ; dấu {done.digest[:16]}"
        )
        report = checking.check(done.year, count=options["sample"])
        for line in report.lines():
            self.stdout.write(line)
        if report.faults:
            raise SystemExit(1)
