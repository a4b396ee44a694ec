"""Where things are: one value that every part of the launcher is given."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Places:
    """The folders of one checkout. `var` holds all that running leaves behind, `venv` the Python packages."""

    root: Path
    var: Path
    venv: Path
    venv_is_given: bool

    @property
    def secrets(self) -> Path:
        return self.var / "secrets"

    @property
    def log(self) -> Path:
        return self.var / "log"

    @property
    def run(self) -> Path:
        return self.var / "run"

    @property
    def lock(self) -> Path:
        return self.var / "launcher.lock"

    @property
    def python(self) -> Path:
        return self.venv / "bin" / "python"

    def site_packages(self) -> Path:
        """The folder of installed packages; the environment must exist."""
        found = sorted((self.venv / "lib").glob("python3.*/site-packages"))
        return found[-1] if found else self.venv / "lib" / "site-packages"


def places_of(root: Path, environ: Mapping[str, str] = os.environ) -> Places:
    """The places of the checkout at `root`; EMOIT_VAR and EMOIT_VENV move two of them."""
    root = root.resolve()
    given = environ.get("EMOIT_VENV", "")
    return Places(
        root=root,
        var=Path(environ.get("EMOIT_VAR") or root / "var").expanduser().absolute(),
        venv=Path(given or root / ".venv").expanduser().absolute(),
        venv_is_given=bool(given),
    )
