from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings as live_settings
from django.test import Client

from emoit.kernel.access import acting_as, process
from emoit.people.models import Account
from tests.support.world import World
from tests.support.world_fixtures import committed_world, in_world, world

__all__ = ["committed_world", "in_world", "plain_static", "sign_in", "world"]

BACKEND = "emoit.people.backends.AccountBackend"


@pytest.fixture(autouse=True)
def plain_static(settings: Any) -> None:
    """Static files by their own names: the manifest belongs to a built installation."""
    settings.STORAGES = {
        **live_settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


def signed_in(world: World, login: str) -> Client:
    client = Client()
    with acting_as(process("test", world.agency_id)):
        account = Account.objects.get(agency_id=world.agency_id, login=login)
        client.force_login(account, backend=BACKEND)
    return client


@pytest.fixture
def sign_in(world: World) -> Callable[[str], Client]:
    return lambda login: signed_in(world, login)
