"""Webhooks as their owner sees them beside the keys: what is sent where, and what became of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from emoit.api.views.keys import holder, sign_in
from emoit.kernel.access import Actor, NotFound
from emoit.lib.saying import vi
from emoit.people import queries as people
from emoit.ui.language import said
from emoit.webhooks import actions, queries
from emoit.webhooks.types import State, SubscriptionInfo

SHOWN = 50
_VERBS: dict[str, tuple[Any, str]] = {
    "tam-dung": (actions.pause, vi("Đã tạm dừng gửi thông báo.")),
    "gui-tiep": (actions.resume, vi("Đã cho gửi tiếp, kể cả những gì xảy ra trong lúc dừng.")),
    "thu-thach": (actions.verify, vi("Đã gửi lại thử thách.")),
    "gui-thu": (actions.send_test, vi("Đã gửi một thông báo thử.")),
}
_OFFERED = {
    State.UNVERIFIED: ("thu-thach",),
    State.ACTIVE: ("gui-thu", "tam-dung"),
    State.PAUSED: ("gui-tiep",),
    State.SUSPENDED: ("gui-tiep",),
    State.ENDED: (),
}


def show(request: HttpRequest) -> HttpResponse:
    """The subscriptions of the account and its enterprises."""
    actor = holder(request)
    if actor is None:
        return sign_in()
    names = _names(actor)
    lines = [(one, names.get(one.owner_key, ""), _told(one)) for one in queries.subscriptions_of(actor)]
    return render(request, "api/webhooks.html", {"lines": lines})


def one(request: HttpRequest, webhook_id: int) -> HttpResponse:
    """One subscription with its newest deliveries; a POST does one of the things offered."""
    actor = holder(request)
    if actor is None:
        return sign_in()
    info = queries.get_for(actor, webhook_id)
    if request.method == "POST":
        verb, words = _VERBS.get(request.POST.get("viec", ""), (None, ""))
        if verb is None:
            raise NotFound("Không có việc này.")
        verb(by=actor, now=timezone.now(), subscription_id=webhook_id)
        messages.success(request, said(words))
        return redirect("api-keys:webhook", webhook_id=webhook_id)
    context = {
        "webhook": info,
        "owner": _names(actor).get(info.owner_key, ""),
        "told": _told(info),
        "offered": _OFFERED[info.state],
        "deliveries": [
            (row, said(queries.error_words(row.error))) for row in queries.deliveries_of(actor, webhook_id, limit=SHOWN)
        ],
        "may_send": info.state is State.ACTIVE,
    }
    return render(request, "api/webhook.html", context)


@require_POST
def redeliver(request: HttpRequest, webhook_id: int, delivery_id: int) -> HttpResponse:
    """One event again, under the same id."""
    actor = holder(request)
    if actor is None:
        return sign_in()
    actions.redeliver(by=actor, now=timezone.now(), subscription_id=webhook_id, delivery_id=delivery_id)
    messages.success(request, _("Đã cho gửi lại thông báo."))
    return redirect("api-keys:webhook", webhook_id=webhook_id)


def delete(request: HttpRequest, webhook_id: int) -> HttpResponse:
    """Asked once more, then nothing is sent any more."""
    actor = holder(request)
    if actor is None:
        return sign_in()
    info = queries.get_for(actor, webhook_id)
    if request.method == "POST":
        actions.unsubscribe(by=actor, now=timezone.now(), subscription_id=webhook_id)
        messages.success(request, _("Đã xóa địa chỉ nhận thông báo."))
        return redirect("api-keys:webhooks")
    return render(request, "api/webhook_delete.html", {"webhook": info})


def _names(actor: Actor) -> dict[str, str]:
    enterprises = people.enterprises_of(actor.account_id or 0, now=timezone.now())
    return {f"e:{one.id}": one.name for one in enterprises}


def _told(info: SubscriptionInfo) -> str:
    return said(queries.reason_words(info.reason)) if info.reason else ""
