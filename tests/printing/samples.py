"""Complete data for every template, with long names and letters of every kind."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from tests.printing import own_forms

PROMOTION = (
    "Đăng ký hoạt động khuyến mại đối với chương trình khuyến mại mang tính may rủi thực hiện trên địa bàn từ 2 tỉnh, "
    "thành phố trực thuộc Trung ương trở lên và chương trình khuyến mại theo các hình thức khác"
)
COMPANY = "Công ty Cổ phần Sản xuất, Thương mại và Dịch vụ Xuất nhập khẩu Thực phẩm Nguyễn Thị Thùy Dương"
ADDRESS = "Số 12, ngõ 45/6 đường Nguyễn Chí Thanh, phường Láng Thượng, quận Đống Đa, thành phố Hà Nội"
CODE = "G02.21-260504-0001"
RECEIVED = datetime(2026, 5, 4, 2, 30, tzinfo=UTC)  # 09:30 in Ha Noi
DUE = datetime(2026, 5, 11, 2, 30, tzinfo=UTC)
TRADE = {"parent": "Bộ Công Thương", "issuer": "Cục Xúc tiến thương mại", "place": "Hà Nội"}
ONE_STOP = {
    "parent": "Bộ Công Thương",
    "issuer": "Bộ phận Tiếp nhận và Trả kết quả giải quyết thủ tục hành chính",
    "place": "Hà Nội",
}
URL = "https://dichvucong.moit.gov.vn/tra-cuu/7K4QHX9M2PTWZC8RA5VJ3NBDGY"
APPLICANT = {
    "name": COMPANY,
    "identity": "0100109106",
    "address": ADDRESS,
    "phone": "024 3826 1234",
    "email": "phongphapche.khuyenmai@nguyenthithuyduong.com.vn",
}
SIGNATORY = {"authority": "KT. Cục trưởng", "position": "Phó Cục trưởng", "name": "Hồ Anh Tuấn"}
CLERK = {"authority": "", "position": "Người hướng dẫn", "name": "Trần Thị Thu Hằng"}
COPIES = ["Như trên;", "Sở Công Thương các tỉnh, thành phố (để phối hợp);", "Lưu: VT, QLXTTM."]
BASIS = [
    "Luật Thương mại ngày 14 tháng 6 năm 2005",
    (
        "Nghị định số 81/2018/NĐ-CP ngày 22 tháng 5 năm 2018 của Chính phủ quy định chi tiết Luật Thương mại về "
        "hoạt động xúc tiến thương mại, được sửa đổi, bổ sung tại Nghị định số 128/2024/NĐ-CP"
    ),
]


def document(number: str, letterhead: dict[str, str] = TRADE) -> dict[str, Any]:
    return {"letterhead": letterhead, "number": number, "dated": date(2026, 5, 4), "verify_url": URL}


def register_row(index: int) -> dict[str, Any]:
    return {
        "dossier_code": f"G02.21-260504-{index:04d}",
        "procedure": PROMOTION if index % 5 == 0 else "Thông báo hoạt động khuyến mại",
        "sets": 1,
        "applicant_name": COMPANY if index % 3 == 0 else "Nguyễn Thị Ngọc Ánh",
        "address": ADDRESS,
        "phone": "024 3826 1234",
        "handling_unit": "Cục Xúc tiến thương mại",
        "received_at": RECEIVED,
        "due_at": DUE,
        "returned_at": None if index % 2 else DUE,
        "return_channel": "Trực tuyến",
        "signed_for": "",
        "note": "",
    }


def samples() -> dict[str, dict[str, Any]]:
    """Fresh data for each template, by its name."""
    case = {"dossier_code": CODE, "procedure": PROMOTION}
    letter = {"signatory": dict(SIGNATORY), "copies": list(COPIES), "recipient": COMPANY}
    return {
        "receipt": {
            **document("125/TNHS", ONE_STOP),
            **case,
            "office": "Bộ phận Một cửa Bộ Công Thương",
            "applicant": dict(APPLICANT),
            "submitter": "Nguyễn Thị Thùy Dương",
            "papers": [
                {"name": "Đăng ký thực hiện chương trình khuyến mại (Mẫu số 02)", "form": "bản điện tử", "count": 1},
                {"name": "Thể lệ chương trình khuyến mại (Mẫu số 03)", "form": "bản điện tử", "count": 1},
                {"name": "Mẫu bằng chứng xác định trúng thưởng", "form": "", "count": 2},
            ],
            "sets": 1,
            "fee": "Không",
            "term": "5 ngày làm việc",
            "received_at": RECEIVED,
            "due_at": DUE,
            "due_note": "tiếp nhận 09:30 ngày 04/05/2026, 5 ngày làm việc, nghỉ 09/05 và 10/05",
            "return_at": "Cổng dịch vụ công (trực tuyến)",
            "register_book": "Quyển số 01/2026, số thứ tự 125",
            "receiver": "Trần Thị Thu Hằng",
        },
        "supplement": {
            **document("18/HDHS", ONE_STOP),
            **case,
            "applicant": dict(APPLICANT),
            "requests": [
                {
                    "paper": "Thể lệ chương trình khuyến mại (Mẫu số 03)",
                    "reason": "Chưa nêu cách thức xác định trúng thưởng và người chịu trách nhiệm chứng kiến.",
                    "remedy": "Bổ sung mục 7 của thể lệ theo Mẫu số 03.",
                },
                {
                    "paper": "Mẫu bằng chứng xác định trúng thưởng",
                    "reason": "Tệp đã nộp mờ, không đọc được mã dự thưởng.",
                    "remedy": "",
                },
            ],
            "asked_at": datetime(2026, 5, 5, 7, 15, tzinfo=UTC),
            "respond_by": date(2026, 6, 4),
            "contact": {"name": "Lê Văn Phước, Phòng Quản lý xúc tiến", "phone": "024 3934 7628", "email": ""},
            "signatory": dict(CLERK),
        },
        "intake_refusal": {
            **document("07/TCHS", ONE_STOP),
            **case,
            "office": "Bộ phận Một cửa Bộ Công Thương",
            "applicant": dict(APPLICANT),
            "submitter": "Nguyễn Thị Thùy Dương",
            "submitted_at": RECEIVED,
            "reasons": [
                "Chương trình chỉ thực hiện trên địa bàn thành phố Hà Nội: thẩm quyền thuộc Sở Công Thương Hà Nội.",
                "Hồ sơ thiếu thể lệ chương trình khuyến mại.",
            ],
            "guidance": "Đề nghị nộp hồ sơ tại Sở Công Thương Hà Nội qua Cổng Dịch vụ công quốc gia.",
            "signatory": {"authority": "", "position": "Người tiếp nhận hồ sơ", "name": "Trần Thị Thu Hằng"},
        },
        "apology": {
            **document("1455/XTTM-QLXTTM"),
            **case,
            **letter,
            "received_at": RECEIVED,
            "due_at": DUE,
            "new_due_at": datetime(2026, 5, 14, 10, 0, tzinfo=UTC),
            "reason": "sự cố đồng bộ giữa hệ thống một cửa và hệ thống xử lý chuyên ngành.",
        },
        "stop_notice": {
            **document("31/TB-XTTM"),
            **case,
            **letter,
            "received_at": RECEIVED,
            "legal_basis": list(BASIS),
            "reason": "quá thời hạn bổ sung hồ sơ mà không nhận được văn bản, giấy tờ đã yêu cầu.",
            "guidance": "Quý đơn vị có thể nộp hồ sơ mới khi đã chuẩn bị đủ thành phần hồ sơ theo quy định.",
        },
        "inspection_notice": {
            **document("32/GH-XTTM"),
            **case,
            **letter,
            "received_at": RECEIVED,
            "starts_at": DUE,
            "place": ADDRESS,
            "host": "Trần Thị Thu Hằng, phó giám đốc, 024 3826 1234",
            "purpose": "đối chiếu hàng hóa dùng để khuyến mại.",
            "team": [
                {"name": "Hồ Anh Tuấn", "position": "Phó Cục trưởng", "duty": "Trưởng đoàn"},
                {"name": "Lê Thu Trang", "position": "", "duty": "Thành viên"},
            ],
            "guidance": "Đề nghị bố trí người có thẩm quyền làm việc với đoàn.",
        },
        "control_slip": {
            **document("125/PKS", ONE_STOP),
            **case,
            "applicant_name": COMPANY,
            "handling_unit": "Cục Xúc tiến thương mại",
            "cooperating": ["Vụ Pháp chế", "Văn phòng Bộ"],
            "received_at": RECEIVED,
            "due_at": DUE,
            "steps": [
                control_step("Bộ phận Một cửa", "Cục Xúc tiến thương mại", "on_time", ""),
                control_step("Văn thư Cục", "Phòng Quản lý xúc tiến thương mại", "early", ""),
                control_step(
                    "Phòng Quản lý xúc tiến thương mại", "Lãnh đạo Cục", "late", "Tạm dừng 2 ngày 3 giờ chờ bổ sung"
                ),
                control_step("Lãnh đạo Cục", "Bộ phận Một cửa", "open", ""),
            ],
        },
        "register": {
            **document("", ONE_STOP),
            "office": "Bộ phận Một cửa Bộ Công Thương",
            "from_on": date(2026, 5, 1),
            "to_on": date(2026, 5, 31),
            "rows": [register_row(index) for index in range(1, 31)],
        },
        "promotion_confirmation": {
            **document("1502/XTTM-KM"),
            **letter,
            "dossier_code": CODE,
            "received_at": RECEIVED,
            "legal_basis": list(BASIS),
            "programme": [
                {"label": "Tên chương trình khuyến mại", "value": "Vui xuân trúng lớn"},
                {"label": "Hình thức khuyến mại", "value": "Bán hàng kèm theo chương trình mang tính may rủi"},
                {"label": "Thời gian", "value": "từ ngày 15/05/2026 đến hết ngày 30/06/2026"},
                {"label": "Địa bàn", "value": "Thành phố Hà Nội, thành phố Đà Nẵng, thành phố Hồ Chí Minh"},
                {"label": "Hàng hóa, dịch vụ được khuyến mại", "value": "Sữa chua uống các loại"},
                {"label": "Tổng giá trị giải thưởng", "value": "1.250.000.000 đ (một tỷ hai trăm năm mươi triệu đồng)"},
            ],
            "reminders": [
                "Thực hiện đúng nội dung đã đăng ký và thông báo công khai thể lệ;",
                "Báo cáo kết quả thực hiện trong 45 ngày kể từ ngày hết thời hạn trao thưởng.",
            ],
        },
        "refusal_letter": {
            **document("1503/XTTM-KM"),
            **case,
            **letter,
            "received_at": RECEIVED,
            "legal_basis": list(BASIS),
            "reasons": [
                {
                    "reason": "Giá trị hàng hóa dùng để khuyến mại vượt quá 50 % giá trị hàng hóa được khuyến mại.",
                    "basis": "Điều 6 Nghị định số 81/2018/NĐ-CP",
                },
                {"reason": "Thể lệ chưa nêu thời hạn trao thưởng.", "basis": ""},
            ],
            "guidance": "Quý đơn vị có thể nộp hồ sơ mới, hoặc khiếu nại theo quy định của Luật Khiếu nại.",
        },
        "licence": {
            **document("12/GP-SCT", {**TRADE, "parent": "Ủy ban nhân dân thành phố Hà Nội"}),
            "dossier_code": CODE,
            "title": "Giấy phép kinh doanh cho tổ chức kinh tế có vốn đầu tư nước ngoài để thực hiện quyền nhập khẩu, "
            "quyền phân phối bán buôn các hàng hóa là dầu, mỡ bôi trơn",
            "holder": dict(APPLICANT),
            "procedure": PROMOTION,
            "received_at": RECEIVED,
            "legal_basis": list(BASIS),
            "facts": [
                {"label": "Nội dung đề nghị", "value": "Nhập khẩu và phân phối bán buôn\ndầu, mỡ bôi trơn"},
                {"label": "Hàng hóa", "value": "Dầu động cơ, mỡ công nghiệp"},
            ],
            "valid_to": date(2031, 5, 3),
            "conditions": ["Báo cáo hoạt động trước ngày 31 tháng 01 hằng năm."],
            "signatory": {"authority": "KT. Giám đốc", "position": "Phó Giám đốc Sở", "name": "Nông Quốc Việt"},
            "copies": list(COPIES),
        },
        "chemical_declaration": {
            **document("KBHC-260504-000123", {**TRADE, "issuer": "Cục Hóa chất"}),
            "dossier_code": "G02.26-260504-0001",
            "declarant": dict(APPLICANT),
            "declared_at": RECEIVED,
            "legal_basis": ["Luật Hóa chất", "Nghị định số 113/2017/NĐ-CP ngày 09 tháng 10 năm 2017 của Chính phủ"],
            "shipment": [
                {"label": "Hóa đơn thương mại", "value": "số INV-2026/0417 ngày 20/04/2026"},
                {"label": "Doanh nghiệp xuất khẩu", "value": "Rheinchemie Handelsgesellschaft mbH (Đức)"},
                {"label": "Cửa khẩu nhập khẩu", "value": "Cảng Hải Phòng"},
            ],
            "chemicals": [
                {
                    "trade_name": "Isopropyl Alcohol 99",
                    "chemical_name": "Propan-2-ol",
                    "cas": "67-63-0",
                    "hs": "29051200",
                    "content": "≥ 99,5 %",
                    "quantity": "16.000 kg",
                    "purpose": "Sản xuất sơn",
                },
                {
                    "trade_name": "Caustic Soda Flakes",
                    "chemical_name": "Natri hydroxit",
                    "cas": "1310-73-2",
                    "hs": "28151100",
                    "content": "98 %",
                    "quantity": "1.200 kg",
                    "purpose": "Xử lý nước",
                },
            ],
            "signatory": {"authority": "", "position": "Cục Hóa chất", "name": ""},
            "copies": ["Tổ chức, cá nhân khai báo;", "Cổng thông tin một cửa quốc gia;", "Lưu: VT."],
        },
        **own_forms.samples(
            {
                **document("12/GP-BCT", {**TRADE, "parent": "", "issuer": "Bộ Công Thương"}),
                "dossier_code": CODE,
                "received_at": RECEIVED,
                "legal_basis": list(BASIS),
                "signatory": dict(SIGNATORY),
                "copies": list(COPIES),
            },
            APPLICANT,
            long_name=COMPANY,
        ),
    }


def control_step(giver: str, receiver: str, outcome: str, note: str) -> dict[str, Any]:
    return {
        "giver": giver,
        "giver_officer": "Trần Thị Thu Hằng",
        "receiver": receiver,
        "receiver_officer": "Lê Văn Phước",
        "at": RECEIVED,
        "due_at": DUE,
        "outcome": outcome,
        "note": note,
    }
