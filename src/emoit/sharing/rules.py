"""Secrets, who decides about grants, and the arithmetic of the quotas. Values in, values out."""

from __future__ import annotations

import hashlib
import ipaddress
import re
import secrets
from datetime import date, datetime, time, timedelta

from emoit.kernel.access import Actor, Forbidden, Holding
from emoit.lib.saying import vi
from emoit.lib.state import Machine
from emoit.lib.working_time import VIET_NAM
from emoit.sharing.types import GrantState, GrantVerb, Tally

CODE = re.compile(r"[A-Z0-9][A-Z0-9.\-]{1,34}")
PROCEDURE = re.compile(r"[0-9A-Za-z][0-9A-Za-z.\-]{0,59}")
CLIENT_ID = re.compile(r"[a-z0-9][a-z0-9.\-]{1,39}")
TOKEN_PREFIX = "emoit_at_"  # noqa: S105 - in front of every secret
SECRET_PREFIX = "emoit_cs_"  # noqa: S105
SHOWN = 8
LONGEST = 200  # characters of a secret or token
TOKEN_LIFE = timedelta(minutes=10)
CREDENTIAL_DAYS = 365
OVERLAP_DAYS = 14
MOST_CREDENTIALS = 10
LONGEST_GRANT = timedelta(days=366 * 5)
MOST_A_MINUTE = 1_000_000
MOST_A_DAY = 100_000_000

# What a test consumer is given at once, for every service and purpose.
TEST_DAYS = 30
TEST_A_MINUTE = 20
TEST_A_DAY = 1000
MOST_TESTS_A_DAY = 200

# Refused calls in a minute, beyond which they are answered 429; what is let in is never among them.
CALLS_OF_A_CONSUMER = 120  # without a grant that would count them
GUESSES_AT_A_CLIENT = 60  # wrong secrets, wherever they come from

GRANTS = Machine(
    {
        (GrantState.PROPOSED, GrantVerb.APPROVE): GrantState.GRANTED,
        (GrantState.PROPOSED, GrantVerb.REFUSE): GrantState.REFUSED,
        (GrantState.GRANTED, GrantVerb.REVOKE): GrantState.REVOKED,
    }
)
KEEPER, DECIDERS, ONLOOKER = "administrator", ("administrator", "leader"), "auditor"


def digest(secret: str) -> str:
    """SHA-256 in hex: enough for 256 random bits, which nobody guesses."""
    return hashlib.sha256(secret.encode()).hexdigest()


def new_secret(prefix: str) -> str:
    """The prefix and 256 random bits."""
    return prefix + secrets.token_urlsafe(32)


def as_keeper(by: Actor) -> Holding | None:
    """The holding under which `by` keeps consumers and proposes grants; None for a process of ours. Forbidden."""
    return _holding(by, (KEEPER,), vi("Chỉ quản trị viên được quản lý việc chia sẻ dữ liệu."))


def as_decider(by: Actor) -> Holding | None:
    """The holding under which `by` decides about a grant; None for a process of ours. Forbidden."""
    return _holding(by, DECIDERS, vi("Chỉ lãnh đạo Bộ và quản trị viên được quyết định quyền khai thác dữ liệu."))


def _holding(by: Actor, roles: tuple[str, ...], words: str) -> Holding | None:
    if by.is_process:
        return None
    found = next((one for one in by.holdings if one.role in roles and one.covers("")), None)
    if found is None:
        raise Forbidden(words)
    return found


def may_look(actor: Actor) -> bool:
    return actor.is_process or any(actor.has_role(role) for role in {*DECIDERS, ONLOOKER})


def lease(per_minute: int) -> int:
    """How many calls a process takes from the shared bucket at once: a fortieth of a minute's, at most 100."""
    return max(1, min(100, per_minute // 40))


def seconds_to_midnight(now: datetime) -> int:
    """Until the day's quota begins anew, in Viet Nam."""
    local = now.astimezone(VIET_NAM)
    following = datetime.combine(local.date() + timedelta(days=1), time(), VIET_NAM)
    return max(1, int((following - local).total_seconds()))


def today(now: datetime) -> date:
    return now.astimezone(VIET_NAM).date()


def calls_from(address: str, most: int) -> Tally:
    """Calls from one network address by nobody that we know; `most` a minute."""
    return Tally(f"calls/{network_of(address)}", most)


def guesses_from(address: str, most: int) -> Tally:
    """Wrong requests to the token endpoint from one network address: a quarter of the `most` calls a minute."""
    return Tally(f"guesses/{network_of(address)}", max(1, most // 4))


def guesses_at(client_id: str) -> Tally:
    """Wrong secrets for one client. Whoever invents names shares 65,536 tallies: that many rows and no more."""
    return Tally(f"client/{digest(client_id)[:4]}", GUESSES_AT_A_CLIENT)


def calls_of(consumer_id: int) -> Tally:
    return Tally(f"consumer/{consumer_id}", CALLS_OF_A_CONSUMER)


def network_of(address: str) -> str:
    """What one sender cannot leave: its IPv4 address, the first 64 bits of its IPv6 address. "" for what is neither."""
    try:
        found = ipaddress.ip_address(address.split("%", maxsplit=1)[0])
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.IPv6Network((found, 64), strict=False))
