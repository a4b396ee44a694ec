"""«Kết quả của tôi»: what one holds, what can be done with it, and the ways from a procedure to a licence."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from emoit.dossiers import actions, queries
from emoit.dossiers.types import Status
from emoit.kernel.access import acting_as
from emoit.procedures.types import Change
from emoit.results import actions as results
from emoit.results.types import ResultInfo
from tests.portal.visitor import Visitor
from tests.support import amending
from tests.support.world import HEAD, World


@pytest.fixture
def licence(world: World) -> ResultInfo:
    amending.publish(world)
    return amending.licensed(world)


def test_nothing_yet(applicant: Visitor) -> None:
    screen = applicant.see("/ket-qua-cua-toi/")
    assert screen.heading == "Giấy phép, kết quả của tôi"
    assert "Bạn chưa có giấy phép, kết quả nào" in screen.text


def test_the_list_and_its_filter(world: World, licence: ResultInfo, applicant: Visitor) -> None:
    screen = applicant.see("/ket-qua-cua-toi/")
    assert licence.register_code in screen.text
    assert "Còn hiệu lực" in screen.text
    assert "Hiệu lực đến hết ngày 30/06/2026" in screen.text
    assert f"/ket-qua-cua-toi/{licence.id}/" in screen.links()
    for asked, shown in {"con-hieu-luc": True, "het-hieu-luc": False, "da-thu-hoi": False, "gì đó": True}.items():
        assert (licence.register_code in applicant.see(f"/ket-qua-cua-toi/?trang_thai={asked}").text) is shown
    world.go("2026-07-01 00:10")
    applicant.enter("doanhnghiep1")
    assert licence.register_code in applicant.see("/ket-qua-cua-toi/?trang_thai=het-hieu-luc").text


def test_pages(world: World, licence: ResultInfo, applicant: Visitor) -> None:
    with acting_as(world.process) as by:
        for number in range(25):
            results.issue(
                by=by,
                now=world.now,
                agency_id=world.agency_id,
                unit_id=licence.unit_id,
                issuer_name="Bộ Công Thương",
                kind=amending.KIND,
                title="Giấy phép",
                number=f"{number}/GP",
                holder_name="Công ty",
                holder_readers=frozenset({f"e:{world.enterprise_id('doanhnghiep1')}"}),
            )
    assert applicant.see("/ket-qua-cua-toi/").text.count("Còn hiệu lực") == 21  # twenty, and the filter's own word
    assert applicant.see("/ket-qua-cua-toi/?trang=2").text.count("Còn hiệu lực") == 7
    assert applicant.see("/ket-qua-cua-toi/?trang=99").status == 200


def test_a_refusal_is_no_licence(world: World, applicant: Visitor) -> None:
    from emoit.dossiers.types import Outcome

    world.signed(Outcome.REFUSED)
    assert "Bạn chưa có giấy phép" in applicant.see("/ket-qua-cua-toi/").text


@pytest.mark.parametrize("login", ["congdan", "doanhnghiep2"])
def test_nobody_elses(
    world: World, licence: ResultInfo, signed_in: Callable[[str], Visitor], visitor: Visitor, login: str
) -> None:
    other = signed_in(login)
    assert licence.register_code not in other.see("/ket-qua-cua-toi/").text
    assert other.see(f"/ket-qua-cua-toi/{licence.id}/").status == 404
    assert visitor.see(f"/ket-qua-cua-toi/{licence.id}/").address.startswith("/dang-nhap/")
    assert other.send("/thu-tuc/NC-00000000a1/nop/", {"tu_ket_qua": str(licence.id)}).status == 404


def test_a_draft_opens_from_a_licence(world: World, licence: ResultInfo, applicant: Visitor) -> None:
    screen = applicant.see(f"/ket-qua-cua-toi/{licence.id}/")
    for change in Change:
        assert change.label in screen.text
    way = f"/thu-tuc/{amending.CODES[Change.AMEND]}/nop/"
    began = applicant.send(way, screen.form(way))
    assert began.address.endswith("/khai/trader/")
    (draft,) = [d for d in _own(world) if d.status is Status.DRAFT]
    assert world.info(draft.id).from_result_id == licence.id
    assert applicant.see(began.address.replace("trader", "programme")).value("programme.name") == "Mùa hè rộn ràng"


def _own(world: World) -> list[queries.DossierCard]:
    by = world.actor("doanhnghiep1")
    with acting_as(by):
        return queries.list_for(by)


def test_only_what_fits_its_state(world: World, licence: ResultInfo, applicant: Visitor) -> None:
    world.go("2026-07-01 09:00")
    applicant.enter("doanhnghiep1")
    text = applicant.see(f"/ket-qua-cua-toi/{licence.id}/").text
    assert "Gia hạn xác nhận khuyến mại" in text
    assert "Sửa đổi xác nhận khuyến mại" not in text
    world.do(HEAD, results.revoke, result_id=licence.id, reason="Khai sai")
    text = applicant.see(f"/ket-qua-cua-toi/{licence.id}/").text
    assert "Khai sai" in text
    assert "không còn hiệu lực nên không thay đổi được" in text


def test_while_it_is_being_changed(world: World, licence: ResultInfo, applicant: Visitor) -> None:
    code = world.info(amending.submitted(world, Change.AMEND, licence.id)).code
    screen = applicant.see(f"/ket-qua-cua-toi/{licence.id}/")
    assert f"Đang được thay đổi theo hồ sơ {code}" in screen.text
    refused = applicant.send(f"/thu-tuc/{amending.CODES[Change.END]}/nop/", {"tu_ket_qua": str(licence.id)})
    assert code in applicant.see(refused.address).text


def test_a_procedure_leads_to_the_licence(world: World, licence: ResultInfo, applicant: Visitor) -> None:
    way = f"/thu-tuc/{amending.CODES[Change.EXTEND]}/"
    screen = applicant.see(way)
    assert "Gia hạn giấy phép, kết quả nào?" in screen.text
    assert screen.form(f"{way}nop/")["tu_ket_qua"] == [str(licence.id)]
    assert applicant.send(f"{way}nop/", screen.form(f"{way}nop/")).address.endswith("/khai/trader/")


def test_a_procedure_says_when_there_is_no_licence(
    world: World, licence: ResultInfo, signed_in: Callable[[str], Visitor], visitor: Visitor
) -> None:
    way = f"/thu-tuc/{amending.CODES[Change.EXTEND]}/"
    text = signed_in("doanhnghiep2").see(way).text
    assert "Bạn chưa có giấy phép, kết quả nào mà thủ tục này thay đổi được" in text
    assert "Nộp hồ sơ trực tuyến" not in text
    assert "Đăng nhập để nộp hồ sơ" in visitor.see(way).text


def test_the_chain_and_the_public_page(world: World, licence: ResultInfo, applicant: Visitor, visitor: Visitor) -> None:
    new = amending.result_of(world, amending.granted(world, Change.AMEND, licence.id))
    screen = applicant.see(f"/ket-qua-cua-toi/{new.id}/")
    assert f"/ket-qua-cua-toi/{licence.id}/" in screen.links()
    assert "đã được thay thế" in screen.text
    public = visitor.see(f"/kiem-tra/{licence.token}/")
    assert f"/kiem-tra/{new.token}/" in public.links()
    assert f"Đã được thay thế bằng kết quả số {new.number}" in public.text
    assert visitor.see(f"/kiem-tra/{new.token}/").text.count("Thật và còn hiệu lực") == 1


def test_the_dossier_names_its_licence(world: World, licence: ResultInfo, applicant: Visitor) -> None:
    dossier_id = amending.submitted(world, Change.AMEND, licence.id)
    screen = applicant.see(f"/ho-so/{dossier_id}/")
    assert f"/ket-qua-cua-toi/{licence.id}/" in screen.links()
    world.do("doanhnghiep1", actions.withdraw, dossier_id=dossier_id, reason="Nhầm")
    assert "Đang được thay đổi" not in applicant.see(f"/ket-qua-cua-toi/{licence.id}/").text
