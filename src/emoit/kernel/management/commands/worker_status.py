"""Tell how the queue fares: living workers, waiting, running, failed and stalled jobs. Exit 1 when it needs a hand."""

from typing import Any

from django.core.management.base import BaseCommand

from emoit.kernel.jobs.upkeep import queue_state


class Command(BaseCommand):
    help = __doc__

    def handle(self, *_args: Any, **_options: Any) -> None:
        state = queue_state()
        counts = ", ".join(f"{status} {count}" for status, count in sorted(state.counts.items())) or "no jobs"
        self.stdout.write(f"workers alive: {state.workers}")
        self.stdout.write(f"jobs: {counts}")
        self.stdout.write(f"stalled: {state.stalled}")
        self.stdout.write(f"oldest waiting: {state.oldest_seconds:.0f} s")
        if not state.healthy:
            raise SystemExit(1)
