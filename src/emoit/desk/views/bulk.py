from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from emoit.desk import frame
from emoit.desk.http import actor_of, number, officer_only
from emoit.desk.rows import Line, lines
from emoit.dossiers import actions
from emoit.kernel.access import Actor, NotFound, Refusal
from emoit.lib.saying import say, vi
from emoit.people import queries as people
from emoit.people.types import OfficerInfo
from emoit.ui.language import said
from emoit.work import queries as work
from emoit.work.types import Item

MAX_ROWS = 100
GONE = vi("Việc này đã được xử lý hoặc không còn thuộc phần việc của bạn.")


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one row. `version` is the item's new one, for taking it back."""

    line: Line | None
    code: str
    words: str
    done: bool
    version: int = 0


@officer_only
def claim(request: HttpRequest) -> HttpResponse:
    """Take several items: first what will happen, then what became of each."""
    return _bulk(request, "claim", lambda by, now, item, version: actions.claim(**_keys(by, now, item, version)))


@officer_only
def release(request: HttpRequest) -> HttpResponse:
    """Give several items back to their units: the way back from taking or assigning them."""
    return _bulk(request, "release", lambda by, now, item, version: actions.release(**_keys(by, now, item, version)))


@officer_only
def assign(request: HttpRequest) -> HttpResponse:
    """Give several items to one officer."""
    officer_id = number(request.POST.get("officer"))
    return _bulk(
        request,
        "assign",
        lambda by, now, item, version: actions.assign(**_keys(by, now, item, version), officer_id=officer_id),
    )


Do = Callable[[Actor, datetime, Item, int], object]

WORDS: dict[str, dict[str, str]] = {
    "claim": {
        "title": vi("Nhận việc"),
        "intro": vi("Các việc sau sẽ chuyển sang tên bạn. Việc nào đã có người khác nhận thì giữ nguyên."),
        "confirm": vi("Nhận các việc này"),
        "done": vi("Đã nhận"),
        "undo": vi("Trả lại các việc vừa nhận"),
    },
    "assign": {
        "title": vi("Phân công"),
        "intro": vi("Các việc sau sẽ giao cho người bạn chọn. Việc không thuộc phần việc của người đó thì giữ nguyên."),
        "confirm": vi("Phân công các việc này"),
        "done": vi("Đã phân công"),
        "undo": vi("Đưa các việc vừa phân công về đơn vị"),
    },
    "release": {
        "title": vi("Trả việc về đơn vị"),
        "intro": vi("Các việc sau sẽ về lại đơn vị, chưa có người nhận."),
        "confirm": vi("Trả các việc này"),
        "done": vi("Đã trả về đơn vị"),
        "undo": "",
    },
}


def _keys(by: Actor, now: datetime, item: Item, version: int) -> dict[str, Any]:
    return {"by": by, "now": now, "dossier_id": item.subject_id, "item_id": item.id, "version": version}


def chosen(request: HttpRequest) -> dict[int, int]:
    """Item id -> the version that was ticked."""
    pairs = (value.partition(":") for value in request.POST.getlist("chosen")[:MAX_ROWS])
    return {number(item): number(version) for item, _, version in pairs if number(item)}


def results(actor: Actor, now: datetime, ticked: dict[int, int], do: Do, words: str) -> list[Result]:
    """Each row by itself: what one is refused does not hold up the others."""
    items = work.items_for(actor, ticked)
    found = []
    for item_id, version in ticked.items():
        item = items.get(item_id)
        if item is None:
            found.append(Result(None, say("Việc số {item}", item=item_id), GONE, done=False))
            continue
        try:
            do(actor, now, item, version)
        except NotFound:
            found.append(Result(None, item.subject_code, GONE, done=False))
        except Refusal as refusal:
            found.append(Result(None, item.subject_code, said(refusal.message), done=False))
        else:
            found.append(Result(None, item.subject_code, words, done=True, version=version + 1))
    after = {line.item.id: line for line in lines(actor, items.values(), now)}
    return [
        Result(after.get(item_id), r.code, r.words, r.done, r.version) for item_id, r in zip(ticked, found, strict=True)
    ]


@require_POST
def _bulk(request: HttpRequest, verb: str, do: Do) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    ticked = chosen(request)
    words = WORDS[verb]
    if not ticked:
        return _nothing(request, words)
    officers = _officers(work.items_for(actor, ticked).values(), now) if verb == "assign" else []
    errors = {}
    if "confirm" in request.POST and verb == "assign" and not number(request.POST.get("officer")):
        errors = {"officer": gettext("Chọn người được phân công")}
    if "confirm" not in request.POST or errors:
        return frame.show(
            request,
            "desk/bulk_preview.html",
            {
                "words": words,
                "action": request.path,
                "lines": [(line, ticked[line.item.id]) for line in _lines(actor, ticked, now)],
                "gone": len(ticked) - len(work.items_for(actor, ticked)),
                "officers": officers,
                "choose_officer": verb == "assign",
                "errors": errors,
            },
            status=422 if errors else 200,
        )
    found = results(actor, now, ticked, do, words["done"])
    return frame.show(
        request,
        "desk/bulk_results.html",
        {"words": words, "results": found, "done": sum(r.done for r in found), "may_undo": verb != "release"},
    )


def _lines(actor: Actor, ticked: Iterable[int], now: datetime) -> list[Line]:
    return lines(actor, work.items_for(actor, ticked).values(), now)


def _officers(items: Iterable[Item], now: datetime) -> list[OfficerInfo]:
    """Who could do at least one of the items, in their units, once each."""
    found: dict[int, OfficerInfo] = {}
    for unit_id, role in dict.fromkeys((item.unit_id, item.role) for item in items):
        for officer in people.officers_in(unit_id, role, now=now):
            found.setdefault(officer.account_id, officer)
    return list(found.values())


def _nothing(request: HttpRequest, words: dict[str, str]) -> HttpResponse:
    context = {"refusal": Refusal("Chưa chọn việc nào. Hãy chọn ít nhất một dòng trong hộp việc."), "words": words}
    return frame.show(request, "desk/refused.html", context, status=422)
