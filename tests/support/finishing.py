"""Any procedure from the draft to its end, by the real actions: right answers to any form, an officer for any step."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from emoit.dossiers import actions
from emoit.dossiers.types import EvidenceKind, InspectionResult, Outcome, Status
from emoit.forms import queries as forms
from emoit.forms.types import Field, Form, Widget
from emoit.kernel import personal
from emoit.kernel.access import Actor, acting_as
from emoit.payments import actions as payments
from emoit.payments import queries as dues
from emoit.payments.types import Method
from emoit.people import queries as people
from emoit.people.types import Role
from emoit.procedures import queries as procedures
from emoit.procedures.types import Procedure
from emoit.results import actions as results
from emoit.work import queries as work
from emoit.work.types import Item
from emoit.workflow.types import kind_of
from tests.support import answers_full
from tests.support.answers import CHEMICALS, PROMOTION, answers, papers, pdf
from tests.support.world import World, moment

PROVINCE = "01"  # the only one whose department has officers in the world
LONGEST_WAY = 20
MINUTES = EvidenceKind.MINUTES
KNOWN = {
    PROMOTION,
    CHEMICALS,
    *answers_full.ANSWERS,
}  # forms with rules of their own: answered by hand in tests.support.answers
_ANSWERS: dict[Widget, Any] = {
    Widget.CHECKBOX: True,
    Widget.YES_NO: True,
    Widget.DATE: "2026-04-01",
    Widget.EMAIL: "thu@example.com",
    Widget.PHONE: "0912345678",
    Widget.TAX_CODE: "9900000016",
    Widget.NUMBER: 1,
    Widget.MONEY: 1000,
}


def published(world: World) -> list[Procedure]:
    with acting_as(world.process):
        cards = procedures.catalogue(at=world.now)
        return [procedures.version(card.version_id) for card in cards]


def answer_for(field: Field) -> Any:
    if field.pointer == "/place/province":
        return PROVINCE
    if field.options:
        return field.options[0].value
    return _ANSWERS.get(field.widget, "Nội dung khai để thử")


def generic_answers(form: Form) -> dict[str, Any]:
    """Every required field of a form of scalar fields, filled in."""
    given: dict[str, Any] = {}
    for page in forms.pages(form):
        for field in page.fields:
            if field.required:
                _, group, name = field.pointer.split("/")
                given.setdefault(group, {})[name] = answer_for(field)
    return given


def applicant_of(procedure: Procedure) -> tuple[str, bool]:
    """(login, whether for the enterprise): an enterprise where it may, else a citizen."""
    return ("doanhnghiep1", True) if "enterprise" in procedure.applicants else ("congdan", False)


def _earlier(world: World, procedure: Procedure, login: str, enterprise_id: int | None) -> int | None:
    """An old result of a kind that the procedure changes, in the applicant's name; None where it changes none."""
    if procedure.amends is None:
        return None
    by = world.actor(login)
    with acting_as(by):
        party = people.party_for(by, enterprise_id=enterprise_id)
    with acting_as(world.process) as hand:
        old = results.issue(
            by=hand,
            now=world.now,
            agency_id=world.agency_id,
            unit_id=people.unit_by_code(world.agency_id, "G02.MC").id,
            issuer_name="Bộ Công Thương",
            kind=procedure.amends.kinds[0],
            title="Văn bản đã cấp trước đây",
            number="125/BCT-CU",
            holder_name=party.name,
            holder_key=personal.keyed_hash(party.identity),
            holder_readers=frozenset({party.reader}),
            issued_at=moment("2025-03-03 09:00"),
        )
    return old.id


def submit(world: World, procedure: Procedure) -> int:
    login, as_enterprise = applicant_of(procedure)
    enterprise_id = world.enterprise_id(login) if as_enterprise else None
    dossier_id: int = world.do(
        login,
        actions.start_draft,
        procedure_code=procedure.code,
        enterprise_id=enterprise_id,
        from_result_id=_earlier(world, procedure, login, enterprise_id),
    )
    known = procedure.code in KNOWN
    given = answers(procedure.code) if known else generic_answers(procedure.form)
    world.answer(dossier_id, given, login=login)
    handed = (
        papers(procedure.code) if known else {p.code: ("giấy tờ.pdf", pdf()) for p in procedure.papers if p.required}
    )
    for code, (name, content) in handed.items():
        world.attach(dossier_id, code, name, content, login=login)
    world.do(login, actions.submit, dossier_id=dossier_id)
    return dossier_id


