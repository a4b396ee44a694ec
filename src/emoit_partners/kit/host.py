"""Runs partners: for each its control here, its door in processes of granian's, and its work beside the door."""

from __future__ import annotations

import ctypes
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from emoit_partners.kit.behaviour import Behaviour
from emoit_partners.kit.control import make_control
from emoit_partners.kit.partner import Companion, Partner
from emoit_partners.kit.store import Store

HOST = "127.0.0.1"
THREADS = 32  # the most requests that a door handles at once
_OPENING = 60.0  # seconds
_CLOSING = 5.0


class Broken(RuntimeError):
    """A door did not open, or ended by itself; the message ends with its log's last lines."""


@dataclass(frozen=True)
class Tls:
    """Files in PEM. With `client_ca` a client must show a certificate issued by it; the application does not see it."""

    certificate: Path
    key: Path
    client_ca: Path | None = None

    def options(self) -> list[str]:
        own = ["--ssl-certificate", str(self.certificate), "--ssl-keyfile", str(self.key)]
        asked = ["--ssl-ca", str(self.client_ca), "--ssl-client-verify"] if self.client_ca else []
        return [*own, "--ssl-protocol-min", "tls1.2", *asked]


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Say nothing."""


@dataclass
class Host:
    """One partner at its ports. `folder` holds its store and its door's log."""

    partner: Partner
    folder: Path
    port: int
    control_port: int
    tls: Tls | None = None
    threads: int = THREADS
    store: Store = field(init=False)
    behaviour: Behaviour = field(init=False)
    _door: subprocess.Popen[bytes] | None = field(default=None, init=False)
    _control: WSGIServer | None = field(default=None, init=False)
    _companion: Companion | None = field(default=None, init=False)
    # The door is told to end when the thread that started it does, so one thread that stays does all of it.
    _keeper: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1), init=False)

    def __post_init__(self) -> None:
        self.store = Store(self.folder / "store.sqlite")
        self.behaviour = Behaviour(self.store, self.partner.lies)
        self.store.state_fact("address", self.address)
        self.store.state_fact("control", self.control)

    @property
    def address(self) -> str:
        return f"{'https' if self.tls else 'http'}://{HOST}:{self.port}"

    @property
    def control(self) -> str:
        return f"http://{HOST}:{self.control_port}/control"

    def start(self) -> None:
        """The door is open (where the behaviour lets it) and the control answers. Broken or OSError otherwise."""
        if self.partner.companion is not None:
            self._companion = self.partner.companion(self.store, self.behaviour)
            self._companion.start()
        self.settle()
        app = make_control(self.partner, self.store, self.behaviour, self.settle)
        self._control = make_server(HOST, self.control_port, app, _Server, _Quiet)
        threading.Thread(target=self._control.serve_forever, daemon=True).start()

    def settle(self) -> None:
        """The port is closed while the behaviour says `refuse`, and open otherwise."""
        self._keeper.submit(self._settle).result()

    def _settle(self) -> None:
        if self.behaviour.down == "refuse":
            self._close()
        elif self._door is None:
            self._open()

    def check(self) -> None:
        """Broken when the door, or the work beside it, has ended by itself."""
        if self._companion is not None and not self._companion.is_alive():
            raise Broken(f"{self.partner.name}: what runs beside its door ended by itself")
        self._keeper.submit(self._check).result()

    def _check(self) -> None:
        if self._door is not None and self._door.poll() is not None:
            raise Broken(f"{self.partner.name}: ended by itself\n{self._tail()}")

    def stop(self) -> None:
        if self._control is not None:
            self._control.shutdown()
            self._control.server_close()
        self._keeper.submit(self._close).result()
        self._keeper.shutdown()
        if self._companion is not None:
            self._companion.stop()

    def _open(self) -> None:
        ready = self.folder / "door.ready"
        ready.unlink(missing_ok=True)
        command = [
            sys.executable, "-m", "granian", "--interface", "wsgi", "--host", HOST, "--port", str(self.port),
            "--workers", "1", "--blocking-threads", str(self.threads), "--http", "1", "--no-ws",
            "--log-level", "critical", *(self.tls.options() if self.tls else []),
            "--factory", "emoit_partners.kit.door:make",
        ]  # fmt: skip
        source = str(Path(__file__).resolve().parents[2])
        env = os.environ | {
            "PARTNER_NAME": self.partner.name,
            "PARTNER_FOLDER": str(self.folder.resolve()),
            "PYTHONPATH": ":".join(filter(None, [source, os.environ.get("PYTHONPATH", "")])),
        }
        with (self.folder / "door.log").open("ab") as log:
            self._door = subprocess.Popen(  # noqa: S603 - our own command
                command, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True, preexec_fn=_dies_with_parent,  # noqa: PLW1509
            )  # fmt: skip
        end = time.monotonic() + _OPENING
        while not (ready.exists() and _answers(self.port)):
            if self._door.poll() is not None or time.monotonic() > end:
                self._close()
                raise Broken(f"{self.partner.name}: does not open at port {self.port}\n{self._tail()}")
            time.sleep(0.02)

    def _close(self) -> None:
        if self._door is None:
            return
        self._door.terminate()
        with suppress(subprocess.TimeoutExpired):
            self._door.wait(_CLOSING)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._door.pid, signal.SIGKILL)  # its own group: requests that hang end here
        self._door.wait()
        self._door = None

    def _tail(self) -> str:
        with suppress(OSError):
            return (self.folder / "door.log").read_text(errors="replace")[-2000:]
        return ""


def free_port() -> int:
    """A port where nobody listens, below those that the system gives to whoever asks for any one.

    So nobody is given it by chance before its door is open. Broken where all are taken.
    """
    for port in secrets.SystemRandom().sample(range(20_000, 32_000), 1000):
        with socket.socket() as probe, suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((HOST, port))
            return port
    raise Broken("no port is free between 20000 and 32000")


def _answers(port: int) -> bool:
    try:
        with socket.create_connection((HOST, port), timeout=2):
            return True
    except OSError:
        return False


def _dies_with_parent() -> None:
    ctypes.CDLL(None, use_errno=True).prctl(1, signal.SIGKILL, 0, 0, 0)
