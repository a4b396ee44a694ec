"""The decision as it would look if it were signed now, for those who are to agree with it."""

from __future__ import annotations

from datetime import datetime

from emoit.dossiers import documents, queries
from emoit.dossiers.case import Case
from emoit.dossiers.models import Decision, Dossier
from emoit.dossiers.types import Outcome
from emoit.kernel.access import Actor, NotFound, acting_as, process
from emoit.people import queries as people


def draft_of(actor: Actor, dossier_id: int, *, now: datetime) -> bytes:
    """The PDF of the proposed decision, marked as a draft. For officers who see the dossier; nothing is kept.

    NotFound where the dossier is not theirs, nothing was proposed yet, or the decision has been signed already.
    """
    queries.get_for(actor, dossier_id)
    if not actor.is_officer:
        raise NotFound("Không có dự thảo nào.")
    with acting_as(process("dossiers.draft", actor.agency_id)) as hand:
        row = Decision.objects.filter(dossier_id=dossier_id, sign_request_id=None).first()
        if row is None:
            raise NotFound("Không có dự thảo nào.")
        case = Case(row=Dossier.objects.get(pk=dossier_id), by=hand, now=now)
        granted = Outcome(row.outcome) is Outcome.GRANTED
        spec = case.procedure.result if granted else case.procedure.refusal
        return documents.draft(case, row, spec, signer_id=_signer(case, actor)).pdf


def _signer(case: Case, actor: Actor) -> int | None:
    """In whose name it is drawn: the reader's, if the signature is theirs; else the only one who may sign."""
    unit_id, role = case.signing_unit_id(), case.procedure.result.signer_role
    if unit_id is None:
        return None
    if actor.holding(unit_id, role, procedure=case.row.procedure_code):
        return actor.account_id
    signers = people.officers_in(unit_id, role, now=case.now)
    return signers[0].account_id if len(signers) == 1 else None
