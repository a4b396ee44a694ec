"""The fixtures of the world; a package takes them into its conftest.py, see tests/support/world.py."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from tests.support import databases
from tests.support.world import MONDAY, Place, World, entered, moment, open_world


@pytest.fixture(scope="package", autouse=True)
def in_world(world_place: Place, django_db_blocker: Any) -> Iterator[Place]:
    """All tests of the package run in the world's database, with its settings."""
    with django_db_blocker.unblock(), entered(world_place):
        yield world_place


@pytest.fixture
def world(in_world: Place, db: None) -> Iterator[World]:
    """The world on Monday morning; everything done in it is undone."""
    with time_machine.travel(moment(MONDAY), tick=False) as clock:
        yield open_world(in_world, clock)
        in_world.trust.all_up()


@pytest.fixture
def committed_world(in_world: Place, django_db_blocker: Any) -> Iterator[World]:
    """A copy of the world's database in which everything is committed, for threads and lost connections."""
    copy = f"{in_world.database}_copy"
    with django_db_blocker.unblock():
        with databases.using("postgres"):  # nobody is connected to the database that is copied
            databases.create(copy, template=in_world.database)
        try:
            with databases.using(copy), time_machine.travel(moment(MONDAY), tick=False) as clock:
                yield open_world(in_world, clock)
        finally:
            in_world.trust.all_up()
            databases.drop(copy)
