from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as live_settings

from tests.support.registers import Registers, running_registers
from tests.support.world import World
from tests.support.world_fixtures import committed_world, in_world, world

__all__ = ["committed_world", "in_world", "world"]


@pytest.fixture(autouse=True)
def plain_static_files(settings: Any) -> None:
    """Without the names that collectstatic makes."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**live_settings.STORAGES, "staticfiles": plain}


@pytest.fixture(scope="package")
def running_pair(in_world: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registers]:
    with running_registers(tmp_path_factory.mktemp("registers")) as found:
        yield found


@pytest.fixture
def registers(running_pair: Registers, world: World) -> Registers:
    """Both registers as they should be, connected to the world."""
    running_pair.reset()
    running_pair.connect(world)
    return running_pair
