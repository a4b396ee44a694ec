from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from emoit.desk import frame
from emoit.desk.http import actor_of, officer_only, require
from emoit.desk.views.staff import ADMINISTRATORS
from emoit.kernel.access import Refusal
from emoit.people import actions
from emoit.people.types import Role
from emoit.ui.language import said, said_all

FIELDS = ("login", "full_name", "phone", "email")


@officer_only
def show(request: HttpRequest) -> HttpResponse:
    """Open an officer's account. The password is set by its holder, by a link that is shown once."""
    actor, now = actor_of(request), timezone.now()
    require(actor, Role.ADMINISTRATOR, ADMINISTRATORS)
    typed = {name: request.POST.get(name, "").strip()[:200] for name in FIELDS}
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            account = actions.create_officer(by=actor, now=now, password=None, **typed)
        except Refusal as refusal:
            errors = said_all(refusal.fields) or {"": said(refusal.message)}
        else:
            token = actions.issue_password_link(by=actor, now=now, account_id=account.pk)
            return show_link(request, account.pk, token)
    status = 422 if errors else 200
    return frame.show(request, "desk/staff_new.html", {"typed": typed, "errors": errors}, status=status)


def show_link(request: HttpRequest, account_id: int, token: str) -> HttpResponse:
    """The one-time link, this once."""
    return frame.show(request, "desk/staff_link.html", {"account_id": account_id, "token": token})
