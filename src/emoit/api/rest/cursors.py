"""Where a page of a list ended, as an opaque string that only its own account and filters can use."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from django.core import signing

from emoit.kernel.access import Refusal

_SALT = "emoit.api.cursor"
LONGEST = 400


def pack(account_id: int | None, filters: object, place: list[Any]) -> str:
    """Signed; `place` is JSON: what the last row was ordered by."""
    return signing.dumps([_belongs(account_id, filters), *place], salt=_SALT, compress=False)


def unpack(cursor: str, account_id: int | None, filters: object) -> list[Any]:
    """The place. Refusal `bad_cursor` where it was tampered with, or is another's, or of other filters."""
    try:
        belongs, *place = signing.loads(cursor, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        belongs, place = "", []
    if not place or belongs != _belongs(account_id, filters):
        refusal = Refusal("Con trỏ trang không đúng. Hãy lấy lại từ trang đầu.", code="bad_cursor")
        refusal.status = 400
        raise refusal
    return list(place)


def _belongs(account_id: int | None, filters: object) -> str:
    text = json.dumps([account_id, filters], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
