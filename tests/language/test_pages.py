"""English pages are English: no Vietnamese letter is left outside what is marked as Vietnamese."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from lxml import html  # noqa: TID251 - our own markup, read back

from emoit.config.language import COOKIE
from emoit.dossiers import actions
from emoit.dossiers.types import Defect, Outcome
from emoit.kernel.access import acting_as
from emoit.lib.vietnamese import is_vietnamese
from emoit.people import queries as people
from emoit.results import queries as results
from tests.attacks.people import signed_in
from tests.support.world import SPECIALIST, World

ATTRIBUTES = ("aria-label", "alt", "placeholder", "title", "data-label")
UNSEEN = {"script", "style", "textarea"}
CODES = ["2.000138", "1.000887", "2.000063", "1.000363", "1.000665", "2.001555"]


def words(element: Any, language: str = "en") -> Iterator[str]:
    """What is seen or heard of the element, without what is marked as Vietnamese."""
    if not isinstance(element.tag, str) or element.tag in UNSEEN:
        return
    language = element.get("lang", language)
    if language != "vi":
        yield from (element.get(name) for name in ATTRIBUTES if element.get(name))
        yield element.text or ""
    for child in element:
        yield from words(child, language)
        if language != "vi":
            yield child.tail or ""


def left(content: bytes) -> list[str]:
    page = html.fromstring(content.decode())
    assert page.get("lang") == "en"
    return [" ".join(text.split()) for text in words(page) if is_vietnamese(text)]


class Reader:
    """Somebody who has chosen English, and what they meet in Vietnamese."""

    def __init__(self, world: World, login: str) -> None:
        self.client = signed_in(world, login)
        self.client.cookies[COOKIE] = "en"
        self.found: dict[str, list[str]] = {}
        self.seen = 0

    def reads(self, path: str, posted: dict[str, Any] | None = None, *, status: int = 200) -> bytes:
        response = self.client.get(path) if posted is None else self.client.post(path, posted)
        assert response.status_code == status, (path, response.status_code, response.headers.get("Location"))
        self.seen += 1
        if vietnamese := left(response.content):
            self.found[f"{path} {posted or ''}".strip()] = vietnamese
        return response.content


@pytest.mark.parametrize(
    ("page", "found"),
    [
        ('<html lang="en"><p>Plain</p></html>', []),
        ('<html lang="en"><p>Ha <b>Nội</b></p></html>', ["Nội"]),
        ('<html lang="en"><p lang="vi">Hà Nội</p> đuôi</html>', ["đuôi"]),
        ('<html lang="en"><p lang="vi">Hà <i lang="en">Nội</i></p></html>', ["Nội"]),
        ('<html lang="en"><img alt="Ảnh"><script>Ảnh</script><textarea>Ảnh</textarea></html>', ["Ảnh"]),
    ],
)
def test_the_reader_finds_what_is_left(page: str, found: list[str]) -> None:
    assert left(page.encode()) == found


def test_pages_that_anyone_may_see(world: World) -> None:
    token = _issued(world)
    reader = Reader(world, "")
    for path in ["/", "/thu-tuc/", "/thu-tuc/?tim=khuyen+mai", "/thu-tuc/?tim=qqq", "/thu-tuc/?cap=central"]:
        reader.reads(path)
    for code in CODES:
        reader.reads(f"/thu-tuc/{code}/")
    reader.reads("/dang-nhap/")
    reader.reads("/dang-nhap/", {}, status=422)
    reader.reads("/dang-nhap/", {"login": "ai", "password": "sai"}, status=422)
    reader.reads("/ho-so/1/rut/", {"reason": "x"}, status=401)
    reader.reads("/tra-cuu/")
    reader.reads("/tra-cuu/", {}, status=422)
    reader.reads("/tra-cuu/", {"ma": "G02-000000-0000", "thong_tin": "0123"}, status=422)
    reader.reads("/kiem-tra/")
    reader.reads("/kiem-tra/", {"ma": ""}, status=422)
    reader.reads("/kiem-tra/", {"bang_tep": "1"}, status=422)
    reader.reads(f"/kiem-tra/{token}/")
    reader.reads("/kiem-tra/ABCDEFGHJK/", status=404)
    reader.reads("/khong-co/", status=404)
    for page in ["", "loi/", "thay-doi/"]:
        reader.reads(f"/api/v1/{page}")
    reader.reads("/tra-cuu/", {"ma": world.info(world.submitted()).code, "thong_tin": _tax_code(world)})
    assert reader.found == {}
    assert reader.seen == 28


def test_pages_of_a_draft(world: World) -> None:
    reader = Reader(world, "doanhnghiep1")
    draft = world.draft(complete=False)
    reader.reads("/")
    reader.reads("/ho-so/")
    first = reader.client.get(f"/ho-so/{draft}/")["Location"]
    reader.reads(first)
    reader.reads(first, {"tiep": "1"}, status=422)
    reader.reads(f"/ho-so/{draft}/giay-to/")
    reader.reads(f"/ho-so/{draft}/giay-to/", {"tiep": "1"}, status=422)
    reader.reads(f"/ho-so/{draft}/xoa-nhap/")
    reader.reads(f"/ho-so/{draft}/kiem-tra/")
    reader.reads(f"/ho-so/{draft}/kiem-tra/", {"key": "a"}, status=422)
    whole = world.draft()
    reader.reads(f"/ho-so/{whole}/kiem-tra/")
    for page in ["trader", "programme", "commitment"]:
        response = reader.client.get(f"/ho-so/{whole}/khai/{page}/")
        if response.status_code == 200:
            reader.reads(f"/ho-so/{whole}/khai/{page}/")
    for code in CODES:
        reader.reads(f"/thu-tuc/{code}/")
    assert reader.found == {}


def test_pages_of_a_dossier_under_way(world: World) -> None:
    reader = Reader(world, "doanhnghiep1")
    submitted = world.submitted()
    reader.reads(f"/ho-so/{submitted}/")
    reader.reads(f"/ho-so/{submitted}/da-nop/")
    reader.reads(f"/ho-so/{submitted}/rut/")
    reader.reads(f"/ho-so/{submitted}/rut/", {"reason": ""}, status=422)
    examined = world.in_examination()
    reader.reads(f"/ho-so/{examined}/")
    asked = [Defect("the_le", "Bản chụp mờ"), Defect("/programme/name", "Tên chưa rõ")]
    world.on_item(SPECIALIST, actions.request_supplement, examined, "examine", defects=asked, note="Gửi lại bản rõ.")
    reader.reads(f"/ho-so/{examined}/")
    reader.reads(f"/ho-so/{examined}/bo-sung/")
    reader.reads(f"/ho-so/{examined}/bo-sung/", {"nop": "1"}, status=422)
    reader.reads("/ho-so/")
    reader.reads("/")
    reader.reads("/ho-so/999999/", status=404)
    assert reader.found == {}


def test_pages_of_results(world: World) -> None:
    token = _issued(world)
    reader = Reader(world, "doanhnghiep1")
    reader.reads("/ket-qua-cua-toi/")
    reader.reads("/ket-qua-cua-toi/?trang_thai=het-hieu-luc")
    with_result = _result(world)
    reader.reads(f"/ket-qua-cua-toi/{with_result}/")
    reader.reads(f"/kiem-tra/{token}/")
    reader.reads(f"/ho-so/{world.signed(Outcome.REFUSED)}/")
    other = Reader(world, "congdan")
    other.reads("/ket-qua-cua-toi/")
    other.reads("/ho-so/")
    assert reader.found | other.found == {}


def test_pages_of_an_account(world: World) -> None:
    reader = Reader(world, "doanhnghiep1")
    for page in ["", "lich-su/", "mat-khau/", "phien/", "xac-thuc/", "khoa-api/"]:
        reader.reads(f"/tai-khoan/{page}")
    reader.reads("/tai-khoan/mat-khau/", {}, status=422)
    wrong = {"old": "sai", "password": "mot cau that dai", "again": "mot cau that dai"}
    reader.reads("/tai-khoan/mat-khau/", wrong, status=422)
    reader.reads("/tai-khoan/mat-khau/", {**wrong, "again": "khac"}, status=422)
    reader.reads("/tai-khoan/xac-thuc/", {"code": "000000"}, status=422)
    reader.reads("/tai-khoan/khoa-api/", {"days": "90"}, status=422)
    made = {"name": "Kế toán", "days": "90", "scopes": ["procedures:read"]}
    reader.reads("/tai-khoan/khoa-api/", made, status=201)
    reader.reads("/tai-khoan/khoa-api/")
    reader.reads("/tai-khoan/")
    reader.reads("/tai-khoan/lich-su/")
    officer = Reader(world, SPECIALIST)
    officer.reads("/ho-so/", status=403)
    officer.reads("/tai-khoan/")
    assert reader.found | officer.found == {}


def _issued(world: World) -> str:
    """The public token of a result that the enterprise holds."""
    with acting_as(world.actor("doanhnghiep1")) as by:
        return results.get_for(by, _result(world), now=world.now).token


def _result(world: World) -> int:
    with acting_as(world.actor("doanhnghiep1")) as by:
        held = results.held_by(by, now=world.now, limit=1)
    if held:
        return held[0].id
    world.signed()
    return _result(world)


def _tax_code(world: World) -> str:
    with acting_as(world.actor("doanhnghiep1")) as by:
        return people.enterprises_of(by.account_id or 0)[0].tax_code
