"""Delegation, absence, accounts of officers, units and the trail, on the workbench."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from emoit.dossiers import actions as dossiers
from emoit.kernel.access import Forbidden, acting_as
from emoit.kernel.models import AuditEntry
from emoit.people import actions, queries
from emoit.people.models import Absence, Delegation
from emoit.people.types import AbsenceKind, Role
from emoit.work.models import WorkItem
from tests.support.answers import CHEMICALS, PROMOTION
from tests.support.world import HEAD, SPECIALIST, UNIT, World

Login = Callable[[str], Client]
COLLEAGUE, FAR = "xttm.chuyenvien2", "hoachat.chuyenvien2"
ADMINISTRATOR, AUDITOR = "quantri", "kiemtra"


def words(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def lending(world: World, **more: Any) -> dict[str, Any]:
    return {
        "delegate": world.account_id(FAR),
        "scope": f"{world.unit_id(UNIT)}:specialist",
        "limit": "all",
        "valid_from": "04/05/2026",
        "valid_to": "08/05/2026",
        "reason": "Đi công tác",
        **more,
    }


def roles(world: World, login: str) -> list[tuple[str, frozenset[str]]]:
    return [(h.role, h.procedures) for h in world.actor(login).holdings if h.principal_id is not None]


def test_delegating_and_taking_it_back(world: World, sign_in: Login) -> None:
    me = sign_in(SPECIALIST)
    assert me.post("/nghiep-vu/uy-quyen/moi/", lending(world)).status_code == 302
    assert roles(world, FAR) == [("specialist", frozenset())]
    page = words(me.get("/nghiep-vu/uy-quyen/"))
    assert "Bạn đã ủy quyền" in page
    assert "04/05/2026 đến 08/05/2026" in page
    assert "Mọi thủ tục" in page
    assert "Bạn được ủy quyền" in words(sign_in(FAR).get("/nghiep-vu/uy-quyen/"))
    again = me.post("/nghiep-vu/uy-quyen/moi/", lending(world))
    assert again.status_code == 422
    assert again.context["errors"] == {
        "scope": "Vai trò này đã được ủy quyền trong thời gian đó. Hãy hủy ủy quyền cũ trước."
    }
    with acting_as(world.process):
        row = Delegation.objects.get()
    assert sign_in(COLLEAGUE).post(f"/nghiep-vu/uy-quyen/{row.pk}/huy/").status_code == 404
    assert sign_in(FAR).post(f"/nghiep-vu/uy-quyen/{row.pk}/huy/").status_code == 403
    assert roles(world, FAR) != []
    assert me.post(f"/nghiep-vu/uy-quyen/{row.pk}/huy/").status_code == 302
    assert roles(world, FAR) == []
    assert "Đã hủy" in words(me.get("/nghiep-vu/uy-quyen/"))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"delegate": ""}, "delegate"),
        ({"scope": ""}, "scope"),
        ({"scope": "999999:specialist"}, "scope"),
        ({"scope": "x:leader"}, "scope"),
        ({"valid_from": "32/05/2026"}, "valid_from"),
        ({"valid_to": ""}, "valid_to"),
        ({"valid_to": "01/05/2026"}, "valid_to"),
        ({"valid_to": "01/06/2027"}, "valid_to"),
        ({"valid_to": "01/01/9999"}, "valid_to"),
        ({"reason": " "}, "reason"),
        ({"limit": "some"}, "procedure"),
        ({"limit": "some", "procedure": "khong.co"}, "procedure"),
    ],
)
def test_what_is_wrong_with_a_delegation_is_said_at_its_field(
    world: World, sign_in: Login, change: dict[str, str], field: str
) -> None:
    answer = sign_in(SPECIALIST).post("/nghiep-vu/uy-quyen/moi/", lending(world, **change))
    assert (answer.status_code, list(answer.context["errors"])) == (422, [field])
    assert roles(world, FAR) == []


def test_a_delegation_for_some_procedures_opens_no_other(world: World, sign_in: Login) -> None:
    """The same role lent for another procedure: the item is seen, and cannot be done."""
    dossier_id = world.received()
    sign_in(SPECIALIST).post("/nghiep-vu/uy-quyen/moi/", lending(world, limit="some", procedure=CHEMICALS))
    assert roles(world, FAR) == [("specialist", frozenset({CHEMICALS}))]
    assert CHEMICALS in words(sign_in(FAR).get("/nghiep-vu/uy-quyen/"))
    before = world.item(dossier_id, "examine")
    with pytest.raises(Forbidden):
        world.on_item(FAR, dossiers.claim, dossier_id, "examine")
    assert world.item(dossier_id, "examine") == before
    assert world.info(dossier_id).code not in words(sign_in(FAR).get("/nghiep-vu/"))
    # For the right procedure as well, in the same time: not the same role and procedure, so it may be.
    other = lending(world, limit="some", procedure=PROMOTION)
    assert sign_in(SPECIALIST).post("/nghiep-vu/uy-quyen/moi/", other).status_code == 302
    assert world.info(dossier_id).code in words(sign_in(FAR).get("/nghiep-vu/"))
    world.on_item(FAR, dossiers.claim, dossier_id, "examine")


def test_a_delegation_ends_by_itself(world: World, sign_in: Login) -> None:
    sign_in(SPECIALIST).post("/nghiep-vu/uy-quyen/moi/", lending(world))
    world.go("2026-05-08 23:59")
    assert len(roles(world, FAR)) == 1
    world.go("2026-05-09 00:00")
    assert roles(world, FAR) == []
    assert "Hết hạn" in words(sign_in(SPECIALIST).get("/nghiep-vu/uy-quyen/"))


def away(**more: Any) -> dict[str, Any]:
    return {"kind": "leave", "valid_from": "04/05/2026", "valid_to": "06/05/2026", **more}


def test_being_away_is_seen_and_no_work_comes_by_itself(world: World, sign_in: Login) -> None:
    dossier_id = world.proposed()
    assert sign_in(SPECIALIST).post("/nghiep-vu/vang-mat/moi/", away()).status_code == 302
    assert "Đang vắng mặt" in words(sign_in(HEAD).get("/nghiep-vu/vang-mat/"))
    world.on_item(HEAD, dossiers.return_for_rework, dossier_id, "approve", reason="Xem lại")
    assert world.item(dossier_id, "examine").assignee_id is None
    page = words(sign_in(HEAD).get(f"/nghiep-vu/ho-so/{dossier_id}/phan-cong/"))
    assert "vắng mặt đến hết 06/05/2026" in page
    assert sign_in("hoachat.cuctruong").get("/nghiep-vu/vang-mat/").context["groups"] == []


def test_absence_with_a_delegation_in_one_step(world: World, sign_in: Login) -> None:
    posted = away(deputy=world.account_id(COLLEAGUE), lend="1", scope=f"{world.unit_id(UNIT)}:specialist", limit="all")
    me = sign_in(HEAD)
    wrong = me.post("/nghiep-vu/vang-mat/moi/", posted)
    assert (wrong.status_code, list(wrong.context["errors"])) == (422, ["scope"])  # not a role of the head's
    posted["scope"] = f"{world.unit_id(UNIT)}:unit_head"
    nobody = me.post("/nghiep-vu/vang-mat/moi/", posted | {"deputy": ""})
    assert (nobody.status_code, list(nobody.context["errors"])) == (422, ["deputy"])
    with acting_as(world.process):
        assert (Absence.objects.count(), Delegation.objects.count()) == (0, 0)
    assert me.post("/nghiep-vu/vang-mat/moi/", posted).status_code == 302
    assert roles(world, COLLEAGUE) == [("unit_head", frozenset())]
    with acting_as(world.process):
        row = Absence.objects.get()
    assert me.post(f"/nghiep-vu/vang-mat/{row.pk}/ket-thuc/").status_code == 302
    assert "Ủy quyền kèm theo vẫn còn hiệu lực" in words(me.get("/nghiep-vu/vang-mat/"))
    assert queries.away_until([world.account_id(HEAD)], now=world.now) == {}


def test_heads_register_their_officers_and_no_one_elses(world: World, sign_in: Login) -> None:
    head, ours, theirs = sign_in(HEAD), world.account_id(SPECIALIST), world.account_id(FAR)
    assert head.get(f"/nghiep-vu/vang-mat/moi/?ai={theirs}").status_code == 403
    assert head.post("/nghiep-vu/vang-mat/moi/", away(who=theirs)).status_code == 403
    assert sign_in(COLLEAGUE).post("/nghiep-vu/vang-mat/moi/", away(who=ours)).status_code == 403
    with acting_as(world.process):
        assert Absence.objects.count() == 0
    assert head.post("/nghiep-vu/vang-mat/moi/", away(who=ours)).status_code == 302
    again = head.post("/nghiep-vu/vang-mat/moi/", away(who=ours))
    assert list(again.context["errors"]) == ["valid_from"]
    with acting_as(world.process):
        row = Absence.objects.get()
    assert (row.account_id, row.registered_by_id) == (ours, world.account_id(HEAD))
    assert sign_in(FAR).post(f"/nghiep-vu/vang-mat/{row.pk}/ket-thuc/").status_code == 404
    with pytest.raises(Forbidden):
        world.do(
            HEAD,
            actions.register_absence,
            account_id=theirs,
            kind=AbsenceKind.LEAVE,
            valid_from=world.now,
            valid_to=world.now + timedelta(days=1),
        )


# -- the administrator


def test_only_administrators_and_auditors_come_in(world: World, sign_in: Login) -> None:
    head = sign_in(HEAD)
    for address in ("nhan-su/", "nhan-su/moi/", "don-vi/", "don-vi/them/", "nhat-ky/"):
        assert head.get(f"/nghiep-vu/{address}").status_code == 403
    assert sign_in(AUDITOR).get("/nghiep-vu/nhat-ky/").status_code == 200
    assert sign_in(ADMINISTRATOR).get("/nghiep-vu/nhat-ky/").status_code == 403


def test_an_officer_from_the_account_to_the_first_day(world: World, sign_in: Login) -> None:
    admin = sign_in(ADMINISTRATOR)
    wrong = admin.post("/nghiep-vu/nhan-su/moi/", {"login": "QUAN TRI", "full_name": "", "email": "x"})
    assert (wrong.status_code, set(wrong.context["errors"])) == (422, {"login", "full_name", "email"})
    made = admin.post("/nghiep-vu/nhan-su/moi/", {"login": "moi.vao", "full_name": "Trần Mới"})
    link = re.search(r"/tai-khoan/dat-mat-khau/[^/<]+/", made.content.decode())
    assert link
    new = Client()
    password = "mot-cau-dai-de-nho"
    assert new.post(link[0], {"password": password, "again": password}).status_code == 302
    account_id = world.account_id("moi.vao")
    where = f"/nghiep-vu/nhan-su/{account_id}/"
    unit = world.unit_id(UNIT)
    assert admin.post(f"{where}giao-vai-tro/", {"role": "", "role_unit": unit}).status_code == 422
    assert list(admin.post(f"{where}bo-nhiem/", {"post_unit": unit, "position": "vua"}).context["errors"]) == [
        "position"
    ]
    assert admin.post(f"{where}bo-nhiem/", {"post_unit": unit, "position": "expert"}).status_code == 302
    given = {"role_unit": unit, "role": "specialist", "role_from": "04/05/2026", "role_to": "31/12/2026"}
    assert admin.post(f"{where}giao-vai-tro/", given).status_code == 302
    assert [(h.unit_id, h.role) for h in world.actor("moi.vao").holdings] == [(unit, "specialist")]
    assert "31/12/2026" in words(admin.get(where))
    new.post("/dang-nhap/", {"login": "moi.vao", "password": password})
    assert new.get("/nghiep-vu/").status_code == 200
    taken = {"unit": unit, "key": "specialist"}
    assert admin.post(f"{where}thu-vai-tro/", taken).status_code == 302
    assert admin.post(f"{where}thu-vai-tro/", taken).status_code == 422
    post_id = queries.tenures_of(account_id, now=world.now)[0]
    assert post_id == []  # without an actor nothing is seen
    with acting_as(world.process):
        ((post,), _) = queries.tenures_of(account_id, now=world.now)
    assert admin.post(f"/nghiep-vu/nhan-su/{world.account_id(HEAD)}/thoi-chuc/", {"id": post.id}).status_code == 422
    assert admin.post(f"{where}thoi-chuc/", {"id": post.id}).status_code == 302
    assert world.actor("moi.vao").readers == {f"a:{account_id}"}


def test_a_closed_account_leaves_its_work_to_the_unit(world: World, sign_in: Login) -> None:
    dossier_id = world.in_examination()
    specialist, admin = sign_in(SPECIALIST), sign_in(ADMINISTRATOR)
    assert specialist.get("/nghiep-vu/").status_code == 200
    where = f"/nghiep-vu/nhan-su/{world.account_id(SPECIALIST)}/"
    assert admin.post(f"{where}dong/").status_code == 302
    assert specialist.get("/nghiep-vu/").status_code == 302
    world.run_jobs()
    assert world.item(dossier_id, "examine").assignee_id is None
    with acting_as(world.process):
        row = AuditEntry.objects.get(verb="work.return")
        assert not WorkItem.objects.filter(assignee_id=world.account_id(SPECIALIST)).exists()
    assert (row.subject_id, row.details["from"]) == (str(dossier_id), world.account_id(SPECIALIST))
    assert admin.post(f"{where}mo-lai/").status_code == 302
    assert admin.post(f"{where}mo-lai/").status_code == 422
    assert admin.post(f"/nghiep-vu/nhan-su/{world.account_id(ADMINISTRATOR)}/dong/").status_code == 422


def test_unlocking_resetting_and_links(world: World, sign_in: Login) -> None:
    admin, where = sign_in(ADMINISTRATOR), f"/nghiep-vu/nhan-su/{world.account_id(SPECIALIST)}/"
    assert admin.post(f"{where}mo-khoa-dang-nhap/").status_code == 302
    assert admin.post(f"{where}dat-lai-xac-thuc/").status_code == 422
    assert "Gửi liên kết này cho cán bộ" in words(admin.post(f"{where}lien-ket/"))
    assert admin.post(f"{where}khong-co/").status_code == 404
    assert admin.get("/nghiep-vu/nhan-su/999999/").status_code == 404
    with acting_as(world.process):
        verbs = AuditEntry.objects.filter(subject_id=str(world.account_id(SPECIALIST)), subject_kind="account")
        assert set(verbs.values_list("verb", flat=True)) >= {"unlock", "issue_password_link"}


@pytest.mark.parametrize(
    ("search", "found"), [("khoi", ["Nguyễn Minh Khôi"]), ("Khôi", ["Nguyễn Minh Khôi"]), ("xttm.", 4), ("zzz", 0)]
)
def test_searching_officers(world: World, sign_in: Login, search: str, found: Any) -> None:
    lines = sign_in(ADMINISTRATOR).get("/nghiep-vu/nhan-su/", {"tim": search}).context["lines"]
    names = [card.name for card, _ in lines]
    assert (names if isinstance(found, list) else len(names)) == found


def test_the_tree_of_units(world: World, sign_in: Login) -> None:
    admin, unit = sign_in(ADMINISTRATOR), world.unit_id(UNIT)
    added = {
        "parent": unit,
        "name": "Phòng  Khuyến mại",
        "code": "g02.21.p1",
        "kind": "phòng",
        "valid_from": "04/05/2026",
    }
    for field, value in (("code", "x y"), ("code", UNIT), ("name", ""), ("kind", ""), ("valid_from", "hôm nay")):
        answer = admin.post("/nghiep-vu/don-vi/them/", added | {field: value})
        assert (answer.status_code, list(answer.context["errors"])) == (422, [field])
    assert admin.post("/nghiep-vu/don-vi/them/", added).status_code == 302
    with acting_as(world.process):
        room = queries.unit_by_code(world.agency_id, "G02.21.P1")
    assert (room.name, room.parent_id) == ("Phòng Khuyến mại", unit)
    renamed = {"name": "Phòng Xúc tiến", "basis": "QĐ 12/QĐ-BCT"}
    assert admin.post(f"/nghiep-vu/don-vi/{room.id}/doi-ten/", {"name": "", "basis": "x"}).status_code == 422
    assert admin.post(f"/nghiep-vu/don-vi/{room.id}/doi-ten/", renamed).status_code == 302
    assert "Trước 04/05/2026: Phòng Khuyến mại. Căn cứ: QĐ 12/QĐ-BCT." in words(admin.get("/nghiep-vu/don-vi/"))
    for unit_id, message in ((unit, "Còn 1 đơn vị trực thuộc"), (world.unit_id("G02.MC"), "Còn 2 cán bộ")):
        answer = admin.post(f"/nghiep-vu/don-vi/{unit_id}/ket-thuc/", {"on": "01/06/2026"})
        assert answer.status_code == 422
        assert message in words(answer)
    ended = {"on": "01/06/2026", "successor": unit}
    assert admin.post(f"/nghiep-vu/don-vi/{room.id}/ket-thuc/", ended).status_code == 302
    assert admin.post(f"/nghiep-vu/don-vi/{room.id}/ket-thuc/", ended).status_code == 422
    world.go("2026-06-01 09:00")
    again = sign_in(ADMINISTRATOR)
    assert "Phòng Xúc tiến" not in words(again.get("/nghiep-vu/don-vi/"))
    assert "Phòng Xúc tiến" in words(again.get("/nghiep-vu/don-vi/?da-ket-thuc=1"))


def test_the_trail_by_person_subject_and_day(world: World, sign_in: Login) -> None:
    dossier_id = world.in_examination()
    auditor, specialist = sign_in(AUDITOR), world.account_id(SPECIALIST)

    def verbs(**asked: Any) -> list[str]:
        return [line.entry.verb for line in auditor.get("/nghiep-vu/nhat-ky/", asked).context["lines"]]

    assert "work.claim" in verbs(ai=specialist)
    assert "submit" not in verbs(ai=specialist)
    assert "work.claim" in verbs(loai="dossier", so=dossier_id)
    assert verbs(loai="dossier", so=dossier_id, tu="05/05/2026") == []
    assert "work.claim" in verbs(loai="dossier", so=dossier_id, tu="04/05/2026", den="04/05/2026")
    assert auditor.get("/nghiep-vu/nhat-ky/", {"tu": "31/02/2026"}).status_code == 422
    for _ in range(60):
        actions.unlock(by=world.process, now=world.now, account_id=specialist)
    first = auditor.get("/nghiep-vu/nhat-ky/", {"loai": "account", "so": specialist})
    assert len(first.context["lines"]) == 50
    second = auditor.get(f"/nghiep-vu/nhat-ky/?{first.context['more']}")
    ids = [line.entry.id for page in (first, second) for line in page.context["lines"]]
    assert ids == sorted(set(ids), reverse=True)
    assert len(ids) >= 60
    assert Role.AUDITOR in {h.role for h in world.actor(AUDITOR).holdings}
