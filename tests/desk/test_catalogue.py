"""The catalogue's screens: listed, edited part by part, compared, published, withdrawn; read by auditors."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from emoit.desk.catalogue_parts import SHEETS, Choices
from emoit.desk.sheets import read
from emoit.kernel.access import acting_as
from emoit.procedures import queries
from emoit.procedures.types import DraftInfo
from tests.procedures.documents import CHEMICALS, PROMOTION, document
from tests.support.world import HEAD, SPECIALIST, World

ADMINISTRATOR, AUDITOR = "quantri", "kiemtra"
Login = Callable[[str], Client]
AT = "/nghiep-vu/thu-tuc/"
MINE = f"{AT}{PROMOTION}/"


def draft(world: World, code: str = PROMOTION) -> DraftInfo:
    with acting_as(world.process) as by:
        found = queries.draft_of(by, code)
    assert found is not None
    return found


def begun(sign_in: Login, code: str = PROMOTION) -> Client:
    client = sign_in(ADMINISTRATOR)
    assert client.post(f"{AT}{code}/nhap/").status_code == 302
    return client


def boxes(client: Client, where: str) -> dict[str, Any]:
    """What a browser would post from that page's sheet if nothing were touched."""
    page = client.get(where)
    assert page.status_code == 200, where
    posted: dict[str, Any] = {"lock": page.context["draft"].lock}
    for group in page.context["groups"]:
        every = [*group.boxes, *(box for row in group.lines for box in row.boxes)]
        for box in every:
            if box.input.kind == "checks":
                posted[box.name] = sorted(box.chosen)
            elif box.input.kind != "yes" or box.value:
                posted[box.name] = box.value
        if group.rows:
            posted[f"{group.rows.name}.so"] = str(len(group.lines))
    return posted


@pytest.mark.parametrize("code", [PROMOTION, CHEMICALS])
@pytest.mark.parametrize("slug", [sheet.slug for sheet in SHEETS])
def test_saving_what_was_not_touched_changes_nothing(world: World, sign_in: Login, code: str, slug: str) -> None:
    client = begun(sign_in, code)
    where = f"{AT}{code}/nhap/{slug}/"
    assert client.post(where, boxes(client, where)).status_code == 302
    assert queries.compare(document(code), draft(world, code).document) == ()
    assert draft(world, code).lock == 2


def test_everything_reads_back_as_typed(world: World, sign_in: Login) -> None:
    client = begun(sign_in)
    where = f"{MINE}nhap/thoi-han-phi/"
    typed = {**boxes(client, where), "term.value": "7", "fee.kind": "known", "fee.vnd": "1.200.000"}
    client.post(where, typed)
    made = draft(world).document
    assert (made["term"], made["fee"]["vnd"]) == ({"value": 7, "unit": "working_day"}, 1_200_000)
    client.post(where, {**boxes(client, where), "fee.kind": "decision"})
    fee = draft(world).document["fee"]
    assert (fee.get("vnd"), fee["unknown"], fee["by"]) == (None, True, "decision")
    where = f"{MINE}nhap/can-cu/"
    client.post(where, {**boxes(client, where), "legal_basis.0.issued_on": "14/6/2005"})
    assert draft(world).document["legal_basis"][0]["issued_on"] == "2005-06-14"


def test_rows_grow_move_and_go(world: World, sign_in: Login) -> None:
    client = begun(sign_in)
    where = f"{MINE}nhap/giay-to/"

    def codes(button: str) -> list[str]:
        client.post(where, {**boxes(client, where), "dong": button})
        return [paper["code"] for paper in draft(world).document["papers"]]

    assert codes("papers:0:xuong") == ["bang_chung", "the_le", "hinh_anh", "chat_luong"]
    assert codes("papers:3:len") == ["bang_chung", "the_le", "chat_luong", "hinh_anh"]
    assert codes("papers:0:bo") == ["the_le", "chat_luong", "hinh_anh"]
    assert codes("papers:them") == ["the_le", "chat_luong", "hinh_anh", ""]
    page = client.get(where).content.decode()
    assert "Chưa công bố được" in page
    assert "Giấy tờ phải có tên bằng tiếng Việt và tiếng Anh." in page
    assert codes("papers:9:bo") == ["the_le", "chat_luong", "hinh_anh", ""]


