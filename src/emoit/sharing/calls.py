"""One call of a service, and its answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from emoit.sharing.catalogue import Service
from emoit.sharing.types import Allowance, Caller


@dataclass(frozen=True, slots=True)
class Call:
    """What is asked: of a known caller, for a purpose of the list. `bytes_in`: size of the body, 0 for a question."""

    service: Service
    caller: Caller
    purpose: str
    bytes_in: int
    now: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """`body` is JSON."""

    body: bytes
    allowance: Allowance
