from __future__ import annotations

import pytest

from tests.people import world


@pytest.fixture
def agency_id(db: None) -> int:
    return world.load()
