"""A browser of one person: cookies, forms as the page gives them, redirects. No JavaScript."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import httpx

Values = dict[str, Any]


class Refused(RuntimeError):
    """The site answered something else than the story expects."""


class _Reader(HTMLParser):
    """Gathers the forms with their present values, the links and the visible text of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[tuple[str, Values]] = []
        self.links: list[tuple[str, str]] = []
        self.words: list[str] = []
        self._within: list[str] = []
        self._select = ""
        self._area = ""
        self._href = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {k: v or "" for k, v in attrs}
        if tag == "form":
            self.forms.append((given.get("action", ""), {}))
        elif tag == "input" and self.forms:
            self._input(given)
        elif tag == "select":
            self._select = given.get("name", "")
        elif tag == "option" and self._select and "selected" in given:
            self.forms[-1][1][self._select] = given.get("value", "")
        elif tag == "textarea":
            self._area = given.get("name", "")
        elif tag == "a":
            self._href = given.get("href", "")
        if tag in {"script", "style", "title"}:
            self._within.append(tag)

    def _input(self, given: dict[str, str]) -> None:
        kind, name = given.get("type", "text"), given.get("name", "")
        if not name or kind in {"submit", "file", "button"}:
            return
        if kind in {"radio", "checkbox"}:
            if "checked" in given:
                before = self.forms[-1][1].get(name)
                value = given.get("value", "on")
                several = kind == "checkbox" and before is not None
                self.forms[-1][1][name] = (
                    [*(before if isinstance(before, list) else [before]), value] if several else value
                )
            return
        self.forms[-1][1][name] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = ""
        elif tag == "a":
            self._href = ""
        if self._within and self._within[-1] == tag:
            self._within.pop()

    def handle_data(self, data: str) -> None:
        if self._area and self.forms:
            values = self.forms[-1][1]
            values[self._area] = values.get(self._area, "") + data.lstrip("\n")
            return
        if self._within or not data.strip():
            return
        self.words.append(data.strip())
        if self._href:
            self.links.append((self._href, data.strip()))


@dataclass
class Page:
    """What came back: address, status, and what a person sees of it."""

    url: str
    status: int
    html: str
    forms: list[tuple[str, Values]] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    text: str = ""

    def form_with(self, name: str) -> Values:
        """The values of the form that has a field of that name."""
        for _, values in self.forms:
            if name in values:
                return dict(values)
        raise Refused(f"{self.url}: no form with {name!r}: {self.text[:300]}")

    def own_form(self) -> Values:
        """The values of the form that posts to the page's own address."""
        for action, values in self.forms:
            here = not action or action.partition("?")[0] == httpx.URL(self.url).path
            if here and "csrfmiddlewaretoken" in values:
                return dict(values)
        raise Refused(f"{self.url}: no form of its own: {self.text[:300]}")

    def link(self, pattern: str) -> str:
        """The address of the first link that matches."""
        for href, _ in self.links:
            if re.search(pattern, href):
                return href
        raise Refused(f"{self.url}: no link {pattern!r}: {self.text[:300]}")


class Browser:
    def __init__(self, base_url: str) -> None:
        self._client = httpx.Client(base_url=base_url, follow_redirects=True, timeout=60)

    def get(self, address: str) -> Page:
        return self._read(self._client.get(address))

    def bytes(self, address: str) -> bytes:
        answer = self._client.get(address)
        if answer.status_code != 200:
            raise Refused(f"{address}: {answer.status_code}")
        return answer.content

    def post(self, address: str, values: Values, files: list[tuple[str, tuple[str, bytes, str]]] | None = None) -> Page:
        headers = {"Referer": str(self._client.base_url.join(address))}
        return self._read(self._client.post(address, data=values, files=files or None, headers=headers))

    def submit(self, address: str, values: Values, **more: Any) -> Page:
        """Open the page, take its form with its hidden values, fill in and send it to the same address."""
        form = self.get(address).own_form()
        return self.send(address, {**form, **values}, **more)

    def send(self, address: str, values: Values, **more: Any) -> Page:
        page = self.post(address, values, **more)
        if page.status >= 400:
            raise Refused(f"{address}: {page.status}: {page.text[:600]}")
        return page

    def close(self) -> None:
        self._client.close()

    @staticmethod
    def _read(answer: httpx.Response) -> Page:
        reader = _Reader()
        if "html" in answer.headers.get("content-type", ""):
            reader.feed(answer.text)
        return Page(
            url=str(answer.url),
            status=answer.status_code,
            html=answer.text if reader.words else "",
            forms=reader.forms,
            links=reader.links,
            text=" ".join(reader.words),
        )
