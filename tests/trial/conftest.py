from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

from emoit.trial import checking, loading, profile
from tests.support import databases
from tests.support.world import MONDAY, Place, entered, moment
from tests.support.world_fixtures import committed_world, in_world

SEED, DOSSIERS = 7, 300


# Every procedure as often as any other, and slow: whatever is rare in a real year is there, done and still open.
EVEN = replace(
    profile.read(), procedure_skew=0.0, default_term_days=50, supplement=0.15, rework=0.1, refused=0.1, opinions=1.0,
    opinions_missing=0.2, inspection_failed=0.25, late=0.1,
)  # fmt: skip
EVEN_DOSSIERS = 450


@contextmanager
def copied(in_world: Place, name: str, blocker: Any) -> Iterator[None]:
    """A copy of the world for a year that is committed, on its Monday."""
    copy = f"{in_world.database}_{name}"
    with blocker.unblock():
        with databases.using("postgres"):
            databases.create(copy, template=in_world.database)
        try:
            with databases.using(copy), time_machine.travel(moment(MONDAY), tick=False):
                yield
        finally:
            databases.drop(copy)


@pytest.fixture(scope="module")
def year(in_world: Place, django_db_blocker: Any) -> Iterator[str]:
    """A copy of the world with a small year in it; what the command said."""
    with copied(in_world, "year", django_db_blocker):
        said = io.StringIO()
        call_command("load_year", dossiers=DOSSIERS, seed=SEED, workers=1, stdout=said)
        yield said.getvalue()


@dataclass(frozen=True)
class Even:
    """A year of the profile EVEN, and what was found wrong in it."""

    done: loading.Done
    report: checking.Report


@pytest.fixture(scope="module")
def even(in_world: Place, django_db_blocker: Any) -> Iterator[Even]:
    with copied(in_world, "even", django_db_blocker):
        done = loading.load(EVEN, dossiers=EVEN_DOSSIERS, seed=SEED, now=timezone.now(), out=io.StringIO(), workers=1)
        yield Even(done, checking.check(done.year, count=EVEN_DOSSIERS))


__all__ = ["committed_world", "entered", "even", "in_world", "year"]
