"""Reads of keys: those of their holder, and the one read that says who a secret speaks for."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet

from emoit.api import rules
from emoit.api.models import Key
from emoit.api.types import Bearer, KeyInfo, KeyState, Scope
from emoit.kernel.access import Actor, ActorKind, NotFound, Refusal
from emoit.lib.saying import vi
from emoit.people import queries as people


class Unauthorised(Refusal):
    """The request bears no key, or one that opens nothing (any more)."""

    code = "bad_key"
    status = 401


def visible_to(actor: Actor) -> QuerySet[Key]:
    return Key.objects.filter(agency_id=actor.agency_id, account=actor.account_id or 0)


def keys_of(actor: Actor, *, now: datetime) -> list[KeyInfo]:
    """The actor's own keys, the newest first."""
    return [info(row, now) for row in visible_to(actor).order_by("-id")]


def get_for(actor: Actor, key_id: int, *, now: datetime) -> KeyInfo:
    row = visible_to(actor).filter(pk=key_id).first()
    if row is None:
        raise NotFound("Không có khóa này.")
    return info(row, now)


def info(row: Key, now: datetime) -> KeyInfo:
    return KeyInfo(
        id=row.pk,
        name=row.name,
        prefix=row.prefix,
        scopes=tuple(Scope(s) for s in row.scopes),
        enterprise_id=row.enterprise_id,
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        used_at=row.used_at,
        state=rules.state(expires_at=row.expires_at, revoked_at=row.revoked_at, now=now),
    )


def bearer_of(secret: str, *, now: datetime) -> Bearer:
    """Who speaks through this secret now, read anew for every request: one query, before anyone is known to act.

    Unauthorised where the key is unknown, expired, revoked, of another kind of installation, or where its account is
    closed, not a citizen's, or represents the key's enterprise no longer.
    """
    facts = _facts(secret, now)
    if facts is None or (facts["sandbox"] and not settings.EMOIT_DEMO):
        raise Unauthorised("Khóa API không đúng.")
    state = rules.state(
        expires_at=datetime.fromisoformat(facts["expires_at"]),
        revoked_at=datetime.fromisoformat(facts["revoked_at"]) if facts["revoked_at"] else None,
        now=now,
    )
    if state is not KeyState.ACTIVE:
        words = {"expired": vi("Khóa API đã hết hạn."), "revoked": vi("Khóa API đã bị thu hồi.")}[state]
        raise Unauthorised(words, code=f"key_{state}")
    return Bearer(_speaker(facts), facts["id"], facts["enterprise_id"], frozenset(facts["scopes"]))


def _facts(secret: str, now: datetime) -> dict[str, Any] | None:
    if len(secret) > rules.LONGEST_SECRET or not secret.startswith((rules.LIVE, rules.TEST)):
        return None
    with connection.cursor() as cursor:
        cursor.execute("select api_bearer(%s, %s)::text", [rules.digest(secret), now])
        (found,) = cursor.fetchone()
    return None if found is None else json.loads(found)


def _speaker(facts: dict[str, Any]) -> Actor:
    """The key's account as an actor, narrowed to the key's enterprise where it has one."""
    try:
        actor = people.actor_of_facts(facts["actor"])
    except NotFound:
        raise Unauthorised("Tài khoản của khóa API đã bị khóa.", code="key_ended") from None
    if actor.kind is not ActorKind.CITIZEN:
        raise Unauthorised("Tài khoản của khóa API không phải của tổ chức, cá nhân.", code="key_ended")
    actor = replace(actor, via=facts["prefix"], holdings=())
    if facts["enterprise_id"] is None:
        return actor
    enterprise = f"e:{facts['enterprise_id']}"
    if enterprise not in actor.readers:
        raise Unauthorised("Người tạo khóa không còn đại diện cho doanh nghiệp này.", code="key_ended")
    return replace(actor, readers=frozenset({f"a:{actor.account_id}", enterprise}))
