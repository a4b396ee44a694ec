"""A bar with the rate and what is left, on a terminal; a line now and then elsewhere."""

from __future__ import annotations

import time
from typing import TextIO

WIDTH = 30
PAUSE = 15.0  # seconds between lines where there is no terminal


class Progress:
    def __init__(self, out: TextIO, label: str, total: int) -> None:
        self._out, self._label, self._total = out, label, max(total, 1)
        self._began = self._said = time.monotonic()
        self._live = bool(getattr(out, "isatty", lambda: False)())
        self.done = 0

    def advance(self, by: int) -> None:
        self.done += by
        now = time.monotonic()
        if self._live or now - self._said >= PAUSE or self.done >= self._total:
            self._said = now
            self._say(now)

    def _say(self, now: float) -> None:
        elapsed = max(now - self._began, 1e-6)
        rate = self.done / elapsed
        left = (self._total - self.done) / rate if rate else 0.0
        full = WIDTH * self.done // self._total
        line = (
            f"{self._label} [{'#' * full}{'.' * (WIDTH - full)}] {self.done:,}/{self._total:,} · {rate:,.0f}/s"
            f" · {_clock(elapsed)} qua, còn {_clock(left)}"
        )
        end = "\n" if not self._live or self.done >= self._total else ""
        self._out.write(("\r" if self._live else "") + line + end)
        self._out.flush()


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}:{rest:02d}"
