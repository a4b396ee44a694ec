"""Compare the search index with what the modules know, and mend it. Nothing disappears meanwhile."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from emoit.kernel.access import process
from emoit.kernel.search import sources
from emoit.kernel.search.rebuild import rebuild


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("agency", type=int, nargs="+", help="id of an agency")
        parser.add_argument("--kind", action="append", help="only this kind of thing; may be repeated")
        parser.add_argument(
            "--compare", action="store_true", help="only count the differences; exit 1 if there are any"
        )

    def handle(self, *_args: Any, agency: list[int], kind: list[str] | None, compare: bool, **_options: Any) -> None:
        unknown = set(kind or ()) - set(sources)
        if unknown:
            raise CommandError(
                f"no source for {', '.join(sorted(unknown))}; known: {', '.join(sorted(sources)) or 'none'}"
            )
        found = 0
        for agency_id in agency:
            for name in kind or sorted(sources):
                by = process("rebuild_search", agency_id)
                difference = rebuild(by=by, kind=name, switch=not compare)
                found += difference.total
                self.stdout.write(
                    f"agency {agency_id} {name}: {difference.missing} missing, {difference.changed} changed, "
                    f"{difference.surplus} surplus" + ("" if compare else ": mended")
                )
        if compare and found:
            raise SystemExit(1)
