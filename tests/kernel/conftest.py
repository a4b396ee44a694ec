from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.committed import committed_database


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The test commits for real; tables that were empty before are emptied after it."""
    with committed_database(django_db_blocker):
        yield
