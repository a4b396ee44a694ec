from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from emoit.desk import frame
from emoit.desk.http import actor_of, officer_only
from emoit.desk.views.exchange_stuck import asked_of
from emoit.exchange import actions, queries


@officer_only
def show(request: HttpRequest) -> HttpResponse:
    """Send all dead letters of a choice again: what will happen, then doing it."""
    actor, asked, now = actor_of(request), asked_of(request), timezone.now()
    queries.require_operator(actor)
    back = f"{reverse('desk:exchange-stuck')}?{asked.query}"
    if request.method == "POST":
        done = actions.try_all_again(by=actor, now=now, partner=asked.partner, error=asked.error)
        told = ngettext(
            "Đã đưa {number} thông điệp trở lại hàng chờ.", "Đã đưa {number} thông điệp trở lại hàng chờ.", done
        )
        messages.success(request, told.format(number=done))
        return HttpResponseRedirect(back)
    chosen = [
        group
        for group in queries.stuck_groups(actor)
        if asked.partner in {"", group.partner} and asked.error in {"", group.error}
    ]
    total = queries.counted(chosen)
    named = {group.partner for group in chosen}
    return frame.show(
        request,
        "exchange/try_again.html",
        {
            "asked": asked,
            "back": back,
            "groups": [(group, queries.error_words(group.error)) for group in chosen],
            "total": total,
            "now": min(total, actions.MOST_AT_ONCE),
            "most": actions.MOST_AT_ONCE,
            "closed": [
                (state, queries.partner_words(state)[0])
                for state in queries.partners(actor, now=now)
                if state.code in named and state.is_closed
            ],
        },
    )
