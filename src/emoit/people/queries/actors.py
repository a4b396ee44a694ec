"""From an account to an actor: one read through the function `people_actor`, whoever acts now."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection

from emoit.kernel.access import Actor, ActorKind, Holding, NotFound
from emoit.people.models import Account
from emoit.people.types import AccountKind, Role, SecondFactorState


def _facts(account_id: int, now: datetime) -> Mapping[str, Any] | None:
    """What the function tells, or None: see people/migrations/0002_security.py."""
    with connection.cursor() as cursor:
        cursor.execute("select people_actor(%s, %s)::text", [account_id, now])
        (facts,) = cursor.fetchone()
    return None if facts is None else json.loads(facts)


def _readers(facts: Mapping[str, Any], holdings: tuple[Holding, ...]) -> frozenset[str]:
    keys = {f"a:{facts['id']}"}
    keys |= {f"e:{enterprise_id}" for enterprise_id in facts["enterprises"]}
    keys |= {f"u:{unit_id}" for unit_id in facts["assigned"]} | {f"u:{h.unit_id}" for h in holdings}
    if any(h.role == Role.AUDITOR for h in holdings):
        keys.add(f"g:{facts['agency_id']}")
    return frozenset(keys)


def _actor(facts: Mapping[str, Any]) -> Actor:
    own = tuple(Holding(unit_id, role) for unit_id, role in facts["held"])
    lent = tuple(
        Holding(unit_id, role, principal_id, delegation_id, frozenset(procedures or ()))
        for unit_id, role, principal_id, delegation_id, procedures in facts["delegated"]
    )
    holdings = own + lent
    return Actor(
        kind=ActorKind.OFFICER if facts["kind"] == AccountKind.OFFICER else ActorKind.CITIZEN,
        agency_id=facts["agency_id"],
        name=facts["full_name"],
        account_id=facts["id"],
        readers=_readers(facts, holdings),
        holdings=holdings,
    )


def actor_of_facts(facts: Mapping[str, Any] | None) -> Actor:
    """The actor from what the function `people_actor` told, for a read that calls it together with facts of its own.

    NotFound where the account is absent, closed or of another agency than the one served here.
    """
    if facts is None or not facts["is_active"] or facts["agency_code"] != settings.EMOIT_AGENCY_CODE:
        raise NotFound("Không có tài khoản này.")
    return _actor(facts)


def actor_for(account_id: int, *, now: datetime) -> Actor:
    """The account as an actor, with what it holds at `now`: in own right first, then by delegation.

    A delegated holding counts only while its principal is active and holds the same role in own right, so nothing can
    be passed on. Readers: `a:` the account, `e:` enterprises represented, `u:` units of a post, a role or a delegation,
    `g:` the whole agency for auditors. NotFound where the account is absent or closed. One query, with or without an
    actor.
    """
    facts = _facts(account_id, now)
    if facts is None or not facts["is_active"]:
        raise NotFound("Không có tài khoản này.")
    return _actor(facts)


def account_for_session(account_id: int, *, now: datetime) -> Account | None:
    """A session's account with its actor in `session_actor` and its `second_factor`.

    None where it is gone, closed or of another agency.
    """
    facts = _facts(account_id, now)
    if facts is None or not facts["is_active"] or facts["agency_code"] != settings.EMOIT_AGENCY_CODE:
        return None
    columns = ("id", "agency_id", "login", "full_name", "kind", "is_active", "session_stamp")
    account = Account(**{c: facts[c] for c in columns}, created_at=datetime.fromisoformat(facts["created_at"]))
    account._state.adding = False  # noqa: SLF001 - read from the database, by a function
    account._state.db = "default"  # noqa: SLF001
    account.session_actor = _actor(facts)
    account.second_factor = SecondFactorState(facts["enrolled"], datetime.fromisoformat(facts["asked_at"]))
    return account
