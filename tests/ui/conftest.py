from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as live_settings
from django.test.utils import override_settings
from playwright.sync_api import Browser

from tests.support.browser import open_browser, serve

GUIDE = {
    "ROOT_URLCONF": "tests.ui.urls",
    # The guide shows components, of no agency and to nobody: it needs neither an actor nor the database.
    "MIDDLEWARE": [name for name in live_settings.MIDDLEWARE if not name.endswith(".ActorMiddleware")],
    "STORAGES": {
        **live_settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    },
}


@pytest.fixture(scope="module")
def guide() -> Iterator[str]:
    """The style guide, served."""
    with override_settings(**GUIDE), serve() as address:
        yield f"{address}/ui"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as opened:
        yield opened


@pytest.fixture
def guide_settings(settings: Any) -> None:
    for name, value in GUIDE.items():
        setattr(settings, name, value)
