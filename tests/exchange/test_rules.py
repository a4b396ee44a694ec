"""The tables of the exchange, value by value."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from emoit.exchange.rules import evidence, gate, retrying, truth
from emoit.exchange.rules.gate import Breaker, Bucket
from emoit.exchange.rules.retrying import Blame
from emoit.exchange.rules.states import MACHINE, OPEN
from emoit.exchange.rules.truth import Do, Known, Seen
from emoit.exchange.types import BreakerState, Header, InState, OutState, OutVerb, Window
from emoit.lib.working_time import VIET_NAM

NOW = datetime(2026, 5, 4, 2, 0, tzinfo=UTC)  # Monday, 09:00 in Viet Nam


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


@pytest.mark.parametrize(
    ("seen", "is_valid", "expected"),
    [
        (None, True, Do.DELIVER),
        (Seen("a", InState.DELIVERED), True, Do.REPEAT),
        (Seen("a", InState.FAILED), True, Do.DELIVER),
        (Seen("b", InState.DELIVERED), True, Do.ALARM),
        (Seen("b", InState.FAILED), True, Do.ALARM),
        (None, False, Do.REFUSE),
        (Seen("a", InState.DELIVERED), False, Do.REFUSE),
        (Seen("a", InState.FAILED), False, Do.REFUSE),
        (Seen("b", InState.DELIVERED), False, Do.REFUSE),
    ],
)
def test_truth_table(seen: Seen | None, is_valid: bool, expected: Do) -> None:
    assert truth.judge(seen, "a", is_valid=is_valid) is expected


def test_the_truth_table_is_whole() -> None:
    assert set(truth.TABLE) == {(known, valid) for known in Known for valid in (True, False)}


def test_states() -> None:
    assert MACHINE.initial is OutState.WAITING
    assert MACHINE.reachable() == set(OutState)
    assert MACHINE.final == {OutState.DELIVERED, OutState.GIVEN_UP}
    assert set(OPEN) == set(OutState) - MACHINE.final
    assert MACHINE.verbs(OutState.FAILED) == (OutVerb.DELIVER, OutVerb.TRY_AGAIN, OutVerb.GIVE_UP)


@pytest.mark.parametrize(
    ("status", "code", "verb", "named", "blame"),
    [
        (503, "", OutVerb.RETRY, "http_503", Blame.PARTNER),
        (500, "not_processed", OutVerb.RETRY, "not_processed", Blame.MESSAGE),
        (503, "not_processed", OutVerb.RETRY, "not_processed", Blame.MESSAGE),
        (429, "", OutVerb.RETRY, "http_429", Blame.PARTNER),
        (408, "", OutVerb.RETRY, "http_408", Blame.PARTNER),
        (425, "", OutVerb.RETRY, "http_425", Blame.PARTNER),
        (409, "too_early", OutVerb.RETRY, "too_early", Blame.MESSAGE),
        (400, "stale_envelope", OutVerb.RETRY, "stale_envelope", Blame.MESSAGE),
        (409, "id_reused", OutVerb.FAIL, "id_reused", Blame.MESSAGE),
        (422, "refused", OutVerb.FAIL, "refused", Blame.MESSAGE),
        (404, "", OutVerb.FAIL, "http_404", Blame.MESSAGE),
        (403, "", OutVerb.FAIL, "http_403", Blame.MESSAGE),
        (403, "bad_signature", OutVerb.FAIL, "bad_signature", Blame.MESSAGE),
        (403, "inactive_partner", OutVerb.RETRY, "inactive_partner", Blame.PARTNER),
        (401, "retired_certificate", OutVerb.RETRY, "retired_certificate", Blame.PARTNER),
        (302, "", OutVerb.RETRY, "http_302", Blame.PARTNER),
        (204, "", OutVerb.RETRY, "http_204", Blame.PARTNER),
    ],
)
def test_answers(status: int, code: str, verb: OutVerb, named: str, blame: Blame) -> None:
    found = retrying.answered(status, code)
    assert (found.verb, found.code, found.blame) == (verb, named, blame)


def test_backoff_doubles_and_ends_and_is_the_messages_own() -> None:
    waits = [retrying.backoff("m", n).total_seconds() for n in range(1, 14)]
    for n, wait in enumerate(waits):
        base = min(5 * 2**n, 1800)
        assert base <= wait <= base * 1.2
    assert waits == [retrying.backoff("m", n).total_seconds() for n in range(1, 14)]
    assert retrying.backoff("m", 1) != retrying.backoff("n", 1)
    assert retrying.backoff("m", 10**6) <= timedelta(minutes=36)


@pytest.mark.parametrize(
    ("attempts", "age", "expected"),
    [(19, timedelta(hours=71), False), (20, seconds(0), True), (1, timedelta(hours=72), True)],
)
def test_exhausted(attempts: int, age: timedelta, expected: bool) -> None:
    assert retrying.is_exhausted(attempts, NOW - age, NOW, most=20, hours=72) is expected


def test_the_breaker_opens_at_five_and_lets_one_try() -> None:
    breaker = Breaker()
    for n in range(4):
        breaker = gate.failed(breaker, NOW)
        assert (breaker.failures, breaker.state(NOW)) == (n + 1, BreakerState.CLOSED)
    breaker = gate.failed(breaker, NOW)
    assert breaker.open_until == NOW + seconds(30)
    assert gate.failed(breaker, NOW + seconds(1)) == breaker  # one that was on its way already
    assert breaker.state(NOW + seconds(29.9)) is BreakerState.OPEN
    assert breaker.state(NOW + seconds(30)) is BreakerState.HALF_OPEN
    again = gate.failed(breaker, NOW + seconds(30))
    assert again.open_until == NOW + seconds(30 + 60)
    for _ in range(12):
        assert again.open_until is not None
        again = gate.failed(again, again.open_until)
    assert again.trips == 14
    assert gate.succeeded(again) == Breaker()


def test_the_longest_pause_is_ten_minutes() -> None:
    found = gate.failed(Breaker(failures=50, trips=40, open_until=NOW), NOW)
    assert found.open_until == NOW + timedelta(minutes=10)


def test_the_bucket() -> None:
    """60 a minute: six at once, then one each second."""
    bucket = Bucket(0, NOW - timedelta(minutes=5))
    bucket, given = gate.take(bucket, NOW, rate_per_minute=60, wanted=20)
    assert (given, bucket.tokens) == (6, 0)
    assert gate.next_token_at(bucket, rate_per_minute=60) == NOW + seconds(1)
    bucket, given = gate.take(bucket, NOW + seconds(0.5), rate_per_minute=60, wanted=20)
    assert (given, bucket.tokens) == (0, 0.5)
    assert gate.next_token_at(bucket, rate_per_minute=60) == NOW + seconds(1)
    bucket, given = gate.take(bucket, NOW + seconds(2.5), rate_per_minute=60, wanted=1)
    assert (given, bucket.tokens) == (1, 1.5)
    assert gate.take(bucket, NOW, rate_per_minute=0, wanted=20)[1] == 20
    # A clock that went back gives nothing.
    assert gate.take(Bucket(0, NOW), NOW - seconds(60), rate_per_minute=60, wanted=1)[1] == 0


NIGHT = Window(frozenset({0, 6}), time(22), time(2))
NOON = Window(frozenset({0}), time(12), time(13))


@pytest.mark.parametrize(
    ("at", "end"),
    [
        ("2026-05-04 21:59", None),
        ("2026-05-04 22:00", "2026-05-05 02:00"),
        ("2026-05-05 01:59", "2026-05-05 02:00"),
        ("2026-05-05 02:00", None),
        ("2026-05-05 23:00", None),  # Tuesday
        ("2026-05-04 01:00", "2026-05-04 02:00"),  # began on Sunday
        ("2026-05-04 12:30", "2026-05-04 13:00"),
    ],
)
def test_maintenance(at: str, end: str | None) -> None:
    local = datetime.fromisoformat(at).replace(tzinfo=VIET_NAM)
    expected = datetime.fromisoformat(end).replace(tzinfo=VIET_NAM) if end else None
    assert gate.closed_until([NIGHT, NOON], local.astimezone(UTC)) == expected


@pytest.mark.parametrize(
    ("age", "expected"), [(None, True), (timedelta(hours=4), True), (timedelta(hours=4, seconds=1), False)]
)
def test_four_hours_without_a_time_stamp(age: timedelta | None, expected: bool) -> None:
    assert evidence.may_sign(NOW - age if age else None, NOW) is expected


HEADER = Header(
    "id", "P01", "G02", "k", "c", 2, "before", "", "application/json", "d", 3, "00-1-2-01", NOW,
)  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "same"),
    [
        ({"after": ""}, True),
        ({"traceparent": "x"}, True),
        ({"signed_at": NOW + seconds(1)}, True),
        ({"id": "other"}, False),
        ({"sender": "P02"}, False),
        ({"recipient": "G03"}, False),
        ({"kind": "l"}, False),
        ({"conversation": "d"}, False),
        ({"sequence": 3}, False),
        ({"in_reply_to": "x"}, False),
        ({"media_type": "application/xml"}, False),
        ({"digest": "e"}, False),
        ({"size": 4}, False),
    ],
)
def test_identity(changed: dict[str, object], same: bool) -> None:
    assert (replace(HEADER, **changed).identity == HEADER.identity) is same  # type: ignore[arg-type]
