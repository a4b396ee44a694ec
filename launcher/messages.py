"""The English texts of the modules, compiled from their .po files when those have changed."""

from __future__ import annotations

from launcher.places import Places
from launcher.progress import run_logged

TEXTS = "src/emoit/*/locale/*/LC_MESSAGES/*.po"


def is_ready(places: Places) -> bool:
    """Every .po has a .mo that is not older."""
    for text in places.root.glob(TEXTS):
        made = text.with_suffix(".mo")
        if not made.exists() or made.stat().st_mtime_ns < text.stat().st_mtime_ns:
            return False
    return True


def ensure(places: Places, *, lock_fd: int) -> None:
    """Compile what has changed; nothing is started when nothing has."""
    if is_ready(places):
        return
    run_logged(
        "English texts", [places.python, places.root / "tools" / "messages.py", "--compile"],
        log=places.log / "messages.log", cwd=places.root, keep_open=[lock_fd],
    )  # fmt: skip
