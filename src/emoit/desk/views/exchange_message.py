from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from emoit.desk import frame
from emoit.desk.http import actor_of, number, officer_only
from emoit.desk.sheets import clean
from emoit.exchange import actions, queries
from emoit.exchange.types import MessageFacts, Step
from emoit.kernel import audit
from emoit.kernel.access import Actor, Refusal


@officer_only
def show(request: HttpRequest, message_id: str) -> HttpResponse:
    """One message, traced: every envelope and receipt, who decided what, and the others of its trace."""
    actor = actor_of(request)
    found = queries.message(actor, message_id)
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            done = _do(request, actor, message_id)
        except Refusal as refusal:
            if not refusal.fields:
                raise
            errors = refusal.fields
        else:
            messages.success(request, done)
            return redirect("desk:exchange-message", message_id=message_id)
    first = found[0]
    return frame.show(
        request,
        "exchange/message.html",
        {
            "message": first,
            "about": f"{queries.subject_words(first.subject_kind)} {first.subject_id}",
            "found": [_shown(facts) for facts in found],
            "steps": _steps(actor, message_id),
            "others": [one for one in queries.trace(actor, first.traceparent) if one.message_id != message_id],
            "may_operate": queries.may_operate(actor),
            "errors": errors,
            "typed": clean(request.POST.get("reason", "")),
        },
        status=422 if errors else 200,
    )


def _do(request: HttpRequest, actor: Actor, message_id: str) -> str:
    """The verb that was posted: `gui-lai`, `bo-gui`, `xu-ly-lai`. Refusals: forbidden, not_stuck, reason_missing."""
    now, verb = timezone.now(), request.POST.get("viec", "")
    if verb == "bo-gui":
        actions.give_up(by=actor, now=now, message_id=message_id, reason=clean(request.POST.get("reason", "")))
        return _("Đã bỏ gửi thông điệp. Các thông điệp sau trong cùng chuỗi được gửi tiếp.")
    if verb == "xu-ly-lai":
        if actions.process_again(by=actor, now=now, inbound_id=number(request.POST.get("so"))):
            return _("Đã xử lý xong thông điệp. Bên gửi nhận biên nhận ở lần gửi lại tới.")
        return _("Đã thử xử lý lại, nhưng thông điệp vẫn chưa xử lý được.")
    actions.try_again(by=actor, now=now, message_id=message_id)
    return _("Thông điệp được đưa trở lại hàng chờ, giữ nguyên mã và nội dung.")


def _shown(facts: MessageFacts) -> tuple[MessageFacts, str, str, str]:
    """The message, its state in words, the tone of that, and why the last try failed."""
    return facts, *queries.state_words(facts.state), queries.error_words(facts.error)


def _steps(actor: Actor, message_id: str) -> list[tuple[Step | audit.Entry, str, str]]:
    """(what, words, who), signed things and decisions together, in order of time."""
    signed = [(step, queries.step_words(step.kind), step.partner) for step in queries.steps(actor, message_id)]
    decided = [
        (entry, queries.verb_words(entry.verb), entry.actor_name) for entry in queries.decisions(actor, message_id)
    ]
    return sorted([*decided, *signed], key=lambda one: one[0].at)
