"""Declarations that a form would accept, as texts with holes: one template per procedure, filled for each dossier.

A hole is written `@@key@@`: `party.name` and the like, `account.full_name`, `result.number` (of the earlier result that
is changed), `day+30` (days after the submission), or `sealed:` before one of them where the form marks the field as
personal. Constants that are personal are sealed once.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from emoit.dossiers import answers as answer_store
from emoit.forms import queries as forms
from emoit.forms.types import Form
from emoit.procedures.types import Procedure

Json = dict[str, Any]
PARTY = ("name", "identity", "address", "phone", "email", "representative")
ACCOUNT = ("full_name", "phone", "email")
# As `dossiers.amendments` gives them to the form of a procedure that changes a result; days are ISO 8601.
RESULT = ("register_code", "title", "number", "holder", "issued_at", "valid_from", "valid_to", "signed_by")
_HOLE = re.compile(r"@@(.*?)@@")
# Tried in this order where a field has a pattern.
_WORDS = ("12345678", "1234567890", "0123456789", "123456", "1234", "A1234567", "AB-123", "1", "A", "VN", "2019")
_CHECKED = {"cas_number": "7664-93-9", "phone": "@@account.phone@@", "tax_code": "@@party.identity@@"}
_EXAMPLE = {
    "party.name": "Công ty TNHH Thương mại Mẫu",
    "party.identity": "9800000012",
    "party.address": "1 đường Trần Phú, Hà Nội",
    "party.phone": "0900000001",
    "party.email": "mau@example.com",
    "party.representative": "Nguyễn Văn Nam",
    "account.full_name": "Nguyễn Văn Nam",
    "account.phone": "0900000001",
    "account.email": "mau@example.com",
    "result.register_code": "BCT.2017.0000001",
    "result.title": "Giấy phép",
    "result.number": "00001/2017/BCT",
    "result.holder": "Công ty TNHH Thương mại Mẫu",
    "result.issued_at": "2017-03-01",
    "result.valid_from": "2017-03-01",
    "result.valid_to": "2032-03-01",
    "result.signed_by": "Nguyễn Văn Nam",
}


@dataclass(frozen=True, slots=True)
class Template:
    """`parts`: literal texts at even places, keys of holes at odd ones. `faults`: fields the form would still refuse.

    `clear` are the parts of the same declaration with nothing sealed, for what a number or a validity quotes of it.
    """

    parts: tuple[str, ...]
    faults: tuple[str, ...]
    defect: str
    clear: tuple[str, ...] = ("{}",)

    def fill(self, values: Mapping[str, str]) -> str:
        """The answers as JSON. `values` has a text for every hole, already fit to stand in a JSON string."""
        return "".join(part if n % 2 == 0 else values[part] for n, part in enumerate(self.parts))

    def quoted(self, day: date) -> Json:
        """The declaration of a submission on that day, its people left as the names of their holes."""
        text = "".join(
            part if n % 2 == 0 else day_after(day, int(part[4:])) if part.startswith("day+") else part
            for n, part in enumerate(self.clear)
        )
        answers: Json = json.loads(text)
        return answers

    @property
    def holes(self) -> frozenset[str]:
        return frozenset(self.parts[1::2])


def template_of(procedure: Procedure) -> Template:
    form = procedure.form
    answers = _answers(procedure)
    sealed = _sealed(answers, answer_store.seal(answers, forms.personal_pointers(form)))
    faults = forms.validate(form, json.loads(_filled(json.dumps(answers, ensure_ascii=False))))
    return Template(
        parts=tuple(_HOLE.split(json.dumps(sealed, ensure_ascii=False))),
        faults=tuple(faults),
        defect=_defect(procedure),
        clear=tuple(_HOLE.split(json.dumps(answers, ensure_ascii=False))),
    )


def carried_of(procedure: Procedure) -> Template:
    """What the form of a procedure that changes a result takes from it by itself; a dossier keeps that to compare."""
    form = procedure.form
    answers = forms.prefill(form, {"result": _holes("result", RESULT)})
    sealed = _sealed(answers, answer_store.seal(answers, forms.personal_pointers(form)))
    return Template(tuple(_HOLE.split(json.dumps(sealed, ensure_ascii=False))), (), "")


def clear(procedure: Procedure, values: Mapping[str, str], day: date) -> Json:
    """The declaration in clear, for one who files it: the holes filled for a submission on that day."""

    def value(hole: re.Match[str]) -> str:
        key = hole[1]
        return day_after(day, int(key[4:])) if key.startswith("day+") else json.dumps(values[key])[1:-1]

    filled: Json = json.loads(_HOLE.sub(value, json.dumps(_answers(procedure), ensure_ascii=False)))
    return filled


def _defect(procedure: Procedure) -> str:
    """What a supplement would ask for: the first paper, else the first field."""
    if procedure.papers:
        return procedure.papers[0].code
    return next(iter(forms.labels(procedure.form)), "/")


def _holes(source: str, names: tuple[str, ...]) -> dict[str, str]:
    return {name: f"@@{source}.{name}@@" for name in names}


def _answers(procedure: Procedure) -> Json:
    """From the schema, with what the form itself takes from party, account and the earlier result.

    `result.issued_on` is no fact of the platform's: the applicant copies that day from the paper.
    """
    form: Form = procedure.form
    fields = list(forms.labels(form))
    properties = _value(form.schema, "", {pointer: 5 + 3 * n for n, pointer in enumerate(fields)})
    known = {"party": _holes("party", PARTY), "account": _holes("account", ACCOUNT)}
    if procedure.amends is not None:
        known["result"] = _holes("result", RESULT) | {"issued_on": "@@result.issued_at@@"}
    answers = _merged(properties if isinstance(properties, dict) else {}, forms.prefill(form, known))
    for rule in form.layout.get("rules", ()):
        _sum_up(rule, answers)
    return forms.prune(form, answers)


def _sum_up(rule: Json, answers: Json) -> None:
    """Totals that the layout compares with rows are their sum."""
    if rule.get("kind") not in {"sum_equals", "sum_at_most"} or not isinstance(rule["total"], str):
        return
    rows = _at(answers, rule["items"]) or []
    times = rule.get("times")
    total = sum((_at(row, rule["value"]) or 0) * ((_at(row, times) or 0) if times else 1) for row in rows)
    path, _, last = rule["total"].rpartition("/")
    holder = _at(answers, path)
    if isinstance(holder, dict) and last in holder:
        holder[last] = total


def _at(node: Any, pointer: str) -> Any:
    for key in filter(None, pointer.split("/")):
        node = node.get(key) if isinstance(node, dict) else None
    return node


def _merged(base: Json, over: Json) -> Json:
    result = dict(base)
    for key, value in over.items():
        inner = result.get(key)
        result[key] = _merged(inner, value) if isinstance(inner, dict) and isinstance(value, dict) else value
    return result


def _value(schema: Json, at: str, days: Mapping[str, int]) -> Any:
    """A value that the schema accepts, for the few words of JSON Schema that forms use."""
    if "const" in schema:
        return schema["const"]
    if schema.get("enum"):
        return schema["enum"][0]
    match schema.get("type"):
        case "object":
            return {key: _value(inner, f"{at}/{key}", days) for key, inner in schema.get("properties", {}).items()}
        case "array":
            return [_value(schema.get("items", {}), at, days) for _ in range(max(1, schema.get("minItems", 1)))]
        case "integer" | "number":
            return _number(schema)
        case "boolean":
            return True
    return _text(schema, at, days)


def _number(schema: Json) -> float | int:
    least = float(schema.get("minimum") or schema.get("exclusiveMinimum") or 0)
    most = float(schema.get("maximum") or schema.get("exclusiveMaximum") or least + 100)
    value = least + 1 if least + 1 <= most else least
    return int(value) if schema.get("type") == "integer" else value


def _text(schema: Json, at: str, days: Mapping[str, int]) -> str:
    if schema.get("format") == "date":
        return f"@@day+{days.get(at, 5)}@@"
    if schema.get("format") == "email":
        return "@@account.email@@"
    if schema.get("x-check"):
        return _CHECKED.get(schema["x-check"], "1")
    if pattern := schema.get("pattern"):
        return next((word for word in _WORDS if re.search(pattern, word)), "1")
    return "Nội dung khai thử"[: schema.get("maxLength", 100)].ljust(schema.get("minLength", 0), ".")


def _sealed(clear: Any, sealed: Any) -> Any:
    """The sealed answers, with the holes of personal fields open again under `sealed:`."""
    if isinstance(sealed, dict) and isinstance(clear, str):
        hole = _HOLE.fullmatch(clear)
        return dict.fromkeys(sealed, f"@@sealed:{hole[1]}@@") if hole else sealed
    if isinstance(sealed, dict) and isinstance(clear, dict):
        return {key: _sealed(clear[key], value) for key, value in sealed.items()}
    if isinstance(sealed, list):
        return [_sealed(inner, value) for inner, value in zip(clear, sealed, strict=True)]
    return sealed


def _filled(text: str) -> str:
    def value(hole: re.Match[str]) -> str:
        key = hole[1]
        return day_after(date(2019, 6, 3), int(key[4:])) if key.startswith("day+") else _EXAMPLE[key]

    return _HOLE.sub(value, text)


def day_after(day: date, days: int) -> str:
    return (day + timedelta(days=days)).isoformat()
