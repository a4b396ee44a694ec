"""What a page shows, element by element, and the Vietnamese that is left in it."""

from __future__ import annotations

from collections.abc import Iterable
from html.parser import HTMLParser

from emoit.lib.vietnamese import is_vietnamese

_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_READ_OUT = {"aria-label", "alt", "title", "placeholder", "data-say", "data-label"}


class _Reader(HTMLParser):
    """Collects the texts and the attributes that are read out, but not those within lang="vi"."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, bool]] = []
        self.texts: list[str] = []

    @property
    def quiet(self) -> bool:
        return any(quiet for _, quiet in self.open)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        quiet = given.get("lang") == "vi" or tag in {"script", "style"}
        if not (quiet or self.quiet):
            self.texts += [value for name, value in attrs if name in _READ_OUT and value]
        if tag not in _VOID:
            self.open.append((tag, quiet))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        in_field = bool(self.open) and self.open[-1][0] == "textarea"
        if data.strip() and not self.quiet and not in_field:
            self.texts.append(" ".join(data.split()))


def left_in(html: str, names: Iterable[str] = ()) -> list[str]:
    """The texts with Vietnamese letters outside lang="vi", without what is in a field and without these names."""
    reader = _Reader()
    reader.feed(html)
    known = sorted((name for name in names if is_vietnamese(name)), key=len, reverse=True)
    found = []
    for text in reader.texts:
        rest = text
        for name in known:
            rest = rest.replace(name, "")
        if is_vietnamese(rest):
            found.append(text)
    return found
