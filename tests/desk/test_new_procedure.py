"""A procedure that is in no file: begun on screen, its holes told, filled, published; a dossier of it is finished."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from emoit.dossiers.types import Outcome, Status
from emoit.kernel.access import NotFound, acting_as
from emoit.procedures import actions, queries
from emoit.procedures.models import Draft
from emoit.procedures.types import Procedure
from tests.desk.test_catalogue import ADMINISTRATOR, AT, AUDITOR, boxes, draft
from tests.procedures.documents import CHEMICALS, PROMOTION, document
from tests.support.finishing import finish, submit
from tests.support.world import MONDAY, SPECIALIST, World

Login = Callable[[str], Client]
NEW = "/nghiep-vu/thu-tuc/moi/"
CODE = "2.999001"


def typed(**more: Any) -> dict[str, Any]:
    """What an administrator types of a new procedure of the field of trade promotion."""
    return {
        "name.vi": "Đăng ký gian hàng thử nghiệm", "name.en": "Registration of a trial booth", "code": CODE,
        "field_known": "Xúc tiến thương mại", "level": "central", "applicants": ["enterprise"],
        "receiving_unit": "G02.MC", "handling_unit": "G02.21", "process_key": "short",
        "term.value": "3", "term.unit": "working_day",
        "result.title.vi": "Giấy xác nhận gian hàng", "result.title.en": "Certificate of a booth", "result.kind": "",
        "tu": "", **more,
    }  # fmt: skip


def published(world: World, code: str = CODE) -> Procedure:
    with acting_as(world.process):
        return queries.published(code, at=world.now)


def drafts(world: World) -> int:
    with acting_as(world.process):
        return Draft.objects.count()


def save(client: Client, slug: str, code: str = CODE, **more: Any) -> None:
    where = f"{AT}{code}/nhap/{slug}/"
    assert client.post(where, {**boxes(client, where), **more}).status_code == 302


def told(client: Client, code: str = CODE) -> set[str]:
    """The parts that keep the draft from being published."""
    return {one.part for one in client.get(f"{AT}{code}/nhap/").context["told"]}


def publish(client: Client, code: str = CODE) -> None:
    typed = {"lock": client.get(f"{AT}{code}/nhap/").context["draft"].lock, "newest": "0",
             "effective_from": "04/05/2026", "reason": "Thủ tục mới"}  # fmt: skip
    answer = client.post(f"{AT}{code}/nhap/cong-bo/", typed, follow=True)
    assert "Đã công bố phiên bản 1." in answer.content.decode()


def fill(client: Client) -> None:
    """Every hole, by the screens alone; after each part the linter asks for less."""
    save(client, "ten", **{"summary.vi": "Đăng ký gian hàng.", "summary.en": "A booth.", "online_level": "toàn trình",
                           "form_name.vi": "Đơn đăng ký", "form_name.en": "Application"})  # fmt: skip
    for rows in ("steps", "how_to", "conditions"):
        save(client, "noi-dung", dong=f"{rows}:them")
    lines = {f"{rows}.0.{language}": "Lời" for rows in ("steps", "how_to", "conditions") for language in ("vi", "en")}
    save(client, "noi-dung", **lines)
    save(client, "thoi-han-phi", **{"fee.kind": "known", "fee.vnd": "0", "fee.text.vi": "Không", "fee.text.en": "None"})
    save(client, "can-cu", dong="legal_basis:them")
    save(client, "can-cu", **{"legal_basis.0.title": "Nghị định 81/2018/NĐ-CP"})
    save(client, "ngay-cong-bo", source="Quyết định thử nghiệm")
    save(client, "ket-qua", **{"result.number_pattern": "{n}/GH-XTTM"})
    save(client, "giay-to", dong="papers:them")
    paper = {"papers.0.name.vi": "Sơ đồ gian hàng", "papers.0.name.en": "Plan", "papers.0.code": "so_do",
             "papers.0.required": "yes", "papers.0.accept": ["pdf"], "papers.0.max_bytes": "5"}  # fmt: skip
    save(client, "giay-to", **paper)


def form_post(client: Client, **values: Any) -> Any:
    where = f"{AT}{CODE}/nhap/to-khai/"
    return client.post(where, {"lock": client.get(where).context["draft"].lock, **values})


def test_from_nothing_to_a_finished_dossier(world: World, sign_in: Login) -> None:
    client = sign_in(ADMINISTRATOR)
    assert "Thủ tục mới" in client.get(AT).content.decode()
    assert client.post(NEW, typed()).headers["Location"] == f"{AT}{CODE}/nhap/"
    with acting_as(world.process), pytest.raises(NotFound):
        queries.published(CODE, at=world.now)
    assert told(client) == {"names", "content", "term", "laws", "notice", "outcomes", "form"}
    assert f'href="{AT}{CODE}/nhap/"' in client.get(AT).content.decode()
    fill(client)
    assert told(client) == {"form"}
    assert form_post(client, trang="1", title_vi="Gian hàng", title_en="Booth").status_code == 302
    for page, label in (("request", "Tên gian hàng"), ("gian-hang", "Diện tích")):
        asked = {"page": page, "kind": "text", "label.vi": label, "label.en": label, "required": "yes"}
        assert form_post(client, **asked).status_code == 302
    assert told(client) == set()
    publish(client)
    world.go("2026-05-04 10:00")
    procedure = published(world)
    keys = [page["key"] for page in procedure.form.layout["pages"]]
    assert keys == ["trader", "request", "gian-hang", "commitments"]
    assert (procedure.version, procedure.fee_vnd, procedure.papers[0].code) == (1, 0, "so_do")
    for outcome in (Outcome.GRANTED, Outcome.REFUSED):
        world.go(MONDAY)
        assert finish(world, submit(world, procedure), outcome) is Status.RETURNED


def test_a_copy_has_all_but_what_is_its_own(world: World, sign_in: Login) -> None:
    client = sign_in(ADMINISTRATOR)
    page = client.get(f"{NEW}?tu={PROMOTION}")
    assert page.status_code == 200
    values = boxes_of(page)
    more = {"name.vi": "Tên khác", "name.en": "Other", "code": CODE, "tu": PROMOTION}
    assert client.post(NEW, {**values, **more}).status_code == 302
    made, earlier = draft(world, CODE).document, document(PROMOTION)
    for key in ("form", "papers", "steps", "fee", "term", "applicants", "receiving_unit", "process_key", "refusal"):
        assert made[key] == earlier[key], key
    assert made["result"] == {**earlier["result"], "code": ""}
    assert made["field"] == earlier["field"]
    assert made["source"] == f"Sao chép từ thủ tục {PROMOTION}, phiên bản 1; chưa đối chiếu văn bản."
    assert not {"notice", "sources"} & set(made)
    assert made["effective_from"] == "2026-05-04"
    assert told(client) == set()
    publish(client)
    assert published(world).name == "Tên khác"


def boxes_of(page: Any) -> dict[str, Any]:
    every = [box for group in page.context["groups"] for box in group.boxes]
    return {box.name: sorted(box.chosen) if box.input.kind == "checks" else box.value for box in every}


def test_without_a_national_code_it_has_a_key_of_its_own(world: World, sign_in: Login) -> None:
    client = sign_in(ADMINISTRATOR)
    new = {"code": "", "field_known": "", "field.code": "thu", "field.name.vi": "Thử", "field.name.en": "Trial"}
    answer = client.post(NEW, typed(**new))
    assert answer.status_code == 302, answer.context["errors"]
    where = answer.headers["Location"]
    code = where.split("/")[-3]
    assert code == "NC-3420a89212"
    assert draft(world, code).document["field"] == {"code": "thu", "name": {"vi": "Thử", "en": "Trial"}}
    again = client.post(NEW, typed(**new))
    assert (again.status_code, drafts(world)) == (422, 1)


@pytest.mark.parametrize(
    ("level", "asked"), [("central", ["trader", "request", "commitments"]),
                         ("province", ["trader", "place", "request", "commitments"])],
)  # fmt: skip
def test_the_empty_form_asks_for_the_place_where_it_decides(
    world: World, sign_in: Login, level: str, asked: list[str]
) -> None:
    sign_in(ADMINISTRATOR).post(NEW, typed(level=level, receiving_unit="@place", handling_unit="@place"))
    made = draft(world, CODE).document
    assert [page["key"] for page in made["form"]["layout"]["pages"]] == asked


@pytest.mark.parametrize(
    ("more", "box", "words"),
    [
        ({"code": PROMOTION}, "code", "đã công bố. Hãy mở thủ tục đó và tạo bản nháp để sửa."),
        ({"code": "2.38"}, "code", "Mã thủ tục có dạng 2.000138"),
        ({"name.vi": " "}, "name-vi", "Ghi tên thủ tục."),
        ({"field_known": ""}, "field-name-vi", "Chọn lĩnh vực, hoặc ghi tên lĩnh vực mới."),
        ({"level": "moon"}, "level", "Chọn cấp thực hiện."),
        ({"applicants": []}, "applicants", "Chọn ít nhất một đối tượng nộp."),
        ({"result.title.vi": ""}, "result-title-vi", "Ghi tên kết quả."),
    ],
)
def test_what_cannot_begin_is_told_beside_its_box(
    world: World, sign_in: Login, more: dict[str, Any], box: str, words: str
) -> None:
    answer = sign_in(ADMINISTRATOR).post(NEW, typed(**more))
    assert answer.status_code == 422
    assert words in answer.context["errors"][box]
    assert f'id="{box}-error"' in answer.content.decode()
    assert drafts(world) == 0


def test_the_same_code_twice_is_refused_and_the_first_draft_stays(world: World, sign_in: Login) -> None:
    client = sign_in(ADMINISTRATOR)
    client.post(NEW, typed())
    answer = client.post(NEW, typed(**{"name.vi": "Tên thứ hai"}))
    assert answer.status_code == 422
    words = f"Mã {CODE} là của bản nháp “Đăng ký gian hàng thử nghiệm” đang mở. Hãy làm tiếp hoặc bỏ bản nháp đó."
    assert answer.context["errors"] == {"code": words}
    assert "Tên thứ hai" in answer.content.decode()
    assert (drafts(world), draft(world, CODE).document["name"]["vi"]) == (1, "Đăng ký gian hàng thử nghiệm")


@pytest.mark.parametrize("login", [SPECIALIST, AUDITOR])
def test_only_administrators_begin(world: World, sign_in: Login, login: str) -> None:
    client = sign_in(login)
    assert (client.get(NEW).status_code, client.post(NEW, typed()).status_code, drafts(world)) == (403, 403, 0)


def test_there_is_nothing_to_copy(world: World, sign_in: Login) -> None:
    answer = sign_in(ADMINISTRATOR).get(f"{NEW}?tu=2.999999")
    assert answer.status_code == 422
    assert answer.context["errors"] == {"tu": "Không có thủ tục mã 2.999999 đã công bố để sao chép."}


def test_whatever_is_posted_begins_or_is_told(world: World, sign_in: Login) -> None:
    client = sign_in(ADMINISTRATOR)
    odd = {"term.value": "năm", "term.unit": "x", "receiving_unit": "?", "handling_unit": "", "process_key": "no"}
    assert client.post(NEW, {}).status_code == 422
    assert client.post(NEW, typed(**odd)).status_code == 302
    assert {"term", "units"} <= told(client)


def test_a_page_needs_both_names(world: World, sign_in: Login) -> None:
    client = sign_in(ADMINISTRATOR)
    client.post(NEW, typed())
    before = draft(world, CODE)
    answer = form_post(client, trang="1", title_vi="Gian hàng", title_en="")
    assert answer.status_code == 422
    assert set(answer.context["errors"]) == {"title_en"}
    assert draft(world, CODE) == before


def test_copy_of_an_automatic_procedure_may_become_manual(world: World) -> None:
    values = {
        **{key: document(CHEMICALS)[key] for key in ("field", "applicants", "receiving_unit", "handling_unit", "term")},
        "name": {"vi": "Khai báo thử", "en": "Trial"}, "level": "central", "process_key": "standard",
        "result": {"title": {"vi": "Giấy", "en": "Paper"}, "kind": "giay_thu"},
    }  # fmt: skip
    world.do(ADMINISTRATOR, actions.begin_copy, code=CODE, values=values, earlier=CHEMICALS)
    made = draft(world, CODE).document
    assert (made["automatic"], made["process_key"], made["result"]["kind"]) == (False, "standard", "giay_thu")
