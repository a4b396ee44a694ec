"""Workers and receivers are killed while events are on their way: nothing is lost, an event keeps its id."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from emoit.kernel.access import acting_as, platform
from emoit.webhooks.delivery import sweeping
from emoit_partners.kit.host import free_port
from tests.support.committed import subprocess_environment
from tests.webhooks.conftest import Place, now
from tests.webhooks.test_how_to import wait_for_port

EVENTS, KILLS = 20, 6


def begin(subscription_id: int, ahead: float = 0, *, patience: float = 2) -> subprocess.Popen[str]:
    """A worker that has begun. It waits for an answer so many seconds."""
    environment = subprocess_environment(EMOIT_WEBHOOKS_LOOPBACK="1", EMOIT_WEBHOOKS_TIMEOUT=str(patience))
    command = [sys.executable, "-m", "tests.support.webhook_run", str(subscription_id), str(ahead)]
    started = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    assert started.stdout is not None
    assert started.stdout.readline() == "begun\n"
    return started


def end(started: subprocess.Popen[str]) -> None:
    started.send_signal(signal.SIGKILL)
    started.wait()
    if started.stdout is not None:
        started.stdout.close()


def take_back(ahead: float) -> int:
    """What the sweeper would find once the lease has run out."""
    with acting_as(platform("test")):
        return sweeping.take_back(now() + timedelta(hours=ahead) + timedelta(minutes=10))


def test_a_worker_that_dies_between_post_and_settle(committed_place: Place) -> None:
    place = committed_place
    made = place.active()
    name = place.announce(1)
    place.spread()
    place.receiver.mode = "hang"
    place.receiver.arrived.clear()
    started = begin(made.info.id, patience=60)
    try:
        assert place.receiver.arrived.wait(120)  # the receiver has it; the worker waits for its answer
    finally:
        end(started)
    (row,) = place.deliveries(made.info.id)
    assert (row.state, row.attempts) == ("sending", 1)
    assert place.run(made.info.id) == 0
    assert take_back(24) == 1
    place.receiver.mode = "up"
    assert place.run(made.info.id) == 1
    (row,) = place.deliveries(made.info.id)
    assert (row.state, row.attempts) == ("delivered", 2)
    assert [got.id for got in place.receiver.events()] == [name, name]


class Other:
    """A receiver in a process of its own, at one address for as long as the test."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        (folder / "mode").write_text("up")
        (folder / "requests").touch()
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "tests.support.receiver", str(self.folder), str(self.port)]
        self.process = subprocess.Popen(command)
        wait_for_port(self.port)

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def ids(self) -> Counter[str]:
        lines = (self.folder / "requests").read_text().splitlines()
        return Counter(json.loads(line)["headers"]["webhook-id"] for line in lines)


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Other]:
    made = Other(tmp_path)
    made.start()
    yield made
    made.kill()


@pytest.mark.timeout(240)
def test_a_dose_of_deaths(committed_place: Place, other: Other, settings: Any) -> None:
    """Workers and the receiver by turns, at random moments; between them the receiver fails in every other way."""
    chance = random.Random(23)
    place = committed_place
    made = place.subscribe(address=f"http://127.0.0.1:{other.port}/hooks")
    place.run(made.info.id)
    names = {place.announce(n) for n in range(EVENTS)}
    place.spread()
    ahead = 0.0
    for n in range(KILLS):
        (other.folder / "mode").write_text(["up", "500", "up", "html", "cut"][n % 5])
        started = begin(made.info.id, ahead)
        time.sleep(chance.uniform(0.0, 0.25))
        if n % 3 == 2:
            other.kill()
            other.start()
        end(started)
        ahead += 2
        take_back(ahead)
    (other.folder / "mode").write_text("up")
    while any(row.state != "delivered" for row in place.deliveries(made.info.id)) and ahead < 60:
        ahead += 3
        take_back(ahead)
        begin(made.info.id, ahead).communicate(timeout=120)
    seen = other.ids()
    lost = names - set(seen)
    doubled = sum(count - 1 for name, count in seen.items() if name in names)
    sys.stdout.write(f"{EVENTS} events, {KILLS} kills: {len(lost)} lost, {doubled} brought again under their ids\n")
    assert lost == set()
    assert {row.state for row in place.deliveries(made.info.id)} == {"delivered"}
    assert len(set(seen) - names) == 1  # the challenge
