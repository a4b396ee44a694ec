"""Open dossiers of a previous system go on here: their codes, moments and papers are kept, our rules go on."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from emoit.dossiers import actions, queries
from emoit.dossiers.models import LoadedDossier
from emoit.dossiers.types import Outcome, Status, Verb
from emoit.kernel.access import acting_as
from emoit.lib.working_time import Pause
from emoit.people import actions as people
from emoit.people.types import EnterpriseDetails
from emoit.procedures.types import Change
from tests.dossiers import looks, verbs
from tests.dossiers.test_old_results import load as load_results
from tests.dossiers.test_old_results import row as result_row
from tests.support import amending
from tests.support.answers import PROMOTION, answers, pdf
from tests.support.traces import taken
from tests.support.world import CLERK, HEAD, LEADER, SPECIALIST, World, moment

OLD = {
    "source": "cu",
    "key": "1",
    "code": "G02-260427-0031",
    "procedure_code": PROMOTION,
    "status": "in_progress",
    "applicant_kind": "enterprise",
    "applicant_identity": "9900000016",
    "applicant_name": "Công ty TNHH Thương mại Sao Mai Mẫu",
    "applicant_address": "56 đường Thử Nghiệm, Hà Nội",
    "applicant_phone": "02400000001",
    "submitted_at": "2026-04-27 10:00",
    "received_at": "2026-04-28 09:30",
    "answers": answers(PROMOTION),
    "papers": [{"paper": "the_le", "file": "the-le.pdf"}],
}
STEPS = {
    "submitted": (["intake"], {"received_at": None}),
    "received": (["examine"], {}),
    "in_progress": (["examine"], {}),
    "awaiting_supplement": (
        [],
        {"paused_since": "2026-04-29 08:00", "defects": [{"target": "the_le", "reason": "Thiếu chữ ký"}]},
    ),
}


def row(**changes: Any) -> dict[str, Any]:
    return {key: value for key, value in {**OLD, **changes}.items() if value is not None}


def load(folder: Path, *rows: dict[str, Any]) -> tuple[int, list[str]]:
    (folder / "the-le.pdf").write_bytes(pdf())
    path = folder / "ho-so.jsonl"
    path.write_text("\n".join(json.dumps(r) for r in rows), "utf-8")
    return run(path)


def run(path: Path) -> tuple[int, list[str]]:
    out = io.StringIO()
    try:
        call_command("load_dossiers", str(path), stdout=out)
    except SystemExit as end:
        return int(str(end.code)), out.getvalue().splitlines()
    return 0, out.getvalue().splitlines()


def loaded(world: World, key: str = "1") -> int:
    with acting_as(world.process):
        return LoadedDossier.objects.get(agency_id=world.agency_id, source="cu", key=key).dossier_id


@pytest.mark.parametrize("status", STEPS)
def test_it_goes_on_from_the_step_that_fits(world: World, tmp_path: Path, status: str) -> None:
    steps, more = STEPS[status]
    code, lines = load(tmp_path, row(status=status, **more))
    assert (code, lines) == (0, ["dossiers: loaded 1, unchanged 0, closed 0 (numbers kept), refused 0"])
    dossier_id = loaded(world)
    info = world.info(dossier_id)
    assert (info.code, info.status) == ("G02-260427-0031", Status(status))
    assert info.submitted_at == moment("2026-04-27 10:00")
    assert world.items(dossier_id) == steps
    (entry,) = looks.timeline(world, dossier_id)
    assert (entry.verb, entry.status, entry.at) == (Verb.IMPORT, Status(status), world.now)
    looks.check_replay(world, dossier_id)


def test_the_deadline_is_reckoned_by_our_rules_from_the_old_receipt(world: World, tmp_path: Path) -> None:
    """Received on Tuesday 28 April 09:30, five working days; 30 April and 1 May are days off."""
    load(tmp_path, row())
    info = world.info(loaded(world))
    assert info.deadline is not None
    assert (info.deadline.received_at, info.due_at) == (moment("2026-04-28 09:30"), info.deadline.due_at)
    assert info.due_at == moment("2026-05-07 09:30")
    assert world.item(info.id, "examine").due_at == info.due_at


def test_the_clock_stands_since_the_old_request(world: World, tmp_path: Path) -> None:
    load(tmp_path, row(status="awaiting_supplement", **STEPS["awaiting_supplement"][1]))
    dossier_id = loaded(world)
    with acting_as(world.process) as by:
        snapshot = queries.replayed(by, dossier_id)
        asked = queries.supplement_of(by, dossier_id)
    assert snapshot.pauses == (Pause(moment("2026-04-29 08:00"), None),)
    assert asked is not None
    assert asked.requested_at == moment("2026-04-29 08:00")
    assert world.info(dossier_id).due_at is None
    world.attach(dossier_id, "the_le", "thể lệ mới.pdf", pdf(3))
    world.do("doanhnghiep1", actions.supply, dossier_id=dossier_id)
    assert world.status(dossier_id) is Status.IN_PROGRESS
    # Most of one working day was used up to 29 April 08:00; the rest of five runs from 4 May 09:30.
    assert world.info(dossier_id).due_at == moment("2026-05-08 11:00")
    looks.check_replay(world, dossier_id)


def test_it_is_decided_here(world: World, tmp_path: Path) -> None:
    load(tmp_path, row(status="submitted", received_at=None))
    dossier_id = loaded(world)
    world.on_item(CLERK, actions.receive, dossier_id, "intake")
    world.on_item(SPECIALIST, actions.claim, dossier_id, "examine")
    world.on_item(SPECIALIST, actions.propose, dossier_id, "examine", outcome=Outcome.GRANTED)
    world.on_item(HEAD, actions.approve, dossier_id, "approve")
    world.on_item(LEADER, actions.sign, dossier_id, "sign")
    world.run_jobs()
    assert world.status(dossier_id) is Status.RETURNED
    looks.check_replay(world, dossier_id)


def test_a_fee_is_still_to_be_paid(world: World, tmp_path: Path) -> None:
    code, lines = load(tmp_path, row(status="awaiting_fee"))
    assert (code, "không thu phí" in lines[0]) == (1, True)
    verbs.with_fee(world)
    load(tmp_path, row(status="awaiting_fee"))
    dossier_id = loaded(world)
    assert (world.status(dossier_id), world.items(dossier_id)) == (Status.AWAITING_FEE, [])
    verbs.DO[Verb.PAY_FEE](world, dossier_id)
    assert world.items(dossier_id) == ["examine"]
    looks.check_replay(world, dossier_id)


def test_the_applicant_and_the_officers_see_it(world: World, tmp_path: Path) -> None:
    load(tmp_path, row())
    for login in ("doanhnghiep1", SPECIALIST, CLERK):
        by = world.actor(login)
        with acting_as(by):
            assert [d.code for d in queries.list_for(by)] == ["G02-260427-0031"]
            (paper,) = queries.papers_of(by, loaded(world))
    assert paper.name == "the-le.pdf"
    found = queries.track(agency_id=world.agency_id, code="g02-260427-0031", datum="9900000016")
    assert found.entries[0].words == "Hồ sơ được chuyển từ hệ thống trước, trạng thái «Đang xử lý»."


def test_who_registers_later_goes_on_with_it(world: World, tmp_path: Path) -> None:
    load(tmp_path, row(applicant_identity="9900000030", applicant_name="Công ty Mới"))
    dossier_id = loaded(world)
    assert world.info(dossier_id).applicant_id == 0
    account_id = world.account_id("congdan")
    details = EnterpriseDetails(
        tax_code="9900000030",
        name="Công ty Mới",
        address="1 phố Mới",
        phone="0900000009",
        email="moi@example.com",
        legal_representative="Nguyễn Thị Hoa",
    )
    world.do("congdan", people.register_enterprise, account_id=account_id, details=details)
    world.run_jobs()
    info = world.info(dossier_id)
    assert (info.applicant_id, info.enterprise_id) == (account_id, world.enterprise_id("congdan"))
    world.do("congdan", actions.withdraw, dossier_id=dossier_id, reason="Hoãn")
    assert world.status(dossier_id) is Status.WITHDRAWN
    looks.check_replay(world, dossier_id)


def test_no_code_comes_twice(world: World, tmp_path: Path) -> None:
    """Today's numbers go on after the highest that was seen, also in a closed dossier and in a row that is refused."""
    code, lines = load(
        tmp_path,
        row(code="G02-260504-0007", submitted_at="2026-05-04 08:00", received_at="2026-05-04 08:10"),
        row(key="2", code="G02-260504-0119", status="returned"),
        row(key="3", code="G02-260504-0120", procedure_code="9.999999"),
        row(key="4", code="CU/2026/17"),
    )
    assert code == 1
    assert lines == [
        "line 3: G02-260504-0120: Không có thủ tục này.",
        "dossiers: loaded 2, unchanged 0, closed 1 (numbers kept), refused 1",
    ]
    assert world.info(world.submitted()).code == "G02-260504-0121"


