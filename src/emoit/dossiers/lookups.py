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
NAME, STANDING = vi("Tên người nộp hồ sơ"), vi("Tình trạng hoạt động")


def register_of(enterprise_id: int | None) -> Register:
    """The register that knows the party of a dossier."""
    return Register.POPULATION if enterprise_id is None else Register.ENTERPRISES


def proposed(form: Form, facts: RegisterFacts, enterprise_id: int | None) -> dict[str, Any]:
    """The answers that the register would give to this form: of the fields that are prefilled from the party."""
    party = {
        "name": facts.name,
        "identity": facts.identity,
        "address": facts.address,
        "representative": facts.representative,
    }
    sources: dict[str, Any] = {"party": party}
    if enterprise_id is None:
        sources["account"] = {"full_name": facts.name}
    return forms.prefill(form, sources)


def compared(
    form: Form, answers: dict[str, Any], facts: RegisterFacts, enterprise_id: int | None, *, language: str = "vi"
) -> tuple[Compared, ...]:
    """Each field of the form that the register knows of, in the form's order. Letter case, marks between words and the
    spelling of accents make no difference."""
    told = proposed(form, facts, enterprise_id)
    labels = forms.labels(form, language=language)
    return tuple(
        _one(pointer, label, at(answers, pointer), found)
        for pointer, label in labels.items()
        if (found := at(told, pointer))
    )


def of_party(holder_name: str, facts: RegisterFacts) -> tuple[Compared, ...]:
    """What every dossier tells of its party, whatever its form asks: the name; and how the enterprise stands."""
    rows = [_one("", NAME, holder_name, facts.name)]
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
