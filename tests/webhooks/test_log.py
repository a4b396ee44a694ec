"""The log is in one order that nobody can fall behind of, and shows each reader their own."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import Error, connection, transaction

from emoit.kernel.access import acting_as, platform
from emoit.webhooks import actions, queries
from emoit.webhooks.delivery import sweeping
from emoit.webhooks.models import Event
from tests.support.committed import app_connection
from tests.webhooks.conftest import AT, HAND, OWNER, RECEIVED, STRANGER, SUBMITTED, Place, now, told

_ACT = "select set_config('emoit.readers', '{system}', true), set_config('emoit.agency', '1', true)"
_WRITE = """
    insert into webhooks_event (agency_id, event_id, type, subject, at, written_at, data, readers, in_log)
    values (1, %s, %s, %s, now(), now(), '{}', '{e:5}', true) returning id
"""


def write(line: Any, name: str) -> int:
    line.execute(_ACT)
    return int(line.execute(_WRITE, [name, SUBMITTED, name]).fetchone()[0])


def read(after: int) -> tuple[list[str], int]:
    with acting_as(OWNER):
        page = queries.events_for(OWNER, after=after)
    return [event.subject for event in page.events], page.cursor


def ids_after(last: int) -> list[tuple[int, str]]:
    """What somebody reads who takes the last id that they saw for a cursor."""
    with acting_as(HAND):
        return list(Event.objects.filter(pk__gt=last).order_by("pk").values_list("pk", "subject"))


def test_a_late_commit_is_not_passed_over(committed_place: Place) -> None:
    """The transaction that began first commits last."""
    with app_connection() as first, app_connection() as second:
        earlier = write(first, "first")
        later = write(second, "second")
        assert earlier < later
        second.commit()
        assert committed_place.spread() == 1
        seen, cursor = read(0)
        ((naive, _),) = ids_after(0)
        assert seen == ["second"]
        first.commit()
    assert committed_place.spread() == 1
    assert read(cursor) == (["first"], 2)
    assert read(0) == (["second", "first"], 2)
    assert (naive, ids_after(naive)) == (later, [])  # the naive cursor has skipped it for good


def test_numbers_have_no_gaps(committed_place: Place) -> None:
    for n in range(1, 4):
        committed_place.announce(n)
    assert committed_place.spread() == 3
    with acting_as(HAND):
        assert list(Event.objects.order_by("seq").values_list("seq", flat=True)) == [1, 2, 3]


def test_each_reader_sees_their_own(place: Place) -> None:
    place.announce(1, "e:5")
    place.announce(2, "a:8")
    place.announce(3, "a:7", "e:5", kind=RECEIVED)
    place.spread()
    with acting_as(OWNER):
        page = queries.events_for(OWNER, after=0)
        assert [(e.sequence, e.subject, e.type) for e in page.events] == [
            (1, "dossiers/1", SUBMITTED),
            (3, "dossiers/3", RECEIVED),
        ]
        assert [e.subject for e in queries.events_for(OWNER, after=0, types=[RECEIVED]).events] == ["dossiers/3"]
        first = queries.events_for(OWNER, after=0, limit=1)
        assert (first.cursor, first.has_more) == (1, True)
        rest = queries.events_for(OWNER, after=first.cursor, limit=1)
        assert ([e.sequence for e in rest.events], rest.cursor, rest.has_more) == ([3], 3, False)
    with acting_as(STRANGER):
        page = queries.events_for(STRANGER, after=0)
        assert ([e.sequence for e in page.events], page.cursor) == ([2], 3)  # moves on past what is not theirs


def test_nothing_is_seen_before_it_has_a_number(place: Place) -> None:
    place.announce(1)
    with acting_as(OWNER):
        assert queries.events_for(OWNER, after=0) == queries.EventPage((), 0, has_more=False)


def test_an_event_without_readers_is_not_written(place: Place) -> None:
    with acting_as(HAND):
        made = actions.announce(
            by=HAND, now=now(), kind=SUBMITTED, subject="dossiers/1", at=AT, data=told(1), readers=[]
        )
    assert (made, place.events()) == ("", 0)


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("vn.gov.moit.emoit.dossier.unknown", told(1)),
        (SUBMITTED, told(1) | {"holder_name": "Nguyễn Văn A"}),
        (SUBMITTED, {"dossier_id": 1}),
        (SUBMITTED, told(1) | {"dossier_id": "1"}),
        (SUBMITTED, told(1, "received")),
    ],
    ids=["no such type", "more than promised", "less", "of another type", "another state"],
)
def test_an_event_tells_what_the_catalogue_promises(place: Place, kind: str, data: dict[str, Any]) -> None:
    with acting_as(HAND), pytest.raises(ValueError, match=r"."):
        actions.announce(by=HAND, now=now(), kind=kind, subject="x", at=AT, data=data, readers=["e:5"])
    assert place.events() == 0


@pytest.mark.parametrize(
    "statement",
    ["update webhooks_event set seq = 9", "update webhooks_event set data = '{}'", "delete from webhooks_event"],
)
def test_the_log_is_append_only(place: Place, statement: str) -> None:
    place.announce(1)
    place.spread()
    with acting_as(HAND), pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert place.events() == 1


def test_old_events_are_removed_and_the_cursor_says_so(place: Place) -> None:
    with acting_as(HAND):
        old = now() - timedelta(days=91)
        for n, at in ((1, old), (2, old), (3, now())):
            data = told(n)
            actions.announce(by=HAND, now=at, kind=SUBMITTED, subject="x", at=at, data=data, readers=["e:5"])
    place.spread()
    with acting_as(platform("test")):
        assert sweeping.forget_events(now()) == 2
    with acting_as(OWNER):
        assert [e.sequence for e in queries.events_for(OWNER, after=2).events] == [3]
        assert [e.sequence for e in queries.events_for(OWNER, after=0).events] == [3]
        with pytest.raises(queries.CursorTooOld, match="không còn được lưu"):
            queries.events_for(OWNER, after=1)


@pytest.mark.parametrize("after", [3, 2**62])
def test_a_cursor_ahead_of_the_log_is_refused(place: Place, after: int) -> None:
    """After a restore the log is shorter: whoever went on from there would pass over the numbers in between."""
    made = place.active()
    for n in (1, 2):
        place.announce(n)
    place.spread()
    with acting_as(OWNER):
        assert queries.events_for(OWNER, after=2).events == ()
        with pytest.raises(queries.CursorTooOld, match="đi trước nhật ký"):
            queries.events_for(OWNER, after=after)
    before = [row.state for row in place.deliveries(made.info.id)]
    with pytest.raises(queries.CursorTooOld):
        place.do(actions.replay, made.info.id, after=after)
    assert [row.state for row in place.deliveries(made.info.id)] == before
