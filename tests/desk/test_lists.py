"""Inbox, dossiers, register, search: what each shows to whom."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from django.test import Client

from emoit.people import actions as people
from emoit.people.types import Role
from tests.support.world import CLERK, HEAD, LEADER, SPECIALIST, UNIT, World

SECOND = "xttm.chuyenvien2"
Login = Callable[[str], Client]


def codes(client: Client, query: str = "") -> list[str]:
    return [line.item.subject_code for line in client.get(f"/nghiep-vu/?{query}").context["lines"]]


def test_tabs_and_steps(world: World, sign_in: Login) -> None:
    free, taken, proposed = (world.info(d()).code for d in (world.received, world.in_examination, world.proposed))
    specialist, head = sign_in(SPECIALIST), sign_in(HEAD)
    assert codes(specialist, "muc=all") == [free, taken]
    assert codes(specialist, "muc=mine") == [taken]
    assert codes(specialist, "muc=unclaimed") == [free]
    assert codes(specialist, "muc=overdue") == []
    assert codes(sign_in(SECOND), "muc=all") == [free]
    assert codes(head, "muc=all") == [proposed]
    assert codes(head, "muc=unit") == [free, taken, proposed]
    assert codes(head, "muc=unit&buoc=approve") == [proposed]
    assert codes(head, "muc=unit&buoc=khong-co") == []
    tabs = {link.label: link.count for link in head.get("/nghiep-vu/").context["tabs"]}
    assert tabs == {"Tất cả": 1, "Của tôi": 0, "Chưa có người nhận": 1, "Cả đơn vị": 3, "Quá hạn": 0}
    assert "Cả đơn vị" not in specialist.get("/nghiep-vu/").content.decode()
    world.go("2026-07-01 09:00")
    assert codes(sign_in(SPECIALIST), "muc=overdue") == [free, taken]
    assert "quá hạn" in sign_in(SPECIALIST).get("/nghiep-vu/?muc=overdue").content.decode()


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", "Không có việc nào đang chờ"),
        ("muc=mine", "Xem việc chưa có người nhận"),
        ("muc=unclaimed", "Mọi việc đều đã có người nhận"),
        ("muc=overdue", "Không có việc nào quá hạn"),
        ("buoc=sign", "Bỏ lọc để xem các việc khác"),
        ("trang=99", "Không có việc nào đang chờ"),
    ],
)
def test_an_empty_inbox_says_what_to_do(world: World, sign_in: Login, query: str, words: str) -> None:
    assert words in sign_in(SPECIALIST).get(f"/nghiep-vu/?{query}").content.decode()


def test_pages_of_fifty(world: World, sign_in: Login) -> None:
    for _ in range(51):
        world.submitted()
    client = sign_in(CLERK)
    assert (len(codes(client)), len(codes(client, "trang=2"))) == (50, 1)
    assert set(codes(client)).isdisjoint(codes(client, "trang=2"))


def test_the_rail_counts(world: World, sign_in: Login) -> None:
    world.received(), world.in_examination(), world.approved()
    rail = {
        link.label: link.count for group in sign_in(LEADER).get("/nghiep-vu/").context["rail"] for link in group.links
    }
    assert rail["Ký ban hành"] == 1
    assert "Cả đơn vị" not in rail
    rail = {
        link.label: link.count for group in sign_in(HEAD).get("/nghiep-vu/").context["rail"] for link in group.links
    }
    assert (rail["Việc của tôi"], rail["Cả đơn vị"], "Ký ban hành" in rail) == (0, 2, False)


def test_a_delegate_is_told_on_whose_behalf(world: World, sign_in: Login) -> None:
    principal, delegate = world.account_id(SPECIALIST), world.account_id("hoachat.chuyenvien2")
    world.do(
        SPECIALIST,
        people.delegate,
        principal_id=principal,
        delegate_id=delegate,
        scope=[(world.unit_id(UNIT), Role.SPECIALIST)],
        valid_from=world.now,
        valid_to=world.at("2026-05-20 17:00"),
        reason="Đi công tác",
    )
    dossier_id = world.in_examination()
    client = sign_in("hoachat.chuyenvien2")
    where = f"/nghiep-vu/ho-so/{dossier_id}/"
    item = world.item(dossier_id, "examine")
    for page in (client.get(where), client.get(f"{where}trinh/", {"item": item.id})):
        assert "Bạn đang xử lý thay mặt <strong>Nguyễn Minh Khôi</strong>." in page.content.decode()
    posted = {"item": item.id, "version": item.version, "outcome": "granted"}
    assert client.post(f"{where}trinh/", posted).status_code == 302
    assert "Hoàng Yến Nhi, thay mặt Nguyễn Minh Khôi" in client.get(where).content.decode()


def test_dossiers_by_status(world: World, sign_in: Login) -> None:
    submitted, received = world.submitted(), world.received()
    client = sign_in(SPECIALIST)

    def ids(query: str) -> list[int]:
        return [card.id for card, _ in client.get(f"/nghiep-vu/ho-so/?{query}").context["lines"]]

    assert ids("") == [received, submitted]
    assert ids("trang-thai=submitted") == [submitted]
    assert ids("trang-thai=returned") == []
    assert ids("trang-thai=draft") == [received, submitted]
    assert ids("sau=khong-phai") == [received, submitted]


def test_more_dossiers_than_a_page(world: World, sign_in: Login) -> None:
    made = [world.submitted() for _ in range(52)]
    client = sign_in(SPECIALIST)
    first = client.get("/nghiep-vu/ho-so/")
    second = client.get(f"/nghiep-vu/ho-so/?{urlencode({'sau': first.context['next']})}")
    shown = [card.id for page in (first, second) for card, _ in page.context["lines"]]
    assert (shown, second.context["next"]) == (made[::-1], "")


def test_the_register_on_screen_and_on_paper(world: World, sign_in: Login) -> None:
    dossier_id = world.received()
    client = sign_in(SPECIALIST)
    page = client.get("/nghiep-vu/so-theo-doi/")
    assert [row.id for row, _ in page.context["rows"]] == [dossier_id]
    assert [link.label for link in page.context["presets"]] == ["Tháng này", "Tháng trước", "Năm nay"]
    assert client.get("/nghiep-vu/so-theo-doi/?tu=2026-04-01&den=2026-05-03").context["rows"] == []
    pdf = client.get("/nghiep-vu/so-theo-doi/pdf/?tu=2026-05-01&den=2026-05-31")
    assert (pdf["Content-Type"], pdf.content[:5]) == ("application/pdf", b"%PDF-")
    nothing = client.get("/nghiep-vu/so-theo-doi/pdf/?tu=2026-04-01&den=2026-04-30")
    assert nothing.status_code == 409


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("tu=hom-nay", "Nhập ngày đúng"),
        ("tu=0001-01-01", "Nhập ngày đúng"),
        ("den=9999-12-31", "Nhập ngày đúng"),
        ("tu=2026-05-04&den=2026-05-03", "Ngày cuối phải từ ngày đầu trở đi"),
        ("tu=2024-01-01&den=2026-05-03", "Chọn khoảng không quá một năm"),
    ],
)
def test_wrong_days(world: World, sign_in: Login, query: str, words: str) -> None:
    client = sign_in(SPECIALIST)
    answer = client.get(f"/nghiep-vu/so-theo-doi/?{query}")
    assert (answer.status_code, words in answer.content.decode()) == (422, True)
    assert client.get(f"/nghiep-vu/so-theo-doi/pdf/?{query}").status_code == 409


def test_search_and_palette(world: World, sign_in: Login) -> None:
    dossier_id = world.submitted()
    code = world.info(dossier_id).code
    client = sign_in(SPECIALIST)
    found = client.get("/nghiep-vu/tim/nhanh/", {"q": code}).json()["results"]
    assert [(r["kind"], r["href"]) for r in found] == [("Hồ sơ", f"/nghiep-vu/ho-so/{dossier_id}/")]
    assert code in found[0]["title"]
    assert client.get("/nghiep-vu/tim/nhanh/").json() == {"results": []}
    assert f'href="/nghiep-vu/ho-so/{dossier_id}/"' in client.get("/nghiep-vu/tim/", {"q": "sao mai"}).content.decode()
    stranger = sign_in("hoachat.chuyenvien1")
    assert all(r["kind"] != "Hồ sơ" for r in stranger.get("/nghiep-vu/tim/nhanh/", {"q": code}).json()["results"])
