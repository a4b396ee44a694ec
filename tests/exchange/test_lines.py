"""Several lines to one partner at once: what they promise to the courier."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from emoit.exchange.delivery import courier
from emoit.exchange.delivery.lines import Lines
from emoit.exchange.types import Priority
from tests.exchange.conftest import Place


@dataclass
class Line:
    """Counts how it is used."""

    number: int
    used: list[int] = field(default_factory=list)
    is_closed: bool = False

    def close(self) -> None:
        self.is_closed = True


@dataclass
class Work:
    """The first ones stay until `together` of them are under way, so that none has ended before the others begin."""

    together: int = 1
    seconds: float = 0.01
    begun: list[int] = field(default_factory=list)
    at_once: int = 0
    most: int = 0
    change: threading.Condition = field(default_factory=threading.Condition)

    def __call__(self, line: Any, thing: int) -> int:
        with self.change:
            self.begun.append(thing)
            self.at_once += 1
            self.most = max(self.most, self.at_once)
            line.used.append(thing)
            self.change.notify_all()
            self.change.wait_for(lambda: self.most >= self.together, timeout=60)
        time.sleep(self.seconds)
        with self.change:
            self.at_once -= 1
        return thing * 10


@pytest.fixture
def opened() -> list[Line]:
    return []


@pytest.fixture
def lines(opened: list[Line]) -> Lines:
    def open_line() -> Any:
        opened.append(Line(len(opened)))
        return opened[-1]

    return Lines(cast("Any", open_line), 4)


def test_things_begin_in_their_order_four_at_once(lines: Lines, opened: list[Line]) -> None:
    work = Work(together=4)
    with lines:
        made = list(lines.each(work, range(20), 4))
        assert sorted(made) == [n * 10 for n in range(20)]
        assert (sorted(work.begun), work.most, len(opened)) == (list(range(20)), 4, 4)
        # Four hands take them in their order; which of the four begins first is nobody's promise.
        assert all(abs(place - thing) < 4 for place, thing in enumerate(work.begun))
        list(lines.each(work, range(8), 4))
        assert len(opened) == 4  # the lines are kept
    assert all(line.is_closed for line in opened)


@pytest.mark.parametrize(("things", "most", "count"), [(20, 1, 1), (1, 4, 1), (3, 4, 3), (20, 9, 4)])
def test_no_more_lines_than_are_needed(lines: Lines, opened: list[Line], things: int, most: int, count: int) -> None:
    work = Work(together=count)
    with lines:
        assert len(list(lines.each(work, range(things), most))) == things
    assert (len(opened), work.most) == (count, count)


def test_one_line_works_as_its_results_are_taken(lines: Lines) -> None:
    """Nothing begins before the one before it is judged."""
    work = Work()
    with lines:
        results = lines.each(work, range(5), 1)
        next(results)
        assert work.begun == [0]


def test_what_fails_is_raised_after_the_others_are_told(lines: Lines) -> None:
    def work(_line: Any, thing: int) -> int:
        if thing == 1:
            raise ValueError("meant to fail")
        return thing

    made: list[int] = []
    with lines, pytest.raises(ValueError, match="meant to fail"):
        made.extend(lines.each(work, range(6), 4))
    assert set(made) == {0, 2, 3, 4, 5}


def test_lanes_do_not_mix(place: Place) -> None:
    """Four lines at once, but none of a later lane while one of an earlier is under way."""
    lanes = [Priority.BULK, Priority.URGENT, Priority.NORMAL]
    names = {place.send(b"%d" % n, priority=lanes[n % 3]): lanes[n % 3] for n in range(30)}
    place.partner.behave("slow 0.02")
    assert place.run() == 30
    order = [names[name] for name, _ in place.partner.effects()]
    assert order == sorted(order)


def test_a_second_run_joins_and_a_third_returns(place: Place) -> None:
    place.send()
    with courier._one_of_few(7) as one, courier._one_of_few(7) as two, courier._one_of_few(7) as three:
        assert (one, two, three) == (True, True, False)
        with courier._one_of_few(8) as other:
            assert other
    with courier._one_of_few(7) as again:
        assert again
    assert courier._running[7] == 0
