from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from emoit.desk import frame
from emoit.desk.acts import may_retry
from emoit.desk.http import actor_of, officer_only
from emoit.desk.rows import lines
from emoit.desk.steps import roles_of
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
    if not any(actor.has_role(role) for role in (*roles_of("sign"), Role.ADMINISTRATOR)):
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


def decision_about(actor: Actor, item: Item) -> DecisionInfo | None:
    return dossiers.decision_of(actor, item.subject_id)
