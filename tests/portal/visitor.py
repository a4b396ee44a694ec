"""A visitor of the portal, by Django's test client, and the screen that comes back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.test import Client
from lxml import html  # noqa: TID251 - our own markup, read back

from emoit.kernel.access import acting_as
from emoit.people.models import Account
from tests.support.world import World

FormValues = dict[str, Any]


@dataclass(frozen=True)
class Screen:
    """What a person sees of an answer."""

    status: int
    address: str  # where it leads on to, "" for a page
    headers: dict[str, str]
    content: bytes

    @property
    def page(self) -> Any:
        return html.fromstring(self.content.decode())

    @property
    def title(self) -> str:
        return self._words(self.page.findtext(".//title"))

    @property
    def heading(self) -> str:
        return self._words(self.page.find(".//h1").text_content())

    @property
    def text(self) -> str:
        """The words of the page's main part, blanks made one."""
        return self._words(" ".join(self.page.get_element_by_id("main-content").itertext()))

    @property
    def problems(self) -> list[tuple[str, str]]:
        """(href, words) of the error summary."""
        found = self.page.xpath("//*[contains(@class, 'govuk-error-summary__list')]/li")
        return [(next(iter(li.xpath("a/@href")), ""), self._words(li.text_content())) for li in found]

    def beside(self, field: str) -> str:
        """The error shown at the field of that id."""
        return self._words(self.page.get_element_by_id(f"{field}-error").text_content())

    def value(self, name: str) -> str:
        """What stands in the field of that name."""
        element = self.page.xpath(f"//*[@name='{name}']")[0]
        return str(element.text.removeprefix("\n") if element.tag == "textarea" else element.get("value", ""))

    def form(self, action: str = "") -> FormValues:
        """The values that the form of that action (own page: "") would send, as an HTML form has them."""
        (form,) = [f for f in self.page.forms if (f.get("action") or "") == action and f.method == "POST"]
        values: FormValues = {}
        for name, value in form.form_values():
            values.setdefault(name, []).append(value)
        return values

    def links(self) -> list[str]:
        return [str(href) for href in self.page.xpath("//main//a/@href")]

    @staticmethod
    def _words(text: str) -> str:
        return re.sub(r"\s+", " ", text or "").strip()


class Visitor:
    def __init__(self, world: World, *, checks_csrf: bool = False) -> None:
        self.world = world
        self.client = Client(enforce_csrf_checks=checks_csrf)

    def enter(self, login: str) -> None:
        with acting_as(self.world.process):
            account = Account.objects.get(pk=self.world.account_id(login))
            self.client.force_login(account, backend="emoit.people.backends.AccountBackend")

    def session_ends(self) -> None:
        del self.client.cookies["sessionid"]

    def see(self, path: str, **headers: str) -> Screen:
        return _screen(self.client.get(path, headers=headers))

    def send(self, path: str, data: FormValues | None = None, **headers: str) -> Screen:
        return _screen(self.client.post(path, data or {}, headers=headers))


def _screen(response: Any) -> Screen:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return Screen(response.status_code, response.headers.get("Location", ""), dict(response.headers), content)
