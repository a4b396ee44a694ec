from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from emoit.desk import frame
from emoit.desk.http import actor_of, officer_only
from emoit.desk.rows import lines
from emoit.desk.views.bulk import chosen, results
from emoit.desk.views.signing import decision_about, may_sign
from emoit.dossiers import actions
from emoit.kernel.access import Forbidden, Refusal
from emoit.lib.saying import vi
from emoit.signing.types import Appearance
from emoit.work import queries as work

WORDS = {
    "title": vi("Ký ban hành"),
    "done": vi("Đã ký, đang ký số và đóng dấu"),
    "undo": "",
}


@require_POST
@officer_only
def show(request: HttpRequest) -> HttpResponse:
    """Sign several decisions: the list first, then what became of each. Each is signed and checked by itself."""
    actor, now = actor_of(request), timezone.now()
    if not may_sign(actor, now):
        raise Forbidden("Chỉ lãnh đạo được ký ban hành.")
    ticked = chosen(request)
    if not ticked:
        refusal = Refusal("Chưa chọn văn bản nào. Hãy chọn ít nhất một dòng trong danh sách chờ ký.")
        return frame.show(request, "desk/refused.html", {"refusal": refusal}, status=422)
    asked = request.POST.get("appearance", "")
    errors = {}
    if "confirm" in request.POST and asked not in set(Appearance):
        errors = {"appearance": _("Chọn cách hiện chữ ký")}
    if "confirm" not in request.POST or errors:
        waiting = lines(actor, work.items_for(actor, ticked).values(), now)
        return frame.show(
            request,
            "desk/bulk_sign.html",
            {
                "lines": [(line, decision_about(actor, line.item), ticked[line.item.id]) for line in waiting],
                "gone": len(ticked) - len(waiting),
                "errors": errors,
                "appearance": asked,
            },
            status=422 if errors else 200,
        )
    found = results(
        actor,
        now,
        ticked,
        lambda by, at, item, version: actions.sign(
            by=by,
            now=at,
            dossier_id=item.subject_id,
            item_id=item.id,
            version=version,
            appearance=Appearance(asked),
        ),
        WORDS["done"],
    )
    return frame.show(
        request,
        "desk/bulk_results.html",
        {"words": WORDS, "results": found, "done": sum(r.done for r in found), "may_undo": False, "signing": True},
    )
