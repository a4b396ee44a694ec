"""Check sums of the payment platform: hexadecimal HMAC-SHA-256 over values joined by `|`, names in order.

The callback's sum covers the same values as the order's, so not its status: whoever gets one asks for the detail.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping

ORDER = ("addition_fee", "client_id", "command", "trans_amount", "transaction_id", "version")
DETAIL = ("client_id", "command", "transaction_id")
SETTLEMENT = ("client_id", "day")


def check_sum(key: str, values: Mapping[str, object], names: tuple[str, ...]) -> str:
    """KeyError where a value is missing."""
    text = "|".join(str(values[name]) for name in names)
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()


def is_right(told: object, key: str, values: Mapping[str, object], names: tuple[str, ...]) -> bool:
    return hmac.compare_digest(str(told).lower().encode(), check_sum(key, values, names).encode())
