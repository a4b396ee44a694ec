"""The people of the story, each with their own browser."""

from __future__ import annotations

import json
import re
from pathlib import Path

from emoit_demo.browser import Browser, Page, Refused, Values


class Person:
    def __init__(self, base_url: str, account: dict[str, str]) -> None:
        self.name = account["name"]
        self.login = account["login"]
        self._password = account["password"]
        self.browser = Browser(base_url)

    def sign_in(self) -> None:
        page = self.browser.submit("/dang-nhap/", {"login": self.login, "password": self._password})
        if "/dang-nhap/" in page.url:
            raise Refused(f"{self.login} could not sign in: {page.text[:200]}")


class Applicant(Person):
    def begin(self, procedure: str) -> int:
        """Open a draft from the procedure's page; returns the dossier's number in the addresses."""
        page = self.browser.get(f"/thu-tuc/{procedure}/")
        form = page.form_with("tu_cach")
        opened = self.browser.send(f"/thu-tuc/{procedure}/nop/", form)
        return int(_found(r"/ho-so/(\d+)/", opened.url))

    def declare(self, dossier: int, pages: dict[str, Values]) -> None:
        """Fill in every page and go on, as the form leads."""
        for key, values in pages.items():
            page = self.browser.submit(f"/ho-so/{dossier}/khai/{key}/", {**values, "tiep": "1"})
            if f"/khai/{key}/" in page.url:
                raise Refused(f"page {key} was not accepted: {page.text[:600]}")

    def hand_in(
        self, dossier: int, papers: dict[str, tuple[str, bytes]], *, step: str = "giay-to", **buttons: str
    ) -> Page:
        files = [(f"paper-{code}", (name, content, "application/pdf")) for code, (name, content) in papers.items()]
        return self.browser.submit(f"/ho-so/{dossier}/{step}/", buttons or {"tiep": "1"}, files=files)

    def submit(self, dossier: int) -> str:
        """Check and hand in; returns the dossier's code."""
        page = self.browser.submit(f"/ho-so/{dossier}/kiem-tra/", {})
        return _found(r"\b[A-Z0-9.]+-\d{6}-\d{4,}\b", page.text, whole=True)

    def view(self, dossier: int) -> Page:
        return self.browser.get(f"/ho-so/{dossier}/")


class Officer(Person):
    def act(self, dossier: int, verb: str, values: Values) -> Page:
        """Open the dossier, take the link of the verb from its action bar, fill in the form and send it."""
        page = self.browser.get(f"/nghiep-vu/ho-so/{dossier}/")
        if page.status >= 400:
            raise Refused(f"{self.login}: dossier {dossier}: {page.status}")
        address = page.link(rf"/nghiep-vu/ho-so/{dossier}/{verb}/")
        form = self.browser.get(address).form_with("version")
        return self.browser.send(address, {**form, **values})

    def find(self, code: str) -> int:
        """The dossier's number in the addresses, from the inbox."""
        page = self.browser.get("/nghiep-vu/")
        for href, text in page.links:
            if code in text:
                return int(_found(r"/ho-so/(\d+)/", href))
        raise Refused(f"{self.login}: {code} is not in the inbox")


def _found(pattern: str, text: str, *, whole: bool = False) -> str:
    match = re.search(pattern, text)
    if match is None:
        raise Refused(f"{pattern!r} not found in {text[:300]!r}")
    return match[0] if whole else match[1]


def accounts(path: Path) -> dict[str, dict[str, str]]:
    return {row["login"]: row for row in json.loads(path.read_text())}
