from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from emoit.desk import acts, frame, proceedings, progress
from emoit.desk.doing import chip_of
from emoit.desk.http import actor_of, number, officer_only
from emoit.desk.rows import lines
from emoit.desk.viewer import paper_shown
from emoit.dossiers import queries as dossiers
from emoit.dossiers.types import Defect, PaperInfo, Status
from emoit.forms import queries as forms
from emoit.lib import working_time
from emoit.payments import queries as payments
from emoit.people import queries as people
from emoit.procedures import queries as procedures
from emoit.procedures.types import Procedure
from emoit.results import queries as results
from emoit.signing import queries as signing
from emoit.ui.language import current, named
from emoit.work import queries as work


@officer_only
def show(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """Everything an officer may know of one dossier, a paper beside it, and what can be done now."""
    actor, now = actor_of(request), timezone.now()
    dossier = dossiers.get_for(actor, dossier_id)
    procedure = procedures.version(dossier.procedure_version_id)
    items = work.open_of(actor, "dossier", dossier_id)
    decision = dossiers.decision_of(actor, dossier_id)
    state = signing.get_for(actor, decision.sign_request_id) if decision and decision.sign_request_id else None
    supplement = dossiers.supplement_of(actor, dossier_id)
    fees = payments.of_subject(actor, "dossier", dossier_id)
    papers, slips = dossiers.papers_of(actor, dossier_id), dossiers.slips_of(actor, dossier_id)
    wanted, page = number(request.GET.get("tep")), number(request.GET.get("trang"))
    result_id = dossiers.result_of(actor, dossier_id)
    waiting = lines(actor, items, now)
    return frame.show(
        request,
        "desk/dossier.html",
        {
            "dossier": dossier,
            "english_name": procedure.name_en,
            "chip": chip_of(actor, dossier, now),
            "deadline": working_time.explain(dossier.deadline, language=current()) if dossier.deadline else "",
            "waiting": waiting,
            "next_actor": "" if waiting else dossiers.next_actor(dossier.status),
            "behalf": next((line.on_behalf_of for line in waiting if line.on_behalf_of), ""),
            "units": _units(dossier.receiving_unit_id, dossier.handling_unit_id),
            "sections": forms.summary(procedure.form, dossier.answers, language=current()),
            "handed_in": _rounds(procedure, papers),
            "shown": paper_shown(actor, papers, slips, wanted, page),
            "slips": slips,
            "may_make_slip": dossier.received_at is not None and acts.may_make_slip(actor),
            "supplement": supplement,
            "asked": _asked(procedure, supplement.defects if supplement else ()),
            "decision": decision,
            "computed": proceedings.computed(actor, dossier_id),
            "lookups": proceedings.lookups(actor, dossier, procedure.form, now),
            "rounds": proceedings.rounds(actor, dossier_id),
            "visits": proceedings.visits(actor, dossier_id),
            "may_retry": state is not None and acts.may_retry(actor, state.signer_account_id),
            "result": results.get_for(actor, result_id, now=now) if result_id else None,
            "earlier": dossiers.earlier_of(actor, dossier_id, now=now),
            "fees": fees,
            "entries": progress.entries(dossiers.timeline_of(actor, dossier_id)),
            "history": progress.history(work.done_of(actor.agency_id, "dossier", dossier_id)),
            "acts": acts.possible(
                actor, dossier, items, asked_already=supplement is not None, request=state, fees=fees
            ),
            "ended": dossier.status.is_final or dossier.status is Status.DECIDED,
        },
    )


def _units(receiving: int | None, handling: int | None) -> list[tuple[str, str]]:
    pairs = ((gettext("Đơn vị tiếp nhận"), receiving), (gettext("Đơn vị xử lý"), handling))
    return [(label, people.unit(unit_id).name) for label, unit_id in pairs if unit_id]


def _rounds(procedure: Procedure, papers: Iterable[PaperInfo]) -> list[tuple[str, list[tuple[str, list[PaperInfo]]]]]:
    """Papers of the submission, then those of the supplement, each under its name."""
    found = []
    handed_in = list(papers)
    for number_, title in ((0, gettext("Nộp lần đầu")), (1, gettext("Bổ sung"))):
        groups = [
            (
                named(paper.name, paper.name_en),
                [p for p in handed_in if p.round == number_ and p.paper_code == paper.code],
            )
            for paper in procedure.papers
        ]
        if any(files for _, files in groups):
            found.append((title, [(name, files) for name, files in groups if files]))
    return found


def _asked(procedure: Procedure, defects: Iterable[Defect]) -> list[tuple[str, str]]:
    names = {p.code: named(p.name, p.name_en) for p in procedure.papers}
    names |= forms.labels(procedure.form, language=current())
    return [(names.get(d.target, d.target), d.reason) for d in defects]
