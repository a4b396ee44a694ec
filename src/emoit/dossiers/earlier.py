"""The earlier result of a dossier, as others may hold it. Who may see it is for `queries` to say."""

from __future__ import annotations

from datetime import datetime

from emoit.dossiers import answers as answer_store
from emoit.dossiers.models import Dossier
from emoit.dossiers.types import CHANGING, Earlier
from emoit.forms import queries as forms
from emoit.kernel.access import acting_as, process
from emoit.procedures import queries as procedures
from emoit.results import queries as results


def of(row: Dossier, *, now: datetime) -> Earlier | None:
    """What the result is now, and the answers that came from it beside those of the dossier."""
    if row.from_result_id is None:
        return None
    procedure = procedures.version(row.procedure_version_id)
    if procedure.amends is None:
        return None
    with acting_as(process("dossiers", row.agency_id)) as hand:
        result = results.get_for(hand, row.from_result_id, now=now)
    before = answer_store.unseal(row.from_facts["answers"]) if row.from_facts else {}
    changed = forms.changes(procedure.form, before, answer_store.unseal(row.answers))
    return Earlier(result, procedure.amends.change, tuple(changed))


def changing(agency_id: int, result_id: int, *, but: int | None = None) -> str:
    """The code of the open dossier that is on its way to change a result, "" for none; `but` is left out.

    As a process of ours: the dossier may be a colleague's.
    """
    rows = Dossier.objects.filter(agency_id=agency_id, from_result_id=result_id, status__in=CHANGING)
    return next((code for pk, code in rows.values_list("pk", "code") if pk != but and code), "")
