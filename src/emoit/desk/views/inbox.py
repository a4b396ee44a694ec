from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from emoit.desk import frame
from emoit.desk.http import actor_of, officer_only
from emoit.desk.rows import lines
from emoit.desk.views.signing import may_sign
from emoit.kernel.access import Actor
from emoit.lib.saying import vi
from emoit.people.types import Role
from emoit.ui.types import Link
from emoit.work import queries as work
from emoit.work.types import Item

TABS = {
    "all": vi("Tất cả"),
    "mine": vi("Của tôi"),
    "unclaimed": vi("Chưa có người nhận"),
    "unit": vi("Cả đơn vị"),
    "overdue": vi("Quá hạn"),
}
EMPTY = {
    "all": (vi("Không có việc nào đang chờ"), vi("Việc mới sẽ hiện ở đây khi có hồ sơ đến bước của bạn.")),
    "mine": (vi("Bạn không giữ việc nào"), vi("Xem các việc chưa có người nhận của đơn vị và nhận việc để xử lý.")),
    "unclaimed": (vi("Mọi việc đều đã có người nhận"), vi("Việc mới đến đơn vị mà chưa ai nhận sẽ hiện ở đây.")),
    "unit": (vi("Đơn vị không có việc nào đang mở"), vi("Hồ sơ chuyển đến đơn vị sẽ hiện ở đây để phân công.")),
    "overdue": (vi("Không có việc nào quá hạn"), vi("Việc quá thời hạn giải quyết sẽ hiện ở đây.")),
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """The open items of a tab as a sequence for the paginator: counted by one query, read by the page."""

    actor: Actor
    tab: str
    step: str
    now: datetime

    def count(self) -> int:
        return work.count(self.actor, tab=self.tab, step=self.step, now=self.now)

    def __len__(self) -> int:
        return self.count()

    def __getitem__(self, part: slice) -> list[Item]:
        return work.inbox(self.actor, tab=self.tab, step=self.step, after=part.start or 0, now=self.now)


@officer_only
def show(request: HttpRequest) -> HttpResponse:
    """Open work, the nearest deadline first; what is shown stands in the address."""
    actor, now = actor_of(request), timezone.now()
    heads = actor.has_role(Role.UNIT_HEAD)
    tab = request.GET.get("muc", "all")
    tab = tab if tab in TABS and (tab != "unit" or heads) else "all"
    step = request.GET.get("buoc", "")[:60]
    steps = work.steps_in(actor, tab=tab, now=now)
    items = cast("Sequence[Item]", Waiting(actor, tab, step, now))
    page = Paginator(items, work.PAGE).get_page(request.GET.get("trang"))
    title, text = EMPTY[tab]
    return frame.show(
        request,
        "desk/inbox.html",
        {
            "tab": tab,
            "tabs": _tabs(actor, tab, now, heads),
            "step": step,
            "steps": steps,
            "chosen": [Link(s.step_name, f"?muc={tab}") for s in steps if s.step == step],
            "page": page,
            "lines": lines(actor, page.object_list, now),
            "heads": heads,
            "signs": may_sign(actor, now),
            "empty_title": title,
            "empty_text": text,
        },
    )


def _tabs(actor: Actor, chosen: str, now: datetime, heads: bool) -> list[Link]:
    return [
        Link(label, f"?{urlencode({'muc': tab})}", current=tab == chosen, count=work.count(actor, tab=tab, now=now))
        for tab, label in TABS.items()
        if tab != "unit" or heads
    ]
