"""Odd strings in every text of the form: kept, shown literally on every page, printed literally on paper."""

from __future__ import annotations

import html
import re
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from emoit.dossiers import actions, queries
from emoit.dossiers.types import Defect
from emoit.files import queries as files
from emoit.forms import queries as forms
from emoit.forms.types import Field, Widget
from emoit.kernel.access import acting_as
from emoit.procedures import queries as procedures
from tests.attacks.odd import PRINTED, STRINGS, SUMMED
from tests.support.answers import answers
from tests.support.world import CLERK, LEADER, SPECIALIST, World

Login = Callable[[str], Client]
OWNER = "doanhnghiep1"
TEXTS = {Widget.TEXT, Widget.TEXTAREA}
# Our own pages have none inline: whatever else looks like one came from outside.
FOREIGN = re.compile(
    r"<script(?![^>]*\bsrc=)|<svg/|<img src=x|<iframe|<base|<math|<style|<form action=/|</title><s", re.IGNORECASE
)


def text_fields(world: World, code: str) -> list[tuple[str, Field]]:
    """(page key, field) of every text of the form, those of rows left out."""
    with acting_as(world.process):
        form = procedures.published(code, at=world.now).form
        return [(p.key, f) for p in forms.pages(form) for f in p.fields if f.widget in TEXTS]


def name_of(field: Field) -> str:
    return ".".join(field.pointer.strip("/").split("/"))


def clean(content: bytes) -> None:
    text = content.decode()
    assert not FOREIGN.search(text), FOREIGN.search(text)
    assert SUMMED not in text


def batches(size: int) -> Iterator[list[str]]:
    for at in range(0, len(STRINGS), size):
        yield STRINGS[at : at + size]


def test_there_are_enough_of_them() -> None:
    assert len(set(STRINGS)) >= 500


@pytest.mark.parametrize("code", ["2.000138", "2.001555"])
def test_odd_strings_on_every_page(world: World, sign_in: Login, code: str) -> None:
    fields = text_fields(world, code)
    assert len(fields) >= 5
    dossier_id = world.draft(code, complete=False, login=OWNER)
    world.answer(dossier_id, answers(code))
    client = sign_in(OWNER)
    for batch in batches(len(fields)):
        given = dict(zip(fields, batch, strict=False))
        for page in {key for key, _ in given}:
            posted = {name_of(f): s for (key, f), s in given.items() if key == page}
            response = client.post(f"/ho-so/{dossier_id}/khai/{page}/", posted)
            assert response.status_code in {200, 302, 400, 422}, posted
            clean(response.content)
        clean(client.get(f"/ho-so/{dossier_id}/kiem-tra/").content)


def test_odd_strings_outside_the_form(world: World, sign_in: Login) -> None:
    client, officer, nobody = sign_in(OWNER), sign_in(SPECIALIST), Client()
    for n, odd in enumerate(STRINGS[::7]):
        nobody.defaults["REMOTE_ADDR"] = f"10.9.{n // 250}.{n % 250}"
        for response in (
            client.get("/thu-tuc/", {"tim": odd}),
            officer.get("/nghiep-vu/tim/", {"q": odd}),
            nobody.post("/tra-cuu/", {"ma": odd, "thong_tin": odd}),
            nobody.post("/dang-nhap/", {"login": odd, "password": odd, "tiep": odd, "giu": odd}),
            nobody.post("/kiem-tra/", {"ma": odd}, follow=True),
        ):
            assert response.status_code in {200, 400, 404, 422}, odd
            clean(response.content)


def printed(world: World, dossier_id: int) -> str:
    """The text of every paper that was made for the dossier, blanks taken out."""
    texts = []
    with acting_as(world.process) as by:
        for slip in queries.slips_of(by, dossier_id):
            with files.open_content(files.get_for(by, slip.file_id).digest) as content:
                texts.append(read(content.read()))
        result_id = queries.result_of(by, dossier_id)
        if result_id:
            from emoit.results import queries as results

            with files.open_content(results.get_for(by, result_id, now=world.now).digest) as content:
                texts.append(read(content.read()))
    return "".join(texts)


def read(pdf: bytes) -> str:
    done = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    return bare(done.stdout.decode())


def bare(text: str) -> str:
    """Letters and marks alone: lines are broken and hyphens set anywhere, quotes are set as such."""
    return re.sub(r"[\s\-\u00ad\u2010\u2013\u2014]+", "", text)


