"""The feed of changes: in order, each once, and none that commits late is skipped."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from emoit.kernel.access import acting_as
from emoit.results import actions as results
from tests.sharing.asker import Asker, granted, issue, items, new_asker, ready, refused, told
from tests.support.committed import app_connection
from tests.support.world import World

SERVICE = "results.changes"
FIELDS = ("change", "number", "state")


def read(asker: Asker, cursor: str = "") -> Any:
    response = asker.get(SERVICE, purpose="supervision", **({"cursor": cursor} if cursor else {}))
    items(response)
    return told(response)


def until(found: Callable[[], bool]) -> None:
    """Other databases of the server may have transactions that began before ours ended."""
    end = time.monotonic() + 240
    while not found():
        assert time.monotonic() < end, "the change was not told within four minutes"
        time.sleep(0.2)


def follower(world: World) -> Asker:
    asker = new_asker(world)
    granted(world, service=SERVICE, purpose="supervision", fields=FIELDS)
    return asker.sign_in()


def test_changes_come_in_order_and_once(committed_world: World) -> None:
    world = committed_world
    asker = follower(world)
    world.run_jobs()
    begun = read(asker)["next_cursor"]
    first = issue(world, number="1/A")
    world.run_jobs()
    with acting_as(world.process):
        results.revoke(by=world.process, now=world.now, result_id=first.id, reason="Sai")
    world.run_jobs()
    until(lambda: len(read(asker, begun)["items"]) == 2)
    page = read(asker, begun)
    assert page["items"] == [
        {"change": "issued", "number": "1/A", "state": "revoked"},
        {"change": "revoked", "number": "1/A", "state": "revoked"},
    ]
    assert page["is_last"] is True
    after = read(asker, page["next_cursor"])
    assert after["items"] == []
    assert read(asker, after["next_cursor"])["items"] == []


def test_a_change_that_commits_late_is_not_skipped(committed_world: World) -> None:
    world = committed_world
    asker = follower(world)
    early, late = issue(world, number="early/A"), issue(world, number="late/A")
    begun = read(asker)["next_cursor"]
    insert = "insert into sharing_change (agency_id, result_id, kind, at) values (%s, %s, 'issued', now())"
    setting = "select set_config('emoit.readers', '{system}', true), set_config('emoit.agency', %s, true)"
    with app_connection() as slow, app_connection() as quick:
        for connection in (slow, quick):
            connection.execute(setting, [str(world.process.agency_id)])
        slow.execute(insert, [world.process.agency_id, late.id])  # the older transaction, still open
        quick.execute(insert, [world.process.agency_id, early.id])
        quick.commit()
        page = read(asker, begun)
        assert page["items"] == []  # not even what is committed: it stands behind what may still come
        slow.commit()
    until(lambda: len(read(asker, page["next_cursor"])["items"]) == 2)
    assert [one["number"] for one in read(asker, page["next_cursor"])["items"]] == ["late/A", "early/A"]


@pytest.mark.parametrize("cursor", ["x", "eyJ", "a:b:c", "0", "x" * 300])
def test_a_cursor_that_is_none(world: World, cursor: str) -> None:
    asker = ready(world, service=SERVICE, fields=FIELDS)
    refused(asker.get(SERVICE, purpose="procedure", cursor=cursor), 400, "bad_cursor")


def test_a_cursor_is_one_s_own(world: World) -> None:
    asker = ready(world, service=SERVICE, fields=FIELDS)
    cursor = told(asker.get(SERVICE, purpose="procedure"))["next_cursor"]
    other = new_asker(world, "VN.G07")
    granted(world, "VN.G07", service=SERVICE, fields=FIELDS)
    other.sign_in()
    refused(other.get(SERVICE, purpose="procedure", cursor=cursor), 400, "bad_cursor")
