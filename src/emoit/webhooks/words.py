"""What owners read instead of our codes."""

from __future__ import annotations

from emoit.lib.saying import say, vi

ADDRESS_FAULTS = {
    "malformed": vi("Nhập địa chỉ đầy đủ, chẳng hạn https://hethong.example/webhook"),
    "not_https": vi("Địa chỉ phải bắt đầu bằng https://"),
    "has_password": vi("Địa chỉ không được chứa tên đăng nhập, mật khẩu"),
    "bad_port": vi("Cổng phải là 443 hoặc từ 1024 trở lên"),
    "private_address": vi("Địa chỉ phải ở mạng công cộng"),
}
# Why a try failed.
ERRORS = {
    "unreachable": vi("Không kết nối được"),
    "timeout": vi("Quá thời gian chờ"),
    "tls": vi("Chứng thư số của máy chủ không đúng"),
    "too_long": vi("Câu trả lời quá dài"),
    "html": vi("Trả lời bằng trang web, không phải lời nhận"),
    "redirected": vi("Chuyển hướng sang địa chỉ khác; hệ thống không đi theo"),
    "private_address": vi("Tên miền trỏ vào mạng nội bộ"),
    "wrong_challenge": vi("Không trả lại đúng giá trị challenge"),
    "gone": vi("Trả lời 410: không nhận nữa"),
    "ended": vi("Đăng ký đã kết thúc trước khi gửi"),
    "lost_worker": vi("Tiến trình gửi bị dừng giữa chừng"),
}
# Why a subscription is as it is.
REASONS = {
    "": "",
    "deleted": vi("Chủ đăng ký đã xóa"),
    "gone": vi("Nơi nhận trả lời 410"),
    "unverified": vi("Nơi nhận không xác nhận trong ba ngày"),
    "owner_gone": vi("Tài khoản đăng ký không còn quyền"),
    "failing": vi("Nơi nhận lỗi liên tục năm ngày"),
}


def error_words(code: str) -> str:
    """Why a try failed; of an HTTP status its number."""
    if code.startswith("http_"):
        return say("Nơi nhận trả lời {status}", status=code.removeprefix("http_"))
    return ERRORS.get(code, code)


def reason_words(code: str) -> str:
    return REASONS.get(code, code)
