from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from emoit.desk import catalogue, frame, sheets
from emoit.desk.catalogue_parts import BY_SLUG, Sheet
from emoit.desk.http import officer_only
from emoit.kernel.access import Actor, NotFound, Stale
from emoit.lib.saying import say
from emoit.procedures import actions, queries
from emoit.procedures.types import DraftInfo
from emoit.ui.language import said


@officer_only
def show(request: HttpRequest, code: str, part: str) -> HttpResponse:
    """One part of the draft as a plain form. Whatever is typed is saved; what the linter says stands beside it."""
    actor, sheet = catalogue.editor(request), BY_SLUG.get(part)
    if sheet is None:
        raise NotFound("Không có phần này của thủ tục.")
    draft = catalogue.draft_of(actor, code)
    if request.method == "POST":
        return _save(request, actor, draft, sheet)
    return _form(request, actor, draft, sheet, draft.document)


def _save(request: HttpRequest, actor: Actor, draft: DraftInfo, sheet: Sheet) -> HttpResponse:
    groups = sheet.groups(catalogue.choices(actor))
    values = sheet.values(sheets.read(groups, sheet.model(draft.document), request.POST))
    lock = catalogue.lock_of(request)
    try:
        actions.save_part(by=actor, now=timezone.now(), code=draft.code, lock=lock, part=sheet.part, values=values)
    except Stale as stale:
        typed = {**draft.document, **{key: value for key, value in values.items() if value is not None}}
        return _form(request, actor, draft, sheet, typed, stale=said(stale.message))
    here = catalogue.address(draft.code, sheet.part)
    button = request.POST.get("dong", "")
    if button:
        return HttpResponseRedirect(f"{here}#{sheets.id_of(button.partition(':')[0])}")
    saved = catalogue.draft_of(actor, draft.code)
    if catalogue.at_part(queries.judge(actor, saved.document), sheet.part):
        messages.warning(request, _("Đã lưu vào bản nháp. Phần này còn chỗ cần sửa mới công bố được."))
        return HttpResponseRedirect(here)
    messages.success(request, said(say("Đã lưu phần “{part}” vào bản nháp.", part=said(queries.title_of(sheet.part)))))
    return redirect("desk:catalogue-draft", code=draft.code)


def _form(
    request: HttpRequest, actor: Actor, draft: DraftInfo, sheet: Sheet, document: dict[str, object], *, stale: str = ""
) -> HttpResponse:
    faults = catalogue.at_part(queries.judge(actor, document), sheet.part)
    groups, left = sheets.shown(sheet.groups(catalogue.choices(actor)), sheet.model(document), faults)
    doubts = [doubt for doubt in queries.to_confirm(document) if doubt.part == sheet.part]
    return frame.show(
        request,
        "desk/catalogue_part.html",
        {
            "code": draft.code,
            "name": catalogue.name_of(document),
            "title": queries.title_of(sheet.part),
            "draft": draft,
            "groups": groups,
            "problems": sheets.links(groups) + [("", said(fault.message)) for fault in left],
            "doubts": doubts,
            "stale": stale,
            "cost": queries.compliance_cost(document) if sheet.part == "cost" else None,
            "cost_unverified": queries.COST_UNVERIFIED if sheet.part == "cost" else "",
        },
        status=409 if stale else 200,
    )
