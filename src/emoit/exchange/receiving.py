"""Which kinds of messages we take, and what each does here: a gateway is one folder with such handlers.

    @exchange.receives("asw.form-d/1")
    def take_in(message: Message, by: Actor, now: datetime) -> None: ...

The handler's effect and the receipt are committed together. A `Refusal` keeps the message without effect and tells the
sender why; any other error keeps it too and asks for another try.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from emoit.exchange.types import PING, Message
from emoit.kernel.access import Actor

Handler = Callable[[Message, Actor, datetime], None]

_handlers: dict[str, Handler] = {}


def receives(kind: str) -> Callable[[Handler], Handler]:
    """Name the one handler of a kind. ValueError if it has one already."""

    def register_handler(handler: Handler) -> Handler:
        if _handlers.get(kind, handler) is not handler:
            raise ValueError(f"messages of kind {kind} are taken already")
        _handlers[kind] = handler
        return handler

    return register_handler


def handler_of(kind: str) -> Handler | None:
    return _handlers.get(kind)


@receives(PING)
def ping(message: Message, by: Actor, now: datetime) -> None:
    """The test service: receipted, and brought to nobody."""
