"""A licence is amended, reissued, extended, ended; and everything that stands in the way of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from emoit.dossiers import actions, amendments, queries
from emoit.dossiers.models import Dossier
from emoit.dossiers.types import Outcome, Status
from emoit.forms import queries as forms
from emoit.kernel.access import acting_as
from emoit.procedures import queries as procedures
from emoit.procedures.types import Change
from emoit.results import actions as results
from emoit.results import queries as result_queries
from emoit.results.types import EventKind, ResultInfo, State, Verdict
from tests.dossiers import looks
from tests.support import amending
from tests.support.traces import refused
from tests.support.world import HEAD, SPECIALIST, World

A, R, X, E = Change.AMEND, Change.REISSUE, Change.EXTEND, Change.END


@pytest.fixture
def licence(world: World) -> ResultInfo:
    """Valid from 4 May to 30 June 2026, held by doanhnghiep1."""
    amending.publish(world)
    return amending.licensed(world)


# -- what comes from the result


def test_whatever_a_form_takes_from_the_earlier_result_is_there(world: World, licence: ResultInfo) -> None:
    dossier_id = amending.draft(world, A, licence.id)
    with acting_as(world.process):
        told = {f"result.{name}" for name in amendments._source(Dossier.objects.get(pk=dossier_id), licence)}
        every = [procedures.version(card.version_id).form for card in procedures.catalogue(at=world.now)]
    asked = {field.prefill for form in every for page in forms.pages(form) for field in page.fields}
    asked = {name for name in asked if name.startswith("result.")}
    assert asked - {name for name in asked if name.startswith("result.answers.")} <= told
    assert {"result.issued_at", "result.number"} <= asked


def test_the_form_begins_with_the_earlier_declaration(world: World, licence: ResultInfo) -> None:
    dossier_id = amending.draft(world, A, licence.id)
    info = world.info(dossier_id)
    assert info.from_result_id == licence.id
    with acting_as(world.actor("doanhnghiep1")) as by:
        (earlier,) = [queries.get_for(by, card.id) for card in queries.list_for(by) if card.code]
        expected = earlier.answers
    # What the party is now comes from its own record; all the rest from the declaration, personal fields included.
    assert info.answers["programme"] == expected["programme"]
    assert info.answers["prizes"] == expected["prizes"]
    assert info.answers["contact"]["phone"] == "0987654321"
    assert info.answers["contact"]["name"] == "Trần Văn Bình"
    assert info.enterprise_id == world.enterprise_id("doanhnghiep1")


def test_a_field_may_ask_for_a_fact_of_the_result(world: World, licence: ResultInfo) -> None:
    info = world.info(amending.draft(world, R, licence.id))
    assert info.answers["loss"] == {"number": licence.number}


def test_personal_answers_are_carried_sealed(world: World, licence: ResultInfo) -> None:
    from emoit.dossiers.models import Dossier

    dossier_id = amending.draft(world, A, licence.id)
    with acting_as(world.process):
        row = Dossier.objects.get(pk=dossier_id)
    assert "$personal" in row.from_facts["answers"]["contact"]["phone"]
    assert "0987654321" not in str(row.from_facts) + str(row.answers)
    facts = {key: value for key, value in row.from_facts.items() if key != "answers"}
    assert facts == {
        "register_code": licence.register_code,
        "title": licence.title,
        "number": licence.number,
        "holder": "Công ty TNHH Thương mại Sao Mai Mẫu",
        "issued_at": "2026-05-04",
        "valid_to": "2026-06-30",
    }


def test_the_officer_sees_before_and_after(world: World, licence: ResultInfo) -> None:
    dossier_id = amending.in_examination(world, A, licence.id, name="Mùa thu vàng", ends_on="2026-07-15")
    by = world.actor(SPECIALIST)
    with acting_as(by):
        earlier = queries.earlier_of(by, dossier_id, now=world.now)
    assert earlier is not None
    assert (earlier.result.id, earlier.change) == (licence.id, A)
    assert [(c.label, c.before, c.after) for c in earlier.changed] == [
        ("Họ và tên người liên hệ", "Hồ Thị Liên Hệ", "Trần Văn Bình"),
        ("Tên chương trình khuyến mại", "Mùa hè rộn ràng", "Mùa thu vàng"),
        ("Ngày kết thúc", "30/06/2026", "15/07/2026"),
    ]


# -- what becomes of the result


def test_amended(world: World, licence: ResultInfo) -> None:
    dossier_id = amending.granted(world, A, licence.id, ends_on="2026-07-15")
    new = amending.result_of(world, dossier_id)
    old = amending.now_is(world, licence.id)
    assert (old.state, old.replaced_by_id, old.held_for) == (State.REPLACED, new.id, "")
    assert (new.state, new.valid_to, new.kind) == (State.VALID, date(2026, 7, 15), amending.KIND)
    assert old.revoke_reason == (
        f"Sửa đổi, bổ sung theo {new.title} số {new.number} (hồ sơ {world.info(dossier_id).code})."
    )
    by = world.actor("doanhnghiep1")
    with acting_as(by):
        assert [r.id for r in result_queries.chain(by, new.id, now=world.now)] == [licence.id, new.id]
        assert [e.kind for e in result_queries.history(by, licence.id, now=world.now)] == [
            EventKind.ISSUED,
            EventKind.REPLACED,
        ]
        public = result_queries.by_token(licence.token, now=world.now)
    assert public.verdict is Verdict.REPLACED
    assert (public.successor_token, public.successor_number) == (new.token, new.number)
    assert new.register_code in public.sentence_vi
    looks.check_replay(world, dossier_id)


def test_reissued_keeps_its_validity_whatever_is_asked(world: World, licence: ResultInfo) -> None:
    dossier_id = amending.granted(world, R, licence.id, ends_on="2026-09-30")
    new = amending.result_of(world, dossier_id)
    assert (new.valid_from, new.valid_to) == (licence.valid_from, licence.valid_to)
    assert amending.now_is(world, licence.id).state is State.REPLACED


def test_extended_after_its_end(world: World, licence: ResultInfo) -> None:
    world.go("2026-07-06 09:00")
    assert amending.now_is(world, licence.id).state is State.EXPIRED
    new = amending.result_of(world, amending.granted(world, X, licence.id, ends_on="2026-08-31"))
    assert (new.state, new.valid_to) == (State.VALID, date(2026, 8, 31))
    assert amending.now_is(world, licence.id).state is State.REPLACED


def test_ended(world: World, licence: ResultInfo) -> None:
    decision = amending.result_of(world, amending.granted(world, E, licence.id))
    old = amending.now_is(world, licence.id)
    assert (old.state, old.replaced_by_id) == (State.REVOKED, None)
    assert f"Chấm dứt theo {decision.title} số {decision.number}" in old.revoke_reason
    assert (decision.kind, decision.valid_to) == ("promotion_end", None)


def test_a_refused_amendment_leaves_the_result(world: World, licence: ResultInfo) -> None:
    dossier_id = amending.in_examination(world, A, licence.id, name="Khác")
    amending.propose(world, dossier_id, Outcome.REFUSED)
    amending.approve(world, dossier_id)
    amending.sign(world, dossier_id)
    assert amending.now_is(world, licence.id).held_for == ""
    world.run_jobs()
    assert world.info(dossier_id).outcome is Outcome.REFUSED
    assert amending.now_is(world, licence.id) == licence
    amending.submitted(world, A, licence.id)  # and it may be tried again


def test_the_new_paper_says_what_it_replaces(world: World, licence: ResultInfo) -> None:
    from emoit.dossiers import amendments
    from emoit.dossiers.case import opened

    dossier_id = amending.in_examination(world, A, licence.id, name="Mùa thu vàng")
    with acting_as(world.process) as by, opened(by=by, now=world.now, dossier_id=dossier_id) as case:
        assert amendments.printed(case) == [
            {"label": "Thay thế", "value": f"{licence.title} số {licence.number} ngày 04/05/2026"},
            {"label": "Thay đổi: Tên chương trình khuyến mại", "value": "Mùa hè rộn ràng → Mùa thu vàng"},
        ]


# -- what is refused

Before = Callable[[World, ResultInfo], Any]


def revoke(world: World, licence: ResultInfo) -> None:
    world.do(HEAD, results.revoke, result_id=licence.id, reason="Khai sai")


def replaced(world: World, licence: ResultInfo) -> None:
    amending.granted(world, A, licence.id)


def expired(world: World, licence: ResultInfo) -> None:
    world.go("2026-07-01 09:00")


def being_changed(world: World, licence: ResultInfo) -> None:
    amending.submitted(world, A, licence.id)


def nothing(world: World, licence: ResultInfo) -> None:
    return None


REFUSED: list[tuple[Change, Before, str, str]] = [
    *[(change, revoke, "result_revoked", "đã bị thu hồi ngày 04/05/2026") for change in Change],
    *[(change, replaced, "result_replaced", "đã được thay thế") for change in Change],
    *[(change, expired, "result_expired", "đã hết hiệu lực ngày 30/06/2026") for change in (A, R, E)],
    *[(change, being_changed, "being_changed", "G02-260504-0002") for change in Change],
]


@pytest.mark.parametrize(("change", "before", "code", "words"), REFUSED)
def test_not_from_this_result(
    world: World, licence: ResultInfo, change: Change, before: Before, code: str, words: str
) -> None:
    before(world, licence)
    with refused(world.process, code) as caught:
        world.do("doanhnghiep1", actions.start_draft, procedure_code=amending.CODES[change], from_result_id=licence.id)
    assert words in caught.value.message


@pytest.mark.parametrize(
    ("login", "procedure", "enterprise", "from_result", "code"),
    [
        ("doanhnghiep2", "NC-00000000a1", None, "licence", "not_found"),
        ("congdan", "NC-00000000a1", None, "licence", "not_found"),
        ("doanhnghiep1", "NC-00000000a1", None, "absent", "not_found"),
        ("doanhnghiep1", "NC-00000000a1", "other", "licence", "another_holder"),
        ("doanhnghiep1", "NC-00000000a1", None, None, "result_missing"),
        ("doanhnghiep1", "2.000138", None, "licence", "not_amending"),
        (HEAD, "NC-00000000a1", None, "licence", "forbidden"),
    ],
)
def test_not_by_them(
    world: World, licence: ResultInfo, login: str, procedure: str, enterprise: str, from_result: str, code: str
) -> None:
    with refused(world.process, code):
        world.do(
            login,
            actions.start_draft,
            procedure_code=procedure,
            enterprise_id=world.enterprise_id("doanhnghiep2") if enterprise else None,
            from_result_id={"licence": licence.id, "absent": 10**9}.get(from_result),
        )


def test_not_from_another_kind(world: World) -> None:
    amending.publish(world, A, kinds=("import_licence",))
    licence = amending.licensed(world)
    with refused(world.process, "wrong_kind"):
        world.do("doanhnghiep1", actions.start_draft, procedure_code=amending.CODES[A], from_result_id=licence.id)


def test_two_drafts_may_wait_but_one_is_handed_in(world: World, licence: ResultInfo) -> None:
    first, second = (amending.draft(world, change, licence.id) for change in (A, R))
    for dossier_id in (first, second):
        amending.amended_answers(world, dossier_id)
    world.do("doanhnghiep1", actions.submit, dossier_id=first)
    with refused(world.process, "being_changed") as caught:
        world.do("doanhnghiep1", actions.submit, dossier_id=second)
    assert world.info(first).code in caught.value.message
    world.do("doanhnghiep1", actions.withdraw, dossier_id=first, reason="Nhầm")
    world.do("doanhnghiep1", actions.submit, dossier_id=second)
    assert world.status(second) is Status.SUBMITTED


@pytest.mark.parametrize("ends_on", ["2026-06-29", "2026-06-30"])
def test_an_extension_ends_later(world: World, licence: ResultInfo, ends_on: str) -> None:
    dossier_id = amending.draft(world, X, licence.id)
    amending.amended_answers(world, dossier_id, ends_on=ends_on)
    with refused(world.process, "incomplete") as caught:
        world.do("doanhnghiep1", actions.submit, dossier_id=dossier_id)
    assert caught.value.fields == {
        "/programme/ends_on": "Thời hạn mới phải sau ngày 30/06/2026, là ngày hết hạn hiện nay."
    }


# -- revoked on the way


def test_revoked_before_it_is_handed_in(world: World, licence: ResultInfo) -> None:
    dossier_id = amending.draft(world, A, licence.id)
    amending.amended_answers(world, dossier_id)
    revoke(world, licence)
    with refused(world.process, "result_revoked"):
        world.do("doanhnghiep1", actions.submit, dossier_id=dossier_id)


STEPS: list[tuple[str, list[Callable[[World, int], None]], Callable[[World, int], None]]] = [
    ("propose", [], amending.propose),
    ("approve", [amending.propose], amending.approve),
    ("sign", [amending.propose, amending.approve], amending.sign),
]


@pytest.mark.parametrize(("step", "before", "act"), STEPS, ids=[s[0] for s in STEPS])
def test_revoked_on_the_way_nobody_can_grant(
    world: World,
    licence: ResultInfo,
    step: str,
    before: list[Callable[[World, int], None]],
    act: Callable[[World, int], None],
) -> None:
    dossier_id = amending.in_examination(world, A, licence.id)
    for earlier in before:
        earlier(world, dossier_id)
    revoke(world, licence)
    with refused(world.process, "result_revoked"):
        act(world, dossier_id)
    world.do(HEAD, actions.stop, dossier_id=dossier_id, reason="Giấy phép đã bị thu hồi")
    assert world.status(dossier_id) is Status.STOPPED


def test_revoked_on_the_way_it_can_be_refused(world: World, licence: ResultInfo) -> None:
    dossier_id = amending.in_examination(world, A, licence.id)
    revoke(world, licence)
    amending.propose(world, dossier_id, Outcome.REFUSED)
    amending.approve(world, dossier_id)
    amending.sign(world, dossier_id)
    world.run_jobs()
    assert world.info(dossier_id).outcome is Outcome.REFUSED


def test_nobody_ends_it_while_its_change_is_being_signed(world: World, licence: ResultInfo) -> None:
    dossier_id = amending.in_examination(world, A, licence.id)
    amending.propose(world, dossier_id)
    amending.approve(world, dossier_id)
    amending.sign(world, dossier_id)
    assert amending.now_is(world, licence.id).held_for == world.info(dossier_id).code
    with refused(world.process, "held") as caught:
        revoke(world, licence)
    assert world.info(dossier_id).code in caught.value.message
    world.run_jobs()
    assert amending.now_is(world, licence.id).state is State.REPLACED
