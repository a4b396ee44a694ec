"""The whole gate before a document is published: the linter of documents, with everything that it asks of others."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from emoit.forms.rules import check_form
from emoit.forms.types import Form, Problem
from emoit.procedures import computing, reading, rules
from emoit.procedures.types import Known
from emoit.workflow import queries as workflow


def faults(agency_id: int, document: dict[str, Any], *, known_unit: Known, known_process: Known) -> list[Problem]:
    """Every fault of a document of the agency; what it computes by tables is judged once the rest is right."""
    found = rules.check_document(document, known_unit=known_unit, known_process=known_process, check_form=_check_form)
    return found or computing.check(
        document,
        known_unit=known_unit,
        find_table=lambda key: workflow.decision(agency_id, key),
        working_days=lambda key: workflow.working_days(agency_id, key),
    )


def _check_form(form: Form) -> list[Problem]:
    """As `check_form`, which is pure; many procedures of a catalogue share one form."""
    try:
        written = reading.canonical({"schema": form.schema, "layout": form.layout})
    except (TypeError, ValueError, RecursionError):
        return check_form(form)
    return list(_checked(written))


@lru_cache(maxsize=64)
def _checked(written: str) -> tuple[Problem, ...]:
    return tuple(check_form(Form(**json.loads(written))))
