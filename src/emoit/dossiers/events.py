"""What others may react to. Moments are ISO 8601 strings."""

from __future__ import annotations

from dataclasses import dataclass

from emoit.kernel.outbox import BaseEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class _OfDossier(BaseEvent):
    dossier_id: int
    code: str
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierSubmitted(_OfDossier):
    """Handed in by the applicant; `automatic` ones answer by themselves."""

    automatic: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierReceived(_OfDossier):
    """Taken in by the one-stop office; the clock runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeRefused(_OfDossier):
    """Not taken in (national status 3)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplementRequested(_OfDossier):
    """The applicant was asked, once, for everything that is missing; the clock stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierSupplied(_OfDossier):
    """The applicant has answered; the clock runs again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineExtended(_OfDossier):
    """Apologised for and appointed anew, once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierDecided(_OfDossier):
    """Granted or refused, signed and registered (national status 9)."""

    outcome: str
    result_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultReturned(_OfDossier):
    """The applicant has the result (national status 10)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierWithdrawn(_OfDossier):
    """Taken back by the applicant (national status 7)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierStopped(_OfDossier):
    """Processing stopped (national status 8)."""
