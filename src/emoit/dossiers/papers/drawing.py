"""What every builder of a paper works with."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from emoit.dossiers import answers as answer_store
from emoit.dossiers.case import Case
from emoit.dossiers.models import Decision
from emoit.forms import queries as forms
from emoit.lib import vietnamese
from emoit.printing.types import Applicant, Signatory
from emoit.procedures.types import ResultSpec


@dataclass(frozen=True)
class Signing:
    """A decision that is being drawn up."""

    case: Case
    decision: Decision
    spec: ResultSpec
    signatory: Signatory

    @cached_property
    def answers(self) -> dict[str, Any]:
        """The whole declaration in clear: for papers that their holder alone gets."""
        return answer_store.unseal(self.case.row.answers)

    @cached_property
    def remarks(self) -> list[str]:
        """What the decision adds, a line each."""
        return [line.strip() for line in self.decision.content.splitlines() if line.strip()]

    def words(self, pointer: str, value: Any, *, language: str = "vi") -> str:
        """The label of a choice, "" of nothing; a column of a repeat is `/goods/unit`."""
        return forms.choices(self.case.procedure.form, pointer, language=language).get(str(value), "")


def applicant(case: Case) -> Applicant:
    party = json.loads(case.row.party)
    return {key: party[key] or "" for key in ("name", "identity", "address", "phone", "email")}  # type: ignore[return-value]


def day(value: Any) -> str:
    """`12/05/2026` of an ISO date, "" of nothing."""
    return vietnamese.format_date(date.fromisoformat(value)) if isinstance(value, str) and value else ""


def figure(value: Any) -> str:
    """`1.250,5` of a number, "" of nothing."""
    return vietnamese.format_number(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def joined(parts: Iterable[Any], between: str = ", ") -> str:
    return between.join(str(part) for part in parts if part)
