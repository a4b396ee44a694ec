"""Who calls: the one read, before anyone is known to act, that says whose token or certificate it is."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.db import connection

from emoit.kernel.access import Refusal
from emoit.lib.saying import vi
from emoit.sharing import rules
from emoit.sharing.catalogue import Service
from emoit.sharing.types import Caller, ConsumerState, Permit

_CALLER = "select sharing_caller(%s, %s, %s, %s, %s, %s, %s)::text"


class Unknown(Refusal):
    """Nothing by which the caller could be known, or nothing that opens (any more)."""

    code = "bad_token"
    status = 401


def caller_of(*, token: str, certificate: str, now: datetime, service: Service | None, purpose: str = "") -> Caller:
    """The consumer of a token, else of the line's certificate (fingerprint, hex), read anew for every call.

    Unknown: `no_token`, `bad_token`. Refusal `suspended`. A token bound to a certificate needs that certificate.
    """
    if not token and not certificate:
        raise Unknown(vi("Yêu cầu không có thẻ truy cập hoặc chứng thư số."), code="no_token")
    found = _facts(token, certificate, now, service, purpose)
    if found is None or found["revoked"] or found["expired"]:
        raise Unknown(vi("Thẻ truy cập không đúng hoặc đã hết hạn."), code="bad_token" if token else "no_token")
    if found["bound_to"] and found["bound_to"] != certificate:
        raise Unknown(vi("Thẻ truy cập gắn với chứng thư số khác."))
    if found["state"] != ConsumerState.ACTIVE.value:
        refusal = Refusal(vi("Hệ thống của bạn đang bị tạm ngừng."), code="suspended")
        refusal.status = 403
        raise refusal
    return Caller(found["consumer_id"], found["code"], found["agency_id"], found["is_test"], _permit(found["permit"]))


def _permit(told: dict[str, Any] | None) -> Permit | None:
    if told is None:
        return None
    return Permit(
        told["grant_id"], tuple(told["fields"]), tuple(told["procedures"]), told["per_minute"], told["per_day"]
    )


def _facts(token: str, certificate: str, now: datetime, service: Service | None, purpose: str) -> dict[str, Any] | None:
    if len(token) > rules.LONGEST:
        return None
    code, version = (service.code, service.version) if service else ("", "")
    values: list[Any] = [
        rules.digest(token) if token else "",
        certificate,
        now,
        code,
        version,
        purpose,
        rules.today(now),
    ]
    with connection.cursor() as cursor:
        cursor.execute(_CALLER, values)
        (found,) = cursor.fetchone()
    return None if found is None else json.loads(found)
