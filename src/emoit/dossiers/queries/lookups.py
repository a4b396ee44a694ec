"""Look-ups made for a dossier, and what they say beside what was declared."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from emoit.dossiers import lookups
from emoit.dossiers.queries.door import require_visible
from emoit.dossiers.types import Compared, DossierInfo
from emoit.forms.types import Form
from emoit.kernel.access import Actor, Forbidden
from emoit.people import queries as people
from emoit.people.types import LookupInfo, Register
from emoit.work import queries as work
from emoit.work.types import Item

KIND = "dossier"


def register_of(dossier: DossierInfo) -> Register:
    """The register that knows the dossier's party: of persons, or of enterprises."""
    return lookups.register_of(dossier.enterprise_id)


def lookups_of(actor: Actor, dossier_id: int, *, now: datetime) -> list[LookupInfo]:
    """The look-ups made for the dossier, the newest first; of the applicant's own to the applicant. NotFound."""
    require_visible(actor, dossier_id)
    return people.lookups_of(actor, subject_kind=KIND, subject_id=str(dossier_id), now=now)


def held_item(actor: Actor, dossier_id: int) -> Item:
    """The dossier's open work that the actor holds. Forbidden `not_held` where there is none, NotFound."""
    require_visible(actor, dossier_id)
    for item in work.open_of(actor, KIND, dossier_id):
        if item.assignee_id is not None and work.may_do(actor, item):
            return item
    raise Forbidden("Chỉ cán bộ đang giữ việc của hồ sơ này được tra cứu.", code="not_held")


def compared(dossier: DossierInfo, form: Form, lookup: LookupInfo, *, language: str = "vi") -> tuple[Compared, ...]:
    """What was declared beside what the register says, by field; empty where the answer may not be used any more."""
    if lookup.facts is None:
        return ()
    of_form = lookups.compared(form, dossier.answers, lookup.facts, dossier.enterprise_id, language=language)
    return (*lookups.of_party(dossier.holder_name, lookup.facts), *of_form)


def taken(dossier: DossierInfo, form: Form, lookup: LookupInfo, pointers: Iterable[str]) -> dict[str, Any]:
    """The chosen answers of the register, as changes for `patch_answers`; what it does not know is left out."""
    if lookup.facts is None:
        return {}
    return lookups.patch_of(lookups.proposed(form, lookup.facts, dossier.enterprise_id), set(pointers))
