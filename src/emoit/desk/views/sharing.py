"""Systems of other agencies that ask us: what waits for a decision, who is registered, and registering one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from emoit.desk import frame
from emoit.desk.http import actor_of, officer_only
from emoit.desk.shared import purpose_name, service_name
from emoit.desk.sheets import clean
from emoit.kernel.access import Refusal
from emoit.sharing import actions, queries
from emoit.ui.language import said, said_all

FIELDS = ("code", "name", "contact", "email")


@officer_only
def show(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    with_tests = request.GET.get("thu") == "1"
    return frame.show(
        request,
        "sharing/desk_list.html",
        {
            "proposals": [
                (grant, consumer, service_name(grant), purpose_name(grant.purpose))
                for grant, consumer in queries.proposals(actor)
            ],
            "consumers": queries.consumers(actor, with_tests=with_tests),
            "with_tests": with_tests,
            "may_keep": queries.may_keep(actor),
        },
    )


@officer_only
def add(request: HttpRequest) -> HttpResponse:
    """Register a system. It may read nothing until it has a credential and a grant."""
    actor = actor_of(request)
    queries.require_keeper(actor)
    typed = {name: clean(request.POST.get(name, ""))[:300] for name in FIELDS}
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            made = actions.register_consumer(by=actor, now=timezone.now(), **typed)
        except Refusal as refusal:
            errors = said_all(refusal.fields) or {"": said(refusal.message)}
        else:
            messages.success(request, _("Đã đăng ký hệ thống. Hãy cấp khóa và đề nghị quyền khai thác."))
            return redirect("desk:sharing-consumer", code=made.code)
    return frame.show(
        request, "sharing/desk_add.html", {"typed": typed, "errors": errors}, status=422 if errors else 200
    )
