"""Who may come in: the key, its scope, its rate; and the request as operations see it."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any, ClassVar

from django.conf import settings
from django.db import connection, transaction
from django.http import HttpRequest
from django.utils import timezone

from emoit.api import queries, rules
from emoit.api.rest.problems import language_of
from emoit.api.types import Allowance, Bearer, Scope
from emoit.kernel.access import Actor, Refusal

LEASE_SECONDS = 5.0
_TAKE = "select given, remaining from api_take_tokens(%s, %s, %s, %s)"


class ScopeMissing(Refusal):
    code = "scope_missing"
    status = 403


class RateLimited(Refusal):
    """More requests than the key may send in a minute."""

    code = "rate_limited"
    status = 429

    def __init__(self, allowance: Allowance) -> None:
        super().__init__(f"Khóa đã gửi quá {allowance.limit} yêu cầu trong một phút.")
        self.headers = {"Retry-After": str(allowance.wait), **rate_headers(allowance)}


def rate_headers(allowance: Allowance) -> dict[str, str]:
    """RateLimit and RateLimit-Policy of the IETF draft: requests left, seconds until all are there again."""
    missing = allowance.limit - allowance.remaining
    full_in = math.ceil(missing * 60 / allowance.limit)
    return {
        "RateLimit-Policy": f'"key";q={allowance.limit};w=60',
        "RateLimit": f'"key";r={allowance.remaining};t={max(full_in, allowance.wait)}',
    }


@dataclass(slots=True)
class _Lease:
    tokens: int
    until: float
    left_over: float


_leases: dict[int, _Lease] = {}
_lock = Lock()


def spend(key_id: int, now: datetime) -> Allowance:
    """One request of the key. RateLimited when the bucket is empty.

    The bucket lies in the database, one for all processes. A process takes a few tokens at once and spends them within
    five seconds, so that most requests cost no query; what it does not spend is lost, never given twice.
    """
    limit = settings.EMOIT_API_RATE
    with _lock:
        lease = _leases.get(key_id)
        if lease is not None and lease.tokens > 0 and time.monotonic() < lease.until:
            lease.tokens -= 1
            return Allowance(limit, int(lease.left_over) + lease.tokens, 0)
    given, left_over = _take(key_id, rules.lease(limit), limit, now)
    if given == 0:
        raise RateLimited(Allowance(limit, 0, max(1, math.ceil((1 - left_over) * 60 / limit))))
    with _lock:
        _leases[key_id] = _Lease(given - 1, time.monotonic() + LEASE_SECONDS, left_over)
        if len(_leases) > 10_000:
            _leases.clear()
    return Allowance(limit, int(left_over) + given - 1, 0)


def _take(key_id: int, wanted: int, limit: int, now: datetime) -> tuple[int, float]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_TAKE, [key_id, wanted, limit, now])
        given, left_over = cursor.fetchone()
        return given, left_over


def forget_leases() -> None:
    """Drop what this process has taken and not spent."""
    with _lock:
        _leases.clear()


class ApiRequest(HttpRequest):
    """A request whose key has been judged."""

    actor: Actor
    bearer: Bearer
    now: datetime
    language: str
    allowance: Allowance


class NeedsScope:
    """The key must be there, good, within its rate, and have the scope. Judged before the body is parsed."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    openapi_security_schema: ClassVar[dict[str, Any]] = {
        "type": "http",
        "scheme": "bearer",
        "description": "Authorization: Bearer emoit_… — a key of the account, see /tai-khoan/khoa-api/.",
    }

    def __call__(self, request: HttpRequest) -> Bearer:
        now = timezone.now()
        bearer = queries.bearer_of(_secret(request), now=now)
        request.allowance = spend(bearer.key_id, now)  # type: ignore[attr-defined]
        request.bearer, request.now = bearer, now  # type: ignore[attr-defined]
        request.language = language_of(request)  # type: ignore[attr-defined]
        # `actor` is set beside, not before: the middlewares keep their hands off a request of the API.
        request.actor = bearer.actor  # type: ignore[attr-defined]
        if self.scope not in bearer.scopes:
            raise ScopeMissing(f"Khóa API không có quyền «{self.scope}» mà thao tác này cần.")
        return bearer


def _secret(request: HttpRequest) -> str:
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secret.strip():
        raise queries.Unauthorised("Yêu cầu không có khóa API.", code="missing_key")
    return secret.strip()
