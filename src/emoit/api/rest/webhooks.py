"""Webhooks: who wants to be told, at which address, and what became of it."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Query

from emoit.api.rest import cursors, webhook_examples
from emoit.api.rest.gate import ApiRequest
from emoit.api.rest.operations import Area, reply
from emoit.api.rest.shapes import Cursor, Id
from emoit.api.rest.webhook_shapes import (
    DeliveryOut,
    DeliveryPage,
    NewWebhook,
    Replayed,
    ReplayFrom,
    StateName,
    WebhookChange,
    WebhookOut,
    Webhooks,
    WebhookWithSecret,
)
from emoit.api.types import Scope
from emoit.ui.language import said
from emoit.webhooks import actions, queries
from emoit.webhooks.types import DeliveryInfo, DeliveryState, SubscriptionInfo

area = Area("webhooks", Scope.WEBHOOKS_READ, Scope.WEBHOOKS_WRITE)
Limit = Annotated[int, Query(ge=1, le=100)]
ONE = "/webhooks/{int:webhook_id}"


@area.operation("GET", "/webhooks", "listWebhooks", "Đăng ký nhận thông báo · Webhooks", answer=Webhooks)
def list_webhooks(request: ApiRequest) -> HttpResponse:
    """Those of the account and its enterprises, the newest first; never their secrets."""
    return reply(Webhooks(items=[_told(one) for one in queries.subscriptions_of(request.actor)]))


@area.operation(
    "POST",
    "/webhooks",
    "createWebhook",
    "Đăng ký một địa chỉ · Make a webhook",
    answer=WebhookWithSecret,
    success=201,
    bodies=webhook_examples.NEW,
    problems=("forbidden", "too_many_webhooks", "too_many_challenges"),
)
def create_webhook(request: ApiRequest, body: NewWebhook) -> HttpResponse:
    """A signed challenge is posted to the address at once; until it is answered with the same `challenge` nothing else
    is. What happens in the meantime is delivered afterwards. The secret is told in this answer alone."""
    enterprise = body.enterprise_id or request.bearer.enterprise_id
    made = actions.subscribe(
        by=request.actor,
        now=request.now,
        owner_key=f"e:{enterprise}" if enterprise else f"a:{request.actor.account_id}",
        address=body.address,
        types=body.types,
        description=body.description,
    )
    return reply(
        WebhookWithSecret(**_fields(made.info), secret=made.secret), status=201, location=f"/webhooks/{made.info.id}"
    )


@area.operation("GET", ONE, "getWebhook", "Một đăng ký · One webhook", answer=WebhookOut)
def get_webhook(request: ApiRequest, webhook_id: Id) -> HttpResponse:
    """Its state, since when its receiver has been failing, and until when an old secret still signs."""
    return reply(_told(queries.get_for(request.actor, webhook_id)))


@area.operation(
    "PATCH",
    ONE,
    "changeWebhook",
    "Đổi địa chỉ, loại sự kiện, mô tả · Change it",
    answer=WebhookOut,
    bodies=webhook_examples.CHANGE,
    problems=("webhook_state", "too_many_challenges"),
)
def change_webhook(request: ApiRequest, webhook_id: Id, body: WebhookChange) -> HttpResponse:
    """What is not given, or null, stays. Another address must answer a challenge before anything else goes there."""
    changed = actions.change(
        by=request.actor,
        now=request.now,
        subscription_id=webhook_id,
        address=body.address,
        types=body.types,
        description=body.description,
    )
    return reply(_told(changed))


@area.operation("DELETE", ONE, "deleteWebhook", "Xóa đăng ký · Delete it")
def delete_webhook(request: ApiRequest, webhook_id: Id) -> HttpResponse:
    """Nothing more is sent, not even what waits."""
    actions.unsubscribe(by=request.actor, now=request.now, subscription_id=webhook_id)
    return reply(None, status=204)


@area.operation(
    "POST",
    ONE + "/secret",
    "rotateSecret",
    "Đổi khóa bí mật · Rotate the secret",
    answer=WebhookWithSecret,
    problems=("webhook_state", "too_many_secrets"),
)
def rotate_secret(request: ApiRequest, webhook_id: Id) -> HttpResponse:
    """A new secret, told in this answer alone. Those it replaces sign too, each for 24 hours, three at most."""
    made = actions.rotate_secret(by=request.actor, now=request.now, subscription_id=webhook_id)
    return reply(WebhookWithSecret(**_fields(made.info), secret=made.secret))


@area.operation(
    "POST", ONE + "/pause", "pauseWebhook", "Tạm dừng · Pause", answer=WebhookOut, problems=("webhook_state",)
)
def pause_webhook(request: ApiRequest, webhook_id: Id) -> HttpResponse:
    """Nothing is sent until it is resumed; then everything since is."""
    return reply(_told(actions.pause(by=request.actor, now=request.now, subscription_id=webhook_id)))


@area.operation(
    "POST", ONE + "/resume", "resumeWebhook", "Gửi tiếp · Resume", answer=WebhookOut, problems=("webhook_state",)
)
def resume_webhook(request: ApiRequest, webhook_id: Id) -> HttpResponse:
    """After a pause, or once a receiver is mended that had been failing for five days."""
    return reply(_told(actions.resume(by=request.actor, now=request.now, subscription_id=webhook_id)))


@area.operation(
    "POST",
    ONE + "/challenge",
    "challengeWebhook",
    "Gửi lại thử thách · Challenge again",
    answer=WebhookOut,
    problems=("webhook_state", "too_many_challenges"),
)
def challenge_webhook(request: ApiRequest, webhook_id: Id) -> HttpResponse:
    """A new challenge at once, where the first one was not answered well."""
    return reply(_told(actions.verify(by=request.actor, now=request.now, subscription_id=webhook_id)))


@area.operation(
    "POST",
    ONE + "/test",
    "testWebhook",
    "Gửi thông báo thử · Send a test",
    answer=DeliveryOut,
    success=202,
    problems=("webhook_state",),
)
def test_webhook(request: ApiRequest, webhook_id: Id) -> HttpResponse:
    """One event of type `vn.gov.moit.emoit.webhook.test`, to this webhook alone; it is not in the log."""
    made = actions.send_test(by=request.actor, now=request.now, subscription_id=webhook_id)
    return reply(_delivery(made), status=202)


@area.operation(
    "POST",
    ONE + "/replay",
    "replayEvents",
    "Gửi lại từ một con trỏ · Replay from a cursor",
    answer=Replayed,
    success=202,
    bodies=webhook_examples.REPLAY,
    problems=("webhook_state", "cursor_too_old"),
)
def replay_events(request: ApiRequest, webhook_id: Id, body: ReplayFrom) -> HttpResponse:
    """Send again every event after that number, under the same ids: a receiver that remembers ids takes none twice."""
    count = actions.replay(by=request.actor, now=request.now, subscription_id=webhook_id, after=body.after)
    return reply(Replayed(events=count), status=202)


@area.operation(
    "GET",
    ONE + "/deliveries",
    "listDeliveries",
    "Các lần gửi · Deliveries",
    answer=DeliveryPage,
    problems=("bad_cursor",),
)
def list_deliveries(
    request: ApiRequest, webhook_id: Id, state: StateName = "", cursor: Cursor = "", limit: Limit = 20
) -> HttpResponse:
    """The newest first, each with the last answer. What ended is kept for 30 days."""
    account, filters = request.actor.account_id, ["deliveries", webhook_id, state]
    before = cursors.unpack(cursor, account, filters)[0] if cursor else None
    found = queries.deliveries_of(request.actor, webhook_id, before=before, state=state, limit=limit + 1)
    more = len(found) > limit
    return reply(
        DeliveryPage(
            items=[_delivery(one) for one in found[:limit]],
            next_cursor=cursors.pack(account, filters, [found[limit - 1].id]) if more else None,
        )
    )


@area.operation(
    "POST",
    ONE + "/deliveries/{int:delivery_id}/redeliver",
    "redeliver",
    "Gửi lại một thông báo · Send one again",
    answer=DeliveryOut,
    success=202,
    problems=("webhook_state",),
)
def redeliver(request: ApiRequest, webhook_id: Id, delivery_id: Id) -> HttpResponse:
    """The same event under the same id, with its tries counted anew."""
    made = actions.redeliver(by=request.actor, now=request.now, subscription_id=webhook_id, delivery_id=delivery_id)
    return reply(_delivery(made), status=202)


def _fields(info: SubscriptionInfo) -> dict[str, Any]:
    kind, _, key = info.owner_key.partition(":")
    return {
        "id": info.id,
        "address": info.address,
        "description": info.description,
        "types": list(info.types),
        "owner": f"enterprise:{key}" if kind == "e" else "account",
        "state": info.state.value,
        "state_label": said(info.state.label),
        "reason": info.reason,
        "created_at": info.created_at,
        "verified_at": info.verified_at,
        "failing_since": info.failing_since,
        "old_secret_until": info.old_secret_until,
    }


def _told(info: SubscriptionInfo) -> WebhookOut:
    return WebhookOut.model_validate(_fields(info))


def _delivery(info: DeliveryInfo) -> DeliveryOut:
    sequence = info.event.sequence
    return DeliveryOut(
        id=info.id,
        event_id=info.event.id,
        type=info.event.type,
        subject=info.event.subject,
        sequence=None if sequence is None else str(sequence),
        state=info.state.value,
        attempts=info.attempts,
        created_at=info.created_at,
        next_try_at=info.due_at if info.state is DeliveryState.WAITING else None,
        tried_at=info.tried_at,
        status=info.status,
        error=info.error,
        answer=info.answer,
    )
