from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from emoit.desk import catalogue, frame
from emoit.desk.http import number, officer_only
from emoit.kernel.access import Actor, NotFound
from emoit.lib.saying import say
from emoit.procedures import queries
from emoit.ui.language import said

DRAFT = "nhap"


@officer_only
def show(request: HttpRequest, code: str) -> HttpResponse:
    """What differs between two versions, or a version and the draft: by part, in words."""
    actor = catalogue.reader(request)
    numbers = [version.number for version in queries.history(actor, code, on=timezone.localdate())]
    draft = queries.draft_of(actor, code)
    if not numbers and draft is None:
        raise NotFound("Không có thủ tục này.")
    newer = request.GET.get("den", DRAFT if draft else str(numbers[0]))
    base = draft.base if draft and newer == DRAFT else None
    older = request.GET.get("tu", str(base or numbers[min(1, len(numbers) - 1)] if numbers else ""))
    return frame.show(
        request,
        "desk/catalogue_differences.html",
        {
            "code": code,
            "differences": queries.compare(_read(actor, code, older), _read(actor, code, newer)),
            "older": older,
            "newer": newer,
            "options": [(str(n), said(say("Phiên bản {version}", version=n))) for n in numbers]
            + ([(DRAFT, _("Bản nháp"))] if draft else []),
        },
    )


def _read(actor: Actor, code: str, which: str) -> dict[str, object]:
    if which == DRAFT:
        return catalogue.draft_of(actor, code).document
    return queries.document_of(actor, code, number(which))
