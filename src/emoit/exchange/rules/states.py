"""The life of an outbound message."""

from __future__ import annotations

from emoit.exchange.types import OutState, OutVerb
from emoit.lib.state import Machine

MACHINE: Machine[OutState, OutVerb] = Machine(
    {
        (OutState.WAITING, OutVerb.CLAIM): OutState.SENDING,
        (OutState.WAITING, OutVerb.GIVE_UP): OutState.GIVEN_UP,
        (OutState.SENDING, OutVerb.DELIVER): OutState.DELIVERED,
        (OutState.SENDING, OutVerb.RETRY): OutState.WAITING,  # also when whoever had it is dead
        (OutState.SENDING, OutVerb.FAIL): OutState.FAILED,
        # A receipt that comes late still proves delivery.
        (OutState.WAITING, OutVerb.DELIVER): OutState.DELIVERED,
        (OutState.FAILED, OutVerb.DELIVER): OutState.DELIVERED,
        (OutState.FAILED, OutVerb.TRY_AGAIN): OutState.WAITING,
        (OutState.FAILED, OutVerb.GIVE_UP): OutState.GIVEN_UP,
    }
)
# While a message is in one of these, none after it in its conversation is sent.
OPEN = (OutState.WAITING, OutState.SENDING, OutState.FAILED)
