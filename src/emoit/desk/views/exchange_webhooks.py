"""Who is told by webhook, and whose system does not take it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse

from emoit.desk import frame
from emoit.desk.http import actor_of, officer_only
from emoit.kernel.access import Actor
from emoit.ui.language import said
from emoit.webhooks import queries
from emoit.webhooks.types import Watched

PAGE = 50


@dataclass(frozen=True, slots=True)
class _Rows:
    """The subscriptions as a sequence for the paginator."""

    actor: Actor

    def count(self) -> int:
        return queries.watched_count(self.actor)

    def __len__(self) -> int:
        return self.count()

    def __getitem__(self, part: slice) -> list[Watched]:
        return queries.watched(self.actor, skip=part.start or 0, limit=PAGE)


@officer_only
def show(request: HttpRequest) -> HttpResponse:
    """Subscriptions of citizens and enterprises, those in trouble first."""
    rows = cast("Sequence[Watched]", _Rows(actor_of(request)))
    page = Paginator(rows, PAGE).get_page(request.GET.get("trang"))
    lines = [(one, said(queries.reason_words(one.info.reason))) for one in page]
    return frame.show(request, "desk/webhooks.html", {"page": page, "lines": lines})
