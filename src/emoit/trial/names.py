"""Made-up people and enterprises. None of them exists.

Tax codes begin with 98, which is no province's number and not the 99 of the demonstration accounts; identity numbers
with 999, which is no province; e-mail ends in example.com.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import lru_cache

from emoit.people.rules import tax_check_digit

_FAMILY = "Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đinh Trịnh Mai Đoàn Lương Tạ".split()
_MIDDLE = {"f": "Thị Ngọc Thu Minh Thanh Bích Kim Hồng Mỹ Diệu".split(), "m": "Văn Đức Minh Quang Hữu Xuân Công Gia Quốc Anh".split()}  # fmt: skip # noqa: E501
_GIVEN = {
    "f": "Hoa Lan Hương Mai Trang Linh Thảo Hà Nhung Yến Ngân Phương Hạnh Vân Thủy Quỳnh".split(),
    "m": "Hùng Dũng Nam Sơn Bình Khánh Long Tuấn Hải Phong Thắng Kiên Trung Việt Toàn Đạt".split(),
}
_FORMS = ("Công ty TNHH", "Công ty Cổ phần", "Công ty TNHH MTV", "Doanh nghiệp tư nhân")
_TRADES = (
    "Xuất nhập khẩu", "Dệt may", "Thủy sản", "Chế biến gỗ", "Giày da", "Cơ khí", "Điện tử", "Hóa chất", "Nông sản",
    "Thực phẩm", "Nhựa", "Thép", "Thương mại", "Vật liệu xây dựng", "Cà phê", "Bao bì", "Dược liệu", "Thiết bị điện",
)  # fmt: skip
_FIRST = "An Bình Cát Đại Đông Gia Hà Hải Hoa Hòa Hưng Khang Kim Liên Long Minh Nam Ngọc Nhật Phú Phúc Quang Sao Tân Thái Thành Thiên Trường Việt Vĩnh".split()  # fmt: skip # noqa: E501
_SECOND = "Á Anh Châu Cường Đạt Dương Giang Hà Hưng Khánh Lâm Lợi Lộc Mai Nguyên Phát Phong Sơn Tiến Thịnh Thắng Vân".split()  # fmt: skip # noqa: E501
_STREETS = "Trần Phú,Lê Lợi,Nguyễn Huệ,Hai Bà Trưng,Quang Trung,Lý Thường Kiệt,Hùng Vương,Điện Biên Phủ".split(",")
_PLACES = "Hà Nội,TP. Hồ Chí Minh,Hải Phòng,Đà Nẵng,Bình Dương,Đồng Nai,Bắc Ninh,Cần Thơ,Long An,Hưng Yên".split(",")


def person(rng: random.Random) -> str:
    kind = "f" if rng.random() < 0.5 else "m"
    return f"{rng.choice(_FAMILY)} {rng.choice(_MIDDLE[kind])} {rng.choice(_GIVEN[kind])}"


def enterprise(rng: random.Random) -> str:
    name = f"{rng.choice(_FIRST)} {rng.choice(_SECOND)}"
    return f"{rng.choice(_FORMS)} {rng.choice(_TRADES)} {name} {rng.randrange(1, 100):02d}"


def address(rng: random.Random) -> str:
    return f"{rng.randrange(1, 400)} đường {rng.choice(_STREETS)}, {rng.choice(_PLACES)}"


def tax_codes() -> Iterator[str]:
    """Tax codes with right check digits, always the same ones in the same order."""
    for number in range(10_000_000):
        nine = f"98{number:07d}"
        digit = tax_check_digit(nine)
        if digit is not None:
            yield f"{nine}{digit}"


@lru_cache(maxsize=4)
def first_tax_codes(count: int) -> tuple[str, ...]:
    codes = tax_codes()
    return tuple(next(codes) for _ in range(count))
