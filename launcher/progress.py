"""What a waiting person sees: one line a step with the seconds since the start, and a sign of life in long steps."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from launcher.children import dies_with_parent
from launcher.errors import Stop

STARTED = time.monotonic()
SIGN_OF_LIFE = 20.0  # seconds
TAIL = 25  # lines of a log that are shown on failure


def say(text: str) -> None:
    """One line on standard error, which keeps standard output for results."""
    print(f"[{time.monotonic() - STARTED:6.1f} s] {text}", file=sys.stderr, flush=True)


def tail(log: Path, lines: int = TAIL) -> str:
    """The last lines of a log file; empty when there is none."""
    try:
        return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])
    except OSError:
        return ""


def run_logged(
    label: str,
    command: Sequence[str | Path],
    *,
    log: Path,
    cwd: Path,
    env: Mapping[str, str] | None = None,
    keep_open: Sequence[int] = (),
) -> None:
    """Run one step of the set-up with its output in `log`; raises Stop with the log's tail when it fails.

    The child dies with the launcher. File descriptors in `keep_open` are handed on to it: a lock stays held until
    the last process that works under it has ended.
    """
    say(label)
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        output.write(f"\n== {label}: {' '.join(map(str, command))}\n".encode())
        output.flush()
        child = subprocess.Popen(
            [str(part) for part in command],
            cwd=cwd,
            env=dict(os.environ if env is None else env),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            pass_fds=tuple(keep_open),
            preexec_fn=dies_with_parent,  # noqa: PLW1509 - the launcher has one thread
        )
        while True:
            try:
                code = child.wait(SIGN_OF_LIFE)
                break
            except subprocess.TimeoutExpired:
                say(f"  … still at it: {label}")
            except BaseException:
                child.kill()
                child.wait()
                raise
    if code:
        raise Stop(f"{label}: failed (exit {code}); the whole log is {log}", details=tail(log))
