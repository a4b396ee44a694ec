"""Opinions and inspections as the workbench shows them: with the names of units and officers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from emoit.desk.frame import names_of
from emoit.dossiers import queries as dossiers
from emoit.dossiers.types import (
    Agreement,
    Computed,
    ConsultationInfo,
    DossierInfo,
    InspectionInfo,
    OpinionInfo,
    Use,
)
from emoit.forms.types import Form
from emoit.kernel.access import Actor, NotFound
from emoit.lib.saying import vi
from emoit.lib.vietnamese import format_vnd
from emoit.people import queries as people
from emoit.people.types import PURPOSE_NAMES, REGISTER_NAMES, LookupInfo
from emoit.ui.language import said


@dataclass(frozen=True, slots=True)
class Said:
    opinion: OpinionInfo
    unit: str
    who: str
    on_behalf_of: str


@dataclass(frozen=True, slots=True)
class Round:
    about: ConsultationInfo
    asker: str
    said: tuple[Said, ...]

    @property
    def waiting(self) -> list[str]:
        """The units that have not answered."""
        return [s.unit for s in self.said if s.opinion.stance is None]


@dataclass(frozen=True, slots=True)
class Visit:
    """`team`: (name, whether the leader), the leader first."""

    about: InspectionInfo
    team: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One use of a decision table. `said` is its outcome in words."""

    about: Computed
    said: str


_CHANNELS = {"green": vi("Luồng xanh"), "yellow": vi("Luồng vàng"), "red": vi("Luồng đỏ")}


def computed(actor: Actor, dossier_id: int) -> list[Line]:
    """What decision tables have said on the dossier, the first first."""
    return [Line(one, _said(actor, one)) for one in dossiers.computed_of(actor, dossier_id)]


def _said(actor: Actor, one: Computed) -> str:
    if not one.outcome:
        return _("Không dòng nào của bảng khớp")
    if one.use is Use.FEE:
        return format_vnd(int(one.outcome))
    if one.use is Use.CHANNEL:
        return said(_CHANNELS.get(one.outcome, one.outcome))
    try:
        return people.unit_by_code(actor.agency_id, one.outcome).name
    except NotFound:
        return one.outcome


def rounds(actor: Actor, dossier_id: int) -> list[Round]:
    """The rounds of opinions, the first first."""
    found = dossiers.consultations_of(actor, dossier_id)
    said = [o for c in found for o in c.opinions]
    names = names_of({c.asked_by_id for c in found} | {o.account_id for o in said} | {o.on_behalf_of_id for o in said})
    units = {unit_id: people.unit(unit_id).name for unit_id in {o.unit_id for o in said}}
    return [
        Round(
            c,
            names[c.asked_by_id],
            tuple(Said(o, units[o.unit_id], names[o.account_id], names[o.on_behalf_of_id]) for o in c.opinions),
        )
        for c in found
    ]


def visits(actor: Actor, dossier_id: int) -> list[Visit]:
    """The inspections on site, the first first."""
    found = dossiers.inspections_of(actor, dossier_id)
    names = names_of({account_id for i in found for account_id in i.team})
    return [
        Visit(i, tuple((names[a], a == i.leader_id) for a in sorted(i.team, key=lambda a: a != i.leader_id)))
        for i in found
    ]


@dataclass(frozen=True, slots=True)
class Asked:
    """A look-up in a register, without what it says: how many fields agree and differ, where it was `counted`."""

    lookup: LookupInfo
    register: str
    purpose: str
    counted: bool
    agrees: int
    differs: int


def lookups(actor: Actor, dossier: DossierInfo, form: Form, now: datetime) -> list[Asked]:
    """The look-ups made for the dossier, the newest first."""
    asked = []
    for row in dossiers.lookups_of(actor, dossier.id, now=now):
        found = [one.agreement for one in dossiers.compared(dossier, form, row)]
        asked.append(
            Asked(
                lookup=row,
                register=REGISTER_NAMES[row.register],
                purpose=PURPOSE_NAMES[row.purpose],
                counted=bool(found),
                agrees=found.count(Agreement.AGREES),
                differs=found.count(Agreement.DIFFERS),
            )
        )
    return asked
