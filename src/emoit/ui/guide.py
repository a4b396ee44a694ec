"""The style guide's sample data: each component in its usual, empty and overfull state. Nothing here is real."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.core.paginator import Page, Paginator

from emoit.ui.types import (
    Chip,
    ChipState,
    Entry,
    FileLine,
    Link,
    LinkGroup,
    Moment,
    Row,
    Site,
    Status,
    Tone,
)

STATES = ("usual", "empty", "overfull")
STACKED = "Ẳ Ẵ Ỗ Ử Ự Ậ"
LONG_TITLE = (
    "Cấp sửa đổi, bổ sung Giấy chứng nhận đủ điều kiện sản xuất hóa chất sản xuất, kinh doanh có điều kiện trong "
    "lĩnh vực công nghiệp đối với cơ sở có nhiều địa điểm sản xuất, kinh doanh thuộc phạm vi nhiều tỉnh, thành phố"
)
LONG_FILE = "Quyet_dinh_phe_duyet_chuong_trinh_khuyen_mai_toan_quoc_nam_2026_ban_chinh_co_dau_va_chu_ky_so.pdf"

SITE = Site(
    name="Bộ Công Thương",
    name_en="Ministry of Industry and Trade",
    mark="BCT",
    address="54 Hai Bà Trưng, phường Cửa Nam, Hà Nội",
    phone="02422202108",
    email="hotro@example.vn",
    hours="Thứ Hai đến thứ Sáu, 8:00 đến 17:00",
    home_href="/ui/front/",
    navigation=(
        Link("Thủ tục", "/ui/procedure/"),
        Link("Tra cứu hồ sơ", "/ui/portal/"),
        Link("Kiểm tra kết quả", "/ui/confirmation/"),
    ),
    account_href="/ui/portal/",
    sign_in_href="/ui/form/",
    sign_out_href="/ui/",
)

RAIL = (
    LinkGroup(
        "Hồ sơ",
        (
            Link("Chờ tiếp nhận", "/ui/desk/", count=12),
            Link("Việc của tôi", "/ui/inbox/", current=True, count=8),
            Link("Của đơn vị", "/ui/desk/overfull/", count=143),
            Link("Quá hạn", "/ui/desk/", count=2, alert=True),
        ),
    ),
    LinkGroup("Ký và kết quả", (Link("Chờ ký", "/ui/desk/", count=0), Link("Sổ kết quả", "/ui/desk/"))),
    LinkGroup("Theo dõi", (Link("Sổ theo dõi hồ sơ", "/ui/desk/"), Link("Tra cứu", "/ui/desk/"))),
)


@dataclass(frozen=True, slots=True)
class Person:
    """Stands for an actor where there is none."""

    name: str = "Nguyễn Thị Hậu"
    account_id: int = 1


def _at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 5, day, hour, minute, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Case:
    """A line of the sample inbox."""

    code: str
    title: str
    applicant: str
    chip: Chip
    status: Status


CHIPS = (
    Chip("còn 4 ngày 3 giờ", ChipState.AMPLE),
    Chip("còn 7 giờ", ChipState.SOON),
    Chip("hôm nay 16:30", ChipState.TODAY),
    Chip("quá hạn 1 ngày", ChipState.OVERDUE),
    Chip("tạm dừng", ChipState.PAUSED),
    Chip("không có hạn", ChipState.NONE),
)
STATUSES = (
    Status("Bản nháp"),
    Status("Đang xử lý", Tone.INFO),
    Status("Đã trả kết quả", Tone.SUCCESS),
    Status("Chờ bổ sung", Tone.WARNING),
    Status("Từ chối tiếp nhận", Tone.DANGER),
)
_TITLES = (
    "Đăng ký hoạt động khuyến mại đối với chương trình mang tính may rủi thực hiện trên nhiều tỉnh, thành phố",
    "Khai báo hóa chất nhập khẩu",
    LONG_TITLE,
    "Thông báo hoạt động khuyến mại",
)
_APPLICANTS = (
    "Công ty Cổ phần Sữa Ban Mai",
    "Công ty TNHH Hóa chất Đức Phát",
    "Công ty TNHH Một thành viên Thương mại, Dịch vụ và Xuất nhập khẩu Vật tư Nông nghiệp Miền Tây",
    "Hợp tác xã Ửng Hồng",
)


def cases(count: int) -> list[Case]:
    return [
        Case(
            code=f"G02-260504-{n + 1:04d}",
            title=_TITLES[n % 4],
            applicant=_APPLICANTS[n % 4],
            chip=CHIPS[(n + 3) % 6],
            status=STATUSES[1 + n % 3],
        )
        for n in range(count)
    ]


def _page(state: str) -> Page[Any]:
    rows = {"usual": 84, "empty": 0, "overfull": 48_211}[state]
    return Paginator(range(rows), 20).get_page({"usual": 2, "empty": 1, "overfull": 1204}[state])


_TIMELINE = (
    Entry("Đã nộp hồ sơ", _at(4, 2, 30), "Công ty Cổ phần Sữa Ban Mai"),
    Entry("Đã tiếp nhận", _at(4, 3, 5), "Trần Văn Ổn, Bộ phận Một cửa", "Hẹn trả kết quả lúc 14:00 ngày 12/05/2026."),
    Entry("Đang xem xét", _at(4, 7), "Cục Xúc tiến thương mại", moment=Moment.NOW),
    Entry("Ký kết quả", expected="dự kiến trước 11/05/2026", moment=Moment.NEXT),
    Entry("Trả kết quả", expected="14:00 ngày 12/05/2026", moment=Moment.NEXT),
)


def sample(state: str) -> dict[str, Any]:
    """What the components' page shows in a state of `STATES`. KeyError for another."""
    return {"usual": _usual, "empty": _empty, "overfull": _overfull}[state]() | {"state": state, "page": _page(state)}


