from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import override_settings
from playwright.sync_api import Browser

from tests.support.browser import open_browser, serve
from tests.support.world import World
from tests.support.world_fixtures import committed_world, in_world

__all__ = ["committed_world", "in_world"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as opened:
        yield opened


@pytest.fixture
def site(committed_world: World) -> Iterator[str]:
    """The whole site, served to browsers; yields its address."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(STORAGES={**settings.STORAGES, "staticfiles": plain}), serve() as address:
        yield address
