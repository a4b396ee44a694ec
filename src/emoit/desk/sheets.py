"""Plain forms for a JSON document: which boxes there are, what stands in them, what was typed.

A box is named by the dotted path of its value ("name.vi", "papers.0.required"). Whatever is typed is kept: what cannot
be read as its kind stays as text, and the linter says what is wrong with it.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from emoit.desk.days import read_day, write_day
from emoit.lib.vietnamese import nfc
from emoit.ui.language import said

Json = dict[str, Any]
MOST_ROWS = 200
_MB = 1024 * 1024


class Posted(Protocol):
    def get(self, name: str, default: str, /) -> Any: ...
    def getlist(self, name: str, /) -> Sequence[Any]: ...


class Fault(Protocol):
    @property
    def path(self) -> str: ...
    @property
    def message(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Input:
    """One box. `kind`: line, area, whole, number, megabytes, day, choice, yes, checks."""

    name: str
    label: str
    kind: str = "line"
    options: tuple[tuple[str, str], ...] = ()
    hint: str = ""
    optional: bool = False
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Rows:
    """A list of like things that grow, shrink and change places; `noun` names one of them."""

    name: str
    noun: str
    inputs: tuple[Input, ...]


@dataclass(frozen=True, slots=True)
class Group:
    title: str
    items: tuple[Input | Rows, ...]
    help: str = ""


@dataclass(slots=True)
class Box:
    """An input with its value. `id` is that of its control."""

    input: Input
    id: str
    name: str
    value: str
    chosen: frozenset[str]
    error: str = ""

    @property
    def known(self) -> bool:
        """Whether what stands in a choice is one of its options."""
        return self.value in {value for value, _ in self.input.options}


@dataclass(slots=True)
class Row:
    number: int
    boxes: list[Box]
    error: str = ""


@dataclass(slots=True)
class Shown:
    """A group as the template needs it: boxes, then at most one list."""

    title: str
    help: str
    boxes: list[Box] = field(default_factory=list)
    rows: Rows | None = None
    lines: list[Row] = field(default_factory=list)
    error: str = ""

    @property
    def rows_id(self) -> str:
        return id_of(self.rows.name) if self.rows else ""


def shown(groups: Iterable[Group], model: Json, faults: Iterable[Fault]) -> tuple[list[Shown], list[Fault]]:
    """The groups with their values and with each fault at the first box that it fits; and the faults that fit none."""
    made = [_group(group, model) for group in groups]
    left = [fault for fault in faults if not _place(fault, made)]
    return made, left


def _group(group: Group, model: Json) -> Shown:
    found = Shown(group.title, group.help)
    for item in group.items:
        if isinstance(item, Input):
            found.boxes.append(_box(item, item.name, model))
        else:
            found.rows = item
            rows = dig(model, item.name)
            for n in range(min(len(rows), MOST_ROWS) if isinstance(rows, list) else 0):
                boxes = [_box(one, f"{item.name}.{n}.{one.name}", model) for one in item.inputs]
                found.lines.append(Row(n, boxes))
    return found


def _box(one: Input, name: str, model: Json) -> Box:
    value = dig(model, name)
    chosen = frozenset(map(str, value)) if isinstance(value, list) else frozenset({_written(one, value)})
    return Box(one, id_of(name), name, "" if isinstance(value, list) else _written(one, value), chosen)


def id_of(name: str) -> str:
    return name.replace(".", "-")


def dig(model: Any, name: str) -> Any:
    """The value at a dotted path; None where there is none."""
    for part in name.split("."):
        if isinstance(model, dict):
            model = model.get(part)
        elif isinstance(model, list) and part.isdecimal() and int(part) < len(model):
            model = model[int(part)]
        else:
            return None
    return model


def _written(one: Input, value: Any) -> str:
    if value is None or isinstance(value, dict | list):
        return ""
    if isinstance(value, bool):
        return "yes" if value else ""
    if one.kind == "day" and isinstance(value, str):
        day = read_day(value)
        return write_day(day) if day else value
    if one.kind == "megabytes" and isinstance(value, int):
        return f"{value / _MB:g}".replace(".", ",")
    if one.kind == "whole" and isinstance(value, int):
        return f"{value:,}".replace(",", ".")
    if isinstance(value, float):
        return f"{value:g}".replace(".", ",")
    return str(value)


def _place(fault: Fault, groups: list[Shown]) -> bool:
    """Put the fault beside the first box at its path, below it or above it."""
    for group in groups:
        for holder, boxes in [(group, group.boxes), *((row, row.boxes) for row in group.lines)]:
            for box in boxes:
                pointer = "/" + box.name.replace(".", "/")
                if f"{pointer}/".startswith(f"{fault.path}/") or fault.path.startswith(f"{pointer}/"):
                    return _say(box, said(fault.message))
            if isinstance(holder, Row) and group.rows and fault.path == f"/{group.rows.name}/{holder.number}":
                return _say(holder, said(fault.message))
        if group.rows and fault.path == "/" + group.rows.name.replace(".", "/"):
            return _say(group, said(fault.message))
    return False


def _say(holder: Box | Row | Shown, message: str) -> bool:
    holder.error = f"{holder.error} {message}".strip()
    return True


def links(groups: Iterable[Shown]) -> list[tuple[str, str]]:
    """(id of the control, message) for everything that is told beside a box, a row or a list."""
    found: list[tuple[str, str]] = []
    for group in groups:
        found += [(box.id, box.error) for box in group.boxes if box.error]
        if group.rows and group.error:
            found.append((id_of(group.rows.name), group.error))
        for row in group.lines:
            noun = f"{said(group.rows.noun)} {row.number + 1}: " if group.rows else ""
            found += [(row.boxes[0].id, noun + row.error)] if row.error else []
            found += [(box.id, noun + box.error) for box in row.boxes if box.error]
    return found


# -- reading -----------------------------------------------------------------------------------------------------------


def read(groups: Iterable[Group], model: Json, posted: Posted) -> Json:
    """A copy of the model with what was typed in the place of what stood there; the row button pressed has acted."""
    made = copy.deepcopy(model)
    for group in groups:
        for item in group.items:
            if isinstance(item, Input):
                _take(made, item, item.name, posted)
            else:
                _set(made, item.name, _acted(_rows(item, model, posted), item, posted.get("dong", "")))
    return made


def _rows(rows: Rows, model: Json, posted: Posted) -> list[Json]:
    count = posted.get(f"{rows.name}.so", "")
    before = dig(model, rows.name)
    before = before if isinstance(before, list) else []
    made: list[Json] = []
    for n in range(min(int(count), MOST_ROWS) if re.fullmatch(r"\d{1,3}", str(count)) else 0):
        kept = before[n] if n < len(before) and isinstance(before[n], dict) else {}
        row = {"-": copy.deepcopy(kept)}
        for one in rows.inputs:
            _take(row, Input(f"-.{one.name}", one.label, one.kind, one.options, "", one.optional), f"-.{one.name}",
                  _Named(posted, f"{rows.name}.{n}."))  # fmt: skip
        made.append(row["-"])
    return made


@dataclass(frozen=True, slots=True)
class _Named:
    """The posted values of one row: "-.name.vi" is "papers.0.name.vi"."""

    posted: Posted
    prefix: str

    def get(self, name: str, default: str, /) -> Any:
        return self.posted.get(self.prefix + name.removeprefix("-."), default)

    def getlist(self, name: str, /) -> Sequence[Any]:
        return self.posted.getlist(self.prefix + name.removeprefix("-."))


def _acted(made: list[Json], rows: Rows, button: str) -> list[Json]:
    name, _, rest = str(button).partition(":")
    if name != rows.name:
        return made
    at, _, verb = rest.partition(":")
    if at == "them" and len(made) < MOST_ROWS:
        row: Json = {}
        for one in rows.inputs:
            if not one.optional:
                _set(row, one.name, _BLANK.get(one.kind, ""))
        return [*made, row]
    if not at.isdecimal() or int(at) >= len(made):
        return made
    row = made.pop(int(at))
    if verb == "len":
        made.insert(max(int(at) - 1, 0), row)
    elif verb == "xuong":
        made.insert(int(at) + 1, row)
    return made


_BLANK: dict[str, Any] = {"checks": [], "yes": False}


def _take(model: Json, one: Input, name: str, posted: Posted) -> None:
    old = dig(model, name)
    if one.kind == "checks":
        chosen = [clean(value) for value in posted.getlist(name)]
        if not isinstance(old, list) or set(map(str, old)) != set(chosen):
            _set(model, name, chosen)
        return
    text = clean(posted.get(name, ""))
    if isinstance(old, str | int | float) and text == clean(_written(one, old)):
        return  # not touched: what it shows may be rounded or put differently
    if not text and old and isinstance(old, dict | list):
        return  # more than a box can show: changed in the files
    if not text and one.optional:
        _drop(model, name)
    else:
        _set(model, name, _READ.get(one.kind, str)(text))


def clean(text: Any) -> str:
    """What was typed, in NFC, without blanks around it and without what no database keeps."""
    return nfc(str(text).replace("\0", "").replace("\r\n", "\n")).strip()


def _whole(text: str) -> Any:
    digits = re.sub(r"[.\s ]", "", text)
    return int(digits) if re.fullmatch(r"-?\d{1,15}", digits) else text


def _number(text: str) -> Any:
    figure = text.replace(",", ".")
    if not re.fullmatch(r"-?\d{1,12}(\.\d{1,6})?", figure):
        return text
    return float(figure) if "." in figure else int(figure)


def _megabytes(text: str) -> Any:
    value = _number(text)
    return round(value * _MB) if isinstance(value, int | float) else text


def _day(text: str) -> str:
    day = read_day(text)
    return day.isoformat() if day else text


_READ: Mapping[str, Callable[[str], Any]] = {
    "whole": _whole,
    "number": _number,
    "megabytes": _megabytes,
    "day": _day,
    "yes": lambda text: text == "yes",
}


def _set(model: Json, name: str, value: Any) -> None:
    *way, last = name.split(".")
    for part in way:
        if not isinstance(model.get(part), dict):
            model[part] = {}
        model = model[part]
    model[last] = value


def _drop(model: Json, name: str) -> None:
    """Remove the value, and the objects that it leaves empty."""
    first, _, rest = name.partition(".")
    if not rest:
        model.pop(first, None)
    elif isinstance(model.get(first), dict):
        _drop(model[first], rest)
        if not model[first]:
            del model[first]
