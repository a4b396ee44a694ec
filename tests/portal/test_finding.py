"""Front page, catalogue, procedure page, beginning a draft."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from emoit.dossiers.models import Dossier
from emoit.kernel.access import acting_as
from tests.portal.visitor import Visitor
from tests.support.answers import CHEMICALS, PROMOTION
from tests.support.world import World


def drafts(world: World) -> int:
    with acting_as(world.process):
        return Dossier.objects.count()


def test_the_front_page_offers_search_tracking_and_procedures(visitor: Visitor) -> None:
    screen = visitor.see("/")
    assert screen.status == 200
    assert screen.title == "Trang chủ – Bộ Công Thương"
    assert screen.heading == "Làm thủ tục công thương trực tuyến"
    assert "/thu-tuc/?linh-vuc=X%C3%BAc%20ti%E1%BA%BFn%20th%C6%B0%C6%A1ng%20m%E1%BA%A1i" in screen.links()
    assert "Xúc tiến thương mại 14 thủ tục" in screen.text
    assert "Bản nháp của bạn" not in screen.text


def test_the_front_page_shows_ones_drafts_and_open_dossiers(world: World, applicant: Visitor) -> None:
    draft, submitted = world.draft(complete=False), world.submitted()
    screen = applicant.see("/")
    assert "Bản nháp của bạn" in screen.text
    assert "Hồ sơ đang giải quyết" in screen.text
    assert {f"/ho-so/{draft}/", f"/ho-so/{submitted}/"} <= set(screen.links())


@pytest.mark.parametrize("words", ["khuyến mại", "khuyen mai", "KHUYẾN  MẠI", PROMOTION])
def test_a_procedure_is_found_with_and_without_accents(visitor: Visitor, words: str) -> None:
    screen = visitor.see(f"/thu-tuc/?tim={words}")
    assert f"thủ tục khớp với «{words}»" in screen.text.replace("KHUYẾN MẠI", "KHUYẾN  MẠI")
    assert f"/thu-tuc/{PROMOTION}/" in screen.links()
    assert f"/thu-tuc/{CHEMICALS}/" not in screen.links()


def test_nothing_found_says_what_to_do(visitor: Visitor) -> None:
    screen = visitor.see("/thu-tuc/?tim=xyzxyz")
    assert screen.status == 200
    assert "Không có thủ tục nào khớp Thử ít từ hơn, hoặc từ khác cùng nghĩa." in screen.text


@pytest.mark.parametrize("query", ["trang=99", "trang=x", "tim=%F0%9F%98%80", "tim=" + "a" * 5000])
def test_odd_questions_get_a_page(visitor: Visitor, query: str) -> None:
    assert visitor.see(f"/thu-tuc/?{query}").status == 200


def test_the_procedure_page_tells_everything_and_asks_to_sign_in(visitor: Visitor) -> None:
    screen = visitor.see(f"/thu-tuc/{PROMOTION}/")
    assert screen.heading.startswith("Đăng ký hoạt động khuyến mại đối với chương trình")
    assert "Thời hạn 5 ngày làm việc kể từ ngày nhận được hồ sơ" in screen.text
    assert "Cơ quan giải quyết Cục Xúc tiến thương mại" in screen.text
    assert "Thể lệ chương trình khuyến mại (Mẫu số 03) (bắt buộc)" in screen.text
    assert f"/dang-nhap/?tiep=/thu-tuc/{PROMOTION}/" in screen.links()
    assert "no-store" not in screen.headers.get("Cache-Control", "")


def test_an_unknown_procedure_is_a_page_of_the_site(visitor: Visitor) -> None:
    screen = visitor.see("/thu-tuc/9.999999/")
    assert (screen.status, screen.heading) == (404, "Không có thủ tục này.")


def test_who_cannot_apply_is_told_why(signed_in: Callable[[str], Visitor]) -> None:
    screen = signed_in("congdan").see(f"/thu-tuc/{PROMOTION}/")
    assert "Tài khoản của bạn chưa đại diện cho doanh nghiệp nào." in screen.text
    assert "Nộp hồ sơ trực tuyến" not in [b.text_content().strip() for b in screen.page.xpath("//main//button")]
    officer = signed_in("motcua").see(f"/thu-tuc/{PROMOTION}/")
    assert "Bạn đang đăng nhập bằng tài khoản cán bộ." in officer.text


def test_a_draft_begins_with_what_is_known(world: World, applicant: Visitor) -> None:
    form = applicant.see(f"/thu-tuc/{PROMOTION}/").form(f"/thu-tuc/{PROMOTION}/nop/")
    started = applicant.send(f"/thu-tuc/{PROMOTION}/nop/", form)
    dossier_id = int(started.address.split("/")[2])
    assert (started.status, started.address) == (302, f"/ho-so/{dossier_id}/khai/trader/")
    screen = applicant.see(started.address)
    assert screen.value("trader.name") == "Công ty TNHH Thương mại Sao Mai Mẫu"
    assert screen.value("trader.tax_code") == "9900000016"


@pytest.mark.parametrize("capacity", ["", "999999", "x", "9" * 30])
def test_a_capacity_one_does_not_have_begins_nothing(
    world: World, signed_in: Callable[[str], Visitor], capacity: str
) -> None:
    before = drafts(world)
    screen = signed_in("congdan").send(f"/thu-tuc/{PROMOTION}/nop/", {"tu_cach": capacity})
    assert screen.status in {302, 404}
    assert drafts(world) == before


def test_officers_begin_nothing(world: World, signed_in: Callable[[str], Visitor]) -> None:
    before = drafts(world)
    screen = signed_in("motcua").send(f"/thu-tuc/{PROMOTION}/nop/", {})
    assert screen.status == 403
    assert "Trang này dành cho tổ chức, cá nhân nộp hồ sơ." in screen.text
    assert drafts(world) == before
