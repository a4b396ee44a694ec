"""Words that made-up names are put together from. Weights are rough shares in a hundred."""

from __future__ import annotations

FAMILY = (
    ("Nguyễn", 38.0), ("Trần", 11.0), ("Lê", 9.5), ("Phạm", 7.0), ("Hoàng", 3.0), ("Huỳnh", 2.5), ("Phan", 4.5),
    ("Vũ", 2.0), ("Võ", 2.0), ("Đặng", 2.1), ("Bùi", 2.0), ("Đỗ", 1.5), ("Hồ", 1.4), ("Ngô", 1.4), ("Dương", 1.2),
    ("Lý", 0.7), ("Đinh", 0.9), ("Trịnh", 0.7), ("Đoàn", 0.7), ("Mai", 0.6), ("Lương", 0.6), ("Trương", 1.1),
    ("Cao", 0.4), ("Tạ", 0.3), ("Hà", 0.5), ("Lưu", 0.4), ("Châu", 0.3), ("Phùng", 0.4), ("Quách", 0.2), ("Tô", 0.3),
    ("Thạch", 0.2), ("Lò", 0.3), ("Giàng", 0.2), ("Vàng", 0.2), ("Nông", 0.3), ("Hoàng Đình", 0.1), ("Tôn Thất", 0.1),
    ("Tôn Nữ", 0.1), ("Y", 0.05), ("Ksor", 0.05),
)  # fmt: skip

MIDDLE_MALE = (
    "Văn", "Văn", "Văn", "Hữu", "Đức", "Minh", "Quang", "Công", "Đình", "Xuân", "Thanh", "Quốc", "Tuấn", "Ngọc",
    "Trọng", "Thế", "Anh", "Hoàng", "Duy", "Gia", "",
)  # fmt: skip
MIDDLE_FEMALE = (
    "Thị", "Thị", "Thị", "Thị", "Ngọc", "Thanh", "Thu", "Minh", "Hồng", "Kim", "Mỹ", "Phương", "Bích", "Thị Thu",
    "Thị Thanh", "Thị Ngọc", "Thị Minh", "Khánh", "Diệu", "Hoài", "",
)  # fmt: skip

GIVEN_MALE = (
    "An", "Bảo", "Bình", "Chiến", "Cường", "Dũng", "Duy", "Đạt", "Đức", "Giang", "Hải", "Hậu", "Hiếu", "Hòa", "Hoàng",
    "Hùng", "Huy", "Hưng", "Khải", "Khang", "Khoa", "Kiên", "Lâm", "Long", "Lộc", "Mạnh", "Minh", "Nam", "Nghĩa",
    "Nhân", "Phong", "Phúc", "Phước", "Quân", "Quang", "Quyết", "Sơn", "Tài", "Tâm", "Tân", "Thắng", "Thành", "Thiện",
    "Thịnh", "Tiến", "Toàn", "Trí", "Trung", "Tuấn", "Tùng", "Việt", "Vinh", "Vượng",
)  # fmt: skip
GIVEN_FEMALE = (
    "An", "Anh", "Bích", "Châu", "Chi", "Cúc", "Diệp", "Dung", "Duyên", "Đào", "Giang", "Hà", "Hạnh", "Hằng", "Hiền",
    "Hoa", "Hòa", "Hồng", "Huệ", "Hương", "Huyền", "Khánh", "Lan", "Liên", "Linh", "Loan", "Ly", "Mai", "My", "Nga",
    "Ngân", "Ngọc", "Nguyệt", "Nhàn", "Nhung", "Oanh", "Phương", "Phượng", "Quyên", "Quỳnh", "Tâm", "Thảo", "Thu",
    "Thủy", "Thúy", "Trang", "Trinh", "Trúc", "Tuyết", "Uyên", "Vân", "Vy", "Xuân", "Yến",
)  # fmt: skip

