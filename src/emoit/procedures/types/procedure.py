"""A published procedure and what it consists of."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from emoit.forms.types import Form
from emoit.lib.saying import vi
from emoit.lib.working_time import Term
from emoit.procedures import outcomes

# Whether there is a unit, or a process, of that key in the agency.
Known = Callable[[str], bool]


RESULT_TEMPLATES = frozenset(
    {
        "promotion_confirmation",
        "refusal_letter",
        "chemical_declaration",
        "licence",
        "import_licence",
        "representative_office",
        "multilevel_marketing",
        "certificate_of_origin",
    }
)


ACCEPTED = frozenset({"pdf", "image", "docx", "xlsx", "zip"})


@dataclass(frozen=True, slots=True)
class Text:
    vi: str
    en: str

    def said_in(self, language: str) -> str:
        return self.en if language == "en" else self.vi


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper to attach (thành phần hồ sơ). The electronic form itself is not among them: see `form_name`.

    `accept` holds kinds known to `files`: pdf, image, docx, xlsx, zip.
    """

    code: str
    name: str
    required: bool
    accept: frozenset[str]
    max_bytes: int
    note: str
    name_en: str = ""
    note_en: str = ""


@dataclass(frozen=True, slots=True)
class ResultSpec:
    """What is issued. `code` is the national portal's KQ code, empty if it has none.

    `signer_role` and `signer_unit` say who signs; both empty: the agency's seal alone. The words of `number_pattern`
    and `validity` are those of `procedures.outcomes`.
    """

    kind: str
    title: str
    code: str
    template: str
    number_pattern: str
    series: str
    signer_role: str
    signer_unit: str
    validity: str
    title_en: str = ""

    def number(self, n: int, *, on: date, answers: Mapping[str, Any]) -> str:
        """The n-th number, issued on a day of Viet Nam; KeyError if an answer that it quotes is not there."""
        return outcomes.number(self.number_pattern, n, on=on, answers=answers)

    def valid_to(self, *, issued_on: date, answers: Mapping[str, Any]) -> date | None:
        """The last day of validity of a result issued that day; None: no end."""
        return outcomes.last_day(self.validity, issued_on=issued_on, answers=answers)

    @property
    def validity_pointer(self) -> str:
        """The pointer of the answer that ends the validity, "" if none does."""
        return (outcomes.parts_of(self.validity) or ("", ""))[1]

    def number_in(self, number: str) -> int | None:
        """The `n` of a number of this pattern; None where the number is of another one."""
        return outcomes.count_in(self.number_pattern, number)

    def counter(self, year: int, place_unit_id: int | None = None) -> str:
        """The counter (see kernel.numbering) of its numbers of a year of Viet Nam.

        Where units at a place sign, each has its own.
        """
        return f"document:{self.series}:{year}" + (f":{place_unit_id}" if place_unit_id else "")


class Level(enum.StrEnum):
    """Who receives and decides: the ministry, a province, a commune (cấp thực hiện)."""

    CENTRAL = "central"
    PROVINCE = "province"
    COMMUNE = "commune"


class Change(enum.StrEnum):
    """What a procedure does to an earlier result when it is granted."""

    AMEND = "amend"  # sửa đổi, bổ sung, điều chỉnh: a new result replaces the earlier one
    REISSUE = "reissue"  # cấp lại, cấp đổi: lost or damaged; the same contents again, the earlier one is replaced
    EXTEND = "extend"  # gia hạn: a new result with a later end replaces the earlier one
    END = "end"  # chấm dứt, thu hồi: the earlier one is revoked

    @property
    def label(self) -> str:
        return {
            "amend": vi("Sửa đổi, bổ sung"),
            "reissue": vi("Cấp lại"),
            "extend": vi("Gia hạn"),
            "end": vi("Chấm dứt"),
        }[self]


@dataclass(frozen=True, slots=True)
class Amends:
    """The earlier results from which a procedure opens: any of these `ResultSpec.kind`s, in force, of the applicant."""

    change: Change
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """The decision that announced the procedure (quyết định công bố) and when it was made public. QĐ 766, group 1."""

    decision: str
    decided_on: date | None
    published_on: date | None


@dataclass(frozen=True, slots=True)
class Law:
    """One act of the legal basis. Dates are None and `replaces` empty where they are not known."""

    title: str
    issued_on: date | None = None
    effective_on: date | None = None
    replaces: str = ""


@dataclass(frozen=True, slots=True)
class Procedure:
    """One published version. `id` is the version's id, the one a dossier keeps.

    `level` other than central: the receiving and handling units are found by the applicant's place, and the two unit
    codes name the fallback. `defaults` maps a pointer into the document to the words for what stands in a hole of the
    source: shown to administrators as "to be confirmed". `legal_basis` holds the titles of `laws`.
    `fee_decision` is the key of the decision table whose output `fee` is the fee in đồng, `route_decision` of the one
    whose output `unit` is the code of the handling unit, `channel_decision` of the one whose output `channel` is the
    risk channel (green, yellow, red) that the process may ask about; they are empty where there is none.
    `term` is None where none is laid down; a term of 0 means at once. `fee_vnd` is None where the fee is not known (see
    `fee_text`). `unverified` maps a pointer into the document to the reason why the fact there is not certain.
    """

    id: int
    code: str
    version: int
    effective_from: date
    name: str
    name_en: str
    field_code: str
    field_name: str
    field_name_en: str
    applicants: tuple[str, ...]
    online_level: str
    summary: Text
    steps: tuple[Text, ...]
    how_to: tuple[Text, ...]
    conditions: tuple[Text, ...]
    form_name: Text
    papers: tuple[Paper, ...]
    term: Term | None
    term_text: Text
    fee_vnd: int | None
    fee_text: Text
    legal_basis: tuple[str, ...]
    receiving_unit: str
    handling_unit: str
    process_key: str
    form: Form
    result: ResultSpec
    refusal: ResultSpec
    automatic: bool
    source: str
    digest: str
    unverified: Mapping[str, str] = field(default_factory=dict)
    level: Level = Level.CENTRAL
    amends: Amends | None = None
    laws: tuple[Law, ...] = ()
    notice: Notice | None = None
    defaults: Mapping[str, str] = field(default_factory=dict)
    fee_decision: str = ""
    route_decision: str = ""
    channel_decision: str = ""
    withdrawn_from: date | None = None

    def is_withdrawn(self, day: date) -> bool:
        """Whether the procedure takes no new dossiers on that day (Viet Nam's) any more (đã bãi bỏ)."""
        return self.withdrawn_from is not None and self.withdrawn_from <= day

    def paper(self, code: str) -> Paper | None:
        return next((paper for paper in self.papers if paper.code == code), None)
