from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from emoit.desk import catalogue, frame
from emoit.desk.catalogue_parts import LEVELS
from emoit.desk.http import officer_only
from emoit.procedures import queries

PAGE = 50
LONGEST = 200


@officer_only
def show(request: HttpRequest) -> HttpResponse:
    """Every procedure with its version, found by words, field, level, and whether facts are to be confirmed."""
    actor, today = catalogue.reader(request), timezone.localdate()
    asked = request.GET.get("tim", "").replace("\0", "").strip()[:LONGEST]
    every = queries.shelf(actor, on=today)
    fields = sorted({(row.field_name, row.field_code) for row in every})
    field = request.GET.get("linh-vuc", "") if request.GET.get("linh-vuc") in {code for _, code in fields} else ""
    level = request.GET.get("cap", "") if request.GET.get("cap") in dict(LEVELS) else ""
    unconfirmed = request.GET.get("xac-nhan") == "1"
    rows = queries.shelf(actor, search=asked, field=field, level=level, unconfirmed=unconfirmed, on=today)
    return frame.show(
        request,
        "desk/catalogue_list.html",
        {
            "page": Paginator(rows, PAGE).get_page(request.GET.get("trang")),
            "total": len(every),
            "asked": asked,
            "field": field,
            "fields": fields,
            "level": level,
            "levels": LEVELS,
            "level_names": dict(LEVELS),
            "unconfirmed": unconfirmed,
            "to_confirm": sum(1 for row in every if row.to_confirm),
            "open_drafts": sum(1 for row in every if row.has_draft),
            "today": today,
            "new_drafts": queries.drafts_without_version(actor),
            "may_edit": catalogue.may_edit(actor),
        },
    )
