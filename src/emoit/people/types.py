"""Values of `people` that other modules may hold. Plain Python."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from emoit.lib.saying import vi
from emoit.people.lookup_types import (
    PURPOSE_NAMES,
    REGISTER_NAMES,
    Inquiry,
    LookupInfo,
    LookupState,
    Purpose,
    Register,
    RegisterFacts,
)

# Under this name the web session keeps the id of its row in people_session.
SESSION_KEY = "sid"


class Role(enum.StrEnum):
    """What an officer may do in a unit. A role is held in one unit, from–to."""

    ONE_STOP_CLERK = "one_stop_clerk"
    SPECIALIST = "specialist"
    UNIT_HEAD = "unit_head"
    LEADER = "leader"
    RECORDS_CLERK = "records_clerk"
    CASHIER = "cashier"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


ROLE_NAMES: dict[Role, str] = {
    Role.ONE_STOP_CLERK: vi("Cán bộ Một cửa"),
    Role.SPECIALIST: vi("Chuyên viên thụ lý"),
    Role.UNIT_HEAD: vi("Lãnh đạo đơn vị"),
    Role.LEADER: vi("Lãnh đạo Bộ"),
    Role.RECORDS_CLERK: vi("Văn thư"),
    Role.CASHIER: vi("Thủ quỹ"),
    Role.ADMINISTRATOR: vi("Quản trị hệ thống"),
    Role.AUDITOR: vi("Kiểm tra, giám sát"),
}


class AccountKind(enum.StrEnum):
    CITIZEN = "citizen"
    OFFICER = "officer"


class RepresentationRole(enum.StrEnum):
    LEGAL_REPRESENTATIVE = "legal_representative"  # người đại diện theo pháp luật
    AUTHORISED = "authorised"  # người được ủy quyền


class AbsenceKind(enum.StrEnum):
    LEAVE = "leave"  # nghỉ
    DUTY_TRIP = "duty_trip"  # đi công tác


ABSENCE_NAMES: dict[AbsenceKind, str] = {AbsenceKind.LEAVE: vi("Nghỉ"), AbsenceKind.DUTY_TRIP: vi("Đi công tác")}


class SessionEnd(enum.StrEnum):
    """Why a session is over."""

    SIGNED_OUT = "signed_out"
    ENDED = "ended"  # its holder ended it from elsewhere
    PASSWORD = "password"  # noqa: S105 - the password was changed or reset
    SECURITY = "security"  # the second factor was set up, changed or taken away
    CLOSED = "closed"  # the account was closed
    IDLE = "idle"
    LIMIT = "limit"  # the longest time a session may last


class PartyKind(enum.StrEnum):
    CITIZEN = "citizen"
    ENTERPRISE = "enterprise"


@dataclass(frozen=True, slots=True)
class AgencyInfo:
    """The ministry's profile: what screens, slips and numbers say of it.

    `dossier_code` is the form of the agency's code within dossier codes ("G02" or "000.00.00.G02"); the widths are
    minimums of digits.
    """

    id: int
    code: str
    name: str
    name_en: str
    short_name: str
    abbr: str
    emblem_text: str
    address: str
    phone: str
    email: str
    website: str
    dossier_code: str
    dossier_number_width: int
    result_number_width: int


@dataclass(frozen=True, slots=True)
class UnitInfo:
    id: int
    code: str
    name: str
    parent_id: int | None
    abbr: str
    kind: str
    name_en: str = ""
    national_code: str = ""
    province: str = ""
    commune: str = ""


# Stands in a procedure for the unit of the applicant's place: see `queries.unit_at`.
AT_PLACE = "@place"


@dataclass(frozen=True, slots=True)
class PlaceInfo:
    """A province (two digits) or a commune (five digits) that a unit of ours serves; code of the statistics office."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class UnitDetails:
    """A unit as its administrator sees it; days are null where not known or open."""

    id: int
    code: str
    name: str
    kind: str
    valid_from: date | None
    valid_to: date | None
    successor: str
    note: str


@dataclass(frozen=True, slots=True)
class OfficerInfo:
    """An officer in a unit; `position` is the Vietnamese title there, empty where none is assigned.

    `away_until` is the end of a present absence (aware), None where the officer is there.
    """

    account_id: int
    name: str
    position: str
    unit_id: int
    away_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class OfficerCard:
    """An officer of the agency to choose from: highest post in words, units of posts and roles, absence."""

    account_id: int
    login: str
    name: str
    post: str
    unit_ids: tuple[int, ...]
    is_active: bool
    away_until: datetime | None


@dataclass(frozen=True, slots=True)
class Tenure:
    """A post or a role that an officer holds or will hold. `key` is the title's code or the role."""

    id: int
    unit_id: int
    unit_name: str
    key: str
    name: str
    valid_from: datetime
    valid_to: datetime | None


