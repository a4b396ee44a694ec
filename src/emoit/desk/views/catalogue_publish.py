from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from emoit.desk import catalogue, frame
from emoit.desk.days import read_day, write_day
from emoit.desk.http import number, officer_only
from emoit.desk.sheets import clean
from emoit.dossiers import queries as dossiers
from emoit.kernel.access import Actor, NotFound, Refusal, Stale
from emoit.lib.saying import say, vi
from emoit.procedures import actions, queries
from emoit.procedures.types import DraftInfo, Notice
from emoit.ui.language import said, said_all

DAYS = {
    "effective_from": vi("Nhập ngày có hiệu lực đúng, ví dụ 01/07/2026."),
    "decided_on": vi("Nhập ngày công bố đúng, ví dụ 01/07/2026."),
    "published_on": vi("Nhập ngày công khai đúng, ví dụ 01/07/2026."),
}


@officer_only
def show(request: HttpRequest, code: str) -> HttpResponse:
    """The last look before a draft is published: what changes, whom it touches, from when, why."""
    actor = catalogue.editor(request)
    draft = catalogue.draft_of(actor, code)
    if request.method != "POST":
        return _page(request, actor, draft, _first(draft))
    typed = {name: clean(request.POST.get(name, "")) for name in (*DAYS, "decision", "reason")}
    errors = _unreadable(typed)
    if errors:
        return _page(request, actor, draft, typed, errors=errors)
    try:
        done = _publish(request, actor, code, typed)
    except NotFound:
        raise
    except Stale as stale:
        return _page(request, actor, draft, typed, stale=said(stale.message))
    except actions.InvalidProcedure as refusal:
        return _page(request, actor, draft, typed, errors={"": said(refusal.message)})
    except Refusal as refusal:
        return _page(request, actor, draft, typed, errors=said_all(refusal.fields) or {"": said(refusal.message)})
    messages.success(request, said(say("Đã công bố phiên bản {version}.", version=done.version)))
    return redirect("desk:catalogue-procedure", code=code)


def _publish(request: HttpRequest, actor: Actor, code: str, typed: dict[str, str]) -> Any:
    known_unit, known_process = queries.known_places(actor.agency_id)
    effective = read_day(typed["effective_from"])
    assert effective is not None  # noqa: S101 - `_unreadable` has seen it
    return actions.publish_draft(
        by=actor,
        now=timezone.now(),
        code=code,
        lock=catalogue.lock_of(request),
        newest=number(request.POST.get("newest")),
        effective_from=effective,
        notice=_notice(typed),
        reason=typed["reason"],
        known_unit=known_unit,
        known_process=known_process,
    )


def _notice(typed: dict[str, str]) -> Notice | None:
    if not typed["decision"]:
        return None
    return Notice(typed["decision"], read_day(typed["decided_on"]), read_day(typed["published_on"]))


def _unreadable(typed: dict[str, str]) -> dict[str, str]:
    errors = {name: said(words) for name, words in DAYS.items()
              if typed[name] and read_day(typed[name]) is None}  # fmt: skip
    if not typed["effective_from"]:
        errors["effective_from"] = _("Nhập ngày có hiệu lực.")
    if (typed["decided_on"] or typed["published_on"]) and not typed["decision"]:
        errors["decision"] = _("Nhập số quyết định công bố.")
    if not typed["reason"]:
        errors["reason"] = _("Ghi lý do công bố phiên bản này.")
    return errors


def _first(draft: DraftInfo) -> dict[str, str]:
    notice = draft.document.get("notice")
    notice = notice if isinstance(notice, dict) else {}
    days = {name: read_day(str(notice.get(name, ""))) for name in ("decided_on", "published_on")}
    return {
        "effective_from": write_day(timezone.localdate()),
        "decision": str(notice.get("decision", "")),
        "reason": "",
        **{name: write_day(day) if day else "" for name, day in days.items()},
    }


def _page(
    request: HttpRequest,
    actor: Actor,
    draft: DraftInfo,
    typed: dict[str, str],
    *,
    errors: dict[str, str] | None = None,
    stale: str = "",
) -> HttpResponse:
    versions = queries.history(actor, draft.code, on=timezone.localdate())
    newest = versions[0].number if versions else 0
    verdict = queries.judge(actor, draft.document)
    before = queries.document_of(actor, draft.code, newest) if versions else {}
    use = dossiers.in_use(actor, [version.id for version in versions]).values()
    return frame.show(
        request,
        "desk/catalogue_publish.html",
        {
            "code": draft.code,
            "name": catalogue.name_of(draft.document),
            "draft": draft,
            "newest": newest,
            "rebased": bool(draft.base and draft.base != newest),
            "differences": queries.compare(before, draft.document),
            "told": catalogue.told(draft.document, draft.code, verdict.errors),
            "warnings": catalogue.told(draft.document, draft.code, verdict.warnings),
            "open": sum(one.open for one in use),
            "drafts": sum(one.drafts for one in use),
            "typed": typed,
            "errors": errors or {},
            "stale": stale,
        },
        status=409 if stale else 422 if errors else 200,
    )
