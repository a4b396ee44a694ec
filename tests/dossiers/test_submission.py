"""Beginning, filling in and handing in."""

from __future__ import annotations

import pytest

from emoit.dossiers import actions, queries
from emoit.dossiers.types import Status
from emoit.kernel.access import Forbidden, NotFound, Refusal, Stale, acting_as
from tests.dossiers import looks
from tests.support.answers import PROMOTION, answers
from tests.support.traces import refused, taken
from tests.support.world import World

WHO = "doanhnghiep1"


def test_every_bad_field_and_paper_is_named(world: World) -> None:
    dossier_id = world.draft(complete=False)
    given = answers(PROMOTION)
    given["trader"]["phone"] = "12"
    given["programme"]["ends_on"] = "2026-05-01"
    given["area"]["provinces"] = ["01"]
    given["prize"]["total_vnd"] = 1_000_000
    given["commitments"]["truthful"] = False
    del given["goods"]["used"]
    world.answer(dossier_id, given)
    with refused(world.actor(WHO), "incomplete") as caught:
        world.do(WHO, actions.submit, dossier_id=dossier_id)
    assert set(caught.value.fields) == {
        "/trader/phone",
        "/programme/ends_on",
        "/area/provinces",
        "/prize/total_vnd",
        "/commitments/truthful",
        "/goods/used",
        "paper:the_le",
    }
    assert all(caught.value.fields.values())


def test_a_draft_begins_with_what_is_known(world: World) -> None:
    dossier_id = world.draft(complete=False)
    assert world.info(dossier_id).answers["trader"] == {
        "name": "Công ty TNHH Thương mại Sao Mai Mẫu",
        "tax_code": "9900000016",
        "address": "56 đường Thử Nghiệm, Hà Nội",
        "phone": "02400000001",
        "email": "lienhe@saomai.example.com",
    }
    assert (world.info(dossier_id).code, world.status(dossier_id)) == ("", Status.DRAFT)


def test_handing_in_twice_is_one_submission(world: World) -> None:
    dossier_id = world.draft()
    first = world.do(WHO, actions.submit, dossier_id=dossier_id, key="k-1")
    before = taken(world.agency_id)
    world.go("2026-05-05 09:00")
    assert world.do(WHO, actions.submit, dossier_id=dossier_id, key="k-1") == first
    assert taken(world.agency_id) == before


def test_a_key_stands_for_one_dossier(world: World) -> None:
    one, other = world.draft(), world.draft()
    world.do(WHO, actions.submit, dossier_id=one, key="k-1")
    with refused(world.actor(WHO), "key_used"):
        world.do(WHO, actions.submit, dossier_id=other, key="k-1")


def test_codes_of_a_day_are_gapless_over_refused_tries(world: World) -> None:
    whole, poor = world.draft(), world.draft(complete=False)
    codes = [world.do(WHO, actions.submit, dossier_id=whole)]
    with pytest.raises(Refusal):
        world.do(WHO, actions.submit, dossier_id=poor)
    codes.append(world.do(WHO, actions.submit, dossier_id=world.draft()))
    world.go("2026-05-05 00:00")
    codes.append(world.do(WHO, actions.submit, dossier_id=world.draft()))
    assert codes == ["G02-260504-0001", "G02-260504-0002", "G02-260505-0001"]


def test_an_unknown_procedure(world: World) -> None:
    with refused(world.actor(WHO), "not_found"):
        world.do(WHO, actions.start_draft, procedure_code="9.999999", enterprise_id=world.enterprise_id(WHO))


def test_a_citizen_alone_cannot_register_a_promotion(world: World) -> None:
    with refused(world.actor("congdan"), "wrong_applicant") as caught:
        world.do("congdan", actions.start_draft, procedure_code=PROMOTION)
    assert caught.value.message == "Thủ tục này chỉ dành cho doanh nghiệp."


