"""Every template with full data: what can be read in the PDF, and where the signature belongs."""

from __future__ import annotations

import io
import logging
import re
import subprocess
import threading
import unicodedata
from datetime import UTC, datetime
from typing import Any

import pypdf
import pytest
import zxingcpp
from PIL import Image

from emoit.printing import actions
from emoit.printing.types import TEMPLATES, Rendered
from tests.printing.own_forms import TRADER
from tests.printing.samples import ADDRESS, CODE, COMPANY, PROMOTION, URL, register_row, samples

NAMES = sorted(TEMPLATES)
SIGNED = [n for n in NAMES if n not in {"control_slip", "register"}]
HEADINGS = {
    "receipt": "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ",
    "supplement": "PHIẾU YÊU CẦU BỔ SUNG, HOÀN THIỆN HỒ SƠ",
    "intake_refusal": "PHIẾU TỪ CHỐI TIẾP NHẬN GIẢI QUYẾT HỒ SƠ",
    "apology": "V/v xin lỗi và đề nghị gia hạn thời gian giải quyết hồ sơ",
    "stop_notice": "THÔNG BÁO Dừng giải quyết hồ sơ",
    "inspection_notice": "GIẤY HẸN Kiểm tra thực tế",
    "control_slip": "PHIẾU KIỂM SOÁT QUÁ TRÌNH GIẢI QUYẾT HỒ SƠ",
    "register": "SỔ THEO DÕI HỒ SƠ",
    "promotion_confirmation": "V/v xác nhận đăng ký thực hiện chương trình khuyến mại",
    "refusal_letter": "V/v từ chối giải quyết hồ sơ",
    "licence": "GIẤY PHÉP Kinh doanh cho tổ chức kinh tế có vốn đầu tư nước ngoài",
    "chemical_declaration": "GIẤY XÁC NHẬN Khai báo hóa chất nhập khẩu",
    "import_licence": "GIẤY PHÉP NHẬP KHẨU TỰ ĐỘNG Thuốc lá điếu, xì gà",
    "representative_office": "GIẤY PHÉP Thành lập Văn phòng đại diện của thương nhân nước ngoài tại Việt Nam",
    "multilevel_marketing": "GIẤY CHỨNG NHẬN Đăng ký hoạt động bán hàng đa cấp",
    "certificate_of_origin": "CERTIFICATE OF ORIGIN (Combined Declaration and Certificate) FORM D",
}
SENTENCES = {
    "receipt": [
        "Thời gian nhận hồ sơ: 09 giờ 30 phút, ngày 04 tháng 5 năm 2026",
        "Thời gian trả kết quả: 09 giờ 30 phút, ngày 11 tháng 5 năm 2026",
        f"Địa chỉ: {ADDRESS}",
        "3. Mẫu bằng chứng xác định trúng thưởng: 2",
        "Số lượng hồ sơ: 1 bộ",
    ],
    "supplement": [
        "Lý do: Tệp đã nộp mờ, không đọc được mã dự thưởng.",
        "Thời hạn bổ sung, hoàn thiện: ngày 04 tháng 6 năm 2026",
        "tạm dừng từ 14 giờ 15 phút, ngày 05 tháng 5 năm 2026",
    ],
    "intake_refusal": ["2. Hồ sơ thiếu thể lệ chương trình khuyến mại.", "Hướng dẫn: Đề nghị nộp hồ sơ tại Sở"],
    "apology": [
        "Thời gian hẹn trả kết quả: 09 giờ 30 phút, ngày 11 tháng 5 năm 2026.",
        "kết quả sẽ được trả vào 17 giờ 00 phút, ngày 14 tháng 5 năm 2026.",
        f"về việc: {PROMOTION}; mã hồ sơ: {CODE}.",
    ],
    "inspection_notice": ["Trưởng đoàn", "Nội dung kiểm tra: đối chiếu hàng hóa dùng để khuyến mại."],
    "stop_notice": ["Căn cứ Luật Thương mại ngày 14 tháng 6 năm 2005;", "Lý do dừng giải quyết: quá thời hạn bổ sung"],
    "control_slip": ["Cơ quan phối hợp: Vụ Pháp chế; Văn phòng Bộ", "Tạm dừng 2 ngày 3 giờ chờ bổ sung", "Trang 1/1"],
    "register": ["Từ 01/05/2026 đến 31/05/2026 · 30 hồ sơ", "G02.21-260504-0030", "024 3826 1234"],
    "promotion_confirmation": [
        f"xác nhận {COMPANY} đăng ký thực hiện chương trình khuyến mại",
        "6. Tổng giá trị giải thưởng: 1.250.000.000 đ (một tỷ hai trăm năm mươi triệu đồng).",
        "- Báo cáo kết quả thực hiện trong 45 ngày kể từ ngày hết thời hạn trao thưởng.",
        "KT. CỤC TRƯỞNG PHÓ CỤC TRƯỞNG",
        "- Lưu: VT, QLXTTM.",
    ],
    "refusal_letter": [
        "2. Thể lệ chưa nêu thời hạn trao thưởng.",
        "(Điều 6 Nghị định số 81/2018/NĐ-CP)",
        "hoặc khiếu nại theo quy định của Luật Khiếu nại.",
    ],
    "licence": [
        "CỤC XÚC TIẾN THƯƠNG MẠI Cấp cho:",
        f"Tên tổ chức, cá nhân: {COMPANY}",
        "- Nội dung đề nghị: Nhập khẩu và phân phối bán buôn dầu, mỡ bôi trơn",
        "- Báo cáo hoạt động trước ngày 31 tháng 01 hằng năm.",
        "có hiệu lực kể từ ngày ký đến hết ngày 03/05/2031.",
        "KT. GIÁM ĐỐC PHÓ GIÁM ĐỐC SỞ",
    ],
    "import_licence": [
        "Thương nhân nhập khẩu: Công ty Cổ phần Sản xuất, Thương mại và Dịch vụ",
        "2 Thuốc lá điếu có đầu lọc, bao 20 điếu, nhãn hiệu Mẫu Xanh 24022090 Xinh-ga-po 1.000.000 bao 1,25 1.250.000",
        "Tổng trị giá 1.625.000",
        "có hiệu lực kể từ ngày ký đến hết ngày 03 tháng 6 năm 2026.",
    ],
    "representative_office": [
        f"Tên thương nhân nước ngoài: {TRADER}",
        f"Điều 1. Tên Văn phòng đại diện Tên Văn phòng đại diện: Văn phòng đại diện {TRADER} tại Hà Nội",
        "- Thúc đẩy cơ hội đầu tư kinh doanh của thương nhân, không thực hiện hoạt động sinh lợi trực tiếp",
        "Điều 5. Thời hạn Giấy phép có hiệu lực kể từ ngày ký đến hết ngày 04 tháng 5 năm 2031.",
    ],
    "multilevel_marketing": [
        "Vốn điều lệ: 200.000.000.000 đ (hai trăm tỷ đồng)",
        "đã đăng ký hoạt động bán hàng đa cấp với 2 mặt hàng theo danh mục kèm theo.",
        "DANH MỤC HÀNG HÓA kèm theo Giấy chứng nhận số 12/GP-BCT",
        "2 Kem dưỡng da ban đêm Mỹ phẩm Lọ 50 g Hàn Quốc 890.000 đ",
    ],
    "certificate_of_origin": [
        "Reference No. VN-ID 26/01/00042",
        "TANJUNG PRIOK, JAKARTA",
        "HS 62052000",
        "USD 61,200.00",
        "THIRD COUNTRY INVOICING: LION CITY TRADING PTE LTD, SINGAPORE",
        "HA NOI, 04 MAY 2026 TRAN VAN BINH, DIRECTOR",
    ],
    "chemical_declaration": ["67-63-0", "≥ 99,5 %", "Natri hydroxit", "Cửa khẩu nhập khẩu: Cảng Hải Phòng"],
}

