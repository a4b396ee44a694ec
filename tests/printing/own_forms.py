"""Complete data for the results that have a form of their own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

TRADER = "MITSUBISHI-SUMITOMO ELECTRICAL MACHINERY AND INSTRUMENTS TRADING (ASIA PACIFIC) PTE. LTD."


def samples(document: Mapping[str, Any], party: Mapping[str, Any], *, long_name: str) -> dict[str, dict[str, Any]]:
    """Data by template. `document` holds what every result bears, `party` an applicant."""
    return {
        "import_licence": {
            **document,
            "title": "Giấy phép nhập khẩu tự động thuốc lá điếu, xì gà",
            "importer": dict(party),
            "shipment": [
                {"label": "Bên bán", "value": "Habanos International Trading and Distribution S.A., Cu Ba"},
                {"label": "Hợp đồng nhập khẩu", "value": "số 2026/HAB-VN/0012 ngày 02/03/2026"},
                {"label": "Hóa đơn thương mại", "value": "số INV-2026-00981 ngày 10/04/2026"},
                {"label": "Vận đơn đường biển", "value": "số MAEU123456789 ngày 12/04/2026"},
                {"label": "Thanh toán qua ngân hàng", "value": "Thư tín dụng (L/C); Ngân hàng TMCP Mẫu; LC-2026-77"},
                {"label": "Cửa khẩu nhập", "value": "Cảng Hải Phòng"},
                {"label": "Ngày dự kiến hàng về", "value": "20/05/2026"},
            ],
            "goods": [
                {
                    "name": "Xì gà Cohiba Behike 52, hộp 10 điếu",
                    "hs": "24021000",
                    "origin": "Cu Ba",
                    "quantity": "1.200 hộp",
                    "price": "312,5",
                    "value": "375.000",
                },
                {
                    "name": "Thuốc lá điếu có đầu lọc, bao 20 điếu, nhãn hiệu Mẫu Xanh",
                    "hs": "24022090",
                    "origin": "Xinh-ga-po",
                    "quantity": "1.000.000 bao",
                    "price": "1,25",
                    "value": "1.250.000",
                },
            ],
            "currency": "USD",
            "total": "1.625.000",
            "valid_to": date(2026, 6, 3),
            "conditions": ["Thực hiện dán tem thuốc lá nhập khẩu theo quy định."],
        },
        "representative_office": {
            **document,
            "trader": [
                {
                    "label": "Tên thương nhân nước ngoài",
                    "value": TRADER,
                },
                {"label": "Nơi đăng ký thành lập", "value": "Xinh-ga-po"},
                {
                    "label": "Giấy chứng nhận đăng ký kinh doanh",
                    "value": "số 201812345K do Accounting and Corporate Regulatory Authority cấp ngày 12/03/2018",
                },
                {
                    "label": "Địa chỉ trụ sở chính",
                    "value": "8 Marina View, #32-01 Asia Square Tower 1, Singapore 018960",
                },
            ],
            "names": [
                {
                    "label": "Tên Văn phòng đại diện",
                    "value": f"Văn phòng đại diện {TRADER} tại Hà Nội",
                },
                {"label": "Tên viết tắt", "value": "VPĐD MSEM Hà Nội"},
            ],
            "address": "Tầng 12, tòa nhà Mẫu, số 1 đường Thử Nghiệm, phường Cửa Nam, Hà Nội",
            "head": [
                {"label": "Họ và tên", "value": "TANAKA HIROSHI"},
                {"label": "Quốc tịch", "value": "Nhật Bản"},
                {"label": "Hộ chiếu", "value": "số TR1234567 do Bộ Ngoại giao Nhật Bản cấp ngày 05/06/2021"},
            ],
            "activities": [
                "Thực hiện chức năng văn phòng liên lạc",
                "Tìm hiểu thị trường",
                "Thúc đẩy cơ hội đầu tư kinh doanh của thương nhân, không thực hiện hoạt động sinh lợi trực tiếp",
            ],
            "valid_to": date(2031, 5, 4),
            "conditions": [],
        },
        "multilevel_marketing": {
            **document,
            "company": {**party, "name": long_name},
            "facts": [
                {"label": "Người đại diện theo pháp luật", "value": "Nguyễn Thị Thùy Dương, Tổng Giám đốc"},
                {"label": "Vốn điều lệ", "value": "200.000.000.000 đ (hai trăm tỷ đồng)"},
                {
                    "label": "Tiền ký quỹ",
                    "value": "10.000.000.000 đ (mười tỷ đồng), tại Ngân hàng TMCP Ngoại thương Mẫu, Chi nhánh Hà Nội",
                },
                {"label": "Trang thông tin điện tử", "value": "https://suckhoemau.vn"},
                {"label": "Kế hoạch trả thưởng", "value": "Kế hoạch Cùng Phát Triển 2026"},
            ],
            "goods": [
                {
                    "name": "Viên uống bổ sung vitamin và khoáng chất tổng hợp Sao Mai dành cho người trưởng thành",
                    "kind": "Thực phẩm bảo vệ sức khỏe",
                    "packing": "Hộp 60 viên",
                    "origin": "Việt Nam",
                    "price": "1.250.000 đ",
                },
                {
                    "name": "Kem dưỡng da ban đêm",
                    "kind": "Mỹ phẩm",
                    "packing": "Lọ 50 g",
                    "origin": "Hàn Quốc",
                    "price": "890.000 đ",
                },
            ],
            "valid_to": date(2031, 5, 4),
            "conditions": [],
        },
        "certificate_of_origin": {
            **document,
            "number": "VN-ID 26/01/00042",
            "form": "FORM D",
            "agreement": ["ASEAN TRADE IN GOODS AGREEMENT/", "ASEAN INDUSTRIAL COOPERATION SCHEME"],
            "country": "VIET NAM",
            "exporter": "SAO MAI TRADING AND MANUFACTURING COMPANY LIMITED\n"
            "56 THU NGHIEM STREET, NAM TU LIEM WARD, HA NOI\nVIET NAM",
            "consignee": "PT NUSANTARA JAYA ABADI SEJAHTERA INTERNASIONAL\n"
            "JL. JENDERAL SUDIRMAN KAV. 52-53, LOT 11 A, JAKARTA SELATAN 12190\nINDONESIA",
            "departure": "02 MAY 2026",
            "vessel": "WAN HAI 317 V. S128",
            "discharge": "TANJUNG PRIOK, JAKARTA",
            "route": "FROM HAI PHONG; VIA SINGAPORE",
            "items": [
                {
                    "number": "1",
                    "marks": "SM/JKT\nNO. 1-250",
                    "goods": "250 CARTONS\nMEN'S WOVEN COTTON SHIRTS, LONG SLEEVES, ASSORTED COLOURS, 12,000 PIECES",
                    "hs": "62052000",
                    "criterion": "40%",
                    "weight": "3,125.5 KGS",
                    "fob": "USD 61,200.00",
                },
                {
                    "number": "2",
                    "marks": "SM/JKT\nNO. 251-300",
                    "goods": "50 CARTONS\nLEATHER BELTS",
                    "hs": "42033000",
                    "criterion": "CTH",
                    "weight": "410 KGS",
                    "fob": "",
                },
            ],
            "below_items": ["THIRD COUNTRY INVOICING: LION CITY TRADING PTE LTD, SINGAPORE"],
            "invoice": "SM-INV-2026/0417\n30 APR 2026",
            "fob_shown": True,
            "importing_country": "INDONESIA",
            "declared_at": "HA NOI, 04 MAY 2026",
            "declared_by": "TRAN VAN BINH, DIRECTOR",
            "certified_at": "HA NOI, 04 MAY 2026",
            "flags": ["third_country", "accumulation"],
            "office": "MINISTRY OF INDUSTRY AND TRADE",
        },
    }