def _usual() -> dict[str, Any]:
    return {
        "heading": "Đăng ký hoạt động khuyến mại",
        "over": "2.000138 · G02-260504-0001",
        "problems": {"programme-name": "Hãy nhập tên chương trình khuyến mại"},
        "rows": [
            Row("Tên chương trình", "Hè rực rỡ, quà trao tay", "#", "tên chương trình"),
            Row("Thời gian", "Từ 01/06/2026 đến 30/06/2026", "#", "thời gian"),
            Row("Tổng giá trị giải thưởng", "1.250.000.000 đ", "#", "tổng giá trị giải thưởng"),
            Row("Ghi chú", ""),
        ],
        "facts": [("Thời hạn", "5 ngày làm việc"), ("Phí, lệ phí", "Không thu"), ("Nhận kết quả", "Trực tuyến")],
        "entries": _TIMELINE,
        "files": [
            FileLine("Mẫu 02 – Đăng ký thực hiện khuyến mại.pdf", "#", 412_118, 3, "PDF", "Đạt", Tone.SUCCESS),
            FileLine("Thể lệ chương trình.pdf", "#", 2_517_000, 11, "PDF", "Thiếu trang", Tone.WARNING),
            FileLine("Ảnh bằng chứng trúng thưởng.jpg", "#", 3_912, None, "Ảnh"),
        ],
        "links": [Link("Chi tiết", "#", current=True), Link("Giấy tờ", "#", count=5), Link("Diễn biến", "#")],
        "chosen": [Link("Đang xử lý", "#"), Link("Cục Xúc tiến thương mại", "#")],
        "crumbs": [Link("Trang chủ", "#"), Link("Xúc tiến thương mại", "#"), Link("Đăng ký khuyến mại")],
        "cases": cases(6),
    }


def _empty() -> dict[str, Any]:
    return {
        "heading": STACKED,
        "over": "",
        "problems": {},
        "rows": [Row("Ghi chú", "")],
        "facts": [("Phí, lệ phí", "Không thu")],
        "entries": [Entry("Nộp hồ sơ", expected="khi bạn gửi", moment=Moment.NEXT)],
        "files": [],
        "links": [Link("Chi tiết", "#", current=True)],
        "chosen": [],
        "crumbs": [Link("Trang chủ", "#")],
        "cases": [],
    }


def _overfull() -> dict[str, Any]:
    return {
        "heading": LONG_TITLE,
        "over": "1.011507.000.00.00.G02 · G02-260504-25001",
        "problems": {
            "/programme/name": f"Tên chương trình quá dài: {STACKED} {LONG_TITLE}",
            "/programme/starts_on": "Ngày bắt đầu phải sau ngày hôm nay. Hãy chọn ngày từ 05/05/2026.",
            "": "Hồ sơ vừa được người khác trong công ty sửa. Hãy tải lại trang để xem bản mới.",
        },
        "rows": [
            Row(f"Địa điểm thực hiện {n}", f"{LONG_TITLE}\n{STACKED}", "#", f"địa điểm thực hiện {n}") for n in (1, 2)
        ]
        + [
            Row(
                "Địa chỉ thư điện tử nhận kết quả",
                "phong.phapche.vanthu.luutru@congtycophansuabanmai.example.vn",
            )
        ],
        "facts": [
            ("Thời hạn", "5 ngày làm việc kể từ ngày nhận đủ hồ sơ hợp lệ; gia hạn một lần khi cần kiểm tra thực tế"),
            ("Phí, lệ phí", "1.200.000 đ"),
            ("Đơn vị giải quyết", "Cục Xúc tiến thương mại phối hợp Sở Công Thương các tỉnh, thành phố"),
            ("Cơ quan phối hợp", "Cục Hóa chất, Vụ Pháp chế, Ủy ban Cạnh tranh Quốc gia"),
            ("Mã", "G02-260504-25001"),
        ],
        "entries": [
            *_TIMELINE[:2],
            Entry(
                "Yêu cầu bổ sung (một lần)", _at(5, 8), "Lê Thị Nguyệt Ánh", f"{LONG_TITLE}.\n{STACKED}", Moment.STOPPED
            ),
            *_TIMELINE[2:],
        ],
        "files": [FileLine(LONG_FILE, "#", 52_428_800, 1204, "PDF", "Không mở được", Tone.DANGER)] * 3,
        "links": [Link(f"Phần thứ {n} của hồ sơ", "#", current=n == 1, count=n * 1000) for n in range(1, 9)],
        "chosen": [Link(f"Đơn vị số {n} thuộc {_APPLICANTS[2]}", "#") for n in range(1, 4)],
        "crumbs": [Link("Trang chủ", "#"), Link("Hóa chất", "#"), Link(LONG_TITLE)],
        "cases": cases(20),
    }
