"""The rate limit: one bucket for all processes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from emoit.api.rest import gate
from emoit.api.rules import lease
from emoit.kernel.access import acting_as, platform
from tests.api.caller import OTHER, caller, new_key, refused
from tests.dossiers.test_committed import at_once
from tests.support.world import World


def test_headers_tell_what_is_left(world: World, settings: Any) -> None:
    settings.EMOIT_API_RATE = 60
    response = caller(world).get("/dossiers")
    assert response["RateLimit-Policy"] == '"key";q=60;w=60'
    assert response["RateLimit"] == '"key";r=59;t=1'


def test_a_key_that_sends_too_much_waits(world: World, settings: Any) -> None:
    settings.EMOIT_API_RATE = 3
    program, other = caller(world), caller(world, OTHER)
    assert [program.get("/dossiers").status_code for _ in range(3)] == [200, 200, 200]
    response = program.get("/dossiers")
    refused(response, 429, "rate_limited")
    assert 1 <= int(response["Retry-After"]) <= 20
    assert response["RateLimit"].startswith('"key";r=0;')
    assert other.get("/dossiers").status_code == 200


def test_the_bucket_fills_again(world: World, settings: Any) -> None:
    settings.EMOIT_API_RATE = 2
    program = caller(world)
    assert [program.get("/dossiers").status_code for _ in range(3)] == [200, 200, 429]
    _let_pass(timedelta(seconds=30))
    assert [program.get("/dossiers").status_code for _ in range(2)] == [200, 429]


def _let_pass(time: timedelta) -> None:
    """As if the bucket had last been touched so long ago."""
    with acting_as(platform("test")), connection.cursor() as cursor:
        cursor.execute("update api_bucket set at = at - %s", [time])


@pytest.mark.parametrize(("per_minute", "at_once_"), [(1, 1), (40, 1), (400, 10), (1200, 30), (100_000, 50)])
def test_how_much_a_process_takes(per_minute: int, at_once_: int) -> None:
    assert lease(per_minute) == at_once_


def test_processes_share_one_bucket(committed_world: World, settings: Any) -> None:
    """Six takers with no lease in common get no more than the bucket holds."""
    world = committed_world
    settings.EMOIT_API_RATE = 20
    key_id = new_key(world).info.id

    def take() -> int:
        return gate._take(key_id, 5, 20, world.now)[0]

    given = at_once(*[take] * 6)
    assert sum(given) == 20
    assert sorted(given) == [0, 0, 5, 5, 5, 5]