IN_ENGLISH = {"certificate_of_origin"}
ANNEXED = {"multilevel_marketing"}  # the list of goods follows the signature


def flat(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def text_of(pdf: bytes) -> str:
    """The text as poppler reads it, on one line."""
    done = subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True)
    return flat(done.stdout.decode())


def image_of(pdf: bytes, page: int, dpi: int) -> Image.Image:
    command = ["pdftoppm", "-r", str(dpi), "-f", str(page), "-l", str(page), "-png", "-"]
    return Image.open(io.BytesIO(subprocess.run(command, input=pdf, capture_output=True, check=True).stdout))


@pytest.mark.parametrize("name", NAMES)
def test_everything_can_be_read_back_as_text(name: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, logger="emoit.printing"):
        made = actions.render(name, samples()[name])
    assert caplog.records == []
    assert made.replaced == ()
    text = text_of(made.pdf)
    assert text == unicodedata.normalize("NFC", text)
    if name not in IN_ENGLISH:
        assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in text
        assert "Độc lập - Tự do - Hạnh phúc" in text
        assert "Hà Nội, ngày 04 tháng 5 năm 2026" in text
    assert "\u200b" not in text
    assert name == "register" or URL in text.replace(" ", "")
    assert HEADINGS[name] in text
    for sentence in SENTENCES[name]:
        assert sentence in text
    if "procedure" in samples()[name]:
        assert name == "register" or PROMOTION in text  # a title of 195 letters, whole


