"""Facts of a dossier and of what belongs to it, frozen as they were read."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from emoit.dossiers.types.states import (
    EvidenceKind,
    InspectionResult,
    InspectionState,
    Outcome,
    SlipKind,
    Stance,
    Status,
    Verb,
)
from emoit.forms.types import Changed
from emoit.lib.saying import vi
from emoit.lib.working_time import Deadline
from emoit.procedures.types import Change
from emoit.results.types import ResultInfo


@dataclass(frozen=True, slots=True)
class CarriedOver:
    """What became of a draft taken to another version: the questions and papers that are not asked for any more."""

    from_version: int
    to_version: int
    answers: tuple[str, ...]
    papers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InUse:
    """How many dossiers stand on a version of a procedure: under way, and drafts not handed in."""

    open: int
    drafts: int


@dataclass(frozen=True, slots=True)
class Defect:
    """One thing that is wrong: a paper (its code) or a field (its JSON pointer), and why."""

    target: str
    reason: str


@dataclass(frozen=True, slots=True)
class PaperInfo:
    """One file handed in for a paper (thành phần hồ sơ). `round` 0 is the submission, 1 the supplement."""

    id: int
    paper_code: str
    file_id: int
    name: str
    size: int
    pages: int | None
    round: int
    superseded: bool
    added_at: datetime


@dataclass(frozen=True, slots=True)
class SlipInfo:
    id: int
    kind: SlipKind
    file_id: int
    made_at: datetime


@dataclass(frozen=True, slots=True)
class SupplementInfo:
    """What was asked for, once, and whether it has been answered."""

    note: str
    defects: tuple[Defect, ...]
    requested_at: datetime
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class OpinionInfo:
    """A unit's opinion (ý kiến phối hợp); `stance` and `answered_at` are None until it has come."""

    unit_id: int
    stance: Stance | None
    text: str
    account_id: int | None
    on_behalf_of_id: int | None
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class ConsultationInfo:
    """One round of asking other units. `reply_by` is the last moment for the answers."""

    id: int
    question: str
    reply_by: datetime
    asked_by_id: int
    asked_at: datetime
    closed_at: datetime | None
    close_reason: str
    opinions: tuple[OpinionInfo, ...]


@dataclass(frozen=True, slots=True)
class EvidenceInfo:
    id: int
    kind: EvidenceKind
    file_id: int
    name: str
    size: int
    added_at: datetime


@dataclass(frozen=True, slots=True)
class InspectionInfo:
    """One appointed inspection on site (kiểm tra thực tế). `team` are account ids, the leader's among them.

    `receiver` is who receives the team at the place. `result` is None until the minutes are in.
    """

    id: int
    number: int
    state: InspectionState
    starts_at: datetime
    place: str
    receiver: str
    purpose: str
    leader_id: int
    team: tuple[int, ...]
    planned_by_id: int
    planned_at: datetime
    cancel_reason: str
    result: InspectionResult | None
    findings: str
    recommendations: str
    recorded_by_id: int | None
    recorded_at: datetime | None
    evidence: tuple[EvidenceInfo, ...]


class Use(enum.StrEnum):
    """What a decision table was asked for."""

    FEE = "fee"
    ROUTE = "route"
    CHANNEL = "channel"

    @property
    def label(self) -> str:
        return {"fee": vi("Phí, lệ phí"), "route": vi("Đơn vị xử lý"), "channel": vi("Luồng rủi ro")}[self]


@dataclass(frozen=True, slots=True)
class Computed:
    """One use of a decision table: which version answered, by which of its rules, and what; `outcome` "": no rule fit.

    A fee is in đồng, a route a unit's code, a channel green, yellow or red.
    """

    use: Use
    table: str
    version: int
    rules: tuple[str, ...]
    outcome: str
    at: datetime


