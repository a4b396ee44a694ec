from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from emoit.desk import frame
from emoit.desk.http import actor_of, officer_only, require
from emoit.lib.saying import vi
from emoit.people import queries as people
from emoit.people.types import Role

PAGE = 50
ADMINISTRATORS = vi("Chỉ quản trị viên xem và sửa tài khoản cán bộ.")


@officer_only
def show(request: HttpRequest) -> HttpResponse:
    """Accounts of officers, found by a part of the name or the login."""
    actor, now = actor_of(request), timezone.now()
    require(actor, Role.ADMINISTRATOR, ADMINISTRATORS)
    search = request.GET.get("tim", "").strip()[:100]
    page = Paginator(people.officers(actor, search=search), PAGE).get_page(request.GET.get("trang"))
    cards = people.officer_cards(actor, now=now, rows=page.object_list)
    enrolled = people.enrolled_among(actor, [card.account_id for card in cards])
    context = {"search": search, "page": page, "lines": [(card, card.account_id in enrolled) for card in cards]}
    return frame.show(request, "desk/staff.html", context)
