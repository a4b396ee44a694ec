from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings as live_settings

from tests.support.register_fixtures import registers, running_pair
from tests.support.world_fixtures import committed_world, in_world, world

__all__ = ["committed_world", "in_world", "registers", "running_pair", "world"]


@pytest.fixture(autouse=True)
def plain_static_files(settings: Any) -> None:
    """Without the names that collectstatic makes."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**live_settings.STORAGES, "staticfiles": plain}