@pytest.mark.parametrize("name", NAMES)
def test_a_second_reader_reads_the_same_words(name: str) -> None:
    made = actions.render(name, samples()[name])
    reader = pypdf.PdfReader(io.BytesIO(made.pdf))
    assert len(reader.pages) == made.pages
    text = flat(" ".join(page.extract_text() for page in reader.pages))
    assert name in IN_ENGLISH or "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in text
    assert text == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize("name", NAMES)
def test_the_file_says_what_it_is(name: str) -> None:
    made = actions.render(name, samples()[name])
    reader = pypdf.PdfReader(io.BytesIO(made.pdf))
    metadata = reader.xmp_metadata
    assert metadata is not None
    assert (metadata.pdfaid_part, metadata.pdfaid_conformance) == ("2", "B")
    assert reader.trailer["/Root"]["/Lang"] == "vi-VN"
    assert reader.metadata is not None
    code = samples()[name].get("dossier_code", "")
    assert reader.metadata.title == f"{TEMPLATES[name].title} {code}".strip()
    assert reader.metadata.author == samples()[name]["letterhead"]["issuer"]
    assert reader.metadata.creation_date is not None
    assert reader.metadata.creation_date.date().isoformat() == "2026-05-04"
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():
            assert "Noto" in font.get_object()["/BaseFont"] or "Libertinus" in font.get_object()["/BaseFont"]


@pytest.mark.parametrize("name", NAMES)
def test_the_same_data_gives_the_same_bytes(name: str) -> None:
    assert actions.render(name, samples()[name]).pdf == actions.render(name, samples()[name]).pdf


@pytest.mark.parametrize("name", [n for n in NAMES if n != "register"])
def test_the_code_leads_to_the_address(name: str) -> None:
    made = actions.render(name, samples()[name])
    codes = [c.text for page in range(1, made.pages + 1) for c in zxingcpp.read_barcodes(image_of(made.pdf, page, 200))]
    assert codes == [URL]


def words_of(made: Rendered, page: int) -> list[tuple[float, float, float, float, str]]:
    """(x0, y0, x1, y1, word) from the top left, in points."""
    command = ["pdftotext", "-bbox", "-f", str(page), "-l", str(page), "-", "-"]
    html = subprocess.run(command, input=made.pdf, capture_output=True, check=True).stdout.decode()
    found = re.findall(r'xMin="(.+?)" yMin="(.+?)" xMax="(.+?)" yMax="(.+?)">(.*?)<', html)
    return [(float(a), float(b), float(c), float(d), word) for a, b, c, d, word in found]


def signer_of(data: dict[str, Any]) -> str:
    return str(data.get("receiver") or data["signatory"]["name"])


@pytest.mark.parametrize("repeat", [1, 12, 45])
@pytest.mark.parametrize("name", SIGNED)
def test_the_signature_has_its_own_empty_place_above_the_name(name: str, repeat: int) -> None:
    data = samples()[name]
    lengthen(data, repeat)
    made = actions.render(name, data)
    box = made.signature_box
    assert box is not None
    assert box.page == made.pages - (name in ANNEXED)
    page = pypdf.PdfReader(io.BytesIO(made.pdf)).pages[box.page - 1].mediabox
    assert 0 < box.x < box.x + box.width < page.width
    assert 0 < box.y < box.y + box.height < page.height
    assert box.x > page.width / 2
    top, bottom = float(page.height) - box.y - box.height, float(page.height) - box.y
    inside = [
        word
        for x0, y0, x1, y1, word in words_of(made, box.page)
        if x1 > box.x and x0 < box.x + box.width and (y0 + y1) / 2 > top and (y0 + y1) / 2 < bottom
    ]
    assert inside == []
    if name_shown := signer_of(data):
        below = [w for x0, y0, _, _, w in words_of(made, box.page) if x0 > box.x and bottom - 6 < y0 < bottom + 20]
        assert " ".join(below[: len(name_shown.split())]) == name_shown


def lengthen(data: dict[str, Any], repeat: int) -> None:
    """Make the document longer by its one free field."""
    more = "Nội dung dài thêm để đẩy chữ ký xuống trang khác, không được tách khỏi tên người ký. " * repeat
    if "reasons" in data:
        first = data["reasons"][0]
        data["reasons"][0] = more if isinstance(first, str) else {**first, "reason": more}
    elif "reason" in data:
        data["reason"] = more
    elif "requests" in data:
        data["requests"][0]["remedy"] = more
    elif "reminders" in data:
        data["reminders"] = [more]
    elif "items" in data:
        data["items"] *= repeat
    elif "shipment" in data:
        data["shipment"].append({"label": "Ghi chú", "value": more})
    elif "purpose" in data:
        data["purpose"] = more
    elif "conditions" in data:
        data["conditions"] = [more]
    else:
        data["due_note"] = more


