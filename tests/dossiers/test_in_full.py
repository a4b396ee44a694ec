"""The procedures in full, from the draft to the signed result, by the real actions; what the result says."""

from __future__ import annotations

import os
import re
import subprocess
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from emoit.dossiers import actions
from emoit.dossiers.models import Decision
from emoit.dossiers.types import Outcome, Status
from emoit.files import queries as files
from emoit.kernel.access import Refusal, acting_as
from emoit.procedures import queries as procedures
from emoit.results import queries as results
from emoit.results.types import ResultInfo
from tests.support.answers import answers, papers
from tests.support.answers_full import FORM_D, IMPORT_LICENCE, MULTILEVEL_MARKETING, REPRESENTATIVE_OFFICE
from tests.support.finishing import finish
from tests.support.world import World

LOGIN = "doanhnghiep1"


def draft(world: World, code: str, given: dict[str, Any]) -> int:
    dossier_id: int = world.do(
        LOGIN, actions.start_draft, procedure_code=code, enterprise_id=world.enterprise_id(LOGIN)
    )
    world.answer(dossier_id, given, login=LOGIN)
    for paper, (name, content) in papers(code).items():
        world.attach(dossier_id, paper, name, content, login=LOGIN)
    return dossier_id


def submitted(world: World, code: str, given: dict[str, Any] | None = None) -> int:
    dossier_id = draft(world, code, given or answers(code))
    world.do(LOGIN, actions.submit, dossier_id=dossier_id)
    return dossier_id


def result_of(world: World, dossier_id: int) -> ResultInfo:
    code = world.info(dossier_id).code or ""
    with acting_as(world.process) as by:
        (found,) = results.of_subject(by, code, now=world.now)
    return found


def pdf_of(world: World, dossier_id: int) -> bytes:
    """The signed file, kept as a picture for people when EMOIT_PICTURES names a folder."""
    with acting_as(world.process) as by:
        decision = Decision.objects.get(dossier_id=dossier_id)
        stored = files.get_for(by, decision.file_id or 0)
    with files.open_content(stored.digest) as content:
        pdf = content.read()
    if folder := os.environ.get("EMOIT_PICTURES"):
        Path(folder, f"{world.info(dossier_id).procedure_code}-{dossier_id}.pdf").write_bytes(pdf)
    return pdf


def text_of(pdf: bytes) -> str:
    done = subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True)
    return re.sub(r"\s+", " ", done.stdout.decode())


CASES = [
    (
        IMPORT_LICENCE,
        "1/GPNKTĐ",
        date(2026, 6, 3),
        0,
        [
            "GIẤY PHÉP NHẬP KHẨU TỰ ĐỘNG Thuốc lá điếu, xì gà",
            "Hợp đồng nhập khẩu: số 2026/HAB-VN/0012 ngày 02/03/2026",
            "Vận đơn đường biển: số MAEU123456789 ngày 12/04/2026",
            "Thanh toán qua ngân hàng: Thư tín dụng (L/C); Ngân hàng TMCP Mẫu; LC-2026-77",
            "24021000 Cu Ba 1.200 hộp 312,5 375.000",
            "24022090 Xinh-ga-po 100.000 bao 1,25 125.000",
            "Tổng trị giá 500.000",
            "đến hết ngày 03 tháng 6 năm 2026.",
        ],
    ),
    (
        REPRESENTATIVE_OFFICE,
        "01-00001/GP",
        date(2030, 3, 11),  # five years from issue would outlast the trader's own registration
        3_000_000,
        [
            "Tên thương nhân nước ngoài: LION CITY TRADING PTE. LTD.",
            "số 201812345K do Accounting and Corporate Regulatory Authority cấp ngày 12/03/2018",
            "Tên Văn phòng đại diện: Văn phòng đại diện Lion City Trading Pte. Ltd. tại Hà Nội",
            "số 1 đường Thử Nghiệm, phường Cửa Nam, Hà Nội",
            "Hộ chiếu: số TR1234567 do Bộ Ngoại giao Nhật Bản cấp ngày 05/06/2021",
            "- Tìm hiểu thị trường",
            "đến hết ngày 11 tháng 3 năm 2030.",
        ],
    ),
    (
        MULTILEVEL_MARKETING,
        "001/GCN-BCT",
        date(2031, 5, 4),
        5_000_000,
        [
            "BỘ CÔNG THƯƠNG",
            "Vốn điều lệ: 300.000.000.000 đ (ba trăm tỷ đồng)",
            "Tiền ký quỹ: 15.000.000.000 đ (mười lăm tỷ đồng), tại Ngân hàng TMCP Mẫu, Chi nhánh Hà Nội",
            "bán hàng đa cấp với 2 mặt hàng theo danh mục kèm theo.",
            "đến hết ngày 04 tháng 5 năm 2031.",
            "1 Viên uống bổ sung vitamin Sao Mai Thực phẩm bảo vệ sức khỏe Hộp 60 viên Việt Nam 1.250.000 đ",
        ],
    ),
    (
        FORM_D,
        "VN-ID 26/01/00001",
        date(2027, 5, 4),
        60_000,
        [
            "Reference No. VN-ID 26/01/00001",
            "SAO MAI TRADING COMPANY LIMITED 56 THU NGHIEM STREET, HA NOI VIET NAM",
            "PT NUSANTARA JAYA JL. JENDERAL SUDIRMAN KAV. 52-53, JAKARTA SELATAN 12190 INDONESIA",
            "02 MAY 2026",
            "MEN'S WOVEN COTTON SHIRTS, 12,000 PIECES HS 62052000",
            "42%",
            "3,125.5 KGS USD 61,200.00",
            "THIRD COUNTRY INVOICING: LION CITY TRADING PTE LTD, SINGAPORE",
            "SM-INV-2026/0417 30 APR 2026",
            "X Third Country Invoicing",
            "Page 1 of 1",
        ],
    ),
]


