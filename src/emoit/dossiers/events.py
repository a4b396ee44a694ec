"""What others may react to. Moments are ISO 8601 strings."""

from __future__ import annotations

from dataclasses import dataclass

from emoit.kernel.outbox import BaseEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierEvent(BaseEvent):
    """What all of them tell. `code` is empty for nobody: a draft tells nothing."""

    dossier_id: int
    code: str
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierSubmitted(DossierEvent):
    """Handed in by the applicant; `automatic` ones answer by themselves."""

    automatic: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierReceived(DossierEvent):
    """Taken in by the one-stop office; the clock runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeRefused(DossierEvent):
    """Not taken in (national status 3)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplementRequested(DossierEvent):
    """The applicant was asked, once, for everything that is missing; the clock stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierSupplied(DossierEvent):
    """The applicant has answered; the clock runs again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineExtended(DossierEvent):
    """Apologised for and appointed anew, once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineMoved(DossierEvent):
    """The working calendar has changed, and with it the day of the result."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierDecided(DossierEvent):
    """Granted or refused, signed and registered (national status 9)."""

    outcome: str
    result_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultReturned(DossierEvent):
    """The applicant has the result (national status 10)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierWithdrawn(DossierEvent):
    """Taken back by the applicant (national status 7)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierStopped(DossierEvent):
    """Processing stopped (national status 8)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpinionsAsked(DossierEvent):
    """Other units were asked for their opinion. `unit_ids`: which."""

    unit_ids: list[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectionPlanned(DossierEvent):
    """An inspection on site was appointed for `starts_at`."""

    inspection_id: int
    starts_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectionRecorded(DossierEvent):
    """The minutes of an inspection are in. `result`: passed or failed."""

    inspection_id: int
    result: str
