"""What every transport offers a courier, whatever goes over the wire."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from emoit.lib import problems


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as our own door gives it: 200 with a receipt, or a problem document (RFC 9457) with its status."""

    status: int
    media_type: str
    body: bytes
    retry_after: str = ""


def problem(status: int, code: str, retry_after: str = "") -> Reply:
    """Another protocol's error, as our own door would have told it."""
    return Reply(status, problems.MEDIA_TYPE, json.dumps({"code": code}).encode(), retry_after)


@dataclass(frozen=True, slots=True)
class Tls:
    """`trusted`: the partner's certificates in PEM; `own`: files of our certificate and its key, if we have one."""

    trusted: tuple[str, ...] = ()
    own_certificate: Path | None = None
    own_key: Path | None = None
    passphrase: str = ""


class Transport(Protocol):
    """A line to one partner for one run. `post` raises Away where no whole answer came in time."""

    @property
    def address(self) -> str: ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None: ...

    def close(self) -> None: ...

    def post(self, body: bytes, media_type: str) -> Reply: ...
