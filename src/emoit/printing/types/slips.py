"""Data of the slips of the one-stop mechanism (forms 01 to 07) and of the appointment of an inspection."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal, TypedDict

from emoit.printing.types.pieces import Applicant, Contact, Document, Paper, Signatory


class SupplementRequest(TypedDict):
    paper: str
    reason: str
    remedy: str


class ControlStep(TypedDict):
    giver: str
    giver_officer: str
    receiver: str
    receiver_officer: str
    at: datetime
    due_at: datetime | None
    outcome: Literal["early", "on_time", "late", "open"]
    note: str


class RegisterRow(TypedDict):
    dossier_code: str
    procedure: str
    sets: int
    applicant_name: str
    address: str
    phone: str
    handling_unit: str
    received_at: datetime
    due_at: datetime | None
    returned_at: datetime | None
    return_channel: str
    signed_for: str
    note: str


class ReceiptData(Document):
    """Form 01, A5. `due_at` None: the result comes at once. `due_note` explains the appointment."""

    dossier_code: str
    office: str
    applicant: Applicant
    submitter: str
    procedure: str
    papers: list[Paper]
    sets: int
    fee: str
    term: str
    received_at: datetime
    due_at: datetime | None
    due_note: str
    return_at: str
    register_book: str
    receiver: str


class SupplementData(Document):
    """Form 02, A5: every defect at once, a reason for each."""

    dossier_code: str
    applicant: Applicant
    procedure: str
    requests: list[SupplementRequest]
    asked_at: datetime
    respond_by: date | None
    contact: Contact
    signatory: Signatory


class IntakeRefusalData(Document):
    """Form 03, A5."""

    dossier_code: str
    office: str
    applicant: Applicant
    submitter: str
    procedure: str
    submitted_at: datetime
    reasons: list[str]
    guidance: str
    signatory: Signatory


class ApologyData(Document):
    """Form 04, A4. `due_at` is the appointment that is missed, `new_due_at` the one asked for."""

    recipient: str
    dossier_code: str
    procedure: str
    received_at: datetime
    due_at: datetime
    new_due_at: datetime
    reason: str
    signatory: Signatory
    copies: list[str]


class StopNoticeData(Document):
    """Form 05, A4. `legal_basis` lines follow "Căn cứ"."""

    recipient: str
    dossier_code: str
    procedure: str
    received_at: datetime
    legal_basis: list[str]
    reason: str
    guidance: str
    signatory: Signatory
    copies: list[str]


class ControlSlipData(Document):
    """Form 06, A4."""

    dossier_code: str
    applicant_name: str
    procedure: str
    handling_unit: str
    cooperating: list[str]
    received_at: datetime
    due_at: datetime | None
    steps: list[ControlStep]


class TeamMember(TypedDict):
    """`duty` as in "Trưởng đoàn"."""

    name: str
    position: str
    duty: str


class InspectionNoticeData(Document):
    """Appointment of an inspection on site, A4; no national form. `host` receives the team at the place."""

    recipient: str
    dossier_code: str
    procedure: str
    received_at: datetime
    starts_at: datetime
    place: str
    host: str
    purpose: str
    team: list[TeamMember]
    guidance: str
    signatory: Signatory
    copies: list[str]


class RegisterData(Document):
    """Form 07, A4 landscape, any number of rows."""

    office: str
    from_on: date
    to_on: date
    rows: list[RegisterRow]
