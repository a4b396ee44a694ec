from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as live_settings

from emoit.sharing import gate
from tests.support.world_fixtures import committed_world, in_world, world

__all__ = ["committed_world", "in_world", "world"]


@pytest.fixture(autouse=True)
def plain_static_files(settings: Any, tmp_path: Path) -> None:
    """Without the names that collectstatic makes; keys in a folder of the test's."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**live_settings.STORAGES, "staticfiles": plain}


@pytest.fixture(autouse=True)
def no_leases() -> Iterator[None]:
    """What the quotas lent to this process belongs to the grants of another test's database."""
    gate.forget_leases()
    yield
    gate.forget_leases()
