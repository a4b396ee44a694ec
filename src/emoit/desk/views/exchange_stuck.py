"""Dead letters by partner and reason, page after page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse

from emoit.desk import frame
from emoit.desk.http import actor_of, officer_only
from emoit.exchange import queries
from emoit.exchange.types import MessageFacts
from emoit.kernel.access import Actor

PAGE = 50


@dataclass(frozen=True, slots=True)
class Asked:
    """Which dead letters; "": any partner, any reason."""

    partner: str
    error: str

    @property
    def query(self) -> str:
        return urlencode({"he-thong": self.partner, "loi": self.error})


def asked_of(request: HttpRequest) -> Asked:
    """What stands in the address as it stands there: a broken choice finds nothing, it does not become a wider one."""
    return Asked(request.GET.get("he-thong", ""), request.GET.get("loi", ""))


@dataclass(frozen=True, slots=True)
class _Rows:
    """The dead letters as a sequence for the paginator."""

    actor: Actor
    asked: Asked
    total: int

    def count(self) -> int:
        return self.total

    def __len__(self) -> int:
        return self.total

    def __getitem__(self, part: slice) -> list[MessageFacts]:
        return queries.stuck(
            self.actor, partner=self.asked.partner, error=self.asked.error, skip=part.start or 0, limit=PAGE
        )


@officer_only
def show(request: HttpRequest) -> HttpResponse:
    """What is stuck, chosen by partner and reason."""
    actor, asked, words = actor_of(request), asked_of(request), queries.error_words
    groups = queries.stuck_groups(actor)
    total = queries.counted(groups, partner=asked.partner, error=asked.error)
    rows = cast("Sequence[MessageFacts]", _Rows(actor, asked, total))
    page = Paginator(rows, PAGE).get_page(request.GET.get("trang"))
    return frame.show(
        request,
        "exchange/stuck.html",
        {
            "asked": asked,
            "groups": [(group, words(group.error), Asked(group.partner, group.error)) for group in groups],
            "every": queries.counted(groups),
            "total": total,
            "page": page,
            "lines": [(facts, words(facts.error)) for facts in page],
            "reason": words(asked.error),
            "may_operate": queries.may_operate(actor),
        },
    )
