"""What every screen of a verb shares: the dossier and the item it is about, the attempt, and its refusals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from emoit.desk import frame
from emoit.desk.http import actor_of, back_to, number
from emoit.desk.rows import calendar_for, chip
from emoit.desk.steps import holding_of, roles_of
from emoit.dossiers import queries as dossiers
from emoit.dossiers.types import DossierInfo, Status
from emoit.kernel.access import Actor, Forbidden, Holding, NotFound, Refusal, Stale
from emoit.lib.saying import say, vi
from emoit.lib.working_time import DeadlineChip
from emoit.ui.language import said, said_all
from emoit.work import queries as work
from emoit.work.types import Item
from emoit.workflow.types import kind_of

CLOSED = vi("Việc này đã được xử lý hoặc đã chuyển sang bước khác. Không có gì bị thay đổi.")
PAUSED = {Status.AWAITING_SUPPLEMENT, Status.AWAITING_FEE}


@dataclass(frozen=True, slots=True)
class Situation:
    """A dossier before an officer, and the item the verb is about. `item` is None where it is closed meanwhile."""

    actor: Actor
    now: datetime
    dossier: DossierInfo
    item_id: int
    version: int
    item: Item | None
    holding: Holding | None
    about_item: bool = True

    @property
    def keys(self) -> dict[str, Any]:
        """The arguments that every verb of an item takes."""
        return {
            "by": self.actor,
            "now": self.now,
            "dossier_id": self.dossier.id,
            "item_id": self.item_id,
            "version": self.version,
        }


@dataclass(frozen=True, slots=True)
class Answer:
    """Why an attempt was refused: messages by field, or that someone else was faster."""

    errors: dict[str, str] = field(default_factory=dict)
    stale: str = ""
    status: int = 200


def situation(request: HttpRequest, dossier_id: int, *kinds: str) -> Situation:
    """The dossier (NotFound where it is not the actor's to see) and the item named in the address or the form.

    On opening a form the item must be there and, where kinds of steps are given, be of one of them and the actor's to
    do (Forbidden otherwise): an officer without the role learns nothing of a step's form.
    """
    actor, now = actor_of(request), timezone.now()
    dossier = dossiers.get_for(actor, dossier_id)
    asked = request.POST if request.method == "POST" else request.GET
    item = _item(actor, dossier_id, number(asked.get("item")), kinds)
    holding = holding_of(actor, item) if item else None
    fitting = request.method == "POST" and (not kinds or any(actor.has_role(role) for role in roles_of(*kinds)))
    if item is None and not fitting:
        raise NotFound("Không có việc này hoặc việc đã được xử lý.", code="item_closed")
    if kinds and item and holding is None and not fitting:
        raise Forbidden(held_by(item) or "Việc này không thuộc phần việc của bạn.")
    return Situation(
        actor=actor,
        now=now,
        dossier=dossier,
        item_id=item.id if item else number(asked.get("item")),
        version=number(asked.get("version")),
        item=item,
        holding=holding,
    )


def of_dossier(request: HttpRequest, dossier_id: int) -> Situation:
    """The dossier alone, for verbs that need no item."""
    actor = actor_of(request)
    dossier = dossiers.get_for(actor, dossier_id)
    return Situation(actor, timezone.now(), dossier, 0, dossier.version, None, None, about_item=False)


def _item(actor: Actor, dossier_id: int, item_id: int, kinds: tuple[str, ...]) -> Item | None:
    """The item by id, or without one the dossier's open item (of one of those kinds)."""
    open_items = [i for i in work.open_of(actor, "dossier", dossier_id) if not kinds or kind_of(i.step) in kinds]
    return next((item for item in open_items if item_id in {0, item.id}), None)


def held_by(item: Item) -> str:
    name = frame.name_of(item.assignee_id)
    return say("Việc này đang do {name} xử lý.", name=name) if name else ""


def attempt(at: Situation, do: Callable[[], object]) -> Answer | None:
    """Do it. None: done. Nothing has changed where an answer comes back."""
    if at.about_item and at.item is None:
        return Answer(stale=said(CLOSED), status=Stale.status)
    try:
        do()
    except Stale as refusal:
        return Answer(stale=said(refusal.message), status=refusal.status)
    except NotFound as refusal:
        if refusal.code != "item_closed":
            raise
        return Answer(stale=said(CLOSED), status=Stale.status)
    except Forbidden as refusal:
        return Answer(errors={"": said(refusal.message)}, status=refusal.status)
    except Refusal as refusal:
        return Answer(errors=said_all(refusal.fields) or {"": said(refusal.message)}, status=422)
    return None


def done(request: HttpRequest, at: Situation, words: str) -> HttpResponse:
    """Say that it is done, in the language of the page, and go back to the dossier."""
    messages.success(request, said(words))
    return back_to(at.dossier.id)


def form(
    request: HttpRequest, template: str, at: Situation, answer: Answer | None, context: dict[str, Any]
) -> HttpResponse:
    """The verb's form: empty, or as it was typed with what is wrong. After `Stale` it bears the new version."""
    answer = answer or Answer()
    at = _again(at) if answer.stale else at
    principal = at.holding.principal_id if at.holding else None
    return frame.show(
        request,
        template,
        {
            "at": at,
            "dossier": at.dossier,
            "item": at.item,
            "version": at.item.version if at.item else at.version,
            "chip": chip_of(at.actor, at.dossier, at.now),
            "on_behalf_of": frame.name_of(principal),
            "holder": said(held_by(at.item)) if at.item and at.item.assignee_id != at.actor.account_id else "",
            "errors": answer.errors,
            "stale": answer.stale,
            **context,
        },
        status=answer.status,
    )


def _again(at: Situation) -> Situation:
    """The item and the dossier as they are now."""
    item = work.items_for(at.actor, [at.item_id]).get(at.item_id)
    return replace(
        at,
        dossier=dossiers.get_for(at.actor, at.dossier.id),
        item=item,
        holding=holding_of(at.actor, item) if item else None,
    )


def chip_of(actor: Actor, dossier: DossierInfo, now: datetime) -> DeadlineChip | None:
    """The dossier's own chip; none where it waits for intake or has ended."""
    if dossier.status is Status.SUBMITTED or dossier.status.is_final or dossier.status is Status.DECIDED:
        return None
    return chip(calendar_for(actor), dossier.due_at, now, paused=dossier.status in PAUSED)
