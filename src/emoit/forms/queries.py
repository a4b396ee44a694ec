"""The questions other modules ask of a form. All pure: a form and answers in, values out; nothing is stored here.

Answers are JSON in the shape of the form's schema. Pointers are JSON pointers into them.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from datetime import date
from typing import Any

from emoit.forms import display, parsing, validation
from emoit.forms.carrying import carry_over, changes
from emoit.forms.rules import conditions, crossfield, pointers, schemas
from emoit.forms.rules.reading import known_fields, read_pages, say
from emoit.forms.types import Answers, Field, Form, Notice, Page, SummarySection, Widget
from emoit.kernel.access import NotFound

__all__ = [
    "anchor",
    "carry_over",
    "changes",
    "error_list",
    "hidden_pointers",
    "is_repeat_button",
    "labels",
    "merge_page",
    "notices",
    "out_of_bounds",
    "page",
    "page_of",
    "pages",
    "parse_page",
    "patch",
    "personal_pointers",
    "prefill",
    "prune",
    "summary",
    "unknown",
    "validate",
    "validate_given",
]
_MOST_UNKNOWN = 20


def pages(form: Form, *, answers: Answers | None = None, language: str = "vi") -> list[Page]:
    """The pages in order. With `answers`, only the pages and fields that these answers call for."""
    every = read_pages(form, language)
    if answers is None:
        return list(every)
    return [shown for page in every if (shown := _shown(page, answers))]


def page(form: Form, key: str, *, answers: Answers | None = None, language: str = "vi") -> Page:
    """The page of that key. NotFound if there is none (or if the answers do not call for it)."""
    for candidate in pages(form, answers=answers, language=language):
        if candidate.key == key:
            return candidate
    raise NotFound("Biểu mẫu không có trang này.")


def _shown(page: Page, answers: Answers) -> Page | None:
    if not conditions.holds(page.show_when, answers):
        return None
    sections = []
    for section in page.sections:
        fields = tuple(f for f in section.fields if conditions.holds(f.show_when, answers))
        if fields:
            sections.append(type(section)(section.title, section.help, fields))
    if not sections:
        return None
    return Page(page.key, page.title, page.help, tuple(sections), page.language, page.show_when)


def parse_page(form: Form, page_key: str, posted: parsing.Posted) -> Answers:
    """The typed answers of one page from its posted form (a QueryDict), blank ones left out.

    What cannot be read as its type stays as typed; `validate` then says what is wrong. If a repeat's button was pressed
    (`is_repeat_button`), its row is already added or removed.
    """
    return parsing.parse(page(form, page_key), posted)


def is_repeat_button(posted: parsing.Posted) -> bool:
    """Whether "add another" or "remove" was pressed: keep the answers, show the page again, do not validate."""
    return bool(posted.get(parsing.REPEAT_BUTTON))


def merge_page(form: Form, page_key: str, answers: Answers, of_page: Answers) -> Answers:
    """All answers with those of the page replaced: what the page left blank is gone. The argument is not changed."""
    merged = copy.deepcopy(answers)
    for field in page(form, page_key).fields:
        pointers.drop(merged, field.pointer)
        value = pointers.get(of_page, field.pointer)
        if value is not pointers.MISSING:
            pointers.put(merged, field.pointer, copy.deepcopy(value))
    return merged


def patch(form: Form, answers: Answers, changes: Answers) -> Answers:
    """All answers with `changes` merged in, as RFC 7396 says: null takes an answer out, a list replaces the list.

    Saves right and wrong alike, as a page of the form does. The arguments are not changed; see `unknown` for names that
    the form does not have, which are left out.
    """
    merged = copy.deepcopy(answers)
    for field in (field for page in pages(form) for field in page.fields):
        value = pointers.get(changes, field.pointer)
        if value is None:
            pointers.drop(merged, field.pointer)
        elif value is not pointers.MISSING:
            pointers.put(merged, field.pointer, copy.deepcopy(value))
    return merged


def unknown(form: Form, changes: Answers) -> list[str]:
    """The pointers in `changes` at which the form has neither a field nor a group of fields; at most twenty."""
    known = {field.pointer for page in pages(form) for field in page.fields}
    groups = {known_[:n] for known_ in known for n, letter in enumerate(known_) if letter == "/" and n}
    found: list[str] = []
    level = [("", changes)]
    while level and len(found) < _MOST_UNKNOWN:
        at, value = level.pop()
        for key, inner in value.items():
            below = at + pointers.join([key])
            if below in groups and isinstance(inner, dict):
                level.append((below, inner))
            elif below not in known:
                found.append(below[:200])
    return sorted(found)[:_MOST_UNKNOWN]


def out_of_bounds(answers: Any, *, language: str = "vi") -> dict[str, str]:
    """Pointer -> sentence for what no draft may hold: too much, too deep, characters that no text has."""
    return validation.within_bounds(answers, language)


def hidden_pointers(form: Form, answers: Answers) -> set[str]:
    """The fields that these answers do not call for."""
    every = {field.pointer for page in pages(form) for field in page.fields}
    return every - {field.pointer for page in pages(form, answers=answers) for field in page.fields}


def prune(form: Form, answers: Answers) -> Answers:
    """The answers without those of fields that are not asked (any more). Store this on submission."""
    kept = copy.deepcopy(answers)
    for pointer in hidden_pointers(form, answers):
        pointers.drop(kept, pointer)
    return kept


def fitting(form: Form, answers: Answers) -> Answers:
    """The answers that this form asks for: what a draft keeps when its form has changed."""
    kept: Answers = {}
    for pointer, (node, _) in known_fields(schemas.expand(form.schema)).items():
        value = pointers.get(answers, pointer)
        if value is pointers.MISSING or isinstance(value, list) is not (node["type"] == "array"):
            continue
        columns = node.get("items", {}).get("properties") if node["type"] == "array" else None
        if columns is not None:
            value = [{k: v for k, v in row.items() if k in columns} for row in value if isinstance(row, dict)]
        pointers.put(kept, pointer, copy.deepcopy(value))
    return kept


def prefill(form: Form, sources: Mapping[str, Any]) -> Answers:
    """First answers from what is known: each field's `prefill` path looked up in the sources, such as
    {"party": Party(…), "account": {…}}. Absent and blank values, and those of another type, are left out."""
    answers: Answers = {}
    for page in pages(form):
        for field in page.fields:
            value = parsing.lookup(sources, field.prefill) if field.prefill else None
            if isinstance(value, str) and (text := parsing.read_text(value)) and field.kind == "string":
                pointers.put(answers, field.pointer, text)
            elif isinstance(value, int | float) and field.kind in {"integer", "number"}:
                pointers.put(answers, field.pointer, value)
    return answers


def validate(
    form: Form, answers: Any, *, language: str = "vi", page: str | None = None, today: date | None = None
) -> dict[str, str]:
    """Pointer -> sentence for every wrong field, in the order of the pages; empty if all is well.

    Checks bounds (256 kB, strings of 10,000), the schema, check digits and the layout's rules. With `page`, only what
    concerns that page's fields. Answers of fields that are not asked are ignored, unknown properties are refused.
    `today` is the day of judgement in Viet Nam, for rules about `@today`; without it they say nothing.
    """
    errors = validation.within_bounds(answers, language)
    if errors:
        return errors
    every = pages(form, language=language)
    hidden = hidden_pointers(form, answers)
    errors = validation.judge(form, every, hidden, prune(form, answers), language, today)
    if page is not None:
        mine = [f.pointer for p in every if p.key == page for f in p.fields]
        errors = {p: text for p, text in errors.items() if any(p == m or p.startswith(m + "/") for m in mine)}
    return _in_order(every, errors)


def validate_given(form: Form, answers: Any, *, language: str = "vi") -> dict[str, str]:
    """The same, of what is answered only: an answer that is missing is no fault. For declarations made elsewhere."""
    errors = validate(form, answers, language=language)
    return {p: text for p, text in errors.items() if pointers.get(answers, p) not in (pointers.MISSING, "")}


def _in_order(every: list[Page], errors: dict[str, str]) -> dict[str, str]:
    order = {f.pointer: n for n, f in enumerate(field for page in every for field in page.fields)}

    def place(pointer: str) -> tuple[int, list[tuple[int, str]]]:
        parts = pointers.split(pointer)
        at = next((order[p] for n in range(len(parts), 0, -1) if (p := pointers.join(parts[:n])) in order), len(order))
        return at, [(int(part), "") if part.isdecimal() else (0, part) for part in parts]

    return {pointer: errors[pointer] for pointer in sorted(errors, key=place)}


def notices(form: Form, answers: Answers, *, language: str = "vi", today: date | None = None) -> list[Notice]:
    """What the applicant should know before submitting, from the layout's rules of severity `notice`."""
    if validation.within_bounds(answers, language):
        return []
    asked = prune(form, answers)
    return [
        Notice(pointer, say(rule["message"], language))
        for rule in form.layout.get("rules", ())
        if rule.get("severity") == "notice"
        for pointer in crossfield.broken(rule, asked, today)
    ]


