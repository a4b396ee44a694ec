"""Writes of the exchange: send and accept messages, decide about stuck ones, keep partners."""

from emoit.exchange.actions.accept import accept, turn_away
from emoit.exchange.actions.certificates import (
    add_certificate,
    make_as4_key,
    make_key,
    retire_certificate,
    use_token_key,
)
from emoit.exchange.actions.operate import MOST_AT_ONCE, give_up, process_again, try_again, try_all_again
from emoit.exchange.actions.partners import change_partner, register_partner, set_active
from emoit.exchange.actions.send import send
from emoit.exchange.calls import call
from emoit.exchange.metering import meter
from emoit.exchange.own import bind_agencies
from emoit.exchange.receiving import receives

__all__ = [
    "MOST_AT_ONCE",
    "accept",
    "add_certificate",
    "bind_agencies",
    "call",
    "change_partner",
    "give_up",
    "make_as4_key",
    "make_key",
    "meter",
    "process_again",
    "receives",
    "register_partner",
    "retire_certificate",
    "send",
    "set_active",
    "try_again",
    "try_all_again",
    "turn_away",
    "use_token_key",
]
