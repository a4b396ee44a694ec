"""Debian packages: which are missing, and who may install them."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from launcher.errors import NEEDS_ROOT, Stop
from launcher.places import Places
from launcher.progress import run_logged


@dataclass(frozen=True)
class Package:
    """A Debian package and a program of it; a machine that has the program needs no package."""

    name: str
    program: str


FOR_TEST = (
    Package("chromium", "chromium"),  # browser journeys
    Package("poppler-utils", "pdfsig"),  # an independent judge of signatures
    Package("libnss3-tools", "certutil"),  # gives pdfsig our certificate authority
    Package("nginx-light", "nginx"),  # the front server, as deploy/nginx.conf sets it up
    Package("softhsm2", "softhsm2-util"),  # keys behind PKCS#11
    Package("xmlsec1", "xmlsec1"),  # an independent judge of XML signatures
)
FOR_NIGHTLY = (Package("debootstrap", "debootstrap"),)

_SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_APT = ("apt-get", "-o", "DPkg::Lock::Timeout=300", "-o", "Acquire::Retries=3", "-q")


def venv_package() -> str | None:
    """The package that lets this Python make virtual environments, when it is missing."""
    if importlib.util.find_spec("ensurepip"):
        return None
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    stock = Path("/usr/bin/python3").resolve().name == f"python{version}"
    return "python3-venv" if stock else f"python{version}-venv"


def missing(packages: tuple[Package, ...], path: str | None = None) -> list[str]:
    """Names of the packages whose program is not on `path` (the environment's, then the system's)."""
    where = path if path is not None else f"{os.environ.get('PATH', '')}:{_SYSTEM_PATH}"
    return [package.name for package in packages if not shutil.which(package.program, path=where)]


def refuse_unless_root(names: list[str]) -> None:
    """An ordinary user cannot install: one line with the command, exit 3."""
    if names and os.geteuid() != 0:
        raise Stop(
            f"Debian packages are missing; as root run: apt-get install -y --no-install-recommends {' '.join(names)}",
            NEEDS_ROOT,
        )


def install(names: list[str], places: Places) -> None:
    """As root: install with apt, refreshing its lists when the first try fails."""
    if not names:
        return
    if not shutil.which("apt-get"):
        raise Stop(f"these programs are needed and there is no apt-get to install them: {' '.join(names)}", NEEDS_ROOT)
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "PATH": f"{os.environ.get('PATH', '')}:{_SYSTEM_PATH}"}
    log = places.log / "apt.log"
    command = [*_APT, "install", "-y", "--no-install-recommends", *names]

    def step(label: str, what: list[str]) -> None:
        run_logged(label, what, log=log, cwd=Path("/"), env=env)

    try:
        step(f"Debian packages: {' '.join(names)}", command)
    except Stop:
        step("finishing interrupted installations", ["dpkg", "--configure", "-a"])
        step("refreshing apt's lists", [*_APT, "update"])
        step(f"Debian packages, again: {' '.join(names)}", command)
