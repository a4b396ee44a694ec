"""The steps of declaring: the form's pages, the papers, the check."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils import timezone

from emoit.dossiers.types import DossierInfo, PaperInfo
from emoit.forms import queries as forms
from emoit.kernel.access import NotFound
from emoit.lib.saying import Both, say
from emoit.lib.working_time import VIET_NAM
from emoit.procedures.types import Procedure

CHECK = "kiem-tra"


@dataclass(frozen=True, slots=True)
class Steps:
    """Where one stands: `number` of `total`, and the addresses before and after."""

    number: int
    total: int
    before: str
    after: str


def addresses(dossier: DossierInfo, procedure: Procedure) -> dict[str, str]:
    """Step -> address, in order; pages that the answers do not call for are left out."""
    keys = [page.key for page in forms.pages(procedure.form, answers=dossier.answers)]
    found = {key: reverse("portal:declare", args=[dossier.id, key]) for key in keys}
    if procedure.papers:
        found["papers"] = reverse("portal:papers", args=[dossier.id])
    found["check"] = reverse("portal:check", args=[dossier.id])
    return found


def of(dossier: DossierInfo, procedure: Procedure, current: str, *, checking: bool = False) -> Steps:
    """Where one stands. `current` is a page's key, `papers` or `check`; `checking`: one came from the check and
    goes back to it. NotFound for a page that the answers do not call for."""
    ways = addresses(dossier, procedure)
    order = list(ways)
    if current not in ways:
        raise NotFound("Bước này không cần khai.")
    at = order.index(current)
    before = ways[order[at - 1]] if at else reverse("portal:dossiers")
    return Steps(
        number=at + 1,
        total=len(order),
        before=ways["check"] if checking else before,
        after=ways[order[at + 1]] if at + 1 < len(order) else "",
    )


def gap(dossier: DossierInfo, procedure: Procedure, papers: Iterable[PaperInfo]) -> str:
    """The address of the first step that is not right yet; the check where all are."""
    ways = addresses(dossier, procedure)
    wrong = forms.validate(procedure.form, dossier.answers, today=today())
    pages = {forms.page_of(procedure.form, pointer) for pointer in wrong}
    for key in ways:
        if key in pages or (key == "papers" and missing(procedure, papers)):
            return ways[key]
    return ways["check"]


def today() -> date:
    """The day in Viet Nam, on which answers are judged."""
    return timezone.now().astimezone(VIET_NAM).date()


def missing(procedure: Procedure, papers: Iterable[PaperInfo]) -> dict[str, str]:
    """Code -> sentence for each required paper without a file."""
    handed_in = {p.paper_code for p in papers}
    return {
        p.code: say("Thiếu giấy tờ: {paper}", paper=Both(p.name, p.name_en))
        for p in procedure.papers
        if p.required and p.code not in handed_in
    }
