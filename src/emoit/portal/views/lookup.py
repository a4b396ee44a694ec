from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from emoit.dossiers import actions, queries
from emoit.dossiers.types import Compared, DossierInfo, Status
from emoit.kernel.access import Refusal, Stale
from emoit.lib.saying import vi
from emoit.people import queries as people
from emoit.people.types import REGISTER_NAMES, LookupInfo, Register
from emoit.portal.http import actor_of, signed_in
from emoit.procedures import queries as procedures
from emoit.procedures.types import Procedure
from emoit.ui.language import current

CONSENT = vi("Hãy đánh dấu đồng ý để chúng tôi hỏi thông tin của bạn.")
STALE = vi("Bản nháp vừa được lưu ở cửa sổ khác. Chưa có gì thay đổi, hãy xem lại rồi chọn lại.")


@dataclass(frozen=True, slots=True)
class Part:
    """One register: the last time that it was asked, and what it says beside the draft. `error`: of this attempt."""

    register: Register
    name: str
    lookup: LookupInfo | None
    rows: tuple[Compared, ...]
    terms: str
    law: tuple[str, ...]
    error: str


@signed_in
def show(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """Ask a register with the person's consent, and take over what they choose: nothing of theirs is overwritten by
    itself. The draft stays as it is whether the register answers or not."""
    actor = actor_of(request)
    dossier = queries.get_for(actor, dossier_id)
    if dossier.status is not Status.DRAFT:
        return redirect("portal:dossier", dossier_id=dossier_id)
    procedure = procedures.version(dossier.procedure_version_id)
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            return _do(request, dossier, procedure)
        except Stale:
            errors = {_register(request).value: STALE}
        except Refusal as refusal:
            errors = {_register(request).value: refusal.message}
    context = {"dossier": dossier, "procedure": procedure, "parts": _parts(request, dossier, procedure, errors)}
    return render(request, "portal/lookup.html", {**context, "errors": errors}, status=422 if errors else 200)


def _register(request: HttpRequest) -> Register:
    typed = request.POST.get("noi", "")
    return Register(typed) if typed in set(Register) else Register.POPULATION


def _do(request: HttpRequest, dossier: DossierInfo, procedure: Procedure) -> HttpResponse:
    actor, now, register = actor_of(request), timezone.now(), _register(request)
    if "dung" in request.POST:
        found = _newest(request, dossier, register)
        changes = queries.taken(dossier, procedure.form, found, request.POST.getlist("muc")) if found else {}
        version = request.POST.get("version", "")
        known = int(version) if version.isdecimal() and len(version) < 10 else None
        actions.patch_answers(by=actor, now=now, dossier_id=dossier.id, changes=changes, version=known)
        messages.success(request, _("Đã đưa dữ liệu bạn chọn vào tờ khai.") if changes else _("Tờ khai giữ nguyên."))
        return redirect("portal:dossier", dossier_id=dossier.id)
    found = _newest(request, dossier, register)
    agreed = "dong_y" in request.POST or (found is not None and found.is_unanswered)
    if register is Register.POPULATION and not agreed:
        raise Refusal(CONSENT, code="no_consent")
    actions.fetch_from_register(by=actor, now=now, dossier_id=dossier.id, register=register)
    return redirect("portal:lookup", dossier_id=dossier.id)


def _newest(request: HttpRequest, dossier: DossierInfo, register: Register) -> LookupInfo | None:
    rows = queries.lookups_of(actor_of(request), dossier.id, now=timezone.now())
    return next((row for row in rows if row.register is register), None)


def _parts(request: HttpRequest, dossier: DossierInfo, procedure: Procedure, errors: dict[str, str]) -> list[Part]:
    rows = queries.lookups_of(actor_of(request), dossier.id, now=timezone.now())
    parts = []
    for register in queries.registers_of(dossier):
        found = next((row for row in rows if row.register is register), None)
        compared = queries.compared(dossier, procedure.form, found, language=current()) if found else ()
        text, law = people.terms(register)
        error = errors.get(register.value, "")
        parts.append(Part(register, REGISTER_NAMES[register], found, compared, text, law, error))
    return parts
