"""A real worker that also knows the probe jobs: python -m tests.support.run_worker [--once]."""

from __future__ import annotations

import sys

import django


def main() -> None:
    django.setup()
    from django.core.management import call_command

    import tests.support.probe  # noqa: F401 - registers its jobs

    arguments = ["--one-shot", "--concurrency", "1"] if "--once" in sys.argv else []
    call_command("procrastinate", "worker", *arguments)


if __name__ == "__main__":
    main()
