"""Right answers and papers for the procedures in full beyond the first two. The day is Monday 4 May 2026."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

IMPORT_LICENCE = "1.000363"
REPRESENTATIVE_OFFICE = "2.000063"
MULTILEVEL_MARKETING = "1.000887"
FORM_D = "1.000665"

_CONTACT = {"name": "Hồ Thị Liên Hệ", "phone": "0987654321"}
_COMPANY = {
    "name": "Công ty TNHH Thương mại Sao Mai Mẫu",
    "tax_code": "9900000016",
    "address": "56 đường Thử Nghiệm, Hà Nội",
    "phone": "02400000001",
    "email": "lienhe@saomai.example.com",
}
_TRUE = {"truthful": True}


def _import_licence() -> dict[str, Any]:
    return {
        "place": {"province": "01"},
        "importer": {**_COMPANY, "licence": "12/GP-NKTL"},
        "contact": dict(_CONTACT),
        "goods": [
            {
                "name": "Xì gà Cohiba Behike 52, hộp 10 điếu",
                "hs_code": "24021000",
                "origin": "Cu Ba",
                "quantity": 1200,
                "unit": "box",
                "price": 312.5,
                "value": 375_000,
            },
            {
                "name": "Thuốc lá điếu có đầu lọc, bao 20 điếu",
                "hs_code": "24022090",
                "origin": "Xinh-ga-po",
                "quantity": 100_000,
                "unit": "pack",
                "price": 1.25,
                "value": 125_000,
            },
        ],
        "total": {"currency": "USD", "value": 500_000},
        "seller": {"name": "Habanos International Trading S.A.", "country": "Cu Ba"},
        "contract": {"number": "2026/HAB-VN/0012", "on": "2026-03-02"},
        "invoice": {"number": "INV-2026-00981", "on": "2026-04-10"},
        "transport": {"kind": "bill", "number": "MAEU123456789", "on": "2026-04-12"},
        "payment": {"method": "lc", "bank": "Ngân hàng TMCP Mẫu", "reference": "LC-2026-77"},
        "entry": {"gate": "Cảng Hải Phòng", "expected_on": "2026-05-20"},
        "commitments": dict(_TRUE),
    }


def _representative_office() -> dict[str, Any]:
    return {
        "place": {"province": "01"},
        "trader": {
            "name": "LION CITY TRADING PTE. LTD.",
            "short_name": "LCT",
            "country": "Xinh-ga-po",
            "treaty": True,
            "address": "8 Marina View, #32-01 Asia Square Tower 1, Singapore 018960",
            "phone": "+6561234567",
            "email": "office@lioncity.example.com",
            "registration_number": "201812345K",
            "authority": "Accounting and Corporate Regulatory Authority",
            "registered_on": "2018-03-12",
            "limited": True,
            "business": "Bán buôn máy móc, thiết bị",
        },
        "representative": {"name": "Tan Wei Ming", "position": "Giám đốc", "nationality": "Xinh-ga-po"},
        "trader_term": {"ends_on": "2030-03-11"},
        "office": {
            "name": "Văn phòng đại diện Lion City Trading Pte. Ltd. tại Hà Nội",
            "short_name": "VPĐD LCT",
            "name_en": "Representative Office of Lion City Trading Pte. Ltd. in Ha Noi",
            "address": "Tầng 12, tòa nhà Mẫu, số 1 đường Thử Nghiệm, phường Cửa Nam",
            "phone": "02400000009",
            "activities": ["liaison", "research"],
            "staff": 5,
            "ends_on": "2030-03-11",
        },
        "head": {
            "name": "Tanaka Hiroshi",
            "born_on": "1980-05-06",
            "nationality": "Nhật Bản",
            "id_kind": "passport",
            "id_number": "TR1234567",
            "id_issued_on": "2021-06-05",
            "id_authority": "Bộ Ngoại giao Nhật Bản",
            "residence": "Phường Cửa Nam, Hà Nội",
            "phone": "0901234567",
        },
        "commitments": {"no_double": True, **_TRUE},
    }


def _multilevel_marketing() -> dict[str, Any]:
    return {
        "company": {**_COMPANY, "registered_on": "2015-06-01", "capital_vnd": 300_000_000_000},
        "representative": {"name": "Trần Văn Bình", "position": "Tổng Giám đốc"},
        "contact": dict(_CONTACT),
        "founders": [
            {
                "name": "Trần Văn Bình",
                "id_number": "001085000002",
                "address": "34 phố Mẫu, Hà Nội",
                "capital_vnd": 200_000_000_000,
            },
            {
                "name": "Công ty Cổ phần Đầu tư Mẫu",
                "id_number": "9900000023",
                "address": "TP. Hồ Chí Minh",
                "capital_vnd": 100_000_000_000,
            },
        ],
        "deposit": {
            "amount_vnd": 15_000_000_000,
            "bank": "Ngân hàng TMCP Mẫu",
            "branch": "Chi nhánh Hà Nội",
            "confirmation": "12/2026/XNKQ",
            "on": "2026-04-01",
        },
        "goods": [
            {
                "name": "Viên uống bổ sung vitamin Sao Mai",
                "kind": "health_food",
                "packing": "Hộp 60 viên",
                "origin": "Việt Nam",
                "price_vnd": 1_250_000,
            },
            {
                "name": "Kem dưỡng da ban đêm",
                "kind": "cosmetics",
                "packing": "Lọ 50 g",
                "origin": "Hàn Quốc",
                "price_vnd": 890_000,
            },
        ],
        "plan": {
            "name": "Cùng phát triển 2026",
            "summary": "Hoa hồng trực tiếp 20 %, hoa hồng nhóm tối đa 15 %, thưởng quý 5 %.",
            "revenue_vnd": 100_000_000_000,
            "bonus_vnd": 40_000_000_000,
        },
        "training": {"programme": "Pháp luật về bán hàng đa cấp; đạo đức; sản phẩm.", "hours": 8, "trainers": 3},
        "website": {
            "address": "https://saomai.example.com/da-cap",
            "hotline": "18000000",
            "system": "Hệ thống quản lý mạng lưới, lưu lịch sử từng người tham gia.",
        },
        "commitments": {"no_record": True, "allowed_goods": True, **_TRUE},
    }


def _form_d() -> dict[str, Any]:
    return {
        "exporter": {
            "name": "SAO MAI TRADING COMPANY LIMITED",
            "tax_code": "9900000016",
            "address": "56 THU NGHIEM STREET, HA NOI",
            "phone": "02400000001",
            "produces": False,
        },
        "contact": dict(_CONTACT),
        "producer": {
            "name": "PHUONG NAM GARMENT JOINT STOCK COMPANY",
            "tax_code": "9900000023",
            "address": "90 THU NGHIEM STREET, HO CHI MINH CITY",
        },
        "consignee": {
            "name": "PT NUSANTARA JAYA",
            "address": "JL. JENDERAL SUDIRMAN KAV. 52-53, JAKARTA SELATAN 12190",
        },
        "importing_country": "ID",
        "transport": {
            "mode": "sea",
            "departure_on": "2026-05-02",
            "vessel": "WAN HAI 317 V. S128",
            "port_of_loading": "HAI PHONG",
            "port_of_discharge": "TANJUNG PRIOK, JAKARTA",
        },
        "flags": ["third_country"],
        "third_country": {"company": "LION CITY TRADING PTE LTD", "country": "SINGAPORE"},
        "goods": [
            {
                "marks": "SM/JKT\nNO. 1-250",
                "packages": 250,
                "packing": "CARTONS",
                "description": "MEN'S WOVEN COTTON SHIRTS, 12,000 PIECES",
                "hs_code": "62052000",
                "criterion": "RVC",
                "share": 42.6,
                "quantity": 3125.5,
                "unit": "KGS",
                "fob_usd": 61_200,
            },
            {
                "marks": "SM/JKT\nNO. 251-300",
                "packages": 50,
                "packing": "CARTONS",
                "description": "LEATHER BELTS",
                "hs_code": "42033000",
                "criterion": "CTH",
                "quantity": 410,
                "unit": "KGS",
            },
        ],
        "invoice": {"number": "SM-INV-2026/0417", "on": "2026-04-30"},
        "declaration": {"signatory": "TRAN VAN BINH, DIRECTOR"},
        "commitments": dict(_TRUE),
    }


ANSWERS: dict[str, Callable[[], dict[str, Any]]] = {
    IMPORT_LICENCE: _import_licence,
    REPRESENTATIVE_OFFICE: _representative_office,
    MULTILEVEL_MARKETING: _multilevel_marketing,
    FORM_D: _form_d,
}
PAPERS = {
    IMPORT_LICENCE: ("hop_dong", "hoa_don", "van_don", "thanh_toan"),
    REPRESENTATIVE_OFFICE: (
        "dang_ky_kinh_doanh", "bo_nhiem", "bao_cao_tai_chinh", "giay_to_nguoi_dung_dau", "tru_so",
    ),
    MULTILEVEL_MARKETING: (
        "dieu_le", "danh_sach", "tai_lieu_hoat_dong", "danh_muc_hang_hoa", "ky_quy", "cong_nghe_thong_tin",
    ),
    FORM_D: ("to_khai_hai_quan", "hoa_don", "bang_ke"),
}  # fmt: skip
