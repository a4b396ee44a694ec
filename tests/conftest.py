"""The real database for every test: made by the owner, used by the role that owns nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import override_settings
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from tests.support import databases
from tests.support.world import Place, built
from tools import messages

# Who runs pytest without ./emoit has the English texts too.
messages.compile_all()

# The same examples every time, however busy the machine is; a new one that fails is written down as a test of its own.
hypothesis_settings.register_profile(
    "emoit", derandomize=True, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("emoit")

QUICK = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """Argon2 is slow on purpose; tests of passwords themselves put it back."""
    with override_settings(PASSWORD_HASHERS=QUICK):
        yield


@pytest.fixture(scope="session")
def empty_database(django_db_blocker: Any, worker_id: str) -> Iterator[str]:
    """A database of this worker's that holds the tables and nothing else, to copy others from."""
    base = f"test_{settings.DATABASES['owner']['NAME']}_{worker_id}"
    with django_db_blocker.unblock():
        databases.create(f"{base}_empty")
        with databases.using(f"{base}_empty"):
            call_command("prepare_database", verbosity=0)
    yield f"{base}_empty"
    databases.drop(f"{base}_empty")


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any, empty_database: str) -> Iterator[None]:
    """One database per test worker, migrated by the owner."""
    name = empty_database.removesuffix("_empty")
    with django_db_blocker.unblock():
        databases.create(name, template=empty_database)
        with databases.using(name):
            yield


@pytest.fixture(scope="session")
def world_place(
    django_db_blocker: Any, empty_database: str, django_db_setup: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Place]:
    """The database of a ministry at work, with its keys and files: made once per worker, see tests/support/world.py."""
    name = empty_database.removesuffix("_empty") + "_world"
    with django_db_blocker.unblock():
        databases.create(name, template=empty_database)
        with built(name, tmp_path_factory.mktemp("world")) as place:
            yield place
    databases.drop(name)


@pytest.fixture(scope="session")
def worker_id() -> str:
    return os.environ.get("PYTEST_XDIST_WORKER", "one")
