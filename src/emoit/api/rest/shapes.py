"""What goes over the wire. Requests are closed and strict, answers are built from the modules' own values."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Any, Literal

from ninja import Path, Query
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
PLAIN = r"^[^\u0000-\u001f\u007f]*$"
LONGEST_ID = 9_223_372_036_854_775_807

Id = Annotated[int, Path(ge=1, le=LONGEST_ID)]
Code = Annotated[str, Path(max_length=40, pattern=r"^[0-9A-Za-z.\-]+$")]
Words = Annotated[str, Query(max_length=200, pattern=PLAIN)]
Cursor = Annotated[str, Query(max_length=400, pattern=r"^[0-9A-Za-z_.:\-]*$")]


def _iso(value: object) -> object:
    if isinstance(value, str) and not _DAY.fullmatch(value):
        raise ValueError("a day is written YYYY-MM-DD")
    return value


Day = Annotated[date, BeforeValidator(_iso)]


class Closed(BaseModel):
    """A request's body: nothing but what is named, and of the very type."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


def _no_controls(text: str) -> str:
    return text.strip()


Reason = Annotated[str, Field(min_length=1, max_length=1000, pattern=r"\S"), AfterValidator(_no_controls)]


class Fault(Answer):
    pointer: str = Field(description="JSON pointer: /answers/… or /papers/… in the dossier, /body/…, /query/…")
    message: str


class Problem(Answer):
    """RFC 9457. `type` leads to the error catalogue, `code` is stable for programs."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    errors: list[Fault]


# -- procedures


class ProcedureLine(Answer):
    code: str
    version: int = Field(description="id of the published version in force")
    name: str
    name_en: str
    field: str
    field_name: str
    level: Literal["central", "province", "commune"]
    applicants: list[str]
    term: str
    fee: str
    automatic: bool


class ProcedurePage(Answer):
    items: list[ProcedureLine]
    next_cursor: str | None


class PaperSpec(Answer):
    code: str
    name: str
    name_en: str
    required: bool
    accept: list[str] = Field(description="pdf, image, docx, xlsx, zip")
    max_bytes: int
    note: str


class ProcedureDetail(Answer):
    code: str
    version: int
    number: int
    effective_from: date
    name: str
    name_en: str
    field: str
    field_name: str
    level: Literal["central", "province", "commune"]
    applicants: list[str]
    summary: str
    conditions: list[str]
    papers: list[PaperSpec]
    term: str
    fee_vnd: int | None = Field(description="whole đồng; null where it is not known")
    fee: str
    legal_basis: list[str]
    result: str
    automatic: bool


class FormOut(Answer):
    procedure: str
    version: int
    schema_: dict[str, Any] = Field(serialization_alias="schema", description="JSON Schema 2020-12 of the answers")
    layout: dict[str, Any] = Field(description="pages, sections, words, conditions and rules of the form")


# -- dossiers


class Subject(Answer):
    """In whose name the key's account may file."""

    kind: Literal["citizen", "enterprise"]
    name: str
    enterprise_id: int | None
    tax_code: str | None


class Subjects(Answer):
    items: list[Subject]


class NewDossier(Closed):
    procedure: str = Field(max_length=40, pattern=r"^[0-9A-Za-z.\-]+$")
    enterprise_id: int | None = Field(default=None, ge=1, le=LONGEST_ID)
    from_result_id: int | None = Field(
        default=None, ge=1, le=LONGEST_ID, description="the earlier result, where the procedure amends one"
    )
    answers: dict[str, Any] | None = Field(default=None, description="by the procedure's form; may be incomplete")


class DossierLine(Answer):
    id: int
    version: int
    code: str | None
    procedure: str
    procedure_name: str
    holder_name: str
    enterprise_id: int | None
    status: str
    status_label: str
    outcome: str
    created_at: datetime
    submitted_at: datetime | None
    due_at: datetime | None


class DossierPage(Answer):
    items: list[DossierLine]
    next_cursor: str | None


class DossierOut(DossierLine):
    procedure_version: int
    saved_at: datetime
    received_at: datetime | None
    decided_at: datetime | None
    returned_at: datetime | None
    answers: dict[str, Any]


class Draft(DossierOut):
    problems: list[Fault] | None = Field(description="what is still missing or wrong; null where it was not asked")


class Saved(Answer):
    id: int
    version: int
    problems: list[Fault]


class CarriedOut(Saved):
    """What became of a draft that went to the version of its procedure that is in force."""

    procedure_version: int = Field(description="id of the version in force")
    from_number: int
    to_number: int
    dropped_answers: list[str] = Field(description="labels of fields that the new form does not ask")
    dropped_papers: list[str] = Field(description="names of papers no longer asked for; their files are gone")


class Check(Answer):
    complete: bool
    problems: list[Fault]


class StatusOut(Answer):
    id: int
    code: str | None
    status: str
    status_label: str
    national_status: int | None = Field(description="TrangThaiHoSo of the national portal, 1–10; null for a draft")
    outcome: str
    is_final: bool
    next_actor: str
    due_at: datetime | None
    deadline: str


class PaperOut(Answer):
    id: int
    paper_code: str
    name: str
    size: int
    pages: int | None
    supplement: bool
    superseded: bool
    added_at: datetime


class Papers(Answer):
    items: list[PaperOut]


class Withdrawal(Closed):
    reason: Reason


class Supplement(Closed):
    answers: dict[str, Any] | None = None
    note: str = Field(default="", max_length=1000, pattern=PLAIN)


class DefectOut(Answer):
    target: str = Field(description="a paper's code, or the JSON pointer of a field of the form")
    reason: str


class SupplementOut(Answer):
    note: str
    defects: list[DefectOut]
    requested_at: datetime
    answered_at: datetime | None


class Step(Answer):
    at: datetime
    verb: str
    label: str
    status: str
    by: str
    words: str


class Steps(Answer):
    items: list[Step]


class SlipOut(Answer):
    id: int
    kind: str
    label: str
    made_at: datetime


class Slips(Answer):
    items: list[SlipOut]


# -- results


class ResultOut(Answer):
    id: int
    register_code: str
    verify_code: str
    kind: str
    title: str
    number: str
    holder_name: str
    issuer_name: str
    dossier_code: str
    signed_by: str
    signed_at: datetime | None
    issued_at: datetime
    valid_from: date | None
    valid_to: date | None
    state: str
    digest: str
    has_file: bool


class ResultPage(Answer):
    items: list[ResultOut]
    next_cursor: str | None


class Facts(Answer):
    register_code: str
    title: str
    number: str
    holder_name: str
    issuer_name: str
    signed_by: str
    signed_at: datetime | None
    issued_at: datetime
    valid_from: date | None
    valid_to: date | None
    digest: str


class Verdict(Answer):
    verdict: str
    genuine: bool
    heading: str
    sentence: str
    facts: Facts | None
