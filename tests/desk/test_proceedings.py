"""Opinions and inspections by their screens: what the officer types, what happens, what is shown afterwards."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from emoit.dossiers import queries
from emoit.dossiers.types import InspectionResult, Stance
from emoit.kernel.access import acting_as
from tests.dossiers import looks, test_appraisal, test_inspection
from tests.dossiers.test_inspection import png
from tests.support.answers import pdf
from tests.support.traces import taken
from tests.support.world import HEAD, SPECIALIST, World

SignIn = Callable[[str], Client]


def send(world: World, client: Client, dossier_id: int, screen: str, step: str, **typed: Any) -> Any:
    item = world.item(dossier_id, step)
    data = {"item": item.id, "version": item.version, **typed}
    return client.post(f"/nghiep-vu/ho-so/{dossier_id}/{screen}/", data)


def page(client: Client, dossier_id: int, screen: str = "") -> str:
    response = client.get(f"/nghiep-vu/ho-so/{dossier_id}/{screen}{'/' if screen else ''}")
    assert response.status_code == 200
    return response.content.decode()


def test_a_unit_is_asked_and_answers(world: World, sign_in: SignIn) -> None:
    dossier_id = test_appraisal.examined(world)
    specialist, chief = sign_in(SPECIALIST), sign_in(test_appraisal.CHIEF_CHEMIST)
    shown = page(specialist, dossier_id, "lay-y-kien")
    assert "Cục Hóa chất" in shown
    assert "Cục Xúc tiến thương mại</label>" not in shown  # one does not ask oneself
    wrong = send(world, specialist, dossier_id, "lay-y-kien", "examine", question="Có độc không?", reply_by="mai")
    assert wrong.status_code == 422
    assert "Có độc không?" in wrong.content.decode()
    assert "Nhập ngày trả lời" in wrong.content.decode()
    sent = send(
        world, specialist, dossier_id, "lay-y-kien", "examine",
        units=[world.unit_id("G02.26")], question="Có độc không?", reply_by="07/05/2026",
    )  # fmt: skip
    assert sent.status_code == 302
    assert "Chưa trả lời" in page(specialist, dossier_id)
    assert "Kết thúc lấy ý kiến" in page(specialist, dossier_id)
    assert "Cho ý kiến" in page(chief, dossier_id)
    assert "Có độc không?" in page(chief, dossier_id, "cho-y-kien")
    assert send(world, chief, dossier_id, "cho-y-kien", "opine", stance="maybe", text="x").status_code == 422
    assert send(world, chief, dossier_id, "cho-y-kien", "opine", stance="agree", text="Không độc.").status_code == 302
    after = page(specialist, dossier_id)
    assert "Không độc." in after
    assert "Trình đề xuất" in after


def test_a_round_is_closed(world: World, sign_in: SignIn) -> None:
    dossier_id = test_appraisal.examined(world)
    test_appraisal.ask(world, dossier_id)
    client = sign_in(SPECIALIST)
    assert "Cục Hóa chất" in page(client, dossier_id, "ket-thuc-lay-y-kien")
    assert send(world, client, dossier_id, "ket-thuc-lay-y-kien", "consult").status_code == 422
    sent = send(world, client, dossier_id, "ket-thuc-lay-y-kien", "consult", reason="Quá hạn trả lời")
    assert sent.status_code == 302
    assert "Không trả lời" in page(client, dossier_id)


def test_the_standard_process_offers_no_opinions(world: World, sign_in: SignIn) -> None:
    dossier_id = world.in_examination()
    client = sign_in(SPECIALIST)
    assert "Lấy ý kiến" not in page(client, dossier_id)
    before = taken(world.agency_id)
    refused = send(
        world, client, dossier_id, "lay-y-kien", "examine",
        units=[world.unit_id("G02.26")], question="Có độc không?", reply_by="07/05/2026",
    )  # fmt: skip
    assert refused.status_code == 422
    assert taken(world.agency_id) == before


def test_an_inspection_is_planned_and_recorded(world: World, sign_in: SignIn) -> None:
    dossier_id = test_inspection.received(world)
    client = sign_in(SPECIALIST)
    assert "Hẹn kiểm tra thực tế" in page(client, dossier_id)
    typed = {
        "day": "06/05/2026", "time": "8h30", "place": "Kho số 3", "receiver": "Trần Văn Bình",
        "team": [world.account_id(SPECIALIST), world.account_id(HEAD)], "leader": world.account_id(HEAD),
    }  # fmt: skip
    wrong = send(world, client, dossier_id, "hen-kiem-tra", "plan", **{**typed, "day": "09/05/2026"})
    assert wrong.status_code == 422
    assert "phải trong giờ làm việc" in wrong.content.decode()
    assert send(world, client, dossier_id, "hen-kiem-tra", "plan", **typed).status_code == 302
    assert "Kho số 3" in page(client, dossier_id)
    assert "Phạm Quốc Hưng (trưởng đoàn)" in page(client, dossier_id)
    world.go("2026-05-06 10:00")
    client = sign_in(SPECIALIST)
    unfinished = send(
        world, client, dossier_id, "bien-ban-kiem-tra", "inspect", record="1",
        minutes=SimpleUploadedFile("bien-ban.pdf", pdf(1)), photos=[SimpleUploadedFile("kho.png", png())],
    )  # fmt: skip
    assert unfinished.status_code == 422
    shown = unfinished.content.decode()
    assert "Chọn kết quả kiểm tra" in shown
    assert "bien-ban.pdf" in shown  # files stay
    with acting_as(world.process) as by:
        (kept,) = queries.inspections_of(by, dossier_id)
    assert [e.name for e in kept.evidence] == ["bien-ban.pdf", "kho.png"]
    removed = send(world, client, dossier_id, "bien-ban-kiem-tra", "inspect", remove=kept.evidence[1].id)
    assert removed.status_code == 200
    sent = send(
        world, client, dossier_id, "bien-ban-kiem-tra", "inspect", record="1", result="passed", findings="Đủ hàng"
    )
    assert sent.status_code == 302
    with acting_as(world.process) as by:
        (kept,) = queries.inspections_of(by, dossier_id)
    assert (kept.result, [e.name for e in kept.evidence]) == (InspectionResult.PASSED, ["bien-ban.pdf"])
    looks.check_replay(world, dossier_id)


def test_a_file_that_is_refused_is_named(world: World, sign_in: SignIn) -> None:
    dossier_id = test_inspection.planned(world)
    world.go("2026-05-06 10:00")
    client = sign_in(SPECIALIST)
    refused = send(
        world, client, dossier_id, "bien-ban-kiem-tra", "inspect", attach="1",
        minutes=SimpleUploadedFile("bien-ban.pdf", b"MZ not a pdf"),
    )  # fmt: skip
    assert refused.status_code == 422
    assert "bien-ban.pdf:" in refused.content.decode()


def test_appointed_anew(world: World, sign_in: SignIn) -> None:
    dossier_id = test_inspection.planned(world)
    client = sign_in(SPECIALIST)
    assert "Kho số 3" in page(client, dossier_id, "hen-lai-kiem-tra")
    assert send(world, client, dossier_id, "hen-lai-kiem-tra", "inspect").status_code == 422
    assert send(world, client, dossier_id, "hen-lai-kiem-tra", "inspect", reason="Mưa bão").status_code == 302
    assert "Mưa bão" in page(client, dossier_id)


@pytest.mark.parametrize("stance", Stance)
def test_every_stance_has_its_word(stance: Stance) -> None:
    assert stance.label


def test_officers_see_which_table_said_what(world: World, sign_in: Any) -> None:
    from tests.dossiers.test_risk_channels import submitted

    dossier_id = submitted(world, "other", "lc")
    page = sign_in("kiemtra").get(f"/nghiep-vu/ho-so/{dossier_id}/").content.decode()
    assert "Luồng rủi ro: Luồng đỏ" in page
    assert "Bảng import_channel, phiên bản 1, dòng r1. 04/05/2026, 09:30" in page
