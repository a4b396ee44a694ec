from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from emoit.desk import catalogue, frame, sheets
from emoit.desk.http import officer_only
from emoit.desk.sheets import Group, Input
from emoit.kernel.access import NotFound, Stale
from emoit.lib.saying import vi
from emoit.procedures import actions, queries
from emoit.ui.language import said

GROUPS = (
    Group(
        vi("Lời của trường"),
        (
            Input("label.vi", vi("Câu hỏi (tiếng Việt)"), wide=True),
            Input("label.en", vi("Câu hỏi (tiếng Anh)"), wide=True),
            Input("hint.vi", vi("Gợi ý (tiếng Việt)"), optional=True, wide=True),
            Input("hint.en", vi("Gợi ý (tiếng Anh)"), optional=True, wide=True),
            Input("help.vi", vi("Giải thích thêm (tiếng Việt)"), "area", optional=True, wide=True),
            Input("help.en", vi("Giải thích thêm (tiếng Anh)"), "area", optional=True, wide=True),
            Input("required", vi("Bắt buộc trả lời"), "yes"),
        ),
    ),
)


@officer_only
def show(request: HttpRequest, code: str) -> HttpResponse:
    """One field of the draft's form: its words in both languages, required or not."""
    actor = catalogue.editor(request)
    draft = catalogue.draft_of(actor, code)
    pointer = request.GET.get("o", "")
    found = next((f for page in queries.fields_of(draft.document) for f in page.fields if f.pointer == pointer), None)
    if found is None:
        raise NotFound("Tờ khai không có trường này.")
    model = {**found.words, "required": found.required}
    stale = ""
    if request.method == "POST":
        model = sheets.read(GROUPS, model, request.POST)
        words = {name: model.get(name) for name in ("label", "hint", "help")}
        try:
            actions.change_field(
                by=actor,
                now=timezone.now(),
                code=code,
                lock=catalogue.lock_of(request),
                pointer=pointer,
                words=words,
                required=model["required"],
            )
        except Stale as refusal:
            stale = said(refusal.message)
        else:
            messages.success(request, said(vi("Đã lưu trường vào bản nháp.")))
            return redirect("desk:catalogue-form", code=code)
    groups, _ = sheets.shown(GROUPS, model, [])
    return frame.show(
        request,
        "desk/catalogue_field.html",
        {"code": code, "draft": draft, "field": found, "groups": groups, "stale": stale},
        status=409 if stale else 200,
    )
