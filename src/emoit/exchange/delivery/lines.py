"""Several connections to one partner, each kept by a thread of its own, so that answers are waited for together."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue
from types import TracebackType
from typing import TypeVar

from emoit.exchange.transports import Transport

T = TypeVar("T")
R = TypeVar("R")


class Lines:
    """At most `most` lines, opened as they are needed by `open_line` and closed together."""

    def __init__(self, open_line: Callable[[], Transport], most: int) -> None:
        self._open_line, self._most = open_line, most
        self._lines: list[Transport] = []
        self._threads: ThreadPoolExecutor | None = None

    def __enter__(self) -> Lines:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._threads is not None:
            self._threads.shutdown()
        for line in self._lines:
            line.close()

    def each(self, work: Callable[[Transport, T], R], things: Iterable[T], most: int) -> Iterator[R]:
        """What `work` makes of each thing, as it comes; things begin in their order, `most` of them at once.

        `work` runs in threads: it may not use the database. What it raises is raised here, after the others ended.
        """
        waiting = deque(things)
        count = min(most, self._most, len(waiting))
        if count == 1:
            yield from (work(self._line(0), thing) for thing in waiting)
            return
        come: SimpleQueue[tuple[R] | None] = SimpleQueue()
        hands = [self._hand(self._line(n), work, waiting, come) for n in range(count)]
        left = count
        while left:
            made = come.get()
            if made is None:
                left -= 1
            else:
                yield made[0]
        for hand in hands:
            hand.result()

    def _line(self, place: int) -> Transport:
        if place == len(self._lines):
            self._lines.append(self._open_line())
        return self._lines[place]

    def _hand(
        self, line: Transport, work: Callable[[Transport, T], R], waiting: deque[T], come: SimpleQueue[tuple[R] | None]
    ) -> Future[None]:
        def go() -> None:
            try:
                while waiting:
                    try:
                        thing = waiting.popleft()
                    except IndexError:  # another hand took the last one
                        return
                    come.put((work(line, thing),))
            finally:
                come.put(None)

        if self._threads is None:
            self._threads = ThreadPoolExecutor(self._most, thread_name_prefix="line")
        return self._threads.submit(go)
