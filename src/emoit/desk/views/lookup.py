from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from emoit.desk import frame
from emoit.desk.http import actor_of, officer_only
from emoit.dossiers import actions
from emoit.dossiers import queries as dossiers
from emoit.dossiers.types import Compared, DossierInfo
from emoit.kernel.access import Actor, Forbidden, NotFound, Refusal
from emoit.people import queries as people
from emoit.people.types import PURPOSE_NAMES, REGISTER_NAMES, LookupInfo, LookupState, Purpose, Register
from emoit.procedures import queries as procedures
from emoit.ui.language import current, said, said_all


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Line:
    """One look-up of the dossier, with what it says beside what was declared."""

    lookup: LookupInfo
    register: str
    purpose: str
    asker: str
    rows: tuple[Compared, ...]


@officer_only
def show(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """Ask a register about the party of a dossier whose work one holds, and compare."""
    actor = actor_of(request)
    dossier = dossiers.get_for(actor, dossier_id)
    item = dossiers.held_item(actor, dossier_id)
    if "HX-Request" in request.headers:
        return render(request, "desk/_lookups.html", {"dossier": dossier, **_found(actor, dossier)})
    typed = {name: request.POST.get(name, "") for name in ("register", "purpose")}
    errors: dict[str, str] = {}
    if request.method == "POST":
        errors = _ask(actor, dossier, item.id, typed)
        if not errors:
            return HttpResponseRedirect(reverse("desk:lookup", args=[dossier_id]))
    registers = dossiers.registers_of(dossier)
    context = {
        "dossier": dossier,
        "registers": [Option(one.value, REGISTER_NAMES[one]) for one in registers],
        "purposes": [Option(one.value, PURPOSE_NAMES[one]) for one in people.purposes_of_officers()],
        "terms": [people.terms(one) for one in registers],
        "typed": {**typed, "register": typed["register"] or (registers[0].value if registers else "")},
        "errors": errors,
        **_found(actor, dossier),
    }
    return frame.show(request, "desk/lookup.html", context, status=422 if errors else 200)


def _ask(actor: Actor, dossier: DossierInfo, item_id: int, typed: dict[str, str]) -> dict[str, str]:
    """What is wrong, by field; nothing where the register is asked."""
    register = Register(typed["register"]) if typed["register"] in set(Register) else Register.POPULATION
    purpose = Purpose(typed["purpose"]) if typed["purpose"] in set(Purpose) else None
    try:
        actions.look_up(
            by=actor,
            now=timezone.now(),
            dossier_id=dossier.id,
            item_id=item_id,
            register=register,
            purpose=purpose,
        )
    except (Forbidden, NotFound):
        raise
    except Refusal as refusal:
        return said_all(refusal.fields) or {"": said(refusal.message)}
    return {}


def _found(actor: Actor, dossier: DossierInfo) -> dict[str, object]:
    form = procedures.version(dossier.procedure_version_id).form
    rows = dossiers.lookups_of(actor, dossier.id, now=timezone.now())
    lines = [
        Line(
            lookup=row,
            register=REGISTER_NAMES[row.register],
            purpose=PURPOSE_NAMES[row.purpose],
            asker="" if row.consented else frame.name_of(row.account_id),
            rows=dossiers.compared(dossier, form, row, language=current()),
        )
        for row in rows
    ]
    asking = any(row.state is LookupState.WAITING and not row.error for row in rows)
    return {"lines": lines, "asking": asking}
