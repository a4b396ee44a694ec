from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from emoit.kernel.access import Actor, ActorKind, acting_as


def citizen(account_id: int, agency_id: int = 1) -> Actor:
    return Actor(
        kind=ActorKind.CITIZEN,
        agency_id=agency_id,
        name=f"Công dân {account_id}",
        account_id=account_id,
        readers=frozenset({f"a:{account_id}"}),
    )


@pytest.fixture(autouse=True)
def store(settings: Any, tmp_path: Path) -> Path:
    """An empty store of this test's own."""
    settings.EMOIT_FILES = tmp_path / "files"
    settings.EMOIT_CLAMD = ""
    return tmp_path / "files"


@pytest.fixture
def lan(db: None) -> Iterator[Actor]:
    """A citizen who acts for the length of the test."""
    with acting_as(citizen(1)) as actor:
        yield actor
