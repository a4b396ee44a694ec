"""The one who acts: a person, a process of ours, or nobody known."""

from __future__ import annotations

import enum
from dataclasses import dataclass

ANONYMOUS_NAME = "Khách"


class ActorKind(enum.StrEnum):
    ANONYMOUS = "anonymous"
    CITIZEN = "citizen"  # a person acting for themselves or for an enterprise
    OFFICER = "officer"
    PROCESS = "process"  # a job or a command of ours


@dataclass(frozen=True, slots=True)
class Holding:
    """A role held in a unit, in one's own right or by delegation.

    `principal_id` is the account on whose behalf the role is used (None: in own right), `delegation_id` the row that
    allows it. `procedures` are the keys of the only procedures that a delegation counts for, empty: all.
    """

    unit_id: int
    role: str
    principal_id: int | None = None
    delegation_id: int | None = None
    procedures: frozenset[str] = frozenset()

    def covers(self, procedure: str) -> bool:
        """Whether it counts for the procedure; "" is anything beyond single procedures: only an unlimited one does."""
        return not self.procedures or procedure in self.procedures


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts now. Built by `people.queries.actor_for`, `anonymous()` or `process()`; never by hand in a view.

    `readers` are the keys under which rows are visible: `a:<account>`, `e:<enterprise>`, `u:<unit>`, `g:<agency>`
    (whole agency: auditors), `system` (processes). `via` names the API key that speaks for the actor (empty: the actor
    themselves); audit rows bear it.
    """

    kind: ActorKind
    agency_id: int
    name: str
    account_id: int | None = None
    readers: frozenset[str] = frozenset()
    holdings: tuple[Holding, ...] = ()
    via: str = ""

    def holding(self, unit_id: int, role: str, *, procedure: str = "") -> Holding | None:
        """The holding that lets this actor use `role` in the unit for the procedure; own right before delegation.

        None if neither. Without a procedure, a delegation limited to some does not count.
        """
        fitting = [h for h in self.holdings if h.unit_id == unit_id and h.role == role and h.covers(procedure)]
        return min(fitting, key=lambda h: h.principal_id is not None, default=None)

    def has_role(self, role: str) -> bool:
        return any(h.role == role for h in self.holdings)

    @property
    def is_officer(self) -> bool:
        return self.kind is ActorKind.OFFICER

    @property
    def is_process(self) -> bool:
        return self.kind is ActorKind.PROCESS


def anonymous(agency_id: int) -> Actor:
    return Actor(kind=ActorKind.ANONYMOUS, agency_id=agency_id, name=ANONYMOUS_NAME)


def process(name: str, agency_id: int) -> Actor:
    """A job or command of ours, acting within one agency and seeing all of its rows."""
    return Actor(kind=ActorKind.PROCESS, agency_id=agency_id, name=name, readers=frozenset({"system"}))


def platform(name: str) -> Actor:
    """A technical job of the installation itself (sealing, sweeping): sees the rows of every agency."""
    return Actor(kind=ActorKind.PROCESS, agency_id=0, name=name, readers=frozenset({"system", "platform"}))
