"""Provinces of Viet Nam: the codes that personal numbers begin with, and the provinces since 1 July 2025.

Facts of public administration: Circular 59/2021/TT-BCA (codes of personal numbers), Decision 19/2025/QĐ-TTg (codes of
the provinces in force). Wards here are made up, as are their codes.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

# Code in a personal number -> (province at the time of registration, code of the province that it is part of now).
ORIGINS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "001": ("Hà Nội", "01"),
        "002": ("Hà Giang", "08"),
        "004": ("Cao Bằng", "04"),
        "006": ("Bắc Kạn", "19"),
        "008": ("Tuyên Quang", "08"),
        "010": ("Lào Cai", "15"),
        "011": ("Điện Biên", "11"),
        "012": ("Lai Châu", "12"),
        "014": ("Sơn La", "14"),
        "015": ("Yên Bái", "15"),
        "017": ("Hòa Bình", "25"),
        "019": ("Thái Nguyên", "19"),
        "020": ("Lạng Sơn", "20"),
        "022": ("Quảng Ninh", "22"),
        "024": ("Bắc Giang", "24"),
        "025": ("Phú Thọ", "25"),
        "026": ("Vĩnh Phúc", "25"),
        "027": ("Bắc Ninh", "24"),
        "030": ("Hải Dương", "31"),
        "031": ("Hải Phòng", "31"),
        "033": ("Hưng Yên", "33"),
        "034": ("Thái Bình", "33"),
        "035": ("Hà Nam", "37"),
        "036": ("Nam Định", "37"),
        "037": ("Ninh Bình", "37"),
        "038": ("Thanh Hóa", "38"),
        "040": ("Nghệ An", "40"),
        "042": ("Hà Tĩnh", "42"),
        "044": ("Quảng Bình", "44"),
        "045": ("Quảng Trị", "44"),
        "046": ("Thừa Thiên Huế", "46"),
        "048": ("Đà Nẵng", "48"),
        "049": ("Quảng Nam", "48"),
        "051": ("Quảng Ngãi", "51"),
        "052": ("Bình Định", "52"),
        "054": ("Phú Yên", "66"),
        "056": ("Khánh Hòa", "56"),
        "058": ("Ninh Thuận", "56"),
        "060": ("Bình Thuận", "68"),
        "062": ("Kon Tum", "51"),
        "064": ("Gia Lai", "52"),
        "066": ("Đắk Lắk", "66"),
        "067": ("Đắk Nông", "68"),
        "068": ("Lâm Đồng", "68"),
        "070": ("Bình Phước", "75"),
        "072": ("Tây Ninh", "80"),
        "074": ("Bình Dương", "79"),
        "075": ("Đồng Nai", "75"),
        "077": ("Bà Rịa – Vũng Tàu", "79"),
        "079": ("Thành phố Hồ Chí Minh", "79"),
        "080": ("Long An", "80"),
        "082": ("Tiền Giang", "82"),
        "083": ("Bến Tre", "86"),
        "084": ("Trà Vinh", "86"),
        "086": ("Vĩnh Long", "86"),
        "087": ("Đồng Tháp", "82"),
        "089": ("An Giang", "91"),
        "091": ("Kiên Giang", "91"),
        "092": ("Cần Thơ", "92"),
        "093": ("Hậu Giang", "92"),
        "094": ("Sóc Trăng", "92"),
        "095": ("Bạc Liêu", "96"),
        "096": ("Cà Mau", "96"),
    }
)

# Code -> province or centrally run city in force.
PROVINCES: Mapping[str, str] = MappingProxyType(
    {
        "01": "Thành phố Hà Nội",
        "04": "Tỉnh Cao Bằng",
        "08": "Tỉnh Tuyên Quang",
        "11": "Tỉnh Điện Biên",
        "12": "Tỉnh Lai Châu",
        "14": "Tỉnh Sơn La",
        "15": "Tỉnh Lào Cai",
        "19": "Tỉnh Thái Nguyên",
        "20": "Tỉnh Lạng Sơn",
        "22": "Tỉnh Quảng Ninh",
        "24": "Tỉnh Bắc Ninh",
        "25": "Tỉnh Phú Thọ",
        "31": "Thành phố Hải Phòng",
        "33": "Tỉnh Hưng Yên",
        "37": "Tỉnh Ninh Bình",
        "38": "Tỉnh Thanh Hóa",
        "40": "Tỉnh Nghệ An",
        "42": "Tỉnh Hà Tĩnh",
        "44": "Tỉnh Quảng Trị",
        "46": "Thành phố Huế",
        "48": "Thành phố Đà Nẵng",
        "51": "Tỉnh Quảng Ngãi",
        "52": "Tỉnh Gia Lai",
        "56": "Tỉnh Khánh Hòa",
        "66": "Tỉnh Đắk Lắk",
        "68": "Tỉnh Lâm Đồng",
        "75": "Tỉnh Đồng Nai",
        "79": "Thành phố Hồ Chí Minh",
        "80": "Tỉnh Tây Ninh",
        "82": "Tỉnh Đồng Tháp",
        "86": "Tỉnh Vĩnh Long",
        "91": "Tỉnh An Giang",
        "92": "Thành phố Cần Thơ",
        "96": "Tỉnh Cà Mau",
    }
)

WARDS = (
    "An Bình", "An Khánh", "Bình Minh", "Bình Thuận", "Đại Thắng", "Đông Hòa", "Đông Sơn", "Đồng Tiến", "Hòa Bình",
    "Hòa Thuận", "Hồng Phong", "Hưng Đạo", "Hưng Long", "Kim Đồng", "Lam Sơn", "Long Hưng", "Lộc An", "Minh Khai",
    "Mỹ Đức", "Mỹ Lộc", "Nam Cường", "Ngọc Sơn", "Nghĩa Hưng", "Phú Cường", "Phú Lâm", "Phú Thịnh", "Quang Minh",
    "Quang Trung", "Quyết Thắng", "Sơn Đông", "Tam Hiệp", "Tân Lập", "Tân Phong", "Tân Thành", "Thanh Bình",
    "Thanh Hà", "Thái Sơn", "Thắng Lợi", "Thống Nhất", "Thuận Hòa", "Tiên Phong", "Trung Sơn", "Trường Thịnh",
    "Việt Hùng", "Vĩnh An", "Vĩnh Phú", "Xuân Lộc", "Yên Hòa",
)  # fmt: skip

STREETS = (
    "Bà Triệu", "Cách Mạng Tháng Tám", "Điện Biên Phủ", "Hai Bà Trưng", "Hoàng Diệu", "Hoàng Hoa Thám", "Hùng Vương",
    "Lê Duẩn", "Lê Hồng Phong", "Lê Lợi", "Lê Thánh Tông", "Lý Thái Tổ", "Lý Thường Kiệt", "Ngô Gia Tự", "Ngô Quyền",
    "Nguyễn Du", "Nguyễn Huệ", "Nguyễn Thị Minh Khai", "Nguyễn Trãi", "Nguyễn Văn Cừ", "Phạm Văn Đồng", "Phan Bội Châu",
    "Phan Chu Trinh", "Phan Đình Phùng", "Quang Trung", "Trần Hưng Đạo", "Trần Phú", "Trường Chinh", "Võ Thị Sáu",
    "Võ Văn Kiệt",
)  # fmt: skip
