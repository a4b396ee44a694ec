"""What other modules may hold of a process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

# The instance's state: one JSON value kept on the case. Opaque outside this module.
State = dict[str, Any]


# The lanes that a dossier's process may use; who stands behind each is for the dossier to say.
LANES = frozenset({"one_stop", "applicant", "specialist", "head", "leader"})


@dataclass(frozen=True, slots=True)
class Step:
    """A step as drawn. `lane` is the lane's id: who does it, in the process's own words."""

    key: str
    name: str
    lane: str
    automatic: bool


@dataclass(frozen=True, slots=True)
class OpenStep:
    """A step that waits in one instance. `token` tells two passes through the same step apart."""

    key: str
    name: str
    lane: str
    automatic: bool
    token: str


@dataclass(frozen=True, slots=True)
class Progress:
    """What a start or a completed step led to: everything that waits now, and whether the process has ended."""

    state: State
    open: tuple[OpenStep, ...]
    ended: bool
    end: str = ""  # the id of the end event that was reached


@dataclass(frozen=True, slots=True)
class Process:
    """One published version of a process."""

    id: int
    key: str
    version: int
    name: str
    steps: tuple[Step, ...]

    def step(self, key: str) -> Step:
        return next(s for s in self.steps if s.key == key)


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault found in a drawing, with the element's id and a sentence for its author."""

    element: str
    message: str
