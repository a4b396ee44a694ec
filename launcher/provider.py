"""The npm packages of the sandbox's OpenID provider, apart from the front end's: no page of ours carries them."""

from __future__ import annotations

import hashlib
from pathlib import Path

from launcher import frontend
from launcher.places import Places
from launcher.progress import run_logged

PROVIDER = Path("src/emoit_partners/identity/provider")
INPUTS = ("package.json", "package-lock.json", ".npmrc")


def _fingerprint(places: Places) -> str:
    total = hashlib.sha256()
    for name in INPUTS:
        total.update((places.root / PROVIDER / name).read_bytes())
    return total.hexdigest()


def is_ready(places: Places) -> bool:
    """The provider's packages are those of its lock. A checkout without partners needs none."""
    if not (places.root / PROVIDER / INPUTS[0]).exists():
        return True
    stamp = places.root / PROVIDER / "node_modules" / frontend.STAMP
    return stamp.exists() and stamp.read_text() == _fingerprint(places)


def ensure(places: Places, *, lock_fd: int) -> None:
    """Install the provider's packages when its lock has changed."""
    if is_ready(places):
        return
    folder, wanted = places.root / PROVIDER, _fingerprint(places)
    stamp = folder / "node_modules" / frontend.STAMP
    stamp.unlink(missing_ok=True)
    run_logged(
        "the OpenID provider's packages by npm", [*frontend.npm(places), "ci", "--ignore-scripts"],
        log=places.log / "partners-npm.log", cwd=folder, env=frontend.node_environment(places), keep_open=[lock_fd],
    )  # fmt: skip
    stamp.write_text(wanted)
