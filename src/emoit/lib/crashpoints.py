"""Named places where a process may be killed, so that a test can say: every one of them was hit, and nothing was lost.

Nothing happens unless EMOIT_CRASH_DIR names a folder. There `hits/<name>` grows by one byte each time the place is
reached; where `armed/<name>` exists the process removes it and dies at once, as by kill -9.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path

NAMES = frozenset(
    {
        "send.written",  # the message is written, its sender's transaction is not committed
        "deliver.lending",  # signed and lent, not committed
        "deliver.claimed",  # lent to this courier, nothing has left
        "deliver.answered",  # the partner has answered one of a batch, we have not written it down
        "deliver.settling",  # a batch is written down, not committed
        "deliver.settled",  # committed, the next batch has not begun
        "accept.done",  # effect and receipt are written, not committed
        "accept.committed",  # committed, the receipt has not left
        "seal.chained",  # evidence is chained, not committed
    }
)
_FOLDER = os.environ.get("EMOIT_CRASH_DIR", "")


def reach(name: str) -> None:
    if _FOLDER:
        _reach(Path(_FOLDER), name)


def _reach(folder: Path, name: str) -> None:
    if name not in NAMES:
        raise ValueError(f"no crash point {name}")
    with (folder / "hits" / name).open("ab", buffering=0) as hits:
        hits.write(b".")
    try:
        (folder / "armed" / name).unlink()
    except FileNotFoundError:
        return
    os.kill(os.getpid(), signal.SIGKILL)
