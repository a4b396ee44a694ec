from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from emoit.desk import frame
from emoit.desk.acts import may_retry
from emoit.desk.http import actor_of, officer_only
from emoit.desk.rows import lines
from emoit.dossiers import queries as dossiers
from emoit.dossiers.types import DecisionInfo
from emoit.kernel.access import Actor, Forbidden
from emoit.people.types import Role
from emoit.work import queries as work
from emoit.work.types import Item


@officer_only
def show(request: HttpRequest) -> HttpResponse:
    """What waits for the leader's signature, and signatures under way or failed."""
    actor, now = actor_of(request), timezone.now()
    if not (actor.has_role(Role.ADMINISTRATOR) or may_sign(actor, now)):
        raise Forbidden("Trang này dành cho lãnh đạo ký ban hành và quản trị viên.")
    items = work.inbox(actor, tab="all", kind="sign", now=now)
    return frame.show(
        request,
        "desk/signing.html",
        {
            "lines": [(line, decision_about(actor, line.item)) for line in lines(actor, items, now)],
            "total": work.count(actor, tab="all", kind="sign", now=now),
            "under_way": [(s, may_retry(actor, s.signer_id)) for s in dossiers.being_signed(actor)],
        },
    )


def may_sign(actor: Actor, now: datetime) -> bool:
    """Leaders, and heads of units before whom something lies to be signed."""
    return actor.has_role(Role.LEADER) or work.count(actor, tab="all", kind="sign", now=now) > 0


def decision_about(actor: Actor, item: Item) -> DecisionInfo | None:
    return dossiers.decision_of(actor, item.subject_id)
