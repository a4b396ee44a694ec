"""The operating-system user that PostgreSQL runs as: it refuses root, so root lends it another."""

from __future__ import annotations

import os
import pwd
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from launcher.errors import UNFIT, Stop


@dataclass(frozen=True)
class Account:
    """`switch` are the arguments that make subprocess run as this user; empty when that is who we are."""

    name: str
    uid: int
    gid: int
    switch: Mapping[str, Any]

    def run(self, command: Sequence[str | Path], **options: Any) -> subprocess.CompletedProcess[str]:
        """Run as this user, with nothing of our environment, in a folder that everybody may enter."""
        env = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        settings = {"cwd": "/", "env": env, "capture_output": True, "text": True, **options}
        words = [str(part) for part in command]
        return subprocess.run(words, check=False, stdin=subprocess.DEVNULL, **self.switch, **settings)

    def may(self, flag: str, path: Path) -> bool:
        """Does `test FLAG PATH` succeed for this user? Really tried: every parent folder has its say."""
        return self.run(["test", flag, path]).returncode == 0


def account() -> Account:
    """Ourselves; as root `postgres`, or `nobody` where that does not exist."""
    if os.geteuid() != 0:
        return Account(pwd.getpwuid(os.geteuid()).pw_name if _known() else "me", os.geteuid(), os.getegid(), {})
    for name in ("postgres", "nobody"):
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        switch = {"user": found.pw_uid, "group": found.pw_gid, "extra_groups": []}
        return Account(name, found.pw_uid, found.pw_gid, switch)
    raise Stop("PostgreSQL does not run as root and there is neither a user postgres nor nobody", UNFIT)


def _known() -> bool:
    try:
        pwd.getpwuid(os.geteuid())
    except KeyError:
        return False
    return True
