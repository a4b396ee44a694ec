"""The command line: find the command, run it, turn every ending into an exit code and one line."""

from __future__ import annotations

import errno
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from launcher.commands import COMMANDS, help_text
from launcher.errors import UNFIT, USAGE, Stop
from launcher.places import places_of

ROOT = Path(__file__).resolve().parents[1]


def _end(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


def main(arguments: Sequence[str], root: Path = ROOT) -> int:
    """Run one command; gives its exit code."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:  # nohup: stay when the terminal goes
            signal.signal(number, _end)
    os.umask(0o022)
    word, rest = (arguments[0], arguments[1:]) if arguments else ("help", [])
    if word in {"help", "--help", "-h"}:
        print(help_text())
        return 0
    command = COMMANDS.get(word)
    if command is None:
        print(f"emoit: no such command: {word}\n\n{help_text()}", file=sys.stderr)
        return USAGE
    try:
        return command.run(places_of(root), rest)
    except Stop as stop:
        if stop.details:
            print(stop.details, file=sys.stderr)
        print(f"emoit: {stop.message}", file=sys.stderr)
        return stop.code
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except OSError as failure:
        if failure.errno not in {errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EROFS}:
            raise
        print(f"emoit: {failure.strerror}: {failure.filename or 'writing'}", file=sys.stderr)
        return UNFIT