def test_what_cannot_be_read_is_kept_and_told_beside_its_box(world: World, sign_in: Login) -> None:
    client = begun(sign_in)
    where = f"{MINE}nhap/thoi-han-phi/"
    answer = client.post(where, {**boxes(client, where), "term.value": "năm"}, follow=True)
    page = answer.content.decode()
    assert 'value="năm"' in page
    assert re.search(r'id="term-value-error">.*Thời hạn phải là số nguyên', page)
    assert draft(world).document["term"]["value"] == "năm"
    overview = client.get(f"{MINE}nhap/").content.decode()
    assert "Chưa công bố được: 1 chỗ cần sửa" in overview
    assert f'href="{MINE}nhap/thoi-han-phi/"' in overview
    assert "Xem lại và công bố" not in overview


def test_a_stale_window_keeps_what_was_typed(world: World, sign_in: Login) -> None:
    client = begun(sign_in)
    where = f"{MINE}nhap/ten/"
    typed = {**boxes(client, where), "name.vi": "Tên của tôi"}
    client.post(where, boxes(client, where))
    answer = client.post(where, typed)
    assert (answer.status_code, "Tên của tôi" in answer.content.decode()) == (409, True)
    assert draft(world).document["name"] == document()["name"]


def test_fields_are_added_worded_moved_and_removed(world: World, sign_in: Login) -> None:
    client = begun(sign_in)
    where = f"{MINE}nhap/to-khai/"
    new = {"page": "programme", "label.vi": "Kênh bán hàng", "label.en": "Sales channel", "required": "yes"}

    def post(**typed: str) -> int:
        return int(client.post(where, {"lock": draft(world).lock, **typed}).status_code)

    assert post(**{**new, "kind": "choice", "options": "Cửa hàng | Shop"}) == 422
    assert post(**{**new, "kind": "martian"}) == 422
    assert post(**{**new, "kind": "text", "label.en": ""}) == 422
    assert draft(world).document["form"] == document()["form"]
    assert post(**{**new, "kind": "choice", "options": "Cửa hàng | Shop\nTrên mạng | On line"}) == 302
    for kind in ("text", "number", "date"):
        assert post(**{**new, "kind": kind, "label.vi": f"Trường {kind}"}) == 302
    with acting_as(world.process) as by:
        assert queries.judge(by, draft(world).document).errors == ()
    assert post(truong="len:/more/truong_date") == 302
    programme = queries.fields_of(draft(world).document)[1]
    assert [field.pointer for field in programme.fields][-4:] == [
        "/more/kenh_ban_hang", "/more/truong_text", "/more/truong_date", "/more/truong_number",
    ]  # fmt: skip
    one = f"{where}truong/?o=/more/truong_text"
    client.post(one, {**boxes(client, one), "label.vi": "Tên trang web", "required": ""})
    field = next(f for f in queries.fields_of(draft(world).document)[1].fields if f.pointer == "/more/truong_text")
    assert (field.label, field.required) == ("Tên trang web", False)
    assert post(truong="bo:/more/truong_text") == 302
    assert post(truong="bo:/nowhere") == 404
    form = draft(world).document["form"]
    assert set(form["schema"]["properties"]["more"]["properties"]) == {"kenh_ban_hang", "truong_number", "truong_date"}
    with acting_as(world.process) as by:
        assert queries.judge(by, draft(world).document).errors == ()


def test_the_forms_files_go_out_and_come_back(world: World, sign_in: Login) -> None:
    client = begun(sign_in)
    where = f"{MINE}nhap/to-khai/"
    layout = client.get(f"{where}tep/bo-cuc/").content
    changed = layout.replace("Thương nhân thực hiện khuyến mại".encode(), "Bên thực hiện".encode())

    def put(content: bytes) -> int:
        file = SimpleUploadedFile("a.json", content)
        return int(client.post(where, {"lock": draft(world).lock, "tep": "1", "layout": file}).status_code)

    assert [put(content) for content in (b"", b"[]", b"{", b"[" * 100_000, b"\xff")] == [422] * 5
    assert draft(world).document["form"] == document()["form"]
    assert put(changed) == 302
    assert draft(world).document["form"]["layout"]["pages"][0]["title"]["vi"] == "Bên thực hiện"
    assert client.get(f"{where}tep/gi-do/").status_code == 404
    assert put(b'{"pages": 7}') == 302
    assert "Chưa công bố được: tờ khai còn" in client.get(where).content.decode()
    assert client.get(f"{MINE}nhap/xem/").status_code == 409


