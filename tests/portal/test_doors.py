"""Who may open what: every screen of a dossier, for nobody known, for someone else, for an officer."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.portal.visitor import Visitor
from tests.support.world import World

OF_A_DOSSIER = ["", "khai/trader/", "giay-to/", "kiem-tra/", "xoa-nhap/", "da-nop/", "bo-sung/", "rut/"]


@pytest.mark.parametrize("step", OF_A_DOSSIER)
def test_without_signing_in_one_signs_in_and_comes_back(world: World, visitor: Visitor, step: str) -> None:
    dossier_id = world.draft(complete=False)
    screen = visitor.see(f"/ho-so/{dossier_id}/{step}")
    assert screen.status == 302
    assert screen.address == f"/dang-nhap/?tiep=%2Fho-so%2F{dossier_id}%2F{step.replace('/', '%2F')}"


@pytest.mark.parametrize("method", ["see", "send"])
@pytest.mark.parametrize("step", OF_A_DOSSIER)
def test_another_persons_dossier_is_as_one_that_is_not(
    world: World, signed_in: Callable[[str], Visitor], step: str, method: str
) -> None:
    dossier_id = world.draft()
    before = world.info(dossier_id)
    someone = signed_in("doanhnghiep2")
    theirs = getattr(someone, method)(f"/ho-so/{dossier_id}/{step}")
    absent = getattr(someone, method)(f"/ho-so/{dossier_id + 1000}/{step}")
    assert (theirs.status, theirs.heading) == (404, "Không có hồ sơ này.")
    assert (absent.status, absent.text) == (404, theirs.text)
    assert world.info(dossier_id) == before


def test_another_persons_file_cannot_be_opened_or_taken_away(
    world: World, signed_in: Callable[[str], Visitor], applicant: Visitor
) -> None:
    dossier_id = world.draft()
    links = [link for link in applicant.see(f"/ho-so/{dossier_id}/giay-to/").links() if link.startswith("/tep/")]
    assert len(links) == 2
    assert applicant.see(links[0]).headers["Content-Type"] == "application/pdf"
    assert signed_in("doanhnghiep2").see(links[0]).status == 404
    assert signed_in("doanhnghiep2").send(f"/ho-so/{dossier_id}/giay-to/1/bo/").status == 404
    assert len(applicant.see(f"/ho-so/{dossier_id}/giay-to/").links()) >= 2


def test_officers_are_sent_to_the_desk(world: World, signed_in: Callable[[str], Visitor]) -> None:
    screen = signed_in("motcua").see(f"/ho-so/{world.submitted()}/")
    assert screen.status == 403
    assert screen.heading == "Trang này dành cho tổ chức, cá nhân nộp hồ sơ. Cán bộ làm việc ở phần nghiệp vụ."


@pytest.mark.parametrize("path", ["/", "/thu-tuc/", "/ho-so/", "/tra-cuu/", "/kiem-tra/"])
def test_what_a_signed_in_person_sees_is_kept_by_no_cache(applicant: Visitor, path: str) -> None:
    assert applicant.see(path).headers["Cache-Control"] == "private, no-store"


def test_a_get_neither_removes_nor_begins_nor_signs_out(world: World, applicant: Visitor) -> None:
    dossier_id = world.draft()
    for path in (f"/ho-so/{dossier_id}/giay-to/1/bo/", "/thu-tuc/2.000138/nop/", "/dang-xuat/"):
        assert applicant.see(path).status == 405
