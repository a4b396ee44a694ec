from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from emoit.dossiers import actions as dossiers
from emoit.forms import queries as forms
from emoit.kernel.access import Actor, NotFound, Refusal
from emoit.lib import vietnamese
from emoit.lib.saying import say, vi
from emoit.people import queries as people
from emoit.people.types import AT_PLACE
from emoit.portal import holding
from emoit.portal.http import actor_of, signed_in
from emoit.procedures import queries as procedures
from emoit.procedures.types import Level, Procedure, ProcedureCard
from emoit.ui.language import current, named, said
from emoit.ui.types import Link

PAGE = 30
ASKED_LENGTH = 200
APPLICANTS = {"enterprise": vi("Doanh nghiệp, tổ chức"), "citizen": vi("Cá nhân")}
LEVELS = {Level.CENTRAL: vi("Bộ Công Thương"), Level.PROVINCE: vi("Cấp tỉnh"), Level.COMMUNE: vi("Cấp xã")}
AT_THE_PLACE = vi("Sở Công Thương nơi bạn thực hiện thủ tục")
WRONG_KIND = vi("Thủ tục này dành cho doanh nghiệp, tổ chức. Tài khoản của bạn chưa đại diện cho doanh nghiệp nào.")
OFFICER = vi("Bạn đang đăng nhập bằng tài khoản cán bộ. Hãy dùng tài khoản của tổ chức, cá nhân để nộp hồ sơ.")


def catalogue(request: HttpRequest) -> HttpResponse:
    """The procedures by field, or those found best first; narrowed by field, applicant and level."""
    asked = _given(request, "tim")
    found = procedures.catalogue(asked)
    filters = _filters(request, found)
    cards = [card for card in found if all(one.fits(card) for one in filters)]
    return render(
        request,
        "portal/catalogue.html",
        {
            "asked": asked,
            "filters": filters,
            "chosen": [Link(one.shown, _without(request, one.name)) for one in filters if one.value],
            "page": Paginator(cards, PAGE).get_page(request.GET.get("trang")),
        },
    )


@dataclass(frozen=True, slots=True)
class _Filter:
    """One choice beside the search: its parameter, its options as (value, words), and what is chosen."""

    name: str
    label: str
    every: str
    options: tuple[tuple[str, str], ...]
    value: str
    read: Callable[[ProcedureCard], Collection[str]]

    def fits(self, card: ProcedureCard) -> bool:
        return not self.value or self.value in self.read(card)

    @property
    def shown(self) -> str:
        return dict(self.options)[self.value]


def _filters(request: HttpRequest, found: list[ProcedureCard]) -> list[_Filter]:
    fields = Counter(card.field_name for card in found)
    names = {card.field_name: named(card.field_name, card.field_name_en) for card in found}
    ordered = sorted(fields, key=lambda name: vietnamese.sort_key(names[name]))
    by_field = tuple((name, f"{names[name]} ({fields[name]})") for name in ordered)
    levels = tuple((level.value, words) for level, words in LEVELS.items())
    choices: list[tuple[str, str, str, tuple[tuple[str, str], ...], Callable[[ProcedureCard], Collection[str]]]] = [
        ("linh-vuc", _("Lĩnh vực"), _("Mọi lĩnh vực"), by_field, lambda card: {card.field_name}),
        ("doi-tuong", _("Người nộp"), _("Mọi đối tượng"), tuple(APPLICANTS.items()), lambda card: card.applicants),
        ("cap", _("Nơi giải quyết"), _("Mọi cấp"), levels, lambda card: {card.level.value}),
    ]
    return [
        _Filter(name, label, every, options, given if (given := _given(request, name)) in dict(options) else "", read)
        for name, label, every, options, read in choices
    ]


def _given(request: HttpRequest, name: str) -> str:
    return request.GET.get(name, "").replace("\0", "").strip()[:ASKED_LENGTH]


def _without(request: HttpRequest, name: str) -> str:
    kept = request.GET.copy()
    for gone in (name, "trang"):
        kept.pop(gone, None)
    return f"?{kept.urlencode()}"


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
            "over": f"{procedure.code} · {named(procedure.field_name, procedure.field_name_en)}",
            "facts": _facts(actor, procedure),
            "applicants": _applicants(procedure),
            "effective_known": "/effective_from" not in procedure.defaults,
            "enterprises": fitting,
            "as_citizen": as_citizen,
            "withdrawn": withdrawn,
            "withdrawn_title": _withdrawn_title(procedure),
            "may_start": is_applicant and not withdrawn and bool(fitting or as_citizen) and procedure.amends is None,
            "may_choose": is_applicant and not withdrawn and procedure.amends is not None,
            "held": holding.fitting(actor, procedure, timezone.now()) if is_applicant else [],
            "chosen": request.GET.get("tu", ""),
            "wrong_kind": "" if withdrawn else WRONG_KIND if is_applicant else OFFICER if actor.is_officer else "",
        },
    )


def _withdrawn_title(procedure: Procedure) -> str:
    if procedure.withdrawn_from is None:
        return ""
    words = say("Thủ tục bãi bỏ từ ngày {day}, từ đó không nhận hồ sơ mới", day=procedure.withdrawn_from)
    return said(words)


def _facts(actor: Actor, procedure: Procedure) -> list[tuple[str, str]]:
    at_place = procedure.handling_unit == AT_PLACE
    handling = said(AT_THE_PLACE) if at_place else _unit(actor, procedure.handling_unit)
    return [
        (_("Thời hạn"), procedure.term_text.said_in(current())),
        (_("Phí, lệ phí"), procedure.fee_text.said_in(current())),
        (_("Kết quả"), named(procedure.result.title, procedure.result.title_en)),
        (_("Cơ quan giải quyết"), handling),
    ]


def _unit(actor: Actor, code: str) -> str:
    unit = people.unit_by_code(actor.agency_id, code)
    return named(unit.name, unit.name_en)


def _applicants(procedure: Procedure) -> str:
    """ "Doanh nghiệp, tổ chức, cá nhân."."""
    kinds = set(procedure.applicants)
    if kinds == {"enterprise", "citizen"}:
        return _("Doanh nghiệp, tổ chức, cá nhân.")
    return _("Doanh nghiệp, tổ chức.") if "enterprise" in kinds else _("Cá nhân.")


@require_POST
@signed_in
def start(request: HttpRequest, code: str) -> HttpResponse:
    """Begin a draft for the chosen capacity (oneself, or an enterprise that one represents), or from a result."""
    try:
        dossier_id = dossiers.start_draft(
            by=actor_of(request),
            now=timezone.now(),
            procedure_code=code,
            enterprise_id=_number(request.POST.get("tu_cach", "")),
            from_result_id=_number(request.POST.get("tu_ket_qua", "")),
        )
    except NotFound:
        raise
    except Refusal as refusal:
        messages.error(request, said(refusal.message))
        return redirect("portal:procedure", code=code)
    form = procedures.published(code, at=timezone.now()).form
    return redirect("portal:declare", dossier_id=dossier_id, page=forms.pages(form)[0].key)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None
