"""The paper that lies beside the record."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from emoit.dossiers.types import PaperInfo, SlipInfo
from emoit.files import queries as files
from emoit.files.types import StoredFile
from emoit.kernel.access import Actor, NotFound


@dataclass(frozen=True, slots=True)
class Shown:
    """`how`: "image" and "document" are shown as they are, of "pages" one picture at a time; "link" is only offered.

    `page` is the page shown, from 1. Only what we made ourselves is shown as a document (see files.http.download).
    """

    file: StoredFile
    how: str
    page: int = 1

    @property
    def before(self) -> int:
        """The page before, 0 if there is none."""
        return self.page - 1

    @property
    def after(self) -> int:
        """The page after, 0 if there is none."""
        return self.page + 1 if self.page < (self.file.pages or 1) else 0


def paper_shown(
    actor: Actor, papers: Iterable[PaperInfo], slips: Iterable[SlipInfo], file_id: int, page: int
) -> Shown | None:
    """The file asked for if it is the dossier's, else its first paper in force, else its newest slip; at that page."""
    handed_in, made = list(papers), list(slips)
    own = [p.file_id for p in handed_in] + [s.file_id for s in made]
    first = [p.file_id for p in handed_in if not p.superseded] + [s.file_id for s in made[-1:]]
    candidates = [file_id] if file_id in own else first[:1]
    for candidate in candidates:
        try:
            file = files.get_for(actor, candidate)
        except NotFound:
            continue
        how = _how(file, made=files.is_made(actor, candidate))
        return Shown(file, how, min(max(page, 1), file.pages or 1))
    return None


def _how(file: StoredFile, *, made: bool) -> str:
    if file.media_type in {"image/jpeg", "image/png"}:
        return "image"
    if file.media_type == "application/pdf":
        return "document" if made else "pages"
    return "link"
