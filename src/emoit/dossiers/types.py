"""What other modules may hold of a dossier (hồ sơ)."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from emoit.forms.types import Changed
from emoit.lib.working_time import Deadline
from emoit.procedures.types import Change
from emoit.results.types import ResultInfo


class Status(enum.StrEnum):
    """Where a dossier stands. `national` is its code on the national portal (vn_standards 3.4)."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    REFUSED_AT_INTAKE = "refused_at_intake"
    RECEIVED = "received"
    IN_PROGRESS = "in_progress"
    AWAITING_SUPPLEMENT = "awaiting_supplement"
    AWAITING_FEE = "awaiting_fee"
    DECIDED = "decided"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    STOPPED = "stopped"

    @property
    def label(self) -> str:
        return _LABELS[self]

    @property
    def national(self) -> int | None:
        return _NATIONAL[self]

    @property
    def is_final(self) -> bool:
        return self in _FINAL

    @property
    def tone(self) -> str:
        """The feeling of its tag: at work, waiting for the applicant, good, bad, neither."""
        return _TONES.get(self, "info")


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


_LABELS = {
    Status.DRAFT: "Bản nháp",
    Status.SUBMITTED: "Mới đăng ký",
    Status.REFUSED_AT_INTAKE: "Không được tiếp nhận",
    Status.RECEIVED: "Được tiếp nhận",
    Status.IN_PROGRESS: "Đang xử lý",
    Status.AWAITING_SUPPLEMENT: "Yêu cầu bổ sung giấy tờ",
    Status.AWAITING_FEE: "Yêu cầu nộp phí, lệ phí",
    Status.DECIDED: "Đã xử lý xong",
    Status.RETURNED: "Đã trả kết quả",
    Status.WITHDRAWN: "Công dân yêu cầu rút hồ sơ",
    Status.STOPPED: "Dừng xử lý",
}
_NATIONAL: dict[Status, int | None] = {
    Status.DRAFT: None,
    Status.SUBMITTED: 1,
    Status.RECEIVED: 2,
    Status.REFUSED_AT_INTAKE: 3,
    Status.IN_PROGRESS: 4,
    Status.AWAITING_SUPPLEMENT: 5,
    Status.AWAITING_FEE: 6,
    Status.WITHDRAWN: 7,
    Status.STOPPED: 8,
    Status.DECIDED: 9,
    Status.RETURNED: 10,
}
_FINAL = {Status.REFUSED_AT_INTAKE, Status.RETURNED, Status.WITHDRAWN, Status.STOPPED}
# A dossier in one of these is on its way to change the result from which it was opened.
CHANGING = (
    Status.SUBMITTED,
    Status.RECEIVED,
    Status.IN_PROGRESS,
    Status.AWAITING_SUPPLEMENT,
    Status.AWAITING_FEE,
)
_TONES = {
    Status.DRAFT: "neutral",
    Status.AWAITING_SUPPLEMENT: "warning",
    Status.AWAITING_FEE: "warning",
    Status.REFUSED_AT_INTAKE: "danger",
    Status.STOPPED: "danger",
    Status.WITHDRAWN: "neutral",
    Status.DECIDED: "success",
    Status.RETURNED: "success",
}


class Outcome(enum.StrEnum):
    NONE = ""
    GRANTED = "granted"
    REFUSED = "refused"

    @property
    def label(self) -> str:
        return {"": "", "granted": "Đồng ý cấp", "refused": "Từ chối giải quyết"}[self]


class Verb(enum.StrEnum):
    """What can be done to a dossier; each has one action of the same name. `IMPORT` begins one of a previous system."""

    SUBMIT = "submit"
    RECEIVE = "receive"
    REFUSE_INTAKE = "refuse_intake"
    REQUIRE_FEE = "require_fee"
    PAY_FEE = "pay_fee"
    EXAMINE = "examine"
    REQUEST_SUPPLEMENT = "request_supplement"
    SUPPLY = "supply"
    PROPOSE = "propose"
    APPROVE = "approve"
    RETURN_FOR_REWORK = "return_for_rework"
    SIGN = "sign"
    DECIDE = "decide"
    RETURN_RESULT = "return_result"
    WITHDRAW = "withdraw"
    STOP = "stop"
    EXTEND = "extend"
    FOLLOW_CALENDAR = "follow_calendar"
    ASK_OPINIONS = "ask_opinions"
    GIVE_OPINION = "give_opinion"
    CLOSE_OPINIONS = "close_opinions"
    PLAN_INSPECTION = "plan_inspection"
    REPLAN_INSPECTION = "replan_inspection"
    RECORD_INSPECTION = "record_inspection"
    IMPORT = "import"

    @property
    def label(self) -> str:
        return _VERB_LABELS[self]


