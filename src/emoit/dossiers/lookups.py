"""What a register says held against what was declared, field by field. Pure: values in, values out."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from emoit.dossiers.types import Agreement, Compared
from emoit.forms import queries as forms
from emoit.forms.types import Form
from emoit.lib.saying import vi
from emoit.lib.vietnamese import nfc
from emoit.people.types import Register, RegisterFacts

_BETWEEN = re.compile(r"[\W_]+")
_TONES = "\u0300\u0301\u0303\u0309\u0323"  # grave, acute, tilde, hook, dot below
PERSON, ENTERPRISE = vi("Họ tên người nộp hồ sơ"), vi("Tên doanh nghiệp")
STANDING = vi("Tình trạng hoạt động")


def registers_of(enterprise_id: int | None) -> tuple[Register, ...]:
    """The registers that can be asked for a dossier, that of its party first; the other knows the person who acts."""
    return (Register.POPULATION,) if enterprise_id is None else (Register.ENTERPRISES, Register.POPULATION)


def proposed(form: Form, register: Register, facts: RegisterFacts, enterprise_id: int | None) -> dict[str, Any]:
    """The answers that the register would give to this form: of the fields that are prefilled from whom it knows."""
    sources: dict[str, Any] = {}
    if register is registers_of(enterprise_id)[0]:
        sources["party"] = {
            "name": facts.name,
            "identity": facts.identity,
            "address": facts.address,
            "representative": facts.representative,
        }
    if register is Register.POPULATION:
        sources["account"] = {"full_name": facts.name}
    return forms.prefill(form, sources)


def compared(
    form: Form,
    answers: dict[str, Any],
    register: Register,
    facts: RegisterFacts,
    enterprise_id: int | None,
    *,
    language: str = "vi",
) -> tuple[Compared, ...]:
    """Each field of the form that the register knows of, in the form's order. Letter case, marks between words and the
    place of a tone in its syllable make no difference.

    Who acts for an enterprise may name somebody else as its contact: there only a blank is told of.
    """
    told = proposed(form, register, facts, enterprise_id)
    labels = forms.labels(form, language=language)
    rows = [
        _one(pointer, label, at(answers, pointer), found)
        for pointer, label in labels.items()
        if (found := at(told, pointer))
    ]
    if register is registers_of(enterprise_id)[0]:
        return tuple(rows)
    return tuple(row for row in rows if row.agreement is Agreement.EMPTY)


def of_register(name: str, register: Register, facts: RegisterFacts) -> tuple[Compared, ...]:
    """What any dossier tells, whatever its form asks: the name; and how an enterprise stands."""
    label = PERSON if register is Register.POPULATION else ENTERPRISE
    rows = [_one("", label, name, facts.name)]
    if facts.standing:
        rows.append(Compared("", STANDING, "", facts.standing, Agreement.TOLD))
    return tuple(rows)


def _one(pointer: str, label: str, declared: str, found: str) -> Compared:
    if not declared:
        return Compared(pointer, label, "", found, Agreement.EMPTY)
    same = _plain(declared) == _plain(found)
    return Compared(pointer, label, declared, found, Agreement.AGREES if same else Agreement.DIFFERS)


def _plain(text: str) -> str:
    """Words in small letters, each with its tone at its end: "HOÀ," and "hòa" are one, "hoa" is another."""
    return " ".join(_word(word) for word in _BETWEEN.sub(" ", nfc(text).lower()).split())


def _word(word: str) -> str:
    letters = unicodedata.normalize("NFD", word)
    return "".join(c for c in letters if c not in _TONES) + "".join(c for c in letters if c in _TONES)


def at(answers: Any, pointer: str) -> str:
    """The text at a JSON pointer; "" where there is none."""
    value = answers
    for key in pointer.strip("/").split("/"):
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, str) else ""


def patch_of(told: dict[str, Any], pointers: set[str]) -> dict[str, Any]:
    """Of the proposed answers those under the pointers, as changes for `patch_answers`."""
    changes: dict[str, Any] = {}
    for pointer in pointers:
        text = at(told, pointer)
        if not text:
            continue
        *path, last = pointer.strip("/").split("/")
        node = changes
        for key in path:
            node = node.setdefault(key, {})
        node[last] = text
    return changes
