"""Changed results through the public page: whatever is done to a file, it is never called genuine."""

from __future__ import annotations

import io
import random
from collections.abc import Callable

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from emoit.dossiers import queries
from emoit.files import queries as files
from emoit.kernel.access import acting_as
from emoit.results import queries as results
from tests.support.world import World

GENUINE = "Văn bản thật"
Change = Callable[[bytes], bytes]


@pytest.fixture
def genuine(world: World) -> bytes:
    dossier_id = world.signed()
    with acting_as(world.process) as by:
        result = results.get_for(by, queries.result_of(by, dossier_id) or 0, now=world.now)
        with files.open_content(result.digest) as content:
            return content.read()


def flipped(seed: int) -> Change:
    def change(pdf: bytes) -> bytes:
        at = random.Random(seed).randrange(len(pdf))
        return pdf[:at] + bytes([pdf[at] ^ 1 << seed % 8]) + pdf[at + 1 :]

    return change


def saved(edit: Callable[[pikepdf.Pdf], object]) -> Change:
    def change(pdf: bytes) -> bytes:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            edit(document)
            target = io.BytesIO()
            document.save(target)
            return target.getvalue()

    return change


def more_pages(document: pikepdf.Pdf) -> None:
    document.add_blank_page()


def other_title(document: pikepdf.Pdf) -> None:
    document.docinfo["/Title"] = "Khác"


def no_form(document: pikepdf.Pdf) -> None:
    del document.Root["/AcroForm"]


def covered(pdf: bytes) -> bytes:
    """A revision of one's own after the last signature."""
    return (
        pdf
        + b"\n1 0 obj\n<< /Type /Catalog >>\nendobj\nxref\n0 1\n0000000000 65535 f \ntrailer\n<< >>\nstartxref\n9\n%%EOF\n"
    )


def cut_back(pdf: bytes) -> bytes:
    """The revision before the last: the seal's time stamp, or the seal, is gone."""
    return pdf[: pdf[:-10].rindex(b"%%EOF") + 6]


CHANGES: list[Change] = [
    *(flipped(seed) for seed in range(16)),
    lambda pdf: pdf + b"\n",
    lambda pdf: b"\n" + pdf,
    lambda pdf: pdf[:-1],
    lambda pdf: pdf[: len(pdf) // 2],
    lambda pdf: pdf + pdf,
    lambda pdf: pdf.replace(b"/ByteRange", b"/ByteRangf", 1),
    lambda pdf: pdf.replace(b"/Contents", b"/Contentz", 1),
    lambda pdf: pdf.replace(b"%PDF-1.7", b"%PDF-1.6", 1),
    covered,
    cut_back,
    saved(more_pages),
    saved(other_title),
    saved(no_form),
    lambda _: b"",
    lambda _: b"%PDF-1.7\n%%EOF",
]


def ask(client: Client, pdf: bytes) -> str:
    upload = SimpleUploadedFile("ket-qua.pdf", pdf, "application/pdf")
    response = client.post("/kiem-tra/", {"tep": upload, "bang_tep": ""})
    assert response.status_code in {200, 422}
    return response.content.decode()


def test_thirty_changes(world: World, genuine: bytes) -> None:
    client = Client()
    assert GENUINE in ask(client, genuine)
    assert len(CHANGES) >= 30
    for n, change in enumerate(CHANGES):
        pdf = change(genuine)
        if pdf != genuine:
            assert GENUINE not in ask(client, pdf), n


def test_a_revoked_result_is_not_called_genuine(world: World, genuine: bytes) -> None:
    from emoit.results import actions

    with acting_as(world.process) as by:
        (result,) = results.visible_to(by)
        actions.revoke(by=by, now=world.now, result_id=result.pk, reason="Cấp nhầm")
    page = ask(Client(), genuine)
    assert GENUINE not in page
    assert "thu hồi" in page
