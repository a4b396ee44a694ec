"""Processes and the database are killed while messages go both ways: nothing is lost, nothing happens twice."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connections

from emoit.lib.crashpoints import NAMES
from launcher import database
from tests.drills.installation import Installation
from tests.support import databases
from tests.support.committed import subprocess_environment
from tests.support.exchange_battery import Battery, Counts, Dose, told

GOOD = {"lost": 0, "doubled": 0, "disordered": 0, "unproven": 0, "findings": []}


def bad_of(counts: Counts) -> dict[str, Any]:
    return {name: getattr(counts, name) for name in GOOD}


@pytest.fixture
def battery(django_db_setup: None, empty_database: str, django_db_blocker: Any, tmp_path: Path) -> Iterator[Battery]:
    """In a database of its own on the tests' server, which is not crashed: others use it too."""
    name = f"{empty_database}_faults"
    with django_db_blocker.unblock():
        databases.create(name, template=empty_database)
        environment = subprocess_environment()
        before = settings.DATABASES["default"]["NAME"]
        for alias in ("DATABASE_URL", "DATABASE_APP_URL"):
            environment[alias] = environment[alias].removesuffix(before) + name
        made = Battery(tmp_path, environment, environment["DATABASE_URL"])
        try:
            yield made
        finally:
            made.end()
            databases.drop(name)
            connections["default"].close()


@pytest.mark.timeout(600)
def test_a_dose_of_deaths(battery: Battery) -> None:
    dose = Dose(messages=96, kills=16, seconds=420)
    counts = battery.play(dose)
    sys.stdout.write(told(counts) + "\n")
    assert bad_of(counts) == GOOD
    assert (counts.sent, counts.received) == (dose.messages, dose.messages)
    assert counts.kills >= dose.kills * 0.8
    assert {name for name, hits in counts.hits.items() if hits} == NAMES
    assert counts.duplicates > 0


@pytest.mark.timeout(600)
def test_it_catches_a_message_that_is_written_after_the_commit(battery: Battery) -> None:
    """The planted mistake: the same battery tells it."""
    counts = battery.play(Dose(messages=12, kills=3, late=True, seconds=120))
    assert counts.lost > 0
    assert counts.doubled == 0


@pytest.fixture
def crashing() -> Iterator[Battery]:
    """A private server, which is crashed."""
    top = Path(tempfile.mkdtemp(prefix="emoit-exchange-", dir="/var/tmp"))
    top.chmod(0o755)
    installation = Installation(top)
    try:
        with database.available(installation.places, {}) as found:
            environment = {**subprocess_environment(), **found.environment}
            words = [sys.executable, "manage.py", "prepare_database", "--verbosity", "0"]
            subprocess.run(words, env=environment, cwd=installation.root, check=True)

            def crash() -> None:
                installation.break_database()
                installation.mend_database()

            made = Battery(top / "battery", environment, found.url, crash)
            try:
                yield made
            finally:
                made.end()
    finally:
        shutil.rmtree(top, ignore_errors=True)


@pytest.mark.nightly
@pytest.mark.timeout(3600)
def test_the_whole_of_it(crashing: Battery) -> None:
    dose = Dose(messages=5000, kills=200, crashes=20, seconds=3300)
    counts = crashing.play(dose)
    sys.stdout.write(told(counts) + "\n")
    assert bad_of(counts) == GOOD
    assert (counts.sent, counts.received, counts.crashes) == (dose.messages, dose.messages, dose.crashes)
    assert counts.kills >= 160
    assert {name for name, hits in counts.hits.items() if hits} == NAMES