_VERB_LABELS = {
    Verb.SUBMIT: "Nộp hồ sơ",
    Verb.RECEIVE: "Tiếp nhận hồ sơ",
    Verb.REFUSE_INTAKE: "Không tiếp nhận hồ sơ",
    Verb.REQUIRE_FEE: "Yêu cầu nộp phí, lệ phí",
    Verb.PAY_FEE: "Nộp phí, lệ phí",
    Verb.EXAMINE: "Bắt đầu thẩm định",
    Verb.REQUEST_SUPPLEMENT: "Yêu cầu bổ sung",
    Verb.SUPPLY: "Bổ sung hồ sơ",
    Verb.PROPOSE: "Trình đề xuất",
    Verb.APPROVE: "Duyệt đề xuất",
    Verb.RETURN_FOR_REWORK: "Trả lại để xử lý tiếp",
    Verb.SIGN: "Ký ban hành",
    Verb.DECIDE: "Ban hành kết quả",
    Verb.RETURN_RESULT: "Trả kết quả",
    Verb.WITHDRAW: "Rút hồ sơ",
    Verb.STOP: "Dừng giải quyết",
    Verb.EXTEND: "Xin lỗi và gia hạn",
    Verb.FOLLOW_CALENDAR: "Tính lại hạn theo lịch mới",
    Verb.ASK_OPINIONS: "Lấy ý kiến đơn vị phối hợp",
    Verb.GIVE_OPINION: "Cho ý kiến",
    Verb.CLOSE_OPINIONS: "Kết thúc lấy ý kiến",
    Verb.PLAN_INSPECTION: "Hẹn kiểm tra thực tế",
    Verb.REPLAN_INSPECTION: "Hẹn lại kiểm tra thực tế",
    Verb.RECORD_INSPECTION: "Lập biên bản kiểm tra thực tế",
    Verb.IMPORT: "Chuyển từ hệ thống trước",
}


class SlipKind(enum.StrEnum):
    """Slips of Circular 01/2018 and 03/2025/TT-VPCP; the value is the printing template's name."""

    RECEIPT = "receipt"
    SUPPLEMENT = "supplement"
    INTAKE_REFUSAL = "intake_refusal"
    APOLOGY = "apology"
    STOP_NOTICE = "stop_notice"
    CONTROL_SLIP = "control_slip"
    INSPECTION_NOTICE = "inspection_notice"

    @property
    def label(self) -> str:
        return {
            "receipt": "Giấy tiếp nhận hồ sơ và hẹn trả kết quả",
            "supplement": "Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ",
            "intake_refusal": "Phiếu từ chối tiếp nhận giải quyết hồ sơ",
            "apology": "Văn bản xin lỗi và đề nghị gia hạn thời gian giải quyết",
            "stop_notice": "Thông báo dừng giải quyết hồ sơ",
            "control_slip": "Phiếu kiểm soát quá trình giải quyết hồ sơ",
            "inspection_notice": "Giấy hẹn kiểm tra thực tế",
        }[self]

    @property
    def is_internal(self) -> bool:
        """It follows the dossier from desk to desk and is not the applicant's to read."""
        return self is SlipKind.CONTROL_SLIP


class Stance(enum.StrEnum):
    """What a unit whose opinion was asked says."""

    AGREE = "agree"
    DISAGREE = "disagree"
    REMARKS = "remarks"

    @property
    def label(self) -> str:
        return {"agree": "Đồng ý", "disagree": "Không đồng ý", "remarks": "Có ý kiến"}[self]


class InspectionState(enum.StrEnum):
    PLANNED = "planned"
    RECORDED = "recorded"
    CANCELLED = "cancelled"  # appointed anew before it took place

    @property
    def label(self) -> str:
        return {"planned": "Đã hẹn", "recorded": "Đã lập biên bản", "cancelled": "Đã hẹn lại"}[self]


class InspectionResult(enum.StrEnum):
    PASSED = "passed"
    FAILED = "failed"

    @property
    def label(self) -> str:
        return {"passed": "Đạt yêu cầu", "failed": "Không đạt yêu cầu"}[self]


class EvidenceKind(enum.StrEnum):
    """What an inspection leaves behind: its signed minutes (biên bản), photographs."""

    MINUTES = "minutes"
    PHOTO = "photo"

    @property
    def label(self) -> str:
        return {"minutes": "Biên bản kiểm tra", "photo": "Ảnh hiện trường"}[self]


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