def test_twice_changes_nothing(world: World, tmp_path: Path) -> None:
    load(tmp_path, row())
    before = taken(world.agency_id)
    assert load(tmp_path, row()) == (0, ["dossiers: loaded 0, unchanged 1, closed 0 (numbers kept), refused 0"])
    assert taken(world.agency_id) == before
    code, lines = load(tmp_path, row(applicant_name="Khác"))
    assert (code, "nội dung khác" in lines[0]) == (1, True)
    assert taken(world.agency_id) == before


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"status": "draft"}, "status: trạng thái là một trong"),
        ({"received_at": None}, "phải có thời điểm tiếp nhận"),
        ({"status": "submitted"}, "chưa tiếp nhận không có thời điểm tiếp nhận"),
        ({"submitted_at": "2026-04-29 10:00"}, "theo thứ tự"),
        ({"submitted_at": "2026-06-01", "received_at": "2026-06-02"}, "không ở tương lai"),
        ({"status": "awaiting_supplement"}, "thiếu thời điểm yêu cầu bổ sung"),
        ({"status": "awaiting_supplement", "paused_since": "2026-04-29 08:00"}, "phải nêu các nội dung cần bổ sung"),
        ({"code": "chữ thường"}, "code: mã hồ sơ gồm"),
        ({"applicant_kind": "alien"}, "người nộp là"),
        ({"procedure_code": "2.001555"}, "phản hồi tự động"),
        ({"papers": [{"paper": "the_le", "file": "../x.pdf"}]}, "không có tệp ../x.pdf"),
        ({"papers": [{"paper": "khac", "file": "the-le.pdf"}]}, "thủ tục không có giấy tờ khac"),
        ({"papers": "the_le"}, "papers: không đúng dạng"),
        ({"answers": "[1"}, "answers: không đúng dạng"),
        ({"answers": {"programme": {"kind": "chuyện khác"}}}, "/programme/kind"),
        ({"answers": {"la": 1}}, "nội dung khai không hợp"),
        ({"from_register_code": "KQ.G02.000001"}, "Không có kết quả này trong sổ"),
        ({"received_at": "2010-01-05", "submitted_at": "2010-01-04"}, "Chưa có quy định về cơ chế một cửa"),
    ],
)
def test_refused_rows_leave_nothing(world: World, tmp_path: Path, changes: dict[str, Any], words: str) -> None:
    (tmp_path / "the-le.pdf").write_bytes(pdf())
    code, lines = load(
        tmp_path,
        row(code="CU-1") | {k: v for k, v in changes.items() if v is not None}
        if changes.get("received_at", "") is not None
        else {k: v for k, v in row(code="CU-1").items() if k != "received_at"},
    )
    assert (code, len(lines)) == (1, 2)
    assert words in lines[0]
    with acting_as(world.process):
        assert not LoadedDossier.objects.exists()


