"""Look-ups from the dossier to the register and back, against the running partners."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings

from emoit.dossiers import actions, queries
from emoit.exchange.models import Call
from emoit.kernel import audit
from emoit.kernel.access import Forbidden, Refusal, acting_as
from emoit.people import queries as people
from emoit.people.models import Lookup
from emoit.people.registers import population
from emoit.people.types import LookupInfo, LookupState, Purpose, Register, RegisterFacts
from tests.support.desk import SECOND
from tests.support.jobs import waiting_jobs
from tests.support.registers import Registers, key_file
from tests.support.world import CLERK, HEAD, SPECIALIST, World

P, E = Register.POPULATION, Register.ENTERPRISES
COMPANY = "doanhnghiep1"


def ask(world: World, dossier_id: int, register: Register = P, *, login: str = COMPANY) -> LookupInfo:
    world.do(login, actions.fetch_from_register, dossier_id=dossier_id, register=register)
    world.run_jobs()
    return newest(world, dossier_id)


def look_up(
    world: World, dossier_id: int, purpose: Purpose = Purpose.VERIFY_APPLICANT, register: Register = P
) -> LookupInfo:
    given: dict[str, Any] = {"register": register, "purpose": purpose}
    item = world.item(dossier_id, "examine")
    world.do(SPECIALIST, actions.look_up, dossier_id=dossier_id, item_id=item.id, **given)
    world.run_jobs()
    return newest(world, dossier_id)


def newest(world: World, dossier_id: int) -> LookupInfo:
    with acting_as(world.process) as by:
        return queries.lookups_of(by, dossier_id, now=world.now)[0]


def rows(world: World) -> list[Lookup]:
    with acting_as(world.process):
        return list(Lookup.objects.order_by("pk"))


def calls(world: World) -> list[Call]:
    with acting_as(world.process):
        return list(Call.objects.order_by("pk"))


def test_an_applicant_consents(world: World, registers: Registers) -> None:
    dossier_id = world.draft()
    found = ask(world, dossier_id)
    assert (found.state, found.purpose, found.consented) == (LookupState.ANSWERED, Purpose.DECLARE, True)
    assert found.facts == RegisterFacts("001085000002", "Trần Văn Bình", "34 phố Mẫu, Hà Nội")
    (told,) = registers.asked()
    assert (told["officer"], told["service"], told["number"]) == ("G02-CB000", "G02-XTTM", "001085000002")
    (call,) = calls(world)
    assert (call.outcome, call.status, call.partner_code, call.service) == (
        "ok",
        200,
        "CSDLDC",
        "TraCuuThongTinCongDan",
    )
    assert (call.account_id, call.purpose, call.subject_id) == (
        world.account_id(COMPANY),
        "declare",
        str(dossier_id),
    )
    assert call.request_id == told["request_id"]


def test_an_officer_who_holds_the_work(world: World, registers: Registers) -> None:
    dossier_id = world.in_examination()
    found = look_up(world, dossier_id, register=E)
    assert found.facts is not None
    assert (found.facts.address, found.facts.standing) == ("58 đường Thử Nghiệm, Hà Nội", "Đang hoạt động")
    look_up(world, dossier_id)
    assert [(told["officer"], told["outcome"]) for told in registers.asked()] == [("G02-CB002", "found")]
    row = rows(world)[-1]
    assert (row.account_id, row.unit_id, row.role) == (
        world.account_id(SPECIALIST),
        world.unit_id("G02.21"),
        "specialist",
    )
    with acting_as(world.process) as by:
        entry = audit.entries(by, verbs=["people.look_up"], limit=1)[0]
    assert entry.account_id == world.account_id(SPECIALIST)
    assert entry.details == {
        "register": "population",
        "purpose": "verify_applicant",
        "about": f"dossier:{dossier_id}",
        "kept_answer": False,
    }


@pytest.mark.parametrize("login", [HEAD, CLERK])
def test_one_who_does_not_hold_the_work(world: World, registers: Registers, login: str) -> None:
    dossier_id = world.in_examination()
    item = world.item(dossier_id, "examine")
    with pytest.raises(Refusal) as refused:
        world.do(
            login,
            actions.look_up,
            dossier_id=dossier_id,
            item_id=item.id,
            register=P,
            purpose=Purpose.VERIFY_APPLICANT,
        )
    assert refused.value.code in {"not_held", "item_closed"}
    assert (rows(world), calls(world), registers.asked()) == ([], [], [])
    assert "people.look_up" not in [name for name, _ in waiting_jobs()]


def test_work_that_nobody_holds(world: World, registers: Registers) -> None:
    dossier_id = world.received()
    item = world.item(dossier_id, "examine")
    with pytest.raises(Forbidden, match="đang giữ việc"):
        world.do(
            SPECIALIST,
            actions.look_up,
            dossier_id=dossier_id,
            item_id=item.id,
            register=P,
            purpose=Purpose.VERIFY_APPLICANT,
        )
    assert rows(world) == []


def test_an_answer_counts_for_its_dossier_and_purpose(world: World, registers: Registers) -> None:
    dossier_id = world.in_examination()
    first = look_up(world, dossier_id)
    again = look_up(world, dossier_id)
    assert again.id == first.id
    other = look_up(world, dossier_id, Purpose.CHECK_CONDITIONS)
    assert other.id != first.id
    assert len(registers.asked()) == 2
    world.go("2026-05-07 09:31")  # 72 hours later
    assert {one.facts for one in _all(world, dossier_id)} == {None}
    assert look_up(world, dossier_id).id not in {first.id, other.id}
    assert len(registers.asked()) == 3


def test_who_uses_anothers_answer_is_told_of_too(
    world: World, registers: Registers, settings: Any, tmp_path: Path
) -> None:
    """The register is not asked again, the answer lasts no longer, and the person reads of both."""
    file = key_file()
    file["population"]["officers"][SECOND] = file["population"]["officers"][SPECIALIST]
    settings.EMOIT_REGISTERS = tmp_path / "registers.json"
    settings.EMOIT_REGISTERS.write_text(json.dumps(file))
    dossier_id = world.in_examination()
    first = look_up(world, dossier_id)
    world.on_item(SPECIALIST, actions.release, dossier_id, "examine")
    world.go("2026-05-05 09:31")
    world.on_item(SECOND, actions.claim, dossier_id, "examine")
    for _ in range(2):
        world.do(
            SECOND,
            actions.look_up,
            dossier_id=dossier_id,
            item_id=world.item(dossier_id, "examine").id,
            register=P,
            purpose=Purpose.VERIFY_APPLICANT,
        )
    assert world.run_jobs() == 0
    assert len(registers.asked()) == 1
    second, again = _all(world, dossier_id)
    assert (again.id, second.account_id) == (first.id, world.account_id(SECOND))
    assert (second.facts, second.keep_until) == (first.facts, first.keep_until)
    with acting_as(world.actor(COMPANY)) as applicant:
        told = people.lookups_about(applicant)
    assert [one.account_id for one in told] == [world.account_id(SECOND), world.account_id(SPECIALIST)]


def _all(world: World, dossier_id: int) -> list[LookupInfo]:
    with acting_as(world.process) as by:
        return queries.lookups_of(by, dossier_id, now=world.now)


def test_an_enterprise_is_asked_for_once_a_day(world: World, registers: Registers) -> None:
    for _ in range(3):
        assert look_up(world, world.in_examination(), register=E).state is LookupState.ANSWERED
    assert len(registers.asked("enterprises")) == 1
    assert len(rows(world)) == 3
    world.go("2026-05-05 09:31")
    look_up(world, world.in_examination(), register=E)
    assert len(registers.asked("enterprises")) == 2


def test_the_answer_lies_encrypted_and_goes_with_the_dossier(world: World, registers: Registers) -> None:
    dossier_id = world.draft()
    ask(world, dossier_id)
    from django.db import connection

    with acting_as(world.process), connection.cursor() as cursor:
        cursor.execute("select answer, asked from people_lookup")
        ((answer, asked),) = cursor.fetchall()
    assert answer.startswith("v1.")
    assert asked == ""
    world.do(COMPANY, actions.discard_draft, dossier_id=dossier_id)
    (row,) = rows(world)
    assert (row.answer, row.asked, row.forgotten_at) == ("", "", world.now)


def test_a_dossier_that_ends_drops_what_waits(world: World, registers: Registers) -> None:
    dossier_id = world.submitted()
    waiting = world.draft()
    registers.population.behave(down="500")
    ask(world, waiting)
    world.do(COMPANY, actions.submit, dossier_id=waiting)
    assert rows(world)[0].subject_code == world.info(waiting).code != world.info(dossier_id).code
    world.do(COMPANY, actions.withdraw, dossier_id=waiting, reason="Không cần nữa.")
    (row,) = rows(world)
    assert (row.state, row.due_at, row.asked) == ("dropped", None, "")


LIES = [
    ("population", "another", "wrong_person"),
    ("population", "request", "wrong_request"),
    ("population", "broken", "xml_malformed"),
    ("population", "bomb", "xml_doctype"),
    ("population", "endless", "too_long"),
    ("enterprises", "another", "wrong_enterprise"),
    ("enterprises", "broken", "not_json"),
    ("enterprises", "deep", "not_json"),
    ("enterprises", "endless", "too_long"),
]


@pytest.mark.parametrize(("partner", "lie", "code"), LIES)
def test_lies_are_never_believed(world: World, registers: Registers, partner: str, lie: str, code: str) -> None:
    getattr(registers, partner).behave(lie=lie)
    found = ask(world, world.draft(), Register(partner))
    assert (found.state, found.error, found.facts) == (LookupState.WAITING, code, None)
    registers.reset()
    world.go("2026-05-04 09:45")
    _tick(world)
    assert newest_of(world).state is LookupState.ANSWERED


def newest_of(world: World) -> LookupInfo:
    return newest(world, int(rows(world)[-1].subject_id))


def _tick(world: World) -> None:
    """What the clock does every minute, and its jobs."""
    from emoit.people import looking_up

    with acting_as(world.process):
        looking_up.ask_again(now=world.now)
    world.run_jobs()


def test_without_a_worker_one_run_waits_for_each(world: World, registers: Registers) -> None:
    from emoit.people import looking_up

    registers.population.behave(lie="another")
    ask(world, world.draft())
    world.go("2026-05-04 10:30")
    with acting_as(world.process):
        assert looking_up.ask_again(now=world.now) == 1
        assert looking_up.ask_again(now=world.now) == 0  # one waits
    assert [job for job, _ in waiting_jobs()].count("people.look_up") == 1
    world.run_jobs()
    assert len(registers.asked()) == 2


def test_an_answer_that_nobody_thought_of_is_not_asked_for_without_end(
    world: World, registers: Registers, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_given: Any, **_named: Any) -> None:
        raise AttributeError("meant to fail")

    monkeypatch.setattr(population, "read", breaks)
    dossier_id = world.draft()
    found = ask(world, dossier_id)
    assert (found.state, found.error) == (LookupState.WAITING, "unreadable")
    assert [row.bad_answers for row in rows(world)] == [1]  # after five it is dropped


def test_a_register_that_lies_on_is_left_alone(world: World, registers: Registers) -> None:
    registers.population.behave(lie="another")
    ask(world, world.draft())
    for hour in range(10, 16):
        world.go(f"2026-05-04 {hour}:30")
        _tick(world)
    assert newest_of(world).state is LookupState.DROPPED
    assert len(registers.asked()) == 5


DOWN = [("refuse", "unreachable"), ("500", "http_500"), ("html", "not_expected"), ("hang", "timeout")]


@pytest.mark.parametrize(("down", "code"), DOWN)
def test_a_register_that_is_down(world: World, registers: Registers, down: str, code: str) -> None:
    registers.population.behave(down=down)
    dossier_id = world.draft()
    with override_settings(EMOIT_EXCHANGE_TIMEOUT=1.0 if down == "hang" else 60.0):
        found = ask(world, dossier_id)
    assert (found.state, found.error) == (LookupState.WAITING, code)
    assert [call.outcome for call in calls(world)] == [code]
    registers.population.behave(down="no")
    world.go("2026-05-04 09:31")
    _tick(world)
    assert newest(world, dossier_id).state is LookupState.ANSWERED


def test_nobody_of_that_name(world: World, registers: Registers) -> None:
    registers.population.call("PUT", "/people", {"number": "001085000002", "name": "Trần Văn Khác", "born": "1985"})
    assert ask(world, world.draft()).state is LookupState.ABSENT


def test_an_officer_without_a_code(world: World, registers: Registers, settings: Any, tmp_path: Any) -> None:
    file = key_file()
    del file["population"]["officers"][SPECIALIST]
    settings.EMOIT_REGISTERS = tmp_path / "registers.json"
    settings.EMOIT_REGISTERS.write_text(json.dumps(file))
    with pytest.raises(Refusal) as refused:
        look_up(world, world.in_examination())
    assert (refused.value.code, rows(world), registers.asked()) == ("unknown_officer", [], [])


def test_a_service_that_the_register_does_not_know(
    world: World, registers: Registers, settings: Any, tmp_path: Any
) -> None:
    file = key_file()
    file["population"] |= {"service_code": "KHAC", "services": {}}
    settings.EMOIT_REGISTERS = tmp_path / "registers.json"
    settings.EMOIT_REGISTERS.write_text(json.dumps(file))
    found = ask(world, world.draft())
    assert (found.state, found.error) == (LookupState.REFUSED, "Client.Service")
    assert registers.asked()[-1]["outcome"] == "Client.Service"


def test_not_connected(world: World, settings: Any, tmp_path: Any) -> None:
    settings.EMOIT_REGISTERS = tmp_path / "none.json"
    dossier_id = world.draft()
    with pytest.raises(Refusal) as refused:
        world.do(COMPANY, actions.fetch_from_register, dossier_id=dossier_id, register=P)
    assert (refused.value.code, rows(world)) == ("not_connected", [])