ALL = "\n".join(PRINTED)


def test_odd_strings_on_paper(world: World, sign_in: Login) -> None:
    """Through the whole way: asked for more, answered, proposed, signed; every screen, every slip, the result."""
    dossier_id = world.draft()
    given = answers("2.000138")
    half = len(PRINTED) // 2
    given["goods"]["used"], given["goods"]["customers"] = (
        "\n".join(PRINTED[:half])[:1900],
        "\n".join(PRINTED[half:])[:1900],
    )
    given["programme"]["name"] = '<script>alert(1)</script> #panic("x") {{ 1234*4321 }}'
    world.answer(dossier_id, given)
    world.do(OWNER, actions.submit, dossier_id=dossier_id)
    world.on_item(CLERK, actions.receive, dossier_id, "intake")
    world.on_item(SPECIALIST, actions.claim, dossier_id, "examine")
    asked = [Defect("the_le", ALL[:1900])]
    world.on_item(SPECIALIST, actions.request_supplement, dossier_id, "examine", defects=asked, note=ALL[:1900])
    world.run_jobs()
    look(world, sign_in, dossier_id, ["", "bo-sung/"])
    from tests.support.answers import pdf

    world.attach(dossier_id, "the_le", "<script>alert(1)</script>{{x}}.pdf", pdf(3))
    world.do(OWNER, actions.supply, dossier_id=dossier_id, answers=None, note=ALL[:900])
    from emoit.dossiers.types import Outcome

    content = "\n".join(PRINTED)[:1900]
    world.on_item(
        SPECIALIST, actions.propose, dossier_id, "examine", outcome=Outcome.GRANTED, content=content, note=ALL[:900]
    )
    world.on_item("xttm.cuctruong", actions.approve, dossier_id, "approve", note=ALL[:900])
    world.on_item(LEADER, actions.sign, dossier_id, "sign")
    world.run_jobs()
    assert world.status(dossier_id).value == "returned"
    look(world, sign_in, dossier_id, [""])
    text = printed(world, dossier_id)
    assert SUMMED not in text
    missing = [s for s in PRINTED if bare(s) not in text and not re.search(r"[\"'`’“”]|^-|\.\.", s)]
    assert missing == []


def look(world: World, sign_in: Login, dossier_id: int, own: list[str]) -> None:
    pages: list[tuple[str, str]] = [(OWNER, f"/ho-so/{dossier_id}/{page}") for page in own]
    pages += [
        (SPECIALIST, f"/nghiep-vu/ho-so/{dossier_id}/"),
        (SPECIALIST, "/nghiep-vu/"),
        (SPECIALIST, "/nghiep-vu/ho-so/"),
    ]
    pages += [("kiemtra", "/nghiep-vu/so-theo-doi/"), (OWNER, "/ho-so/"), (OWNER, "/")]
    for login, address in pages:
        response: Any = sign_in(login).get(address)
        assert response.status_code == 200, address
        clean(response.content)
    page = html.unescape(sign_in(SPECIALIST).get(f"/nghiep-vu/ho-so/{dossier_id}/").content.decode())
    assert '<script>alert(1)</script> #panic("x") {{ 1234*4321 }}' in page


def test_odd_names_of_files(world: World, sign_in: Login) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    from tests.support.answers import pdf

    dossier_id = world.draft(complete=False)
    client = sign_in(OWNER)
    for odd in [s for s in STRINGS[::15] if "\0" not in s]:
        upload = SimpleUploadedFile(f"{odd}.pdf", pdf())
        response = client.post(f"/ho-so/{dossier_id}/giay-to/", {"paper-the_le": upload})
        assert response.status_code in {302, 400, 422}, odd
        with acting_as(world.process) as by:
            kept = queries.papers_of(by, dossier_id)
        for paper in kept:
            assert not set(paper.name) & set('/\\<>"\r\n\u202e\u2066'), odd
            answer = client.get(f"/tep/{paper.file_id}/")
            assert answer.headers["Content-Disposition"].startswith("attachment; ")
            assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
            world.do(OWNER, actions.remove_paper, dossier_id=dossier_id, paper_id=paper.id)
        clean(client.get(f"/ho-so/{dossier_id}/giay-to/").content)