def summary(form: Form, answers: Answers, *, language: str = "vi") -> list[SummarySection]:
    """The answers as text, page by page, for "check your answers" and for paper."""
    return [
        SummarySection(
            page.title, page.key, tuple(row for field in page.fields for row in _rows(field, answers, language))
        )
        for page in pages(form, answers=answers, language=language)
    ]


def _rows(field: Field, answers: Answers, language: str) -> list[tuple[str, str]]:
    value = pointers.get(answers, field.pointer)
    if field.widget is Widget.REPEAT and isinstance(value, list) and value:
        return [
            (f"{field.row_label} {n}", display.show_row(field, row if isinstance(row, dict) else {}, language))
            for n, row in enumerate(value, start=1)
        ]
    return [(field.label, display.show(field, None if value is pointers.MISSING else value, language))]


def personal_pointers(form: Form) -> list[str]:
    """Pointers of answers marked `x-personal`: stored encrypted, kept out of search, events and job arguments.

    A repeat with a personal column is personal as a whole.
    """
    found = []
    for pointer, (node, _) in known_fields(schemas.expand(form.schema)).items():
        columns = node.get("items", {}).get("properties", {}).values()
        if node.get("x-personal") or any(column.get("x-personal") for column in columns):
            found.append(pointer)
    return found


