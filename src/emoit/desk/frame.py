"""The frame of every screen of the workbench: rail with counts, the officer's post, search."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from emoit.kernel.access import Actor, ActorRequest, NotFound
from emoit.people import queries as people
from emoit.people.types import ROLE_NAMES, Role
from emoit.procedures import queries as procedures
from emoit.ui.language import is_english, named, said
from emoit.ui.types import Link, LinkGroup
from emoit.work import queries as work


def show(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """Render a screen within the frame."""
    actor = cast("ActorRequest", request).actor
    frame = {
        "rail": rail(actor, _here(request)),
        "post": post_of(actor),
        "palette_url": reverse("desk:palette"),
        "search_url": reverse("desk:search"),
        "desk_home_url": reverse("desk:inbox"),
        "english_names": SimpleLazyObject(english_names),
    }
    return render(request, template, {**frame, **context}, status=status)


def english_names() -> dict[str, str]:
    """Procedures of the catalogue by their Vietnamese name; empty on a Vietnamese page."""
    return {card.name: card.name_en for card in procedures.catalogue() if card.name_en} if is_english() else {}


def rail(actor: Actor, here: str) -> list[LinkGroup]:
    """The ways of the workbench for this officer; `here` is the address of the current one."""
    now = timezone.now()
    counts = work.counts(actor, now=now)
    inbox = reverse("desk:inbox")
    waiting = [
        Link(_("Việc của tôi"), f"{inbox}?muc=mine", count=counts.mine),
        Link(_("Chưa có người nhận"), f"{inbox}?muc=unclaimed", count=counts.unclaimed),
    ]
    if actor.has_role(Role.UNIT_HEAD):
        waiting.append(Link(_("Cả đơn vị"), f"{inbox}?muc=unit", count=work.count(actor, tab="unit", now=now)))
    waiting.append(Link(_("Quá hạn"), f"{inbox}?muc=overdue", count=counts.overdue, alert=counts.overdue > 0))
    if actor.has_role(Role.LEADER) or counts.to_sign:
        waiting.append(Link(_("Ký ban hành"), reverse("desk:signing"), count=counts.to_sign))
    books = [
        Link(named("Hồ sơ", "Dossiers"), reverse("desk:dossiers")),
        Link(_("Sổ theo dõi"), reverse("desk:register")),
        Link(_("Lịch làm việc"), reverse("desk:calendar")),
    ]
    if actor.has_role(Role.ADMINISTRATOR) or actor.has_role(Role.AUDITOR):
        books.append(Link(_("Danh mục thủ tục"), reverse("desk:catalogue")))
    own = [Link(_("Ủy quyền"), reverse("desk:delegations")), Link(_("Vắng mặt"), reverse("desk:absences"))]
    return [
        LinkGroup(_("Hộp việc"), [_marked(link, here) for link in waiting]),
        LinkGroup(_("Sổ sách"), [_marked(link, here) for link in books]),
        LinkGroup(_("Nhân sự"), [_marked(link, here) for link in [*own, *_administration(actor)]]),
    ]


def _administration(actor: Actor) -> list[Link]:
    found = []
    if actor.has_role(Role.ADMINISTRATOR):
        found = [
            Link(_("Tài khoản cán bộ"), reverse("desk:staff")),
            Link(named("Đơn vị", "Units"), reverse("desk:units")),
        ]
    if actor.has_role(Role.ADMINISTRATOR) or actor.has_role(Role.AUDITOR):
        found.append(Link(_("Liên thông"), reverse("desk:exchange")))
    if any(actor.has_role(role) for role in (Role.ADMINISTRATOR, Role.LEADER, Role.AUDITOR)):
        found.append(Link(_("Chia sẻ dữ liệu"), reverse("desk:sharing")))
    if actor.has_role(Role.AUDITOR):
        found.append(Link(_("Tra cứu dữ liệu"), reverse("desk:lookups")))
        found.append(Link(_("Nhật ký"), reverse("desk:trail")))
    return found


def _here(request: HttpRequest) -> str:
    if request.path == reverse("desk:inbox"):
        return f"{request.path}?muc={request.GET.get('muc', '')}"
    return request.path


def _marked(link: Link, here: str) -> Link:
    path = link.href.partition("?")[0]
    current = here == link.href or ("?" not in link.href and here.startswith(path))
    return Link(link.label, link.href, current=current, count=link.count, alert=link.alert)


def post_of(actor: Actor) -> str:
    """The officer's highest post in words, e.g. "Chuyên viên, Cục Xúc tiến thương mại"; else the first role."""
    if actor.account_id is None:
        return ""
    posts = people.posts_of(actor.account_id, now=timezone.now())
    if posts:
        unit_id, title = posts[0]
        return f"{title}, {people.unit(unit_id).name}"
    own = next((h for h in actor.holdings if h.principal_id is None), None)
    return f"{said(ROLE_NAMES[Role(own.role)])}, {people.unit(own.unit_id).name}" if own else ""


def name_of(account_id: int | None) -> str:
    """An officer's name; empty where there is none or it may not be known."""
    if account_id is None:
        return ""
    try:
        return people.account_name(account_id)
    except NotFound:
        return ""


def names_of(account_ids: set[int | None]) -> dict[int | None, str]:
    return {account_id: name_of(account_id) for account_id in account_ids}
