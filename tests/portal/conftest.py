from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings as live_settings

from tests.portal.visitor import Visitor
from tests.support.world import World
from tests.support.world_fixtures import in_world, world

__all__ = ["in_world", "world"]


@pytest.fixture(autouse=True)
def plain_static_files(settings: Any) -> None:
    """Without the names that collectstatic makes."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**live_settings.STORAGES, "staticfiles": plain}


@pytest.fixture
def visitor(world: World) -> Visitor:
    """Someone who has not signed in."""
    return Visitor(world)


@pytest.fixture
def signed_in(world: World) -> Callable[[str], Visitor]:
    """Someone who has: `signed_in("congdan")`."""

    def enter(login: str) -> Visitor:
        someone = Visitor(world)
        someone.enter(login)
        return someone

    return enter


@pytest.fixture
def applicant(signed_in: Callable[[str], Visitor]) -> Visitor:
    """The representative of the enterprise that declares promotions."""
    return signed_in("doanhnghiep1")
