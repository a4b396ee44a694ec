"""Who may do what with an open item."""

from __future__ import annotations

from emoit.kernel.access import Actor, Holding

# Heads see and distribute all work of their unit, whatever role it asks for.
DISTRIBUTES = "unit_head"


def holding_for(actor: Actor, *, unit_id: int, role: str, assignee_id: int | None, procedure: str) -> Holding | None:
    """The holding under which `actor` may do the item: the right role in the unit, and theirs or nobody's.

    An item in a principal's hands may be done by the delegate, on the principal's behalf. A delegation that is limited
    to some procedures counts for items of these alone.
    """
    fitting = [h for h in actor.holdings if h.unit_id == unit_id and h.role == role and h.covers(procedure)]
    if assignee_id is not None and assignee_id != actor.account_id:
        fitting = [h for h in fitting if h.principal_id == assignee_id]
    return min(fitting, key=lambda h: h.principal_id is not None, default=None)


def may_distribute(actor: Actor, unit_id: int, procedure: str) -> Holding | None:
    """The holding under which `actor` may give the unit's work of the procedure to an officer, or take it back."""
    return actor.holding(unit_id, DISTRIBUTES, procedure=procedure)


def holding_in_unit(
    actor: Actor, *, unit_id: int, role: str, assignee_id: int | None, procedure: str
) -> Holding | None:
    """As `holding_for`, for work that a unit answers for: its head too, where no other officer has it in hand."""
    own = holding_for(actor, unit_id=unit_id, role=role, assignee_id=assignee_id, procedure=procedure)
    if own or assignee_id not in {None, actor.account_id}:
        return own
    return actor.holding(unit_id, DISTRIBUTES, procedure=procedure)
