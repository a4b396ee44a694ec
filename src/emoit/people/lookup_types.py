"""Values of look-ups in the registers of other authorities. Plain Python; others take them from `people.types`."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime

from emoit.lib.saying import vi


class Register(enum.StrEnum):
    """A register of another authority in which look-ups are made."""

    POPULATION = "population"  # Cơ sở dữ liệu quốc gia về dân cư
    ENTERPRISES = "enterprises"  # đăng ký doanh nghiệp


REGISTER_NAMES: dict[Register, str] = {
    Register.POPULATION: vi("Cơ sở dữ liệu quốc gia về dân cư"),
    Register.ENTERPRISES: vi("Hệ thống thông tin quốc gia về đăng ký doanh nghiệp"),
}


class Purpose(enum.StrEnum):
    """Why a register is asked. An answer counts for the purpose for which it was asked, and for no other."""

    DECLARE = "declare"  # with the person's consent
    VERIFY_APPLICANT = "verify_applicant"
    VERIFY_DECLARATION = "verify_declaration"
    CHECK_CONDITIONS = "check_conditions"


PURPOSE_NAMES: dict[Purpose, str] = {
    Purpose.DECLARE: vi("Điền và đối chiếu tờ khai, người nộp đồng ý"),
    Purpose.VERIFY_APPLICANT: vi("Xác minh người nộp hồ sơ"),
    Purpose.VERIFY_DECLARATION: vi("Đối chiếu nội dung kê khai"),
    Purpose.CHECK_CONDITIONS: vi("Kiểm tra điều kiện của thủ tục"),
}


class LookupState(enum.StrEnum):
    WAITING = "waiting"  # to be asked, or asked again
    ANSWERED = "answered"
    ABSENT = "absent"  # the register has nobody of that number and name
    REFUSED = "refused"  # the register does not answer us on this
    DROPPED = "dropped"  # its dossier ended first, or too many tries failed


@dataclass(frozen=True, slots=True)
class RegisterFacts:
    """What is taken from a register's answer on a person or an enterprise; "" for what it does not say.

    No more than forms ask for: the rest is not kept. `standing`: of an enterprise, in the register's own words.
    """

    identity: str
    name: str
    address: str = ""
    representative: str = ""
    standing: str = ""


@dataclass(frozen=True, slots=True)
class LookupInfo:
    """One look-up. `facts` None: no answer, or it had to be forgotten (`forgotten_at`). `consented`: by the person.

    `error`: why the last try brought nothing. Of whoever asked: account, unit and role; None and "" for the person.
    """

    id: int
    register: Register
    purpose: Purpose
    state: LookupState
    subject_kind: str
    subject_id: str
    subject_code: str
    account_id: int | None
    unit_id: int | None
    role: str
    consented: bool
    asked_at: datetime
    answered_at: datetime | None
    keep_until: datetime | None
    forgotten_at: datetime | None
    due_at: datetime | None
    error: str
    facts: RegisterFacts | None

    @property
    def is_unanswered(self) -> bool:
        """It was tried and has to be tried again."""
        return self.state is LookupState.WAITING and bool(self.error)

    @property
    def label(self) -> str:
        return vi("Chưa đối chiếu được") if self.is_unanswered else _STATES[self.state][0]

    @property
    def tone(self) -> str:
        return "warning" if self.is_unanswered else _STATES[self.state][1]


_STATES = {
    LookupState.WAITING: (vi("Đang hỏi"), "info"),
    LookupState.ANSWERED: (vi("Đã trả lời"), "success"),
    LookupState.ABSENT: (vi("Không có bản ghi khớp số và tên"), "danger"),
    LookupState.REFUSED: (vi("Bên kia từ chối trả lời"), "danger"),
    LookupState.DROPPED: (vi("Đã thôi hỏi"), "neutral"),
}


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What is asked of a register. Personal data: never in events, jobs, search or logs.

    `identity`: an identity number or a tax code. `procedure`: its code, under which the register knows our service.
    """

    register: Register
    purpose: Purpose
    subject_kind: str
    subject_id: str
    identity: str
    name: str
    subject_code: str = ""
    procedure: str = ""
