"""Look-ups made for a dossier, and what they say beside what was declared."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from emoit.dossiers import lookups
from emoit.dossiers.queries.door import require_visible
from emoit.dossiers.types import Compared, DossierInfo
from emoit.forms.types import Form
from emoit.kernel.access import Actor, Forbidden, NotFound
from emoit.people import queries as people
from emoit.people.types import LookupInfo, Register
from emoit.work import queries as work
from emoit.work.types import Item

KIND = "dossier"


def registers_of(dossier: DossierInfo) -> tuple[Register, ...]:
    """The registers that can be asked for the dossier and are connected, that of its party first."""
    return tuple(one for one in lookups.registers_of(dossier.enterprise_id) if people.is_connected(one))


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
    whose = (lookup.register, lookup.facts)
    of_form = lookups.compared(form, dossier.answers, *whose, dossier.enterprise_id, language=language)
    return (*lookups.of_register(_name(dossier, lookup.register), *whose), *of_form)


def _name(dossier: DossierInfo, register: Register) -> str:
    """Of the one whom the register was asked about, as the dossier has it; "" where the actor may not know it."""
    if register is lookups.registers_of(dossier.enterprise_id)[0]:
        return dossier.holder_name
    try:
        return people.account_name(dossier.applicant_id)
    except NotFound:
        return ""


def taken(dossier: DossierInfo, form: Form, lookup: LookupInfo, pointers: Iterable[str]) -> dict[str, Any]:
    """The chosen answers of the register, as changes for `patch_answers`; what it does not know is left out."""
    if lookup.facts is None:
        return {}
    told = lookups.proposed(form, lookup.register, lookup.facts, dossier.enterprise_id)
    return lookups.patch_of(told, set(pointers))