def test_the_answers_of_a_loaded_dossier_may_be_few(world: World, tmp_path: Path) -> None:
    code, _ = load(tmp_path, row(answers={"programme": {"name": "Cũ"}}, papers=None))
    assert code == 0
    assert world.info(loaded(world)).answers == {"programme": {"name": "Cũ"}}


def test_csv_reads_alike(world: World, tmp_path: Path) -> None:
    (tmp_path / "the-le.pdf").write_bytes(pdf())
    cells = {**OLD, "answers": json.dumps(OLD["answers"]).replace('"', '""'), "papers": "the_le=the-le.pdf"}
    path = tmp_path / "x.csv"
    path.write_text(",".join(cells) + "\n" + ",".join(f'"{v}"' for v in cells.values()) + "\n", "utf-8")
    assert run(path)[0] == 0
    assert world.info(loaded(world)).answers == OLD["answers"]


def test_an_amendment_under_way_is_brought_in(world: World, tmp_path: Path) -> None:
    amending.publish(world, Change.AMEND)
    load_results(tmp_path, result_row(valid_to="2026-12-31", register_code="GP-77"))
    amends = {"procedure_code": amending.CODES[Change.AMEND]}
    code, lines = load(
        tmp_path,
        row(**amends),
        row(key="2", code="CU-2", from_register_code="GP-77", **amends),
        row(key="3", code="CU-3", from_register_code="GP-77", **amends),
    )
    assert (code, lines[-1]) == (1, "dossiers: loaded 1, unchanged 0, closed 0 (numbers kept), refused 2")
    assert "mở từ một kết quả đã cấp" in lines[0]
    assert "đang được thay đổi theo hồ sơ CU-2" in lines[1]