@dataclass(frozen=True, slots=True)
class DecisionInfo:
    """The decision on its way: proposed, approved, numbered, signed."""

    outcome: Outcome
    content: str
    number: str
    sign_request_id: int | None
    signing_state: str  # "", "pending", "signed", "failed"
    signing_error: str
    result_id: int | None


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One step of the way. `words` is for everyone who may see the entry; `public` ones the applicant sees."""

    at: datetime
    verb: Verb
    status: Status
    actor_name: str
    on_behalf_of: str
    public: bool
    words: str
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DossierInfo:
    """A dossier as its readers see it. `applicant_id` is 0 while nobody has registered for one of a previous system.

    `answers` have personal fields in clear for those who may read the dossier."""

    id: int
    version: int
    agency_id: int
    code: str
    status: Status
    outcome: Outcome
    procedure_version_id: int
    procedure_code: str
    procedure_name: str
    holder_name: str
    applicant_id: int
    enterprise_id: int | None
    answers: dict[str, Any]
    created_at: datetime
    saved_at: datetime
    submitted_at: datetime | None
    received_at: datetime | None
    decided_at: datetime | None
    returned_at: datetime | None
    deadline: Deadline | None
    due_at: datetime | None
    extended: bool
    receiving_unit_id: int | None
    handling_unit_id: int | None
    process_id: int | None = None
    from_result_id: int | None = None


@dataclass(frozen=True, slots=True)
class Earlier:
    """The result from which a dossier was opened: what it was then, what it is now, and what the applicant has changed.

    `changed` compares the answers that came from the result with those of the dossier.
    """

    result: ResultInfo
    change: Change
    changed: tuple[Changed, ...]


class Agreement(enum.StrEnum):
    """What a register says, held against what was declared."""

    AGREES = "agrees"
    DIFFERS = "differs"
    EMPTY = "empty"  # not declared
    TOLD = "told"  # not asked in any form

    @property
    def label(self) -> str:
        return {"agrees": vi("Khớp"), "differs": vi("Không khớp"), "empty": vi("Chưa khai"), "told": vi("Thông tin")}[
            self
        ]

    @property
    def tone(self) -> str:
        return {"agrees": "success", "differs": "danger"}.get(self, "neutral")


@dataclass(frozen=True, slots=True)
class Compared:
    """One field beside a register. `pointer` is the field's in the form, "" for what any dossier tells of its party."""

    pointer: str
    label: str
    declared: str
    found: str
    agreement: Agreement


@dataclass(frozen=True, slots=True)
class DossierCard:
    """A dossier in a list."""

    id: int
    code: str
    procedure_name: str
    holder_name: str
    status: Status
    outcome: Outcome
    created_at: datetime
    saved_at: datetime
    submitted_at: datetime | None
    due_at: datetime | None
    procedure_code: str = ""
    enterprise_id: int | None = None
    version: int = 1


@dataclass(frozen=True, slots=True)
class MovedDeadline:
    """A running deadline under another calendar. A moment is None while the clock stands; then only what is left of
    the term moves. `outside`: the other calendar's years do not reach that far, and `after` is not known."""

    dossier_id: int
    code: str
    procedure_name: str
    holder_name: str
    before: datetime | None
    after: datetime | None
    outside: bool = False


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row of a file that was not loaded: its line, what names it, and why."""

    line: int
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class LoadReport:
    """`closed` dossiers were not loaded, but no number of theirs is given out again."""

    loaded: int
    unchanged: int
    closed: int
    refused: tuple[RefusedRow, ...]


@dataclass(frozen=True, slots=True)
class BeingSigned:
    """A decision whose signature is under way (`state` pending) or has failed, with the reason."""

    dossier_id: int
    code: str
    procedure_name: str
    holder_name: str
    outcome: Outcome
    number: str
    state: str
    error: str
    signer_id: int | None


@dataclass(frozen=True, slots=True)
class Tracking:
    """What the public look-up shows to one who has the code and the second datum."""

    code: str
    procedure_name: str
    status: Status
    outcome: Outcome
    submitted_at: datetime
    received_at: datetime | None
    deadline_words: str
    entries: tuple[TimelineEntry, ...]
    next_actor: str
    result_token: str
