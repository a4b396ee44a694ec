"""The life of a subscription."""

from __future__ import annotations

from emoit.lib.state import Machine
from emoit.webhooks.types import State, Verb

MACHINE: Machine[State, Verb] = Machine(
    {
        (State.UNVERIFIED, Verb.VERIFY): State.ACTIVE,
        (State.UNVERIFIED, Verb.MOVE): State.UNVERIFIED,
        (State.UNVERIFIED, Verb.END): State.ENDED,
        (State.ACTIVE, Verb.PAUSE): State.PAUSED,
        (State.ACTIVE, Verb.SUSPEND): State.SUSPENDED,
        (State.ACTIVE, Verb.MOVE): State.UNVERIFIED,
        (State.ACTIVE, Verb.END): State.ENDED,
        (State.PAUSED, Verb.RESUME): State.ACTIVE,
        (State.PAUSED, Verb.MOVE): State.UNVERIFIED,
        (State.PAUSED, Verb.END): State.ENDED,
        (State.SUSPENDED, Verb.RESUME): State.ACTIVE,
        (State.SUSPENDED, Verb.MOVE): State.UNVERIFIED,
        (State.SUSPENDED, Verb.END): State.ENDED,
    }
)
