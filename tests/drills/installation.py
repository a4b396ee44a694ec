"""An installation of its own for the drills: made and run by ./emoit, looked at by SQL, disturbed by signals."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import psycopg

from launcher import database, pg_account, pg_place, pg_server
from launcher.keys import kept, password
from launcher.places import Places
from tests.support.signals import hears_interrupts

ROOT = Path(__file__).resolve().parents[2]
_NOT_OURS = re.compile(r"^(EMOIT_|DATABASE_|DJANGO_|PYTEST_|PYTHON)")


T = TypeVar("T")


def clean_environment(**more: str) -> dict[str, str]:
    """Our environment without what the test run was told."""
    return {name: value for name, value in os.environ.items() if not _NOT_OURS.match(name)} | more


def wait_for(look: Callable[[], T], what: str, *, seconds: float = 60, every: float = 0.2) -> T:
    """The first true answer; AssertionError with `what` when there is none in time."""
    end = time.monotonic() + seconds
    while True:
        found = look()
        if found:
            return found
        assert time.monotonic() < end, f"waited {seconds:.0f} s for {what}"
        time.sleep(every)


@dataclass
class Running:
    """A launcher in the background; what it prints is in `log`."""

    process: subprocess.Popen[bytes]
    log: Path

    @property
    def words(self) -> str:
        return self.log.read_text(errors="replace")

    def says(self, pattern: str, *, seconds: float = 120) -> re.Match[str]:
        """The first match in what it prints; AssertionError when it ends before or the time is over."""

        def look() -> re.Match[str] | None:
            over = self.process.poll() is not None
            found = re.search(pattern, self.words)
            assert found or not over, f"ended (exit {self.process.returncode}) without {pattern!r}:\n{self.words}"
            return found

        found = wait_for(look, f"{pattern!r} in {self.log}", seconds=seconds, every=0.05)
        assert found
        return found

    def children(self) -> list[int]:
        """Process ids of what the launcher itself has started."""
        pid = self.process.pid
        with suppress(OSError):
            return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        return []

    def end(self, number: int = signal.SIGINT) -> int:
        """Ask it to end and wait; gives its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(60)


@dataclass
class Installation:
    """A folder with `var` in it, and the programs of this checkout (or of the clone at `root`)."""

    folder: Path
    root: Path = ROOT
    venv: Path | None = field(default_factory=lambda: Path(sys.prefix))
    _count: int = 0

    @property
    def var(self) -> Path:
        return self.folder / "var"

    @property
    def places(self) -> Places:
        return Places(self.root, self.var, self.venv or self.root / ".venv", self.venv is not None)

    @property
    def env(self) -> dict[str, str]:
        given = {"EMOIT_VENV": str(self.venv)} if self.venv else {}
        return clean_environment(EMOIT_VAR=str(self.var), **given)

    def _command(self, words: Sequence[object]) -> list[str]:
        return [sys.executable, str(self.root / "emoit"), *map(str, words)]

    def emoit(self, *words: object, code: int | None = 0) -> subprocess.CompletedProcess[str]:
        """Run ./emoit to its end."""
        done = subprocess.run(
            self._command(words), env=self.env, cwd=self.folder, capture_output=True, text=True, check=False
        )
        assert code is None or done.returncode == code, f"{words}: exit {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    def start(self, *words: object) -> Running:
        """Start ./emoit in the background, in a process group of its own."""
        self._count += 1
        log = self.folder / f"{self._count:02}-{words[0]}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                self._command(words), env=self.env, cwd=self.folder, stdin=subprocess.DEVNULL,
                stdout=output, stderr=subprocess.STDOUT, start_new_session=True, preexec_fn=hears_interrupts,  # noqa: PLW1509
            )  # fmt: skip
        return Running(process, log)

    # -- its database ------------------------------------------------------------------------------------------------

    @property
    def database_url(self) -> str:
        """The owner's address of the private server, which must run."""
        cluster = pg_place.kept(self.var)
        port = pg_server.running_port(cluster) if cluster else None
        assert port, "the private database is down"
        secret = kept(self.places.secrets, "owner_password", password)
        return f"postgresql://{pg_server.OWNER}:{secret}@{pg_server.HOST}:{port}/{pg_server.DATABASE}"

    def connect(self) -> psycopg.Connection[Any]:
        """A new autocommit connection of the owner, who sees every row."""
        return psycopg.connect(self.database_url, autocommit=True)

    def rows(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        with self.connect() as connection:
            return connection.execute(statement, values).fetchall()  # type: ignore[arg-type]

    def value(self, statement: str, *values: object) -> Any:
        ((found,),) = self.rows(statement, *values)
        return found

    def break_database(self) -> None:
        """End the server at once, without a goodbye."""
        server = pg_server.locate(self.places, pg_account.account())
        server.account.run(
            [server.binaries.folder / "pg_ctl", "-D", server.cluster.data, "-m", "immediate", "-w", "stop"]
        )
        assert pg_server.running_port(server.cluster) is None

    def mend_database(self) -> None:
        """Start the server again where it was, as the next launcher would."""
        pg_server.up(self.places, pg_account.account())

    @contextmanager
    def held_database(self) -> Iterator[None]:
        """The private server runs while in here, as for any launcher."""
        with database.available(self.places, {}):
            yield
