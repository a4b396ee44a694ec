"""A grant's quota of a minute and of a day, over all processes, and what the answers tell of it."""

from __future__ import annotations

import json
from datetime import timedelta
from time import monotonic
from typing import Any

import pytest

from emoit.kernel.access import acting_as
from emoit.sharing import gate, rules
from emoit.sharing.models import Bucket
from emoit.sharing.types import Permit
from tests.sharing.asker import granted, items, new_asker, ready, refused
from tests.support.world import World


def test_the_minute_s_quota_and_when_to_come_back(world: World) -> None:
    asker = ready(world, per_minute=3, per_day=100)
    left, begun = [], monotonic()
    for _ in range(3):
        response = asker.look_up()
        assert items(response) == []
        left.append(response["RateLimit"])
    assert [text.split(";")[1] for text in left] == ["r=2", "r=1", "r=0"]
    assert left[2].endswith('"day";r=97')
    response = asker.look_up()
    refused(response, 429, "quota_minute")
    assert 20 - (monotonic() - begun) <= int(response["Retry-After"]) <= 20
    assert response["RateLimit-Policy"] == '"minute";q=3;w=60, "day";q=100;w=86400'
    assert response["RateLimit"].startswith('"minute";r=0;t=')
    total = asker.statement()["total"]
    assert (total["calls"], total["refused"]) == (4, 1)
    assert len(asker.accesses()) == 3


def test_the_day_s_quota_begins_anew_at_midnight(world: World) -> None:
    asker = ready(world, per_minute=1000, per_day=2)
    assert [asker.look_up().status_code for _ in range(3)] == [200, 200, 429]
    response = asker.look_up()
    refused(response, 429, "quota_day")
    assert int(response["Retry-After"]) == 14 * 3600 + 30 * 60  # from 09:30 in Viet Nam
    world.go("2026-05-05 00:01")
    asker.sign_in()
    assert items(asker.look_up()) == []


def test_two_processes_share_one_bucket_and_give_back_what_they_did_not_use(world: World) -> None:
    asker = new_asker(world)
    grant = granted(world, per_minute=400, per_day=1000)
    permit = Permit(grant.id, grant.fields, (), 400, 1000)
    assert rules.lease(400) == 10
    first = gate.spend(permit, world.now)
    assert (first.left_minute, first.left_day) == (399, 999)
    gate.forget_leases()  # as another process, which knows nothing of the first one's lease
    assert gate.spend(permit, world.now).left_day == 989
    with gate._lock:
        gate._leases[grant.id].until = 0.0
    assert gate.spend(permit, world.now).left_day == 988  # nine were given back, ten taken anew
    with acting_as(world.process):
        assert Bucket.objects.get(grant_id=grant.id).used == 10 + 1 + 10
    del asker


def test_each_grant_has_its_own(world: World) -> None:
    asker = new_asker(world)
    granted(world, per_minute=1)
    granted(world, per_minute=1, purpose="customs")
    asker.sign_in()
    codes = [asker.look_up(purpose=purpose).status_code for purpose in ("procedure", "customs", "procedure", "customs")]
    assert codes == [200, 200, 429, 429]


@pytest.mark.parametrize(("per_minute", "lease"), [(1, 1), (39, 1), (80, 2), (400, 10), (60_000, 100)])
def test_leases(per_minute: int, lease: int) -> None:
    assert rules.lease(per_minute) == lease


def test_a_refusal_reads_nothing(world: World) -> None:
    asker = ready(world, per_minute=1)
    asker.look_up()
    told: Any = json.loads(asker.look_up().content)
    assert "items" not in told


def test_a_machine_whose_clock_is_behind_gives_no_day_back(world: World) -> None:
    """Around midnight two machines may name two days: the later one counts."""
    grant = granted_alone(world)
    permit = Permit(grant, (), (), 1000, 3)
    later, earlier = world.now + timedelta(days=1), world.now
    for moment in (later, earlier, later):
        gate.forget_leases()
        assert gate._take(permit, 1, 0, moment)[0] == 1
    assert [gate._take(permit, 1, 0, moment)[0] for moment in (earlier, later, earlier)] == [0, 0, 0]
    assert gate._take(permit, 1, 0, later + timedelta(days=1))[0] == 1


def granted_alone(world: World) -> int:
    new_asker(world)
    return granted(world, per_minute=1000, per_day=3).id
