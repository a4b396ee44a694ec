"""Handing in papers: each refusal beside its paper, the good ones kept."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from emoit.dossiers import queries
from emoit.kernel.access import acting_as
from tests.files import samples
from tests.portal.visitor import FormValues, Visitor
from tests.support.world import World


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def handed_in(world: World, dossier_id: int) -> list[tuple[str, str]]:
    with acting_as(world.process) as by:
        return [(p.paper_code, p.name) for p in queries.papers_of(by, dossier_id)]


def test_every_paper_says_what_it_takes(world: World, applicant: Visitor) -> None:
    screen = applicant.see(f"/ho-so/{world.draft(complete=False)}/giay-to/")
    assert screen.title.startswith("Giấy tờ kèm theo (bước 5/6) – ")
    assert "Thể lệ chương trình khuyến mại (Mẫu số 03) Bản có ký của đại diện thương nhân." in screen.text
    assert "PDF, Word (docx); mỗi tệp không quá 20 MB." in screen.text
    (field,) = screen.page.xpath("//input[@name='paper-the_le']")
    assert (field.get("accept"), field.get("data-max-bytes")) == (".pdf,.docx", "20971520")


def test_files_are_handed_in_looked_at_and_taken_back(world: World, applicant: Visitor) -> None:
    dossier_id = world.draft(complete=False)
    path = f"/ho-so/{dossier_id}/giay-to/"
    two = [upload("Thể lệ.pdf", samples.pdf(3)), upload("phụ lục.pdf", samples.pdf())]
    assert applicant.send(path, {"paper-the_le": two, "tai": "1"}).address == path
    assert handed_in(world, dossier_id) == [("the_le", "Thể lệ.pdf"), ("the_le", "phụ lục.pdf")]
    screen = applicant.see(path)
    assert ", 3 trang" in screen.text
    file = next(link for link in screen.links() if link.startswith("/tep/"))
    assert applicant.see(file).content == samples.pdf(3)

    remove = screen.page.xpath("//button[@formaction]/@formaction")[0]
    assert applicant.send(remove, screen.form()).address == path
    assert handed_in(world, dossier_id) == [("the_le", "phụ lục.pdf")]
    assert "Đã bỏ tệp." in applicant.see(path).text
    applicant.send(remove)
    assert "Không có tệp này để bỏ." in applicant.see(path).text
    assert handed_in(world, dossier_id) == [("the_le", "phụ lục.pdf")]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("rỗng.pdf", b"", "rỗng.pdf: Tệp rỗng"),
        ("giả.pdf", b"MZ this is no pdf", "giả.pdf: Nội dung tệp không đúng với đuôi của tên tệp"),
        ("khóa.pdf", samples.pdf(password="x"), "khóa.pdf: "),
    ],
)
def test_a_bad_file_is_refused_beside_its_paper_and_the_good_one_kept(
    world: World, applicant: Visitor, name: str, content: bytes, words: str
) -> None:
    dossier_id = world.draft(complete=False)
    files: FormValues = {"paper-the_le": upload(name, content), "paper-hinh_anh": upload("tốt.pdf", samples.pdf())}
    screen = applicant.send(f"/ho-so/{dossier_id}/giay-to/", files | {"tiep": "1"})
    assert screen.status == 422
    assert screen.title.startswith("Lỗi: Giấy tờ kèm theo")
    ((href, said),) = screen.problems
    assert href == "#paper-the_le"
    assert said.startswith(words)
    assert screen.beside("paper-the_le") == f"Lỗi: {said}"
    assert handed_in(world, dossier_id) == [("hinh_anh", "tốt.pdf")]


def test_a_required_paper_is_asked_for_only_when_going_on(world: World, applicant: Visitor) -> None:
    dossier_id = world.draft(complete=False)
    path = f"/ho-so/{dossier_id}/giay-to/"
    assert applicant.send(path, {"luu": "1"}).address == "/ho-so/"
    screen = applicant.send(path, {"tiep": "1"})
    assert screen.status == 422
    assert screen.problems == [("#paper-the_le", "Thiếu giấy tờ: Thể lệ chương trình khuyến mại (Mẫu số 03)")]
    going_on = {"paper-the_le": upload("a.pdf", samples.pdf()), "tiep": "1"}
    assert applicant.send(path, going_on).address == f"/ho-so/{dossier_id}/kiem-tra/"


def test_a_paper_that_the_procedure_does_not_have_is_not_taken(world: World, applicant: Visitor) -> None:
    dossier_id = world.draft(complete=False)
    screen = applicant.send(f"/ho-so/{dossier_id}/giay-to/", {"paper-khac": upload("a.pdf", samples.pdf())})
    assert (screen.status, screen.heading) == (404, "Thủ tục không có giấy tờ này.")
    assert handed_in(world, dossier_id) == []