ETHNICITIES = (
    ("Kinh", 85.3), ("Tày", 1.9), ("Thái", 1.9), ("Mường", 1.5), ("Khmer", 1.4), ("Mông", 1.4), ("Nùng", 1.1),
    ("Dao", 0.9), ("Hoa", 0.8), ("Gia Rai", 0.5), ("Ê Đê", 0.4), ("Ba Na", 0.3), ("Chăm", 0.2),
)  # fmt: skip
RELIGIONS = (
    ("Không", 86.0), ("Công giáo", 6.1), ("Phật giáo", 4.8), ("Phật giáo Hòa Hảo", 1.0), ("Tin Lành", 1.0),
    ("Cao Đài", 0.6), ("Hồi giáo", 0.1),
)  # fmt: skip

ENTERPRISE_FIRST = (
    "An", "Bắc", "Bình", "Đại", "Đông", "Đức", "Gia", "Hà", "Hải", "Hoàng", "Hồng", "Hưng", "Khang", "Kim", "Lạc",
    "Long", "Minh", "Mỹ", "Nam", "Ngọc", "Phú", "Phúc", "Phương", "Quang", "Sao", "Sơn", "Tân", "Tây", "Thái", "Thành",
    "Thiên", "Thịnh", "Thuận", "Tiến", "Toàn", "Trí", "Trung", "Trường", "Việt", "Vĩnh",
)  # fmt: skip
ENTERPRISE_SECOND = (
    "An", "Bảo", "Cường", "Dương", "Đạt", "Gia", "Hà", "Hòa", "Hưng", "Khánh", "Lâm", "Lộc", "Lợi", "Mai", "Minh",
    "Nam", "Ngân", "Nguyên", "Nhật", "Phát", "Phong", "Phú", "Quân", "Sơn", "Tâm", "Thành", "Thắng", "Thịnh", "Tín",
    "Việt", "Vinh", "Xuân",
)  # fmt: skip
# What an enterprise's name says that it does -> (code of the system of industries, Decision 27/2018/QĐ-TTg, its name).
TRADES = (
    ("Hóa chất", "2011", "Sản xuất hoá chất cơ bản"),
    ("Hóa chất công nghiệp", "4669", "Bán buôn chuyên doanh khác chưa được phân vào đâu"),
    ("Thương mại", "4690", "Bán buôn tổng hợp"),
    ("Xuất nhập khẩu", "4690", "Bán buôn tổng hợp"),
    ("Cơ khí", "2592", "Gia công cơ khí; xử lý và tráng phủ kim loại"),
    ("Dệt may", "1410", "May trang phục (trừ trang phục từ da lông thú)"),
    ("Thực phẩm", "1079", "Sản xuất thực phẩm khác chưa được phân vào đâu"),
    ("Thủy sản", "1020", "Chế biến, bảo quản thuỷ sản và các sản phẩm từ thuỷ sản"),
    ("Đồ uống", "1101", "Chưng, tinh cất và pha chế các loại rượu mạnh"),
    ("Xăng dầu", "4730", "Bán lẻ nhiên liệu động cơ trong các cửa hàng chuyên doanh"),
    ("Điện lực", "3512", "Truyền tải và phân phối điện"),
    ("Năng lượng", "3511", "Sản xuất điện"),
    ("Thép", "2410", "Sản xuất sắt, thép, gang"),
    ("Nhựa", "2220", "Sản xuất sản phẩm từ plastic"),
    ("Giấy", "1701", "Sản xuất bột giấy, giấy và bìa"),
    ("Gỗ", "1629", "Sản xuất sản phẩm khác từ gỗ"),
    ("Điện tử", "2610", "Sản xuất linh kiện điện tử"),
    ("Vận tải", "4933", "Vận tải hàng hóa bằng đường bộ"),
    ("Thương mại điện tử", "4791", "Bán lẻ theo yêu cầu đặt hàng qua bưu điện hoặc internet"),
    ("Xây dựng", "4101", "Xây dựng nhà để ở"),
)
