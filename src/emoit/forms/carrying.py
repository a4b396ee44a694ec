"""Answers that go from one declaration to another, and what has become of them there."""

from __future__ import annotations

import copy
from collections.abc import Iterable

from emoit.forms import display
from emoit.forms.rules import pointers, schemas
from emoit.forms.rules.reading import known_fields, read_pages
from emoit.forms.types import Answers, Changed, Field, Form, Json, Widget


def shared_pointers(form: Form, earlier: Form) -> list[str]:
    """The fields that both forms ask alike: the same pointer, judged by the same schema."""
    theirs = _schemas(earlier)
    return [pointer for pointer, node in _schemas(form).items() if theirs.get(pointer) == node]


def _schemas(form: Form) -> dict[str, Json]:
    return {pointer: node for pointer, (node, _) in known_fields(schemas.expand(form.schema)).items()}


def carry_over(form: Form, earlier: Form, answers: Answers) -> Answers:
    """The answers of an earlier declaration that this form asks for alike; the others are left out."""
    carried: Answers = {}
    for pointer in shared_pointers(form, earlier):
        value = pointers.get(answers, pointer)
        if value is not pointers.MISSING:
            pointers.put(carried, pointer, copy.deepcopy(value))
    return carried


def changes(form: Form, before: Answers, after: Answers, *, language: str = "vi") -> list[Changed]:
    """What the later answers say otherwise than the earlier ones, in the order of the pages.

    Only of fields of which `before` knows the answer: what was never asked has not changed.
    """
    return [
        Changed(
            field.pointer,
            field.label,
            _display(field, before, language),
            _display(field, after, language),
        )
        for field in _fields(form, language)
        if (was := pointers.get(before, field.pointer)) is not pointers.MISSING
        and was != pointers.get(after, field.pointer)
    ]


def _fields(form: Form, language: str) -> Iterable[Field]:
    return (field for page in read_pages(form, language) for field in page.fields)


def _display(field: Field, answers: Answers, language: str) -> str:
    value = pointers.get(answers, field.pointer)
    if value is pointers.MISSING:
        value = None
    if field.widget is Widget.REPEAT and isinstance(value, list) and value:
        rows = (display.show_row(field, row if isinstance(row, dict) else {}, language) for row in value)
        return "\n".join(f"{n}. {text.replace(chr(10), '; ')}" for n, text in enumerate(rows, start=1))
    return display.show(field, value, language)
