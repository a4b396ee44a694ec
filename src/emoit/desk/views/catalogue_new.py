from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from emoit.desk import catalogue, catalogue_new, frame, sheets
from emoit.desk.catalogue_parts import Choices
from emoit.desk.http import officer_only
from emoit.forms.types import Problem
from emoit.kernel.access import Actor, NotFound, Refusal
from emoit.procedures import actions, queries

Json = dict[str, Any]


@officer_only
def show(request: HttpRequest) -> HttpResponse:
    """A procedure begins: what is known of it at once, blank or from another one. Nothing is published."""
    actor = catalogue.editor(request)
    copied = sheets.clean(request.POST.get("tu", request.GET.get("tu", "")))[:40]
    choices, fields = catalogue.choices(actor), _fields()
    try:
        model = catalogue_new.of_copied(_newest(actor, copied)) if copied else catalogue_new.first(_office(choices))
    except NotFound:
        return _page(request, choices, fields, catalogue_new.first(_office(choices)), "", absent=copied)
    if request.method != "POST":
        return _page(request, choices, fields, model, copied)
    typed = sheets.read(catalogue_new.groups(choices, fields), model, request.POST)
    code, values = catalogue_new.values(typed, fields)
    try:
        if copied:
            code = actions.begin_copy(by=actor, now=timezone.now(), code=code, values=values, earlier=copied)
        else:
            code = actions.begin_blank(by=actor, now=timezone.now(), code=code, values=values)
    except Refusal as refusal:
        return _page(request, choices, fields, typed, copied, refusal=refusal)
    messages.success(request, _("Đã tạo bản nháp của thủ tục mới. Điền những phần còn thiếu rồi công bố."))
    return redirect("desk:catalogue-draft", code=code)


def _newest(actor: Actor, code: str) -> Json:
    versions = queries.history(actor, code, on=timezone.localdate())
    if not versions:
        raise NotFound("Không có thủ tục để sao chép.")
    return queries.document_of(actor, code, versions[0].number)


def _fields() -> catalogue_new.Fields:
    return {card.field_name: (card.field_code, card.field_name_en) for card in queries.catalogue()}


def _office(choices: Choices) -> str:
    """The ministry's one-stop office, where most dossiers are received."""
    return next((code for code, _words in choices.units if code.endswith(".MC")), "")


def _page(
    request: HttpRequest,
    choices: Choices,
    fields: catalogue_new.Fields,
    model: Json,
    copied: str,
    *,
    absent: str = "",
    refusal: Refusal | None = None,
) -> HttpResponse:
    said = refusal.fields if refusal else {}
    faults = [Problem(pointer, "", message) for pointer, message in said.items()]
    groups, left = sheets.shown(catalogue_new.groups(choices, fields), model, faults)
    errors = {box.id: box.error for group in groups for box in group.boxes if box.error}
    if refusal and (left or not said):
        errors[""] = " ".join(fault.message for fault in left) or refusal.message
    if absent:
        errors = {"tu": _("Không có thủ tục mã %(code)s đã công bố để sao chép.") % {"code": absent}}
    return frame.show(
        request,
        "desk/catalogue_new.html",
        {"groups": groups, "errors": errors, "copied": copied, "asked": absent or copied},
        status=422 if errors else 200,
    )