def test_a_published_change_is_seen_by_the_public(world: World, sign_in: Login) -> None:
    client = begun(sign_in)
    open_dossier = world.received()
    waiting = world.draft(complete=False)
    client.post(f"{MINE}nhap/ten/", {**boxes(client, f"{MINE}nhap/ten/"), "name.vi": "Đăng ký khuyến mại theo mẫu mới"})
    preview = client.get(f"{MINE}nhap/xem/").content.decode()
    assert "Đăng ký khuyến mại theo mẫu mới" in preview
    assert client.get(f"{MINE}nhap/xem/programme/").status_code == 200
    page = client.get(f"{MINE}nhap/cong-bo/")
    assert (page.context["open"], page.context["drafts"]) == (1, 1)
    assert [part.part for part in page.context["differences"]] == ["names"]
    typed = {
        "lock": draft(world).lock, "newest": "1", "effective_from": "04/05/2026", "decision": "1/QĐ-BCT",
        "decided_on": "01/04/2026", "published_on": "3/4/2026", "reason": "Đổi tên",
    }  # fmt: skip
    for wrong in ({"effective_from": ""}, {"effective_from": "mai"}, {"effective_from": "03/05/2026"}, {"reason": ""},
                  {"decision": ""}, {"decided_on": "x"}):  # fmt: skip
        assert client.post(f"{MINE}nhap/cong-bo/", {**typed, **wrong}).status_code == 422, wrong
    assert client.post(f"{MINE}nhap/cong-bo/", {**typed, "newest": "7"}).status_code == 409
    assert client.post(f"{MINE}nhap/cong-bo/", typed).status_code == 302
    public = Client().get(f"/thu-tuc/{PROMOTION}/").content.decode()
    assert "Đăng ký khuyến mại theo mẫu mới" in public
    shown = client.get(MINE).content.decode()
    assert "1/QĐ-BCT, 01/04/2026" in shown
    assert "Công khai 03/04/2026" in shown
    assert world.info(open_dossier).procedure_version_id == world.info(waiting).procedure_version_id
    undo = f"{MINE}cong-bo-lai/1/"
    assert client.post(undo, {"newest": "2", "day": "04/05/2026", "reason": ""}).status_code == 422
    assert client.post(undo, {"newest": "2", "day": "04/05/2026", "reason": "Nhầm"}).status_code == 302
    assert document()["name"]["vi"] in Client().get(f"/thu-tuc/{PROMOTION}/").content.decode()


def test_a_withdrawn_procedure_says_so(world: World, sign_in: Login) -> None:
    client = sign_in(ADMINISTRATOR)
    assert client.post(f"{MINE}bai-bo/", {"day": "x", "reason": "Luật mới"}).status_code == 422
    assert client.post(f"{MINE}bai-bo/", {"day": "04/05/2026", "reason": "Luật mới"}).status_code == 302
    public = sign_in("doanhnghiep1").get(f"/thu-tuc/{PROMOTION}/").content.decode()
    assert "Thủ tục bãi bỏ từ ngày 04/05/2026" in public
    assert "Nộp hồ sơ trực tuyến" not in public
    assert PROMOTION not in Client().get("/thu-tuc/").content.decode()
    assert client.post(f"{MINE}bai-bo/", {"reason": "Nhầm"}).status_code == 302
    assert "Nộp hồ sơ trực tuyến" in sign_in("doanhnghiep1").get(f"/thu-tuc/{PROMOTION}/").content.decode()


def test_facts_are_confirmed_by_a_source(world: World, sign_in: Login) -> None:
    client = begun(sign_in, CHEMICALS)
    where = f"{AT}{CHEMICALS}/nhap/xac-nhan/"
    before = client.get(where).context["doubts"]
    pointer = before[0][0].pointer
    lock = draft(world, CHEMICALS).lock
    assert client.post(where, {"lock": lock, "o": pointer, "source": " "}).status_code == 422
    assert client.post(where, {"lock": lock + 1, "o": pointer, "source": "x"}).status_code == 409
    assert client.post(where, {"lock": lock, "o": pointer, "source": "QĐ 1"}).status_code == 302
    assert len(client.get(where).context["doubts"]) == len(before) - 1


def test_zips_go_out_and_come_in_as_drafts(world: World, sign_in: Login) -> None:
    client = sign_in(ADMINISTRATOR)
    packed = client.get(f"{MINE}tep/").content
    files = queries.unpack(packed)
    changed = {path: content.replace(b'"vi": "5 ', b'"vi": "6 ') for path, content in files.items()}

    def put(content: bytes) -> Any:
        return client.post(f"{AT}nhap-tep/", {"tep": io.BytesIO(content)})

    assert put(b"no zip").status_code == 422
    assert client.post("/nghiep-vu/thu-tuc/nhap-tep/").status_code == 422
    answer = put(queries.pack(changed))
    assert (answer.status_code, answer.context["made"]) == (200, 1)
    assert draft(world).document["term_text"]["vi"].startswith("6 ")
    assert client.get("/nghiep-vu/thu-tuc/tep/").headers["Content-Type"] == "application/zip"


