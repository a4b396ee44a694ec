"""A procedure as other modules hold it: read from an immutable published version."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from emoit.forms.types import Form
from emoit.lib.working_time import Term

# Whether there is a unit, or a process, of that key in the agency.
Known = Callable[[str], bool]

RESULT_TEMPLATES = frozenset({"promotion_confirmation", "refusal_letter", "chemical_declaration"})
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

    `number_pattern` holds `{n}` once. `signer_role` and `signer_unit` say who signs; both empty: the agency's seal
    alone. `validity` is a JSON pointer to the date in the answers until which the result is valid, empty: no end.
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

    def number(self, n: int) -> str:
        return self.number_pattern.replace("{n}", str(n))


@dataclass(frozen=True, slots=True)
class Procedure:
    """One published version. `id` is the version's id, the one a dossier keeps.

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

    def paper(self, code: str) -> Paper | None:
        return next((paper for paper in self.papers if paper.code == code), None)


@dataclass(frozen=True, slots=True)
class ProcedureCard:
    """One line of the catalogue."""

    code: str
    version_id: int
    name: str
    name_en: str
    field_name: str
    field_name_en: str
    applicants: tuple[str, ...]
    term_text: str
    fee_text: str
    automatic: bool


@dataclass(frozen=True, slots=True)
class Published:
    """What publishing a document came to: `changed` is False when that very document was already published."""

    version_id: int
    code: str
    version: int
    changed: bool


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of one file of a folder: published, unchanged or refused (with the reasons)."""

    path: str
    code: str
    outcome: str
    reasons: tuple[str, ...] = ()