def test_nobody_begins_for_anothers_enterprise(world: World) -> None:
    with refused(world.actor("doanhnghiep2"), "not_found"):
        world.do("doanhnghiep2", actions.start_draft, procedure_code=PROMOTION, enterprise_id=world.enterprise_id(WHO))


@pytest.mark.parametrize("login", ["motcua", "xttm.cuctruong", "quantri"])
def test_officers_do_not_apply(world: World, login: str) -> None:
    with pytest.raises(Forbidden):
        world.do(login, actions.start_draft, procedure_code=PROMOTION)


def test_two_windows_do_not_overwrite_each_other(world: World) -> None:
    dossier_id = world.draft()
    seen = world.info(dossier_id).version
    page = {"goods": {"promoted": "Sữa", "used": "Bình nước", "customers": "Mọi người"}}
    world.do(WHO, actions.save_answers, dossier_id=dossier_id, page="goods", answers=page, version=seen)
    with pytest.raises(Stale):
        world.do(
            WHO,
            actions.save_answers,
            dossier_id=dossier_id,
            page="goods",
            answers={"goods": {"promoted": "Bánh"}},
            version=seen,
        )
    assert world.info(dossier_id).answers["goods"]["promoted"] == "Sữa"


def test_a_submitted_declaration_is_closed(world: World) -> None:
    dossier_id = world.submitted()
    who = world.actor(WHO)
    with refused(who, "impossible"):
        world.do(WHO, actions.save_answers, dossier_id=dossier_id, page="goods", answers={"goods": {}})
    with refused(who, "impossible"):
        world.do(WHO, actions.discard_draft, dossier_id=dossier_id)
    with refused(who, "impossible"):
        world.attach(dossier_id, "the_le", "khác.pdf", b"%PDF-1.7")
    with acting_as(who):
        paper = queries.papers_of(who, dossier_id)[0]
    with refused(who, "not_found"):
        world.do(WHO, actions.remove_paper, dossier_id=dossier_id, paper_id=paper.id)


def test_a_discarded_draft_is_gone_with_its_files(world: World) -> None:
    from emoit.files import queries as files

    dossier_id = world.draft()
    with acting_as(world.actor(WHO)) as by:
        file_ids = [paper.file_id for paper in queries.papers_of(by, dossier_id)]
    world.do(WHO, actions.discard_draft, dossier_id=dossier_id)
    with acting_as(world.process) as by:
        for file_id in file_ids:
            with pytest.raises(NotFound):
                files.get_for(by, file_id)
        with pytest.raises(NotFound):
            queries.get_for(by, dossier_id)


def test_a_colleague_of_the_same_enterprise_goes_on(world: World) -> None:
    from emoit.people import actions as people

    dossier_id = world.draft()
    world.do(
        WHO,
        people.add_representative,
        enterprise_id=world.enterprise_id(WHO),
        account_id=world.account_id("congdan"),
        role="authorised",
        valid_from=world.now,
        valid_to=None,
    )
    with acting_as(world.actor("congdan")) as by:
        paper = next(p for p in queries.papers_of(by, dossier_id) if p.paper_code == "hinh_anh")
    world.do("congdan", actions.remove_paper, dossier_id=dossier_id, paper_id=paper.id)
    assert world.do("congdan", actions.submit, dossier_id=dossier_id) == "G02-260504-0001"
    assert looks.timeline(world, dossier_id)[0].actor_name == "Nguyễn Thị Hoa"


def test_an_upload_that_is_refused_leaves_the_draft_as_it_was(world: World) -> None:
    dossier_id = world.draft(complete=False)
    version = world.info(dossier_id).version
    with pytest.raises(Refusal) as caught:
        world.attach(dossier_id, "the_le", "thể lệ.pdf", b"MZ\x90\x00 not a pdf")
    assert caught.value.code == "disguised"
    with acting_as(world.actor(WHO)) as by:
        assert queries.papers_of(by, dossier_id) == []
    assert world.info(dossier_id).version == version
