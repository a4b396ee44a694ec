"""How the launcher stops: one clear line and an exit code."""

from __future__ import annotations

FAILED = 1  # a check or a child failed
USAGE = 2  # the command line makes no sense
NEEDS_ROOT = 3  # something that only the machine's administrator can install
UNFIT = 4  # the machine or the folder is not fit: disk, ownership, a database that does not answer


class Stop(Exception):
    """Ends the launcher with `message` on standard error (one line, no traceback) and exit code `code`."""

    def __init__(self, message: str, code: int = FAILED, *, details: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.details = details
