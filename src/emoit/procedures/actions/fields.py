"""A draft's form: fields added, reworded, moved, removed one at a time, or the whole form replaced by its files."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from emoit.kernel.access import Actor, Refusal
from emoit.procedures import form_editing
from emoit.procedures.actions.drafts import rewrite

Json = dict[str, Any]


def _reform(by: Actor, now: datetime, code: str, lock: int, change: Callable[[Json], Json]) -> int:
    def within(document: Json) -> Json:
        try:
            return {**document, "form": change(document["form"])}
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise Refusal(
                "Tờ khai có lỗi nên chưa sửa từng trường được. Hãy sửa tệp lược đồ và bố cục trước.", code="faulty_form"
            ) from error

    return rewrite(by=by, now=now, code=code, lock=lock, part="form", change=within)


def add_field(
    *,
    by: Actor,
    now: datetime,
    code: str,
    lock: int,
    page: str,
    kind: str,
    label: Json,
    required: bool,
    options: list[Json] | None = None,
) -> int:
    """A new field (text, number, date, choice) at the end of a page; see `form_editing.add`. Returns the new lock."""
    return _reform(
        by,
        now,
        code,
        lock,
        lambda form: form_editing.add(
            form, page=page, kind=kind, label=label, required=required, options=options or []
        ),
    )


def add_page(*, by: Actor, now: datetime, code: str, lock: int, title: Json) -> int:
    """A new page without fields, before the last page; the linter asks for its fields. Returns the new lock."""
    return _reform(by, now, code, lock, lambda form: form_editing.add_page(form, title))


def change_field(*, by: Actor, now: datetime, code: str, lock: int, pointer: str, words: Json, required: bool) -> int:
    """Other words (label, hint, help), required or not. Returns the new lock."""
    return _reform(by, now, code, lock, lambda form: form_editing.change(form, pointer, words=words, required=required))


def move_field(*, by: Actor, now: datetime, code: str, lock: int, pointer: str, steps: int) -> int:
    """Further down its section, or up where `steps` is negative. Returns the new lock."""
    return _reform(by, now, code, lock, lambda form: form_editing.move(form, pointer, steps))


def remove_field(*, by: Actor, now: datetime, code: str, lock: int, pointer: str) -> int:
    """Take the field out of schema and layout. Returns the new lock."""
    return _reform(by, now, code, lock, lambda form: form_editing.remove(form, pointer))


def replace_form(*, by: Actor, now: datetime, code: str, lock: int, schema: Json | None, layout: Json | None) -> int:
    """Put other files in the place of schema, layout or both; None leaves one as it is. Returns the new lock."""

    def change(form: Json) -> Json:
        return {
            "schema": form.get("schema") if schema is None else schema,
            "layout": form.get("layout") if layout is None else layout,
        }

    return _reform(by, now, code, lock, change)
