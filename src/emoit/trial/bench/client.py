"""HTTP as one patient client: a kept connection, and the time of each answer."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from emoit.trial.bench.server import HOST, Server


class Unexpected(RuntimeError):
    """The server answered otherwise than the measurement needs."""


class Client:
    """`seconds` of the last answer, read to its end."""

    def __init__(self, server: Server, headers: Mapping[str, str]) -> None:
        self._connection = http.client.HTTPConnection(HOST, server.port, timeout=60)
        self._headers = dict(headers)
        self.seconds = 0.0

    def ask(
        self, method: str, path: str, body: Any = None, *, expect: int = 200, headers: Mapping[str, str] | None = None
    ) -> tuple[bytes, Mapping[str, str]]:
        """The answer's body and headers. Unexpected for another status."""
        sent = {**self._headers, **(headers or {})}
        content: bytes | None = None
        if body is not None:
            content = json.dumps(body, ensure_ascii=False).encode()
            sent["Content-Type"] = "application/json"
        began = time.perf_counter()
        self._connection.request(method, path, content, sent)
        answer = self._connection.getresponse()
        received = answer.read()
        self.seconds = time.perf_counter() - began
        if answer.status != expect:
            raise Unexpected(f"{method} {path}: {answer.status} {received[:400].decode('utf-8', 'replace')}")
        return received, dict(answer.getheaders())


def together(clients: list[Client], each: int, act: Callable[[Client], object]) -> float:
    """Every client acts `each` times, all at once; actions a second. The first failure is raised."""
    failures: list[BaseException] = []
    start = threading.Barrier(len(clients) + 1)

    def work(client: Client) -> None:
        start.wait()
        try:
            for _ in range(each):
                act(client)
        except Exception as error:  # noqa: BLE001 - told to the one who waits
            failures.append(error)

    threads = [threading.Thread(target=work, args=(client,), daemon=True) for client in clients]
    for thread in threads:
        thread.start()
    start.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    wall = time.perf_counter() - began
    if failures:
        raise failures[0]
    return len(clients) * each / wall
