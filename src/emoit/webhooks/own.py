"""What lives above us on the map: bound by config."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from emoit.kernel.access import NotFound

Keys = Callable[[int, datetime], frozenset[str]]
_keys_of: list[Keys] = []


def bind_accounts(keys_of: Keys) -> None:
    """Called once by config: the reader keys of an account now. NotFound where it is closed."""
    _keys_of[:] = [keys_of]


def still_owns(account_id: int, owner_key: str, now: datetime) -> bool:
    """Whether the account that made a subscription may still read in its owner's name."""
    try:
        return owner_key in _keys_of[0](account_id, now)
    except NotFound:
        return False
