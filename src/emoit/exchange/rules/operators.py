"""Who decides about stuck messages."""

from __future__ import annotations

from emoit.kernel.access import Actor, Forbidden, Holding

OPERATOR = "administrator"
ONLOOKER = "auditor"


def as_operator(by: Actor) -> Holding | None:
    """The holding under which `by` decides; None for a process of ours. Forbidden for anyone else."""
    if by.is_process:
        return None
    found = next((one for one in by.holdings if one.role == OPERATOR and one.covers("")), None)
    if found is None:
        raise Forbidden("Chỉ quản trị viên được điều khiển việc trao đổi thông điệp.")
    return found


def may_look(actor: Actor) -> bool:
    return actor.is_process or actor.has_role(OPERATOR) or actor.has_role(ONLOOKER)