def page_of(form: Form, pointer: str) -> str | None:
    """The key of the page that asks for this answer, to link an error to it; None for the form as a whole."""
    for candidate in pages(form):
        for field in candidate.fields:
            if pointer == field.pointer or pointer.startswith(field.pointer + "/"):
                return candidate.key
    return None


def anchor(form: Form, pointer: str) -> str:
    """The id of the control on its page where this answer is given, for links of an error summary."""
    fields = {field.pointer: field for page in pages(form) for field in page.fields}
    field, _ = validation.field_at(fields, pointer)
    at = parsing.id_of(pointer if field else "/form")
    return f"{at}-day" if field and field.widget is Widget.DATE else at


def error_list(form: Form, errors: Mapping[str, str]) -> list[tuple[str, str]]:
    """(href, message) for the error summary of a page: `#f-programme-name`."""
    return [(f"#{anchor(form, pointer)}", text) for pointer, text in errors.items()]


def labels(form: Form, *, language: str = "vi") -> dict[str, str]:
    """Pointer -> question of every field, in order: what an officer can ask to be corrected."""
    return {field.pointer: field.label for page in pages(form, language=language) for field in page.fields}


def choices(form: Form, pointer: str, *, language: str = "vi") -> dict[str, str]:
    """Value -> words of what may be chosen there; the column of a repeat is `/goods/unit`. Empty for other fields."""
    for page in pages(form, language=language):
        for field in page.fields:
            for at, one in ((field.pointer, field), *((field.pointer + c.pointer, c) for c in field.fields)):
                if at == pointer:
                    return {option.value: option.label for option in one.options}
    return {}
