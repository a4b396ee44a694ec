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
    """`how`: "image" or "document" are shown in the page, "link" is only offered (see files.http.download)."""

    file: StoredFile
    how: str


def paper_shown(actor: Actor, papers: Iterable[PaperInfo], slips: Iterable[SlipInfo], file_id: int) -> Shown | None:
    """The file asked for if it is the dossier's, else its first paper in force, else its newest slip."""
    handed_in, made = list(papers), list(slips)
    own = [p.file_id for p in handed_in] + [s.file_id for s in made]
    first = [p.file_id for p in handed_in if not p.superseded] + [s.file_id for s in made[-1:]]
    candidates = [file_id] if file_id in own else first[:1]
    for candidate in candidates:
        try:
            file = files.get_for(actor, candidate)
        except NotFound:
            continue
        return Shown(file, _how(file, made=files.is_made(actor, candidate)))
    return None


def _how(file: StoredFile, *, made: bool) -> str:
    if file.media_type in {"image/jpeg", "image/png"}:
        return "image"
    return "document" if made and file.media_type == "application/pdf" else "link"
