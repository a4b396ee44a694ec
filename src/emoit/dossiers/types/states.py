"""The states, verbs and kinds of a dossier (hồ sơ), with their words."""

from __future__ import annotations

import enum

from emoit.lib.saying import vi


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


_LABELS = {
    Status.DRAFT: vi("Bản nháp"),
    Status.SUBMITTED: vi("Mới đăng ký"),
    Status.REFUSED_AT_INTAKE: vi("Không được tiếp nhận"),
    Status.RECEIVED: vi("Được tiếp nhận"),
    Status.IN_PROGRESS: vi("Đang xử lý"),
    Status.AWAITING_SUPPLEMENT: vi("Yêu cầu bổ sung giấy tờ"),
    Status.AWAITING_FEE: vi("Yêu cầu nộp phí, lệ phí"),
    Status.DECIDED: vi("Đã xử lý xong"),
    Status.RETURNED: vi("Đã trả kết quả"),
    Status.WITHDRAWN: vi("Công dân yêu cầu rút hồ sơ"),
    Status.STOPPED: vi("Dừng xử lý"),
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
        return {"": "", "granted": vi("Đồng ý cấp"), "refused": vi("Từ chối giải quyết")}[self]


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
    Verb.SUBMIT: vi("Nộp hồ sơ"),
    Verb.RECEIVE: vi("Tiếp nhận hồ sơ"),
    Verb.REFUSE_INTAKE: vi("Không tiếp nhận hồ sơ"),
    Verb.REQUIRE_FEE: vi("Yêu cầu nộp phí, lệ phí"),
    Verb.PAY_FEE: vi("Nộp phí, lệ phí"),
    Verb.EXAMINE: vi("Bắt đầu thẩm định"),
    Verb.REQUEST_SUPPLEMENT: vi("Yêu cầu bổ sung"),
    Verb.SUPPLY: vi("Bổ sung hồ sơ"),
    Verb.PROPOSE: vi("Trình đề xuất"),
    Verb.APPROVE: vi("Duyệt đề xuất"),
    Verb.RETURN_FOR_REWORK: vi("Trả lại để xử lý tiếp"),
    Verb.SIGN: vi("Ký ban hành"),
    Verb.DECIDE: vi("Ban hành kết quả"),
    Verb.RETURN_RESULT: vi("Trả kết quả"),
    Verb.WITHDRAW: vi("Rút hồ sơ"),
    Verb.STOP: vi("Dừng giải quyết"),
    Verb.EXTEND: vi("Xin lỗi và gia hạn"),
    Verb.FOLLOW_CALENDAR: vi("Tính lại hạn theo lịch mới"),
    Verb.ASK_OPINIONS: vi("Lấy ý kiến đơn vị phối hợp"),
    Verb.GIVE_OPINION: vi("Cho ý kiến"),
    Verb.CLOSE_OPINIONS: vi("Kết thúc lấy ý kiến"),
    Verb.PLAN_INSPECTION: vi("Hẹn kiểm tra thực tế"),
    Verb.REPLAN_INSPECTION: vi("Hẹn lại kiểm tra thực tế"),
    Verb.RECORD_INSPECTION: vi("Lập biên bản kiểm tra thực tế"),
    Verb.IMPORT: vi("Chuyển từ hệ thống trước"),
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
            "receipt": vi("Giấy tiếp nhận hồ sơ và hẹn trả kết quả"),
            "supplement": vi("Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ"),
            "intake_refusal": vi("Phiếu từ chối tiếp nhận giải quyết hồ sơ"),
            "apology": vi("Văn bản xin lỗi và đề nghị gia hạn thời gian giải quyết"),
            "stop_notice": vi("Thông báo dừng giải quyết hồ sơ"),
            "control_slip": vi("Phiếu kiểm soát quá trình giải quyết hồ sơ"),
            "inspection_notice": vi("Giấy hẹn kiểm tra thực tế"),
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
        return {"agree": vi("Đồng ý"), "disagree": vi("Không đồng ý"), "remarks": vi("Có ý kiến")}[self]


class InspectionState(enum.StrEnum):
    PLANNED = "planned"
    RECORDED = "recorded"
    CANCELLED = "cancelled"  # appointed anew before it took place

    @property
    def label(self) -> str:
        return {"planned": vi("Đã hẹn"), "recorded": vi("Đã lập biên bản"), "cancelled": vi("Đã hẹn lại")}[self]


class InspectionResult(enum.StrEnum):
    PASSED = "passed"
    FAILED = "failed"

    @property
    def label(self) -> str:
        return {"passed": vi("Đạt yêu cầu"), "failed": vi("Không đạt yêu cầu")}[self]


class EvidenceKind(enum.StrEnum):
    """What an inspection leaves behind: its signed minutes (biên bản), photographs."""

    MINUTES = "minutes"
    PHOTO = "photo"

    @property
    def label(self) -> str:
        return {"minutes": vi("Biên bản kiểm tra"), "photo": vi("Ảnh hiện trường")}[self]
