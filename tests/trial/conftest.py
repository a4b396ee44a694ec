from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core.management import call_command

from tests.support import databases
from tests.support.world import MONDAY, Place, entered, moment
from tests.support.world_fixtures import committed_world, in_world

SEED, DOSSIERS = 7, 300


@pytest.fixture(scope="module")
def year(in_world: Place, django_db_blocker: Any) -> Iterator[str]:
    """A copy of the world with a small year in it; what the command said."""
    copy = f"{in_world.database}_year"
    with django_db_blocker.unblock():
        with databases.using("postgres"):
            databases.create(copy, template=in_world.database)
        try:
            with databases.using(copy), time_machine.travel(moment(MONDAY), tick=False):
                said = io.StringIO()
                call_command("load_year", dossiers=DOSSIERS, seed=SEED, workers=1, stdout=said)
                yield said.getvalue()
        finally:
            databases.drop(copy)


__all__ = ["committed_world", "entered", "in_world", "year"]