@pytest.mark.parametrize(("code", "number", "valid_to", "fee", "words"), CASES, ids=[case[0] for case in CASES])
def test_granted_signed_and_returned(
    world: World, code: str, number: str, valid_to: date, fee: int, words: list[str]
) -> None:
    dossier_id = submitted(world, code)
    assert finish(world, dossier_id) is Status.RETURNED
    issued = result_of(world, dossier_id)
    with acting_as(world.process):
        procedure = procedures.version(world.info(dossier_id).procedure_version_id)
    assert (issued.number, issued.valid_to, issued.kind) == (number, valid_to, procedure.result.kind)
    assert procedure.fee_vnd == fee
    text = text_of(pdf_of(world, dossier_id)).replace("\u2019", "'")
    for sentence in words:
        assert sentence in text, (sentence, text)


@pytest.mark.parametrize("code", [case[0] for case in CASES])
def test_refused_by_letter(world: World, code: str) -> None:
    dossier_id = submitted(world, code)
    assert finish(world, dossier_id, Outcome.REFUSED) is Status.RETURNED
    issued = result_of(world, dossier_id)
    assert (issued.kind, issued.valid_to) == ("refusal_letter", None)
    assert "Chưa đủ điều kiện theo quy định." in text_of(pdf_of(world, dossier_id))


def test_a_form_d_of_twenty_lines_and_long_names(world: World) -> None:
    given = answers(FORM_D)
    given["exporter"]["name"] = (
        "NGUYEN THI THUY DUONG MANUFACTURING, TRADING AND IMPORT EXPORT SERVICES JOINT STOCK COMPANY"
    )
    given["consignee"]["name"] = "PT NUSANTARA JAYA ABADI SEJAHTERA INTERNASIONAL PERKASA MAKMUR BERSAMA TBK"
    given["goods"] = [
        {
            **given["goods"][n % 2],
            "marks": f"SM/JKT\nNO. {n + 1}",
            "description": f"ARTICLE {n + 1:02d}, " + "OF COTTON " * 9,
        }
        for n in range(20)
    ]
    dossier_id = submitted(world, FORM_D, given)
    assert finish(world, dossier_id) is Status.RETURNED
    text = text_of(pdf_of(world, dossier_id))
    assert [n for n in range(1, 21) if f"ARTICLE {n:02d}," not in text] == []
    assert text.count("USD 61,200.00") == 10
    assert "Page 2 of" in text
    assert text.count("5. Item number") >= 2  # every page has the heads of its columns
    assert text.count("13.") == 1


def test_the_value_is_not_shown_where_rule_25_does_not_ask_for_it(world: World) -> None:
    given = answers(FORM_D)
    given["importing_country"] = "TH"
    dossier_id = submitted(world, FORM_D, given)
    finish(world, dossier_id)
    assert result_of(world, dossier_id).number == "VN-TH 26/01/00001"
    assert "USD" not in text_of(pdf_of(world, dossier_id))


def test_what_was_right_when_it_was_handed_in_is_late_on_another_day(world: World) -> None:
    """Departed on 2 May: without "Issued Retroactively" it may be handed in until 5 May."""
    dossier_id = draft(world, FORM_D, answers(FORM_D))
    world.go("2026-05-06 08:00")
    with pytest.raises(Refusal) as refused:
        world.do(LOGIN, actions.submit, dossier_id=dossier_id)
    assert refused.value.fields == {
        "/transport/departure_on": "Hàng đã khởi hành quá 3 ngày: đánh dấu “Cấp sau” ở trường hợp riêng"
    }
    assert world.status(dossier_id) is Status.DRAFT
    world.go("2026-05-05 23:50")
    world.do(LOGIN, actions.submit, dossier_id=dossier_id)
    assert world.status(dossier_id) is Status.SUBMITTED
