"""A bad line: forwards connections to a server, and cuts them, keeps them waiting or refuses them as it is told."""

from __future__ import annotations

import random
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

PIECE = 64 * 1024


@dataclass
class FaultProxy:
    """`cut`: the share of requests whose line is cut, half of them before the request arrives and half of them after,
    so that only the answer is lost. `delay`: seconds that each answer waits. `is_away`: every line is cut, none is
    taken. What happened is counted in `requests` and `cuts`.
    """

    target: tuple[str, int]
    cut: float = 0.0
    delay: float = 0.0
    is_away: bool = False
    seed: int = 1
    requests: int = 0
    cuts: int = 0
    _door: socket.socket = field(init=False)
    _open: set[socket.socket] = field(default_factory=set, init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)
        self._door = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._take, daemon=True).start()

    @property
    def port(self) -> int:
        return int(self._door.getsockname()[1])

    def go_away(self) -> None:
        self.is_away = True
        with self._lock:
            lines = list(self._open)
        for line in lines:
            _close(line)

    def come_back(self) -> None:
        self.is_away = False

    def end(self) -> None:
        self.go_away()
        _close(self._door)

    def _take(self) -> None:
        while True:
            try:
                line, _ = self._door.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(line,), daemon=True).start()

    def _serve(self, line: socket.socket) -> None:
        if self.is_away:
            _close(line)
            return
        with suppress(OSError), socket.create_connection(self.target, 10) as beyond:
            with self._lock:
                self._open |= {line, beyond}
            back = threading.Thread(target=self._answers, args=(beyond, line), daemon=True)
            back.start()
            while piece := line.recv(PIECE):
                if self._is_cut():
                    break
                beyond.sendall(piece)
            _close(beyond)
            _close(line)
            back.join()
            with self._lock:
                self._open -= {line, beyond}

    def _is_cut(self) -> bool:
        """Before the request arrives. A message of the tests is one piece."""
        with self._lock:
            self.requests += 1
            is_cut = self._chance.random() < self.cut / 2
            self.cuts += is_cut
        return is_cut

    def _answers(self, beyond: socket.socket, line: socket.socket) -> None:
        with suppress(OSError):
            while piece := beyond.recv(PIECE):
                time.sleep(self.delay)
                with self._lock:
                    is_cut = self._chance.random() < self.cut / 2
                    self.cuts += is_cut
                if is_cut:
                    break
                line.sendall(piece)
        _close(beyond)
        _close(line)


def _close(line: socket.socket) -> None:
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
    with suppress(OSError):
        line.close()


@contextmanager
def bad_line(port: int, *, cut: float = 0.0, delay: float = 0.0) -> Iterator[FaultProxy]:
    """To that port of this machine."""
    made = FaultProxy(("127.0.0.1", port), cut=cut, delay=delay)
    try:
        yield made
    finally:
        made.end()
