"""What happened, step by step: on the screen while it happens, and in transcript.json."""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

VIET_NAM = ZoneInfo("Asia/Ho_Chi_Minh")


@dataclass(frozen=True)
class Step:
    """One step of a story. `due` and `why` are the site's own words where it gave any."""

    story: str
    at: str
    who: str
    what: str
    dossier: str = ""
    due: str = ""
    why: str = ""
    seconds: float = 0.0


@dataclass
class Transcript:
    steps: list[Step] = field(default_factory=list)
    story: str = ""
    _last: float = field(default_factory=time.monotonic)

    def begin(self, story: str) -> None:
        self.story = story
        print(f"\n── {story}", flush=True)

    def add(self, who: str, what: str, *, dossier: str = "", due: str = "", why: str = "") -> None:
        now = time.monotonic()
        step = Step(
            self.story,
            datetime.now(VIET_NAM).isoformat(timespec="seconds"),
            who,
            what,
            dossier,
            due,
            why,
            round(now - self._last, 2),
        )
        self._last = now
        self.steps.append(step)
        parts = [f"   {step.at[11:19]}  {who}: {what}"]
        parts += [f"             hồ sơ: {dossier}"] if dossier else []
        parts += [f"             hạn: {due}"] if due else []
        parts += [f"             vì: {why}"] if why else []
        print("\n".join(parts), flush=True)

    def write(self, path: Path) -> None:
        path.write_text(json.dumps([asdict(s) for s in self.steps], ensure_ascii=False, indent=1) + "\n")
