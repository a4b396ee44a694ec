"""One installation for all drills: the demonstration has run in it, then its servers run one by one."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import tempfile
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from emoit_demo import people as demo_people
from emoit_demo.stories import Stage
from emoit_demo.transcript import Transcript
from tests.drills.installation import Installation, Running, wait_for
from tests.drills.people import Cast, gather

FILES_BYTES = 64 * 1024**2


@pytest.fixture(scope="session")
def folder() -> Iterator[Path]:
    """A folder that PostgreSQL's user can enter; `var/files` is a small disk of its own where root can make one."""
    top = Path(tempfile.mkdtemp(prefix="emoit-drills-", dir="/var/tmp"))
    top.chmod(0o755)
    small = top / "var" / "files"
    small.mkdir(parents=True)
    is_root = os.geteuid() == 0
    if is_root:
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={FILES_BYTES},mode=0700", "tmpfs", small], check=True)
    try:
        yield top
    finally:
        if is_root:
            subprocess.run(["umount", "-l", small], check=True)
        shutil.rmtree(top)


@pytest.fixture(scope="session")
def installation(folder: Path) -> Iterator[Installation]:
    """The demonstration has run here to its end."""
    made = Installation(folder)
    done = made.emoit("demo", "--exit", code=None)
    assert done.returncode == 0, done.stdout + done.stderr
    yield made
    made.emoit("stop")


@dataclass
class Servers:
    """What runs: each server under its own launcher, started again when a drill has ended it."""

    installation: Installation
    running: dict[str, Running] = field(default_factory=dict)
    url: str = ""
    trust_url: str = ""

    def all_up(self) -> None:
        if self._start("partners"):
            self.trust_url = self.running["partners"].says(r"EMOIT_TRUST_URL=(\S+)")[1]
        if self._start("serve"):
            self.url = self.running["serve"].says(r"emoit answers at (\S+)")[1]
            self.running["serve"].says(r"Started worker-1")
        wait_for(self._has_worker, "a living worker", seconds=90)

    def _start(self, name: str) -> bool:
        present = self.running.get(name)
        if present and present.process.poll() is None:
            return False
        self.running[name] = self.installation.start(name)
        return True

    def _has_worker(self) -> bool:
        self._start("worker")  # one that has lost its database takes up to 30 s to end
        words = "select exists (select from procrastinate_workers where last_heartbeat > now() - interval '15 s')"
        return bool(self.installation.value(words))

    def switch_trust(self, service: str, mode: str, seconds: float = 0) -> None:
        body = json.dumps({"service": service, "mode": mode, "seconds": seconds}).encode()
        with urllib.request.urlopen(f"{self.trust_url}/control", data=body, timeout=10) as answer:
            assert answer.status == 200

    def end_all(self) -> None:
        for running in reversed(self.running.values()):
            running.end(signal.SIGTERM)


@pytest.fixture(scope="session")
def all_servers(installation: Installation) -> Iterator[Servers]:
    made = Servers(installation)
    try:
        yield made
    finally:
        made.end_all()


@pytest.fixture
def servers(all_servers: Servers) -> Servers:
    """Trust services, website and worker, all alive."""
    all_servers.all_up()
    return all_servers


@pytest.fixture
def stage(servers: Servers, folder: Path) -> Stage:
    out = folder / "out"
    out.mkdir(exist_ok=True)
    accounts = demo_people.accounts(servers.installation.var / "demo" / "accounts.json")
    return Stage(servers.url, out, accounts, Transcript())


@pytest.fixture
def cast(stage: Stage) -> Cast:
    return gather(stage)
