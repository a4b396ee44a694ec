"""Signals as a terminal gives them to what it starts, however the tests themselves were started."""

from __future__ import annotations

import signal


def hears_interrupts() -> None:
    """In a new child, before exec. What a shell runs in the background, and all that it starts, ignores Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
