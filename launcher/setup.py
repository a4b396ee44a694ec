"""The set-up that every command stands on, each part only when it is missing, one launcher at a time."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from launcher import database, debian, environment, fitness, frontend, keys, messages, pg_place, provider
from launcher.debian import Package
from launcher.locks import exclusive
from launcher.places import Places
from launcher.progress import run_logged


@dataclass(frozen=True)
class Needs:
    """What a command cannot do without."""

    command: str
    lock: str = "newcomer"
    packages: tuple[Package, ...] = ()
    frontend: bool = False
    partners: bool = False
    database: bool = True
    migrated: bool = False


@dataclass(frozen=True)
class Ready:
    """A prepared installation: its places, and the environment in which its programs run."""

    places: Places
    env: dict[str, str]
    database: database.Database | None

    def manage(self, *arguments: str) -> list[str | Path]:
        return [self.places.python, self.places.root / "manage.py", *arguments]

    def logged(self, label: str, command: list[str | Path], log: str = "manage.log") -> None:
        run_logged(label, command, log=self.places.log / log, cwd=self.places.root, env=self.env)


def _missing_packages(places: Places, needs: Needs) -> list[str]:
    venv = debian.venv_package() if not environment.exists(places) else None
    return [*([venv] if venv else []), *debian.missing(needs.packages)]


def _has_work(places: Places, needs: Needs) -> bool:
    return (
        not environment.is_ready(places, needs.lock)
        or (needs.frontend and not frontend.is_ready(places))
        or (needs.partners and not provider.is_ready(places))
        or (needs.database and not os.environ.get("DATABASE_URL") and pg_place.kept(places.var) is None)
    )


def check(places: Places, needs: Needs) -> None:
    """Refuse, before anything is written, what cannot succeed."""
    fitness.check_ownership(places)
    names = _missing_packages(places, needs)
    debian.refuse_unless_root(names)
    used = [places.var, places.venv, places.root]
    cluster = pg_place.kept(places.var)
    if cluster:
        used.append(Path(cluster.folder))
    elif os.geteuid() == 0:
        used.append(pg_place.OUTSIDE)
    fitness.check_disk(used, fitness.TO_SET_UP if names or _has_work(places, needs) else fitness.TO_RUN)


def base_environment(places: Places) -> dict[str, str]:
    """The environment of our own Python programs."""
    env = {name: value for name, value in os.environ.items() if name not in {"PYTHONHOME", "VIRTUAL_ENV"}}
    path = [str(places.venv / "bin"), env.get("PATH", ""), "/usr/sbin:/usr/bin:/sbin:/bin"]
    return {
        **env,
        "PATH": ":".join(filter(None, path)),
        "PYTHONPATH": f"{places.root / 'src'}:{places.root}",
        "PYTHONUNBUFFERED": "1",
        "EMOIT_VAR": str(places.var),
        "DJANGO_SETTINGS_MODULE": "emoit.config.settings",
    }


@contextmanager
def prepared(places: Places, needs: Needs) -> Iterator[Ready]:
    """Everything a command needs; the private database runs until the block is left."""
    sys.stdout.flush()
    check(places, needs)
    places.var.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        with exclusive(places.lock, needs.command) as lock_fd:
            # Asked again: another launcher may have done it while we waited.
            debian.install(_missing_packages(places, needs), places)
            environment.ensure(places, needs.lock, lock_fd=lock_fd)
            messages.ensure(places, lock_fd=lock_fd)
            if needs.frontend:
                frontend.ensure(places, lock_fd=lock_fd)
            if needs.partners:
                provider.ensure(places, lock_fd=lock_fd)
            env = base_environment(places) | keys.application_secrets(places.secrets, os.environ)
            opened = stack.enter_context(database.available(places, keep_open=[lock_fd])) if needs.database else None
            ready = Ready(places, env | (opened.environment if opened else {}), opened)
            if needs.migrated:
                ready.logged("tables", ready.manage("prepare_database"))
                ready.logged("static files", ready.manage("collectstatic", "--noinput"))
        yield ready
