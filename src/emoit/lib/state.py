"""Transition tables: what may be done in which state, and where it leads."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Generic, TypeVar

S = TypeVar("S", bound=Hashable)
V = TypeVar("V", bound=Hashable)


class Impossible(ValueError):
    """The verb is not allowed in the state. `message` is a plain Vietnamese sentence."""

    def __init__(self, state: Hashable, verb: Hashable) -> None:
        self.state = state
        self.verb = verb
        self.message = "Không thể làm việc này ở trạng thái hiện tại."
        super().__init__(f"{self.message} ({state}: {verb})")


@dataclass(frozen=True)
class Machine(Generic[S, V]):
    """A table (state, verb) -> state. The state of the first row is the initial one."""

    transitions: Mapping[tuple[S, V], S] = field(hash=False)

    def __post_init__(self) -> None:
        if not self.transitions:
            raise ValueError("a machine needs at least one transition")

    def next(self, state: S, verb: V) -> S:
        """The state after `verb`; raises Impossible where the table has no such row."""
        try:
            return self.transitions[state, verb]
        except KeyError:
            raise Impossible(state, verb) from None

    def may(self, state: S, verb: V) -> bool:
        return (state, verb) in self.transitions

    def verbs(self, state: S) -> tuple[V, ...]:
        """What may be done in the state, in the order of the table; empty for a final state."""
        return self._verbs.get(state, ())

    @property
    def initial(self) -> S:
        return next(iter(self.transitions))[0]

    @property
    def states(self) -> frozenset[S]:
        return frozenset({state for state, _ in self.transitions} | set(self.transitions.values()))

    @property
    def final(self) -> frozenset[S]:
        return frozenset(state for state in self.states if not self.verbs(state))

    def reachable(self, start: S | None = None) -> frozenset[S]:
        """Every state that verbs lead to from `start` (default: the initial state), itself included."""
        seen: set[S] = set()
        open_states: list[S] = [self.initial if start is None else start]
        while open_states:
            state = open_states.pop()
            if state not in seen:
                seen.add(state)
                open_states += [self.transitions[state, verb] for verb in self.verbs(state)]
        return frozenset(seen)

    @cached_property
    def _verbs(self) -> dict[S, tuple[V, ...]]:
        verbs: dict[S, tuple[V, ...]] = {}
        for state, verb in self.transitions:
            verbs[state] = (*verbs.get(state, ()), verb)
        return verbs
