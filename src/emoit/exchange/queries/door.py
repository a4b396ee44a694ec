"""Who may look at the exchange, and who decides there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from emoit.exchange.rules.operators import OPERATOR, as_operator, may_look
from emoit.kernel.access import Actor, Forbidden, acting_as, process


@contextmanager
def looking(actor: Actor) -> Iterator[Actor]:
    """As a process of ours: the tables are closed to people. Forbidden but for administrators and auditors."""
    if not may_look(actor):
        raise Forbidden("Chỉ quản trị viên và người kiểm tra, giám sát xem việc trao đổi thông điệp.")
    with acting_as(process("exchange.look", actor.agency_id)) as by:
        yield by


def may_operate(actor: Actor) -> bool:
    """Whether the actor holds the operator's role anywhere; the actions judge each verb."""
    return actor.is_process or actor.has_role(OPERATOR)


def require_operator(actor: Actor) -> None:
    """Forbidden for anyone who may not decide."""
    as_operator(actor)
