"""The slips of the one-stop mechanism say what happened (Circulars 01/2018 and 03/2025/TT-VPCP)."""

from __future__ import annotations

import io
import re

import pypdf
import pytest

from emoit.dossiers import actions, queries, slips
from emoit.dossiers.types import SlipKind
from emoit.files import queries as files
from emoit.kernel.access import Actor, NotFound, acting_as
from tests.dossiers import verbs
from tests.support.traces import refused
from tests.support.world import HEAD, SPECIALIST, World

APPLICANT = "Công ty TNHH Thương mại Sao Mai Mẫu"


def text_of(pdf: bytes) -> str:
    """All words in one line; lines broken inside a paragraph are joined."""
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages)).strip()


def slip_text(world: World, dossier_id: int, kind: SlipKind, *, login: str = verbs.APPLICANT) -> str:
    """What the applicant reads in the only slip of that kind."""
    by: Actor = world.actor(login)
    with acting_as(by):
        (slip,) = [s for s in queries.slips_of(by, dossier_id) if s.kind is kind]
        stored = files.get_for(by, slip.file_id)
    assert stored.media_type == "application/pdf"
    with files.open_content(stored.digest) as content:
        return text_of(content.read())


def has(text: str, *expected: str) -> None:
    assert [words for words in expected if words not in text] == [], text


def test_receipt(world: World) -> None:
    dossier_id = world.received()
    world.run_jobs()
    has(
        slip_text(world, dossier_id, SlipKind.RECEIPT),
        "G02-260504-0001",
        APPLICANT,
        "Thể lệ chương trình khuyến mại",
        "Hình ảnh hoặc mô tả hàng hóa khuyến mại",
        "Ngô Thị Hồng Nhung",
        "Trần Văn Bình",
        "11/05/2026",
    )


def test_supplement(world: World) -> None:
    dossier_id = verbs.awaiting_supplement(world)
    world.run_jobs()
    has(
        slip_text(world, dossier_id, SlipKind.SUPPLEMENT),
        "G02-260504-0001",
        APPLICANT,
        "Thể lệ chương trình khuyến mại",
        "Thiếu chữ ký",
        "Tên chưa rõ",
        "Nguyễn Minh Khôi",
    )


def test_intake_refusal(world: World) -> None:
    dossier_id = verbs.refused_at_intake(world)
    world.run_jobs()
    has(
        slip_text(world, dossier_id, SlipKind.INTAKE_REFUSAL),
        "G02-260504-0001",
        APPLICANT,
        "Không thuộc thẩm quyền của Bộ",
        "Ngô Thị Hồng Nhung",
    )


def test_apology(world: World) -> None:
    dossier_id = world.in_examination()
    world.do(HEAD, actions.extend, dossier_id=dossier_id, working_days=3, reason="Chờ ý kiến chuyên gia")
    world.run_jobs()
    has(
        slip_text(world, dossier_id, SlipKind.APOLOGY),
        "G02-260504-0001",
        APPLICANT,
        "Chờ ý kiến chuyên gia",
        "ngày 11 tháng 5 năm 2026",
        "ngày 14 tháng 5 năm 2026",
        "Phạm Quốc Hưng",
    )


def test_stop_notice(world: World) -> None:
    dossier_id = verbs.stopped(world)
    world.run_jobs()
    has(
        slip_text(world, dossier_id, SlipKind.STOP_NOTICE),
        "G02-260504-0001",
        APPLICANT,
        "Thương nhân đã giải thể",
        "Phạm Quốc Hưng",
    )


def test_control_slip(world: World) -> None:
    dossier_id = world.signed()
    world.do(SPECIALIST, slips.make, dossier_id=dossier_id, kind=SlipKind.CONTROL_SLIP)
    has(
        slip_text(world, dossier_id, SlipKind.CONTROL_SLIP, login=SPECIALIST),
        "G02-260504-0001",
        "Ngô Thị Hồng Nhung",
        "Nguyễn Minh Khôi",
        "Phạm Quốc Hưng",
        "Lý Thành Nam",
    )


@pytest.mark.parametrize("login", ["doanhnghiep2", "hoachat.cuctruong"])
def test_a_slip_is_read_by_those_who_read_the_dossier(world: World, login: str) -> None:
    dossier_id = world.received()
    world.run_jobs()
    with acting_as(world.actor(verbs.APPLICANT)) as by:
        (slip,) = queries.slips_of(by, dossier_id)
    with acting_as(world.actor(login)) as by, pytest.raises(NotFound):
        files.get_for(by, slip.file_id)
    with refused(world.actor(login), "forbidden" if login == "doanhnghiep2" else "not_found"):
        world.do(login, slips.make, dossier_id=dossier_id, kind=SlipKind.CONTROL_SLIP)


def test_a_citizen_makes_no_slips(world: World) -> None:
    dossier_id = world.received()
    with refused(world.actor(verbs.APPLICANT), "forbidden"):
        world.do(verbs.APPLICANT, slips.make, dossier_id=dossier_id, kind=SlipKind.RECEIPT)


def test_register(world: World) -> None:
    one, other = world.signed(), world.submitted()
    by = world.actor(SPECIALIST)
    since, until = world.at("2026-05-01 00:00"), world.at("2026-06-01 00:00")
    with acting_as(by):
        text = text_of(slips.register(by, since=since, until=until, now=world.now))
    has(text, APPLICANT, "01/05/2026", "31/05/2026", *(world.info(d).code for d in (one, other)))
    with refused(world.process, "empty_register"), acting_as(by):
        slips.register(by, since=until, until=world.at("2026-07-01 00:00"), now=world.now)