def _propose(outcome: Outcome) -> Callable[..., None]:
    def run(**arguments: Any) -> None:
        content = "Chưa đủ điều kiện theo quy định." if outcome is Outcome.REFUSED else "Báo cáo hằng năm."
        actions.propose(outcome=outcome, content=content, **arguments)

    return run


def _plan(world: World, dossier_id: int) -> Callable[..., None]:
    def run(by: Actor, **arguments: Any) -> None:
        unit_id = world.info(dossier_id).handling_unit_id or 0
        roles = (Role.SPECIALIST, Role.UNIT_HEAD)
        team = [people.officers_in(unit_id, role, now=world.now)[0].account_id for role in roles]
        plan = actions.Plan(
            starts_at=world.now + timedelta(minutes=5),
            place="56 đường Thử Nghiệm, Hà Nội",
            receiver="Trần Văn Bình, giám đốc",
            team=team,
            leader_id=team[1],
        )
        with acting_as(by):
            actions.plan_inspection(by=by, plan=plan, **arguments)

    return run


def _inspect(world: World, dossier_id: int) -> Callable[..., None]:
    """On site ten minutes later: the minutes are attached and handed in."""

    def run(by: Actor, **arguments: Any) -> None:
        world.clock.shift(timedelta(minutes=10))
        minutes = io.BytesIO(pdf())
        world.do(by, actions.attach_evidence, dossier_id=dossier_id, kind=MINUTES, name="biên bản.pdf", content=minutes)
        with acting_as(by):
            actions.record_inspection(
                by=by, **{**arguments, "now": world.now}, result=InspectionResult.PASSED, findings="Đúng như hồ sơ."
            )

    return run


def finish(world: World, dossier_id: int, outcome: Outcome = Outcome.GRANTED) -> Status:
    """Do whatever waits until nothing does. Each step by an officer who holds its role in its unit."""
    steps: dict[str, Callable[..., Any]] = {
        "intake": actions.receive,
        "examine": _propose(outcome),
        "approve": actions.approve,
        "sign": actions.sign,
        "plan": _plan(world, dossier_id),
        "inspect": _inspect(world, dossier_id),
    }
    for _ in range(LONGEST_WAY):
        _pay(world, dossier_id)
        world.run_jobs()
        item = _next(world, dossier_id)
        if item is None:
            return world.status(dossier_id)
        officer = _officer(world, item)
        world.do(officer, steps[kind_of(item.step)], dossier_id=dossier_id, item_id=item.id, version=item.version)
    raise AssertionError(f"dossier {dossier_id} goes round in circles")


def _next(world: World, dossier_id: int) -> Item | None:
    with acting_as(world.process) as by:
        found = work.open_of(by, "dossier", dossier_id)
    return found[0] if found else None


def _officer(world: World, item: Item) -> Any:
    with acting_as(world.process):
        holders = people.officers_in(item.unit_id, item.role, now=world.now)
        assert holders, f"nobody does {item.step} as {item.role} in {people.unit(item.unit_id).code}"
    return people.actor_for(holders[0].account_id, now=world.now)


def _pay(world: World, dossier_id: int) -> None:
    if world.status(dossier_id) is not Status.AWAITING_FEE:
        return
    with acting_as(world.process) as by:
        obligations = [o for o in dues.of_subject(by, "dossier", dossier_id) if o.paid_at is None]
        unit_id = world.info(dossier_id).receiving_unit_id or 0
        cashier = people.officers_in(unit_id, "cashier", now=world.now)[0]
    for due in obligations:
        world.do(
            people.actor_for(cashier.account_id, now=world.now),
            payments.record_payment,
            obligation_id=due.id,
            amount_vnd=due.amount_vnd,
            method=Method.TRANSFER,
        )
