"""Finds the Vietnamese texts that have English ones: in templates and in Python, without running either.

Templates: {% translate "…" %}, {% blocktranslate … %}, and _("…") in any tag. Python: the first argument of the
functions in WRAPPERS, of every class that is a `Refusal`, and the sentences of its `fields={…}`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.template.base import Lexer, Token, TokenType
from django.utils.translation import trim_whitespace

WRAPPERS = {"_", "gettext", "gettext_lazy", "gettext_noop", "vi", "say", "small"}
PLURALS = {"ngettext", "ngettext_lazy"}
_STRING = r'"((?:[^"\\]|\\.)*)"|\'((?:[^\'\\]|\\.)*)\''
_TRANSLATE = re.compile(rf"^(?:translate|trans)\s+(?:{_STRING})")
_MARKED = re.compile(rf"\b_\((?:{_STRING})\)")
# The pages of the style guide are samples of Vietnamese; commands speak to whoever runs them; the operations of the API
# have their own words in both languages (api/data/errors.json).
NOT_SHOWN = ("templates/ui/guide/", "migrations/", "management/", "loading.py", "rest/")


@dataclass(frozen=True, order=True)
class Message:
    """A text to translate; `plural` where it is said of one and of many. `place` is a path within the module."""

    msgid: str
    place: str
    plural: str = ""


@dataclass(frozen=True)
class Unfit:
    """A sentence that is put together before it can be translated."""

    place: str
    line: int

    def __str__(self) -> str:
        return f"{self.place}:{self.line}: a sentence with values is written say('… {{name}} …', name=…)"


def of_module(folder: Path, refusals: set[str]) -> Iterator[Message | Unfit]:
    """Every text of a module's templates and Python."""
    for path in sorted(folder.rglob("*.html")):
        place = path.relative_to(folder).as_posix()
        if not place.startswith(NOT_SHOWN):
            yield from of_template(path.read_text("utf-8"), place)
    for path in sorted(folder.rglob("*.py")):
        place = path.relative_to(folder).as_posix()
        if not place.startswith(NOT_SHOWN):
            yield from of_python(path.read_text("utf-8"), place, refusals)


# -- templates


def of_template(source: str, place: str) -> Iterator[Message]:
    tokens = iter(Lexer(source).tokenize())
    for token in tokens:
        if token.token_type not in {TokenType.BLOCK, TokenType.VAR}:
            continue
        words = token.contents.split(None, 1)
        if words and words[0] in {"blocktranslate", "blocktrans"}:
            yield from _block(words[1] if words[1:] else "", tokens, place)
            continue
        found = _TRANSLATE.match(token.contents)
        if found:
            yield Message(_unquoted(found), place)
        for marked in _MARKED.finditer(token.contents):
            yield Message(_unquoted(marked), place)


def _block(options: str, tokens: Iterator[Token], place: str) -> Iterator[Message]:
    texts, at = ["", ""], 0
    for token in tokens:
        if token.token_type is TokenType.BLOCK:
            word = token.contents.split(None, 1)[0]
            if word in {"endblocktranslate", "endblocktrans"}:
                break
            at = 1  # {% plural %}
        elif token.token_type is TokenType.VAR:
            texts[at] += f"%({token.contents.split('|')[0]})s"
        elif token.token_type is TokenType.TEXT:
            texts[at] += token.contents.replace("%", "%%")
    if "trimmed" in options.split():
        texts = [trim_whitespace(text) for text in texts]
    yield Message(texts[0], place, texts[1])


def _unquoted(found: re.Match[str]) -> str:
    text = next(group for group in found.groups() if group is not None)
    return re.sub(r"\\(.)", r"\1", text)


# -- Python


def refusal_classes(root: Path) -> set[str]:
    """`Refusal` and whatever is derived from it, by name."""
    bases: dict[str, set[str]] = {}
    for path in root.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef):
                bases.setdefault(node.name, set()).update(b.id for b in node.bases if isinstance(b, ast.Name))
    known = {"Refusal"}
    while more := {name for name, above in bases.items() if above & known} - known:
        known |= more
    return known


def of_python(source: str, place: str, refusals: set[str]) -> Iterator[Message | Unfit]:
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if name in WRAPPERS or name in refusals:
            yield from _sentences(node.args[:1], place)
        if name in PLURALS and len(node.args) > 1:
            one, many = (ast.literal_eval(argument) for argument in node.args[:2])
            yield Message(one, place, many)
        if name in refusals:
            for keyword in node.keywords:
                if keyword.arg == "fields" and isinstance(keyword.value, ast.Dict):
                    yield from _sentences(keyword.value.values, place)


def _sentences(nodes: list[ast.expr], place: str) -> Iterator[Message | Unfit]:
    for node in nodes:
        if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add)):
            yield Unfit(place, node.lineno)
        if isinstance(node, ast.IfExp):
            yield from _sentences([node.body, node.orelse], place)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
            yield Message(node.value, place)
