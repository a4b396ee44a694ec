from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from emoit.desk import catalogue, frame
from emoit.desk.http import officer_only
from emoit.desk.sheets import clean
from emoit.kernel.access import Actor, NotFound, Refusal, Stale
from emoit.lib.saying import vi
from emoit.procedures import actions, queries
from emoit.procedures.types import DraftInfo
from emoit.ui.language import said, said_all

Json = dict[str, Any]
FILES = {"luoc-do": "schema", "bo-cuc": "layout"}
MAX_BYTES = 2 * 1024 * 1024


@officer_only
def show(request: HttpRequest, code: str) -> HttpResponse:
    """The form's fields: order, take out, add a simple one; or put whole files in their place."""
    actor = catalogue.editor(request)
    draft = catalogue.draft_of(actor, code)
    if request.method != "POST":
        return _page(request, actor, draft)
    try:
        words = _act(request, actor, draft)
    except Stale as stale:
        return _page(request, actor, draft, stale=said(stale.message))
    except NotFound:
        raise
    except Refusal as refusal:
        return _page(request, actor, draft, errors=said_all(refusal.fields) or {"": said(refusal.message)})
    messages.success(request, said(words))
    return redirect("desk:catalogue-form", code=code)


def _act(request: HttpRequest, actor: Actor, draft: DraftInfo) -> str:
    common: Json = {"by": actor, "now": timezone.now(), "code": draft.code, "lock": catalogue.lock_of(request)}
    button = request.POST.get("truong", "")
    verb, _, pointer = button.partition(":")
    moves: dict[str, Callable[[], int]] = {
        "len": lambda: actions.move_field(**common, pointer=pointer, steps=-1),
        "xuong": lambda: actions.move_field(**common, pointer=pointer, steps=1),
        "bo": lambda: actions.remove_field(**common, pointer=pointer),
    }
    if verb in moves:
        moves[verb]()
        return vi("Đã bỏ trường khỏi tờ khai.") if verb == "bo" else vi("Đã đổi thứ tự.")
    if "tep" in request.POST:
        actions.replace_form(**common, schema=_uploaded(request, "schema"), layout=_uploaded(request, "layout"))
        return vi("Đã thay tệp của tờ khai.")
    if "trang" in request.POST:
        actions.add_page(**common, title=_title(request))
        return vi("Đã thêm trang vào tờ khai.")
    actions.add_field(**common, **_new(request))
    return vi("Đã thêm trường vào tờ khai.")


def _title(request: HttpRequest) -> Json:
    title = {language: clean(request.POST.get(f"title_{language}", "")) for language in ("vi", "en")}
    words = "Ghi tên trang bằng tiếng Việt và tiếng Anh."
    if missing := {f"title_{language}": words for language, said in title.items() if not said}:
        raise Refusal("Chưa thêm được trang.", code="page", fields=missing)
    return title


def _new(request: HttpRequest) -> Json:
    """What was typed of a new field. Refusal names each box that is wrong."""
    posted = request.POST
    label = {"vi": clean(posted.get("label.vi", "")), "en": clean(posted.get("label.en", ""))}
    kind = posted.get("kind", "")
    lines = [line.strip() for line in clean(posted.get("options", "")).split("\n") if line.strip()]
    options = [dict(zip(("vi", "en"), [p.strip() for p in (*line.split("|"), "")[:2]], strict=True)) for line in lines]
    both = vi("Ghi câu hỏi bằng tiếng Việt và tiếng Anh.")
    fields = {f"label-{language}": both for language, words in label.items() if not words}
    if kind not in queries.FIELD_KINDS:
        fields["kind"] = vi("Chọn kiểu trường.")
    if kind == "choice" and not all(option["vi"] and option["en"] for option in options):
        fields["options"] = vi("Mỗi dòng một mục: tiếng Việt | tiếng Anh.")
    if fields:
        raise Refusal("Chưa thêm được trường.", code="field", fields=fields)
    return {
        "page": posted.get("page", ""),
        "kind": kind,
        "label": label,
        "required": posted.get("required") == "yes",
        "options": options,
    }


def _uploaded(request: HttpRequest, name: str) -> Json | None:
    file = request.FILES.get(name)
    if not isinstance(file, UploadedFile):
        return None
    try:
        if (file.size or 0) > MAX_BYTES:
            raise ValueError
        read = json.loads(file.read(MAX_BYTES + 1).decode())
        if not isinstance(read, dict):
            raise ValueError
    except (ValueError, RecursionError) as error:
        words = vi("Tệp không phải một đối tượng JSON, hoặc lớn hơn 2 MB.")
        raise Refusal(words, code="bad_json", fields={name: words}) from error
    return read


def _page(
    request: HttpRequest, actor: Actor, draft: DraftInfo, *, stale: str = "", errors: dict[str, str] | None = None
) -> HttpResponse:
    document = draft.document
    faults = catalogue.at_part(queries.judge(actor, document), "form")
    return frame.show(
        request,
        "desk/catalogue_form.html",
        {
            "code": draft.code,
            "name": catalogue.name_of(document),
            "draft": draft,
            "pages": queries.fields_of(document),
            "kinds": queries.FIELD_KINDS.items(),
            "faults": [f"{said(queries.place_of(fault.path, document))}. {said(fault.message)}" for fault in faults],
            "posted": request.POST if request.method == "POST" else {},
            "label_vi": request.POST.get("label.vi", ""),
            "label_en": request.POST.get("label.en", ""),
            "errors": errors or {},
            "error_kind": (errors or {}).get("kind", ""),
            "error_options": (errors or {}).get("options", ""),
            "error_vi": (errors or {}).get("label-vi", ""),
            "error_en": (errors or {}).get("label-en", ""),
            "stale": stale,
        },
        status=409 if stale else 422 if errors else 200,
    )


@officer_only
def file(request: HttpRequest, code: str, name: str) -> HttpResponse:
    """Schema or layout of the draft's form, as the file that can be put back."""
    actor = catalogue.reader(request)
    draft = catalogue.draft_of(actor, code)
    form = draft.document.get("form")
    part = FILES.get(name)
    if part is None or not isinstance(form, dict) or part not in form:
        raise NotFound("Không có tệp này.")
    return catalogue.download(f"form.{part}.json", queries.written(form[part]), "application/json")
