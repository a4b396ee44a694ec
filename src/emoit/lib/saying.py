"""Sentences kept in Vietnamese and said in the reader's language.

The Vietnamese text is what records, logs and programs see; its template is the key under which the English one is
found. So nothing that is stored depends on the language of whoever happened to press the button.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any, Literal

from emoit.lib import english, vietnamese

Language = Literal["vi", "en"]
Translate = Callable[[str], str]


class Said(str):
    """Vietnamese text that remembers its `template` and the `values` in it. Used anywhere a str is."""

    template: str
    values: dict[str, Any]

    def __new__(cls, template: str, values: dict[str, Any]) -> Said:
        shown = {name: _in_vietnamese(value) for name, value in values.items()}
        made = super().__new__(cls, template.format(**shown) if values else template)
        made.template, made.values = template, values
        return made

    def __getnewargs__(self) -> tuple[str, dict[str, Any]]:  # type: ignore[override]
        return self.template, self.values

    def told(self, language: Language, translate: Translate) -> str:
        """The sentence in the language; `translate` gives a template's own translation."""
        text = translate(self.template) if self.template else ""
        if not self.values:
            return text
        return text.format(**{name: _told(value, language, translate) for name, value in self.values.items()})


class Both(str):
    """A name that has an English form of its own, as data has it."""

    english: str

    def __new__(cls, vietnamese_form: str, english_form: str) -> Both:
        made = super().__new__(cls, vietnamese_form)
        made.english = english_form
        return made

    def __getnewargs__(self) -> tuple[str, str]:  # type: ignore[override]
        return str(self), self.english


class Lower(Said):
    """A label in the middle of a sentence: without its capital."""

    def __new__(cls, template: str, values: dict[str, Any]) -> Lower:
        made = str.__new__(cls, _lower(template))
        made.template, made.values = template, values
        return made

    def told(self, language: Language, translate: Translate) -> str:
        return _lower(super().told(language, translate))


class Capital(Said):
    """A sentence whose first letter is large, whatever it begins with."""

    def __new__(cls, template: str, values: dict[str, Any]) -> Capital:
        made = str.__new__(cls, _upper(Said(template, values)))
        made.template, made.values = template, values
        return made

    def told(self, language: Language, translate: Translate) -> str:
        return _upper(super().told(language, translate))


def vi(text: str) -> str:
    """Marks a text that stands in the English catalogue of its module; gives it back unchanged."""
    return text


def say(template: str, /, **values: Any) -> str:
    """A sentence with values: `say("Thiếu giấy tờ: {paper}.", paper=name)`.

    Days and moments are written as each language does; a value that is `Said` or `Both` is itself said in it.
    KeyError where a value is missing.
    """
    return Said(template, values)


def small(label: str) -> str:
    """A label of the catalogue in the middle of a sentence."""
    return Lower(label, {})


def told(text: str, language: Language, translate: Translate) -> str:
    """Any text in the language: sentences and names by what they remember, plain text by its translation."""
    return _told(text, language, translate) if isinstance(text, (Said, Both)) else translate(text) if text else ""


def _told(value: Any, language: Language, translate: Translate) -> Any:
    if isinstance(value, Said):
        return value.told(language, translate)
    if isinstance(value, Both):
        return value.english if language == "en" and value.english else str(value)
    return (_in_vietnamese if language == "vi" else _in_english)(value)


def _in_vietnamese(value: Any) -> Any:
    if isinstance(value, datetime):
        return vietnamese.format_datetime(value)
    return vietnamese.format_date(value) if isinstance(value, date) else value


def _in_english(value: Any) -> Any:
    if isinstance(value, datetime):
        return english.format_datetime(value)
    return english.format_date(value) if isinstance(value, date) else value


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def listed(texts: Iterable[str], separator: str = ", ") -> Said:
    """Texts after one another, each said in the reader's language."""
    values = {f"n{n}": text if isinstance(text, (Said, Both)) else Said(text, {}) for n, text in enumerate(texts)}
    return Said(separator.join(f"{{{name}}}" for name in values), values)


def why(error: Exception) -> Said:
    """The words of an error, to stand within a sentence."""
    words = error.args[0] if error.args else ""
    return words if isinstance(words, Said) else Said(str(words), {})
