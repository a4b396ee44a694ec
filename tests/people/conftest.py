from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.people import world
from tests.support import databases


@pytest.fixture(scope="package", autouse=True)
def organised(empty_database: str, django_db_setup: None, django_db_blocker: Any) -> Iterator[int]:
    """A database with the shipped organisation, loaded once: all tests of the package run in it, each rolled back."""
    name = empty_database.removesuffix("_empty") + "_people"
    with django_db_blocker.unblock():
        databases.create(name, template=empty_database)
        with databases.using(name):
            yield world.load()
        databases.drop(name)


@pytest.fixture
def agency_id(organised: int, db: None) -> int:
    return organised