@dataclass(frozen=True, slots=True)
class EnterpriseInfo:
    id: int
    tax_code: str
    name: str
    address: str
    role: RepresentationRole


@dataclass(frozen=True, slots=True)
class Party:
    """The one in whose name a dossier is declared. Personal data: never in events, jobs, search or logs.

    `identity` is the tax code of an enterprise or the id number of a citizen; `reader` is the reader key under which
    the party sees what is theirs (`e:<enterprise>` or `a:<account>`).
    """

    kind: PartyKind
    name: str
    identity: str
    address: str
    phone: str
    email: str
    representative: str
    reader: str


@dataclass(frozen=True, slots=True)
class DelegationInfo:
    """One delegation (ủy quyền). `scope` holds (unit id, role); aware UTC, the end is the first moment without it.

    `procedures` are the keys of the only procedures that it counts for, empty: all. `granted_by_name`: who gave it for
    the principal, "" where they did it themself.
    """

    id: int
    principal_id: int
    principal_name: str
    delegate_id: int
    delegate_name: str
    valid_from: datetime
    valid_to: datetime
    reason: str
    revoked_at: datetime | None
    scope: tuple[tuple[int, Role], ...]
    procedures: tuple[str, ...] = ()
    granted_by_id: int | None = None
    granted_by_name: str = ""


@dataclass(frozen=True, slots=True)
class AbsenceInfo:
    """One absence (vắng mặt). Moments aware UTC, the end is the first moment back."""

    id: int
    account_id: int
    name: str
    kind: AbsenceKind
    valid_from: datetime
    valid_to: datetime
    deputy_name: str
    delegation_id: int | None
    note: str
    ended_early_at: datetime | None


@dataclass(frozen=True, slots=True)
class SecondFactorState:
    """Whether an account has an authenticator, and since when it has been asked to set one up."""

    enrolled: bool
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class SessionInfo:
    """A signed-in browser in plain words. `end` and `ended_at` are empty while it lasts."""

    id: int
    sid: str
    device: str
    address: str
    started_at: datetime
    seen_at: datetime
    ended_at: datetime | None
    end: SessionEnd | None


@dataclass(frozen=True, slots=True)
class AccountState:
    """How an account stands, for its administrator: authenticator, live sessions, last sign-in."""

    enrolled: bool
    sessions: int
    last_sign_in_at: datetime | None


@dataclass(frozen=True, slots=True)
class SignInEntry:
    """A line of the history of an account: a try to sign in, and whether it succeeded."""

    at: datetime
    succeeded: bool
    words: str


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an authenticator app needs: the secret (base32) and the same as an `otpauth://` address for a QR code."""

    secret: str
    uri: str


@dataclass(frozen=True, slots=True)
class CitizenDetails:
    """What a citizen declares of themselves. `id_number`: 12 digits of the citizen identity card."""

    full_name: str
    id_number: str
    born_on: date | None
    address: str
    phone: str
    email: str


@dataclass(frozen=True, slots=True)
class EnterpriseDetails:
    """What is declared of an enterprise. `tax_code`: 10 digits, or 13 written 10-3 for a dependent unit."""

    tax_code: str
    name: str
    address: str
    phone: str
    email: str
    legal_representative: str


@dataclass(frozen=True, slots=True)
class OrganisationLoaded:
    """What loading an organisation came to: per kind of row, and in words why rows were refused.

    `usable` counts the file's units that are loaded, `on_defaults` those of them with a fact that is not verified.
    """

    counts: Mapping[str, LoadCount]
    usable: int
    on_defaults: int
    refused: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LoadCount:
    """What loading did to one kind of row."""

    new: int = 0
    changed: int = 0
    same: int = 0

    def __add__(self, other: LoadCount) -> LoadCount:
        return LoadCount(self.new + other.new, self.changed + other.changed, self.same + other.same)


# fmt: off
__all__ = [
    "ABSENCE_NAMES", "AT_PLACE", "PURPOSE_NAMES", "REGISTER_NAMES", "ROLE_NAMES", "SESSION_KEY", "AbsenceInfo",
    "AbsenceKind", "AccountKind", "AccountState", "AgencyInfo", "CitizenDetails", "DelegationInfo", "Enrolment",
    "EnterpriseDetails", "EnterpriseInfo", "Inquiry", "LoadCount", "LookupInfo", "LookupState", "OfficerCard",
    "OfficerInfo", "OrganisationLoaded", "Party", "PartyKind", "PlaceInfo", "Purpose", "Register", "RegisterFacts",
    "RepresentationRole", "Role", "SecondFactorState", "SessionEnd", "SessionInfo", "SignInEntry", "Tenure",
    "UnitDetails", "UnitInfo",
]
# fmt: on
