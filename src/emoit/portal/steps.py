"""The steps of declaring: the form's pages, the papers, the check."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from emoit.dossiers.types import DossierInfo
from emoit.forms import queries as forms
from emoit.procedures.types import Procedure


@dataclass(frozen=True, slots=True)
class Steps:
    """Where one stands: `number` of `total`, and the addresses before and after."""

    number: int
    total: int
    before: str
    after: str


def of(dossier: DossierInfo, procedure: Procedure, current: str) -> Steps:
    """`current` is a page's key, `papers` or `check`; pages that the answers do not call for are skipped."""
    keys = [page.key for page in forms.pages(procedure.form, answers=dossier.answers)]
    addresses = {key: reverse("portal:declare", args=[dossier.id, key]) for key in keys}
    if procedure.papers:
        addresses["papers"] = reverse("portal:papers", args=[dossier.id])
    addresses["check"] = reverse("portal:check", args=[dossier.id])
    order = list(addresses)
    at = order.index(current)
    return Steps(
        number=at + 1,
        total=len(order),
        before=addresses[order[at - 1]] if at else reverse("portal:dossiers"),
        after=addresses[order[at + 1]] if at + 1 < len(order) else "",
    )
