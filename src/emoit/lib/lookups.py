"""Looking names up with an end: the system's own call waits as long as the name server keeps silent."""

from __future__ import annotations

import ipaddress
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

# Host, port and seconds to the host's IP addresses; TimeoutError where none came in time, OSError where there is none.
Resolve = Callable[[str, int, float], list[str]]
MOST = 32  # far more than a process asks for at once


def addresses_of(host: str, port: int) -> list[str]:
    """As the system resolves the name, for as long as that takes. OSError, UnicodeError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


@dataclass(slots=True)
class _Asked:
    """One look-up on its way; `done` once it brought addresses or a fault."""

    done: threading.Event = field(default_factory=threading.Event)
    addresses: list[str] = field(default_factory=list)
    fault: Exception | None = None


class Lookups:
    """Asks `resolve` in a thread of its own and goes on without it when the time is up.

    Such a thread cannot be ended: it stays until the system gives up. There are `most` of them at most; while all of
    them hang, every further look-up is late at once.
    """

    def __init__(self, resolve: Callable[[str, int], list[str]] = addresses_of, *, most: int = MOST) -> None:
        self._resolve = resolve
        self._free = threading.BoundedSemaphore(most)

    def __call__(self, host: str, port: int, seconds: float) -> list[str]:
        """The addresses of the host. TimeoutError where they did not come within `seconds`, else what `resolve` raises.

        An IP address is its own answer.
        """
        with suppress(ValueError):
            return [str(ipaddress.ip_address(host))]
        if not self._free.acquire(blocking=False):
            raise TimeoutError(f"no look-up is free for {host}")
        asked = _Asked()
        try:
            threading.Thread(target=self._ask, args=(asked, host, port), name="look-up", daemon=True).start()
        except RuntimeError as error:  # the machine has no thread left
            self._free.release()
            raise TimeoutError(f"no thread to look up {host}") from error
        if not asked.done.wait(seconds):
            raise TimeoutError(f"{host} was not resolved in {seconds} s")
        if asked.fault is not None:
            raise asked.fault
        return asked.addresses

    def _ask(self, asked: _Asked, host: str, port: int) -> None:
        try:
            asked.addresses = self._resolve(host, port)
        except Exception as fault:  # noqa: BLE001 - raised again where it was asked for
            asked.fault = fault
        finally:
            self._free.release()
            asked.done.set()
