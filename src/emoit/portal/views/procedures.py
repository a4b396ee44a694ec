from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from emoit.dossiers import actions as dossiers
from emoit.forms import queries as forms
from emoit.kernel.access import Actor, NotFound, Refusal
from emoit.lib.vietnamese import format_date
from emoit.people import queries as people
from emoit.portal.http import actor_of, signed_in
from emoit.procedures import queries as procedures
from emoit.procedures.types import Procedure

PAGE = 20
ASKED_LENGTH = 200
WRONG_KIND = "Thủ tục này dành cho doanh nghiệp, tổ chức. Tài khoản của bạn chưa đại diện cho doanh nghiệp nào."
OFFICER = "Bạn đang đăng nhập bằng tài khoản cán bộ. Hãy dùng tài khoản của tổ chức, cá nhân để nộp hồ sơ."


def catalogue(request: HttpRequest) -> HttpResponse:
    asked = request.GET.get("tim", "").replace("\0", "").strip()[:ASKED_LENGTH]
    page = Paginator(procedures.catalogue(asked), PAGE).get_page(request.GET.get("trang"))
    return render(request, "portal/catalogue.html", {"asked": asked, "page": page})


def show(request: HttpRequest, code: str) -> HttpResponse:
    """What the procedure is, for whom, and the one button that begins it."""
    actor = actor_of(request)
    procedure = procedures.published(code, at=timezone.now())
    is_applicant = actor.account_id is not None and not actor.is_officer
    enterprises = people.enterprises_of(actor.account_id) if actor.account_id is not None and is_applicant else []
    fitting = enterprises if "enterprise" in procedure.applicants else []
    as_citizen = "citizen" in procedure.applicants
    withdrawn = procedure.is_withdrawn(timezone.localdate())
    return render(
        request,
        "portal/procedure.html",
        {
            "procedure": procedure,
            "over": f"{procedure.code} · {procedure.field_name}",
            "facts": _facts(actor, procedure),
            "enterprises": fitting,
            "as_citizen": as_citizen,
            "withdrawn": withdrawn,
            "withdrawn_title": _withdrawn_title(procedure),
            "may_start": is_applicant and not withdrawn and bool(fitting or as_citizen),
            "wrong_kind": "" if withdrawn else WRONG_KIND if is_applicant else OFFICER if actor.is_officer else "",
        },
    )


def _withdrawn_title(procedure: Procedure) -> str:
    if procedure.withdrawn_from is None:
        return ""
    return f"Thủ tục bãi bỏ từ ngày {format_date(procedure.withdrawn_from)}, từ đó không nhận hồ sơ mới"


def _facts(actor: Actor, procedure: Procedure) -> list[tuple[str, str]]:
    unit = people.unit_by_code(actor.agency_id, procedure.handling_unit)
    return [
        ("Thời hạn", procedure.term_text.vi),
        ("Phí, lệ phí", procedure.fee_text.vi),
        ("Kết quả", procedure.result.title),
        ("Cơ quan giải quyết", unit.name),
    ]


@require_POST
@signed_in
def start(request: HttpRequest, code: str) -> HttpResponse:
    """Begin a draft for the chosen capacity: oneself, or an enterprise that one represents."""
    chosen = request.POST.get("tu_cach", "")
    try:
        dossier_id = dossiers.start_draft(
            by=actor_of(request),
            now=timezone.now(),
            procedure_code=code,
            enterprise_id=int(chosen) if chosen.isdecimal() and len(chosen) < 19 else None,
        )
    except NotFound:
        raise
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return redirect("portal:procedure", code=code)
    form = procedures.published(code, at=timezone.now()).form
    return redirect("portal:declare", dossier_id=dossier_id, page=forms.pages(form)[0].key)
