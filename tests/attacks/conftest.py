"""The fixtures of attacks: the world of tests/support, and a client for every kind of person."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings as live_settings
from django.test import Client

from tests.attacks.people import signed_in
from tests.support.world import World
from tests.support.world_fixtures import committed_world, in_world, world

__all__ = ["committed_world", "in_world", "plain_static", "sign_in", "world"]


@pytest.fixture(autouse=True)
def plain_static(settings: Any) -> None:
    """Static files by their own names: the manifest belongs to a built installation."""
    settings.STORAGES = {
        **live_settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture
def sign_in(world: World) -> Callable[[str], Client]:
    return lambda login: signed_in(world, login)