def test_the_cost_sheet(world: World, sign_in: Login) -> None:
    client = begun(sign_in)
    where = f"{MINE}nhap/chi-phi/"
    assert "chưa đối chiếu toàn văn" in client.get(where).content.decode()
    client.post(where, {**boxes(client, where), "dong": "cost.activities:them"})
    typed = {
        **boxes(client, where), "cost.hourly_income_vnd": "45.000", "cost.income_source": "Số thử",
        "cost.times_per_year": "2", "cost.subjects_per_year": "300", "cost.activities.0.name": "Điền tờ khai",
        "cost.activities.0.hours": "1,5", "cost.activities.0.fee_vnd": "0", "cost.activities.0.other_vnd": "20.000",
    }  # fmt: skip
    assert client.post(where, typed)["Location"] == f"{MINE}nhap/"
    assert "52.500.000" in client.get(where).content.decode()  # (1,5 × 45.000 + 20.000) × 2 × 300


def test_the_list_is_searched_and_filtered(world: World, sign_in: Login) -> None:
    client = sign_in(AUDITOR)

    def codes(query: str) -> list[str]:
        return [row.code for row in client.get(f"{AT}{query}").context["page"].object_list]

    assert {PROMOTION, CHEMICALS} <= set(codes(""))
    assert codes("?tim=hoa+chat&trang=99") == [CHEMICALS]
    assert codes("?linh-vuc=G02-CT09") == [CHEMICALS]
    assert codes("?tim=khong-co") == []
    assert set(codes("?linh-vuc=x&cap=y")) == set(codes(""))


def test_auditors_read_and_others_do_not_come_in(world: World, sign_in: Login) -> None:
    begun(sign_in)
    auditor = sign_in(AUDITOR)
    readable = ("", "so-sanh/", "tep/", "nhap/", "nhap/xem/")
    assert [auditor.get(MINE + where).status_code for where in readable] == [200] * 5
    closed = ("nhap/ten/", "nhap/to-khai/", "nhap/xac-nhan/", "nhap/cong-bo/", "bai-bo/", "cong-bo-lai/1/")
    assert [auditor.get(MINE + where).status_code for where in closed] == [403] * 6
    assert [auditor.post(MINE + where).status_code for where in (*closed, "nhap/")] == [403] * 7
    for login in (SPECIALIST, HEAD):
        client = sign_in(login)
        assert [client.get(MINE + where).status_code for where in (*readable, *closed)] == [403] * 11
        assert "Danh mục thủ tục" not in client.get("/nghiep-vu/lich/").content.decode()
    assert draft(world).lock == 1


def test_no_such_thing(world: World, sign_in: Login) -> None:
    client = sign_in(ADMINISTRATOR)
    for where in ("9.999999/", "9.999999/nhap/", "9.999999/so-sanh/", "9.999999/tep/", f"{PROMOTION}/nhap/",
                  f"{PROMOTION}/nhap/ten/", f"{PROMOTION}/cong-bo-lai/9/", f"{PROMOTION}/so-sanh/?den=99"):  # fmt: skip
        assert client.get(AT + where).status_code == 404, where
    begun(sign_in)
    assert client.get(f"{MINE}nhap/gi-do/").status_code == 404
    assert client.get(f"{MINE}nhap/to-khai/truong/?o=/nowhere").status_code == 404
    assert client.post(f"{MINE}nhap/").status_code == 409
    assert client.post(f"{MINE}nhap/", {"bo": "1", "lock": "9"}).status_code == 409
    assert client.post(f"{MINE}nhap/", {"bo": "1", "lock": "1"}).status_code == 302


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.slug)
@pytest.mark.parametrize(
    "posted", [{}, {"papers.so": "999", "dong": "papers:0:bo"}, {"term.value": "٣", "name.vi": "\0"}]
)
def test_junk_posted_never_crashes(sheet: Any, posted: dict[str, str]) -> None:
    from django.http import QueryDict

    query = QueryDict(mutable=True)
    query.update(posted)
    groups = sheet.groups(Choices((), ()))
    for given in (document(), {}, {**document(), "term": 7, "fee": [], "papers": {"a": 1}, "cost": "x", "level": None}):
        values = sheet.values(read(groups, sheet.model(given), query))
        assert isinstance(values, dict)
