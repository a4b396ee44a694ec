"""The papers of a procedure with the files handed in for them, as a screen shows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from emoit.dossiers.types import PaperInfo
from emoit.lib.saying import vi
from emoit.procedures.types import Paper
from emoit.ui.language import said

_WORDS = {
    "pdf": "PDF",
    "image": vi("ảnh JPEG, PNG"),
    "docx": "Word (docx)",
    "xlsx": "Excel (xlsx)",
    "zip": vi("tệp nén ZIP"),
}
_SUFFIXES = {"pdf": ".pdf", "image": ".jpg,.jpeg,.png", "docx": ".docx", "xlsx": ".xlsx", "zip": ".zip"}


@dataclass(frozen=True, slots=True)
class PaperLine:
    paper: Paper
    files: tuple[PaperInfo, ...]
    error: str = ""
    reason: str = ""

    @property
    def field(self) -> str:
        return f"paper-{self.paper.code}"

    @property
    def kinds(self) -> str:
        """ "PDF, Word (docx)", in a fixed order, in the language of the page."""
        return ", ".join(said(words) for kind, words in _WORDS.items() if kind in self.paper.accept)

    @property
    def suffixes(self) -> str:
        return ",".join(suffix for kind, suffix in _SUFFIXES.items() if kind in self.paper.accept)


def problems(errors: Mapping[str, str]) -> list[tuple[str, str]]:
    """(field, sentence) for the error summary, one for each file refused."""
    return [(f"paper-{code}", text) for code, lines in errors.items() for text in said(lines).splitlines()]


def of(
    papers: Iterable[Paper],
    files: Iterable[PaperInfo],
    *,
    errors: Mapping[str, str] | None = None,
    reasons: Mapping[str, str] | None = None,
) -> list[PaperLine]:
    """One line for each paper, in the procedure's order. `errors` and `reasons` are by the paper's code."""
    handed_in = list(files)
    return [
        PaperLine(
            paper,
            tuple(f for f in handed_in if f.paper_code == paper.code),
            (errors or {}).get(paper.code, ""),
            (reasons or {}).get(paper.code, ""),
        )
        for paper in papers
    ]