@pytest.mark.parametrize("name", ["control_slip", "register"])
def test_lists_have_no_place_for_a_signature(name: str) -> None:
    assert actions.render(name, samples()[name]).signature_box is None


def test_an_ordinary_receipt_is_one_page_of_a5() -> None:
    data = samples()["receipt"]
    data["letterhead"] = {"parent": "Bộ Công Thương", "issuer": "Bộ phận Một cửa", "place": "Hà Nội"}
    data["applicant"]["name"] = "Công ty TNHH Thương mại Bình Minh"
    data["applicant"]["email"] = "lienhe@binhminh.vn"
    made = actions.render("receipt", data)
    page = pypdf.PdfReader(io.BytesIO(made.pdf)).pages[0].mediabox
    assert made.pages == 1
    assert (round(float(page.width) / 72 * 25.4), round(float(page.height) / 72 * 25.4)) == (148, 210)


def test_an_automatic_result_has_no_appointment() -> None:
    text = text_of(actions.render("receipt", {**samples()["receipt"], "due_at": None}).pdf)
    assert "Thời gian trả kết quả: ngay sau khi tiếp nhận, trả tự động" in text


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (datetime(2026, 1, 31, 17, 5, tzinfo=UTC), "00 giờ 05 phút, ngày 01 tháng 02 năm 2026"),
        (datetime(2026, 3, 9, 16, 59, tzinfo=UTC), "23 giờ 59 phút, ngày 09 tháng 3 năm 2026"),
        (datetime(2026, 12, 31, 16, 59, tzinfo=UTC), "23 giờ 59 phút, ngày 31 tháng 12 năm 2026"),
    ],
)
def test_moments_are_shown_in_hanoi_as_decree_30_writes_them(moment: datetime, words: str) -> None:
    data = {**samples()["apology"], "new_due_at": moment}
    assert f"kết quả sẽ được trả vào {words}." in text_of(actions.render("apology", data).pdf)


def test_a_register_of_1200_rows_repeats_its_header() -> None:
    data = {**samples()["register"], "rows": [register_row(index) for index in range(1, 1201)]}
    made = actions.render("register", data)
    pages = [flat(page.extract_text()) for page in pypdf.PdfReader(io.BytesIO(made.pdf)).pages]
    assert len(pages) == made.pages > 100
    for number, page in enumerate(pages, start=1):
        assert f"Trang {number}/{made.pages}" in page
        assert "Tên thủ tục hành chính" in page
        assert "Phương thức nhận" in page
    text = text_of(made.pdf)
    assert re.findall(r"G02\.21-260504-(\d{4})", text) == [f"{index:04d}" for index in range(1, 1201)]


def test_stacked_diacritics_of_neighbouring_lines_never_touch() -> None:
    data = {**samples()["stop_notice"], "guidance": "\n".join(["ỰẶỘỆỢẠỊỴ" * 3, "ẪỖỄỮÕẴỸĨ" * 3] * 4), "verify_url": ""}
    made = actions.render("stop_notice", data)
    ink = image_of(made.pdf, 1, 200).convert("L").point(lambda v: 255 * (v < 160))
    lines = [(y0, y1) for _, y0, _, y1, word in words_of(made, 1) if set(word) <= set("ỰẶỘỆỢẠỊỴẪỖỄỮÕẴỸĨ")]
    assert len(lines) == 8
    scale = 200 / 72
    top, bottom = int(min(y for y, _ in lines) * scale), int(max(y for _, y in lines) * scale)
    rows = [ink.crop((0, y, ink.width, y + 1)).getbbox() is not None for y in range(top, bottom)]
    blocks = sum(1 for before, here in zip([False, *rows], rows, strict=False) if here and not before)
    assert blocks >= 8  # a blank row of dots between every two lines


def test_threads_do_not_mix_documents() -> None:
    wanted = {name: actions.render(name, samples()[name]).pdf for name in ("apology", "stop_notice", "refusal_letter")}
    wrong: list[str] = []

    def work(name: str) -> None:
        wrong.extend(name for _ in range(5) if actions.render(name, samples()[name]).pdf != wanted[name])

    threads = [threading.Thread(target=work, args=(name,)) for name in wanted for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
