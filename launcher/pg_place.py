"""Where the private cluster lives: in var, or outside when PostgreSQL's user cannot reach var (a home with 0700)."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from launcher.children import working_in
from launcher.errors import UNFIT, Stop
from launcher.pg_account import Account
from launcher.progress import say

OUTSIDE = Path("/var/lib")


@dataclass(frozen=True)
class Cluster:
    """What var/pg.json keeps of the cluster: where it is and the port it last had."""

    folder: str
    port: int = 0

    @property
    def data(self) -> Path:
        return Path(self.folder) / "data"

    @property
    def log(self) -> Path:
        return Path(self.folder) / "server.log"


def _record(var: Path) -> Path:
    return var / "pg.json"


def kept(var: Path) -> Cluster | None:
    """The cluster of this installation; None before the first start."""
    try:
        return Cluster(**json.loads(_record(var).read_text()))
    except FileNotFoundError:
        return None
    except (ValueError, TypeError) as broken:
        raise Stop(f"{_record(var)} cannot be read ({broken}); mend or remove it", UNFIT) from broken


def keep(var: Path, cluster: Cluster) -> Cluster:
    draft = _record(var).with_suffix(".draft")
    draft.write_text(json.dumps(asdict(cluster)) + "\n")
    draft.replace(_record(var))
    return cluster


def keep_port(var: Path, cluster: Cluster, port: int) -> Cluster:
    return keep(var, replace(cluster, port=port)) if port != cluster.port else cluster


def _owned(folder: Path, account: Account) -> Path:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if os.geteuid() == 0:
        os.chown(folder, account.uid, account.gid)
    folder.chmod(0o700)
    return folder


def _reaches(account: Account, folder: Path) -> bool:
    """Can PostgreSQL's user really write into `folder`, through every parent of it?"""
    return account.may("-w", folder) and account.may("-x", folder)


def choose(var: Path, account: Account, outside: Path = OUTSIDE) -> Cluster:
    """The kept place, or a new one: var/pg where the account reaches it, else a folder under `outside`."""
    cluster = kept(var)
    if cluster:
        if Path(cluster.folder).exists() and not _reaches(account, Path(cluster.folder)):
            raise Stop(
                f"PostgreSQL's user {account.name} no longer reaches {cluster.folder}: "
                "give the folders above it the right to be entered (chmod o+x)",
                UNFIT,
            )
        _owned(Path(cluster.folder), account)
        return cluster
    inside = _owned(var / "pg", account)
    if _reaches(account, inside):
        return keep(var, Cluster(str(inside)))
    inside.rmdir()
    name = hashlib.sha256(str(var.resolve()).encode()).hexdigest()[:12]
    top = outside / f"emoit-{name}"
    set_aside(top)
    top.mkdir(parents=True, exist_ok=True)
    top.chmod(0o755)
    folder = _owned(top / "pg", account)
    (top / "README").write_text(f"Database of {var}; made by its launcher. Remove it together with that folder.\n")
    if not _reaches(account, folder):
        raise Stop(f"PostgreSQL's user {account.name} reaches neither {var} nor {folder}", UNFIT)
    return keep(var, Cluster(str(folder)))


def set_aside(top: Path) -> None:
    """A cluster that a removed installation at the same path left: kept once, under another name."""
    left = top / "pg"
    if left.exists():
        for pid in working_in(left / "data"):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGQUIT)
        old = top / "pg.before"
        say(f"{left} belongs to an installation that is gone; kept as {old}")
        shutil.rmtree(old, ignore_errors=True)
        left.rename(old)
