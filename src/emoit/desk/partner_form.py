"""A partner's profile as a plain form; its document is that of `exchange.queries.document_of`."""

from __future__ import annotations

from collections.abc import Iterable

from emoit.desk.sheets import Group, Input, Rows
from emoit.exchange import queries
from emoit.lib.saying import vi

_CODE = Input(
    "code", vi("Mã hệ thống"), hint=vi("Mã của bên kia trong mỗi thông điệp, ví dụ VN.G01. Không đổi được về sau.")
)
_NAME = Input("name", vi("Tên hệ thống"), wide=True)
_WINDOWS = Rows(
    "windows",
    vi("Khoảng bảo trì"),
    (
        Input(
            "days",
            vi("Ngày trong tuần"),
            "checks",
            (
                ("0", vi("Thứ Hai")),
                ("1", vi("Thứ Ba")),
                ("2", vi("Thứ Tư")),
                ("3", vi("Thứ Năm")),
                ("4", vi("Thứ Sáu")),
                ("5", vi("Thứ Bảy")),
                ("6", vi("Chủ nhật")),
            ),
        ),
        Input("from", vi("Từ giờ"), hint=vi("Ví dụ 22:00")),
        Input("to", vi("Đến giờ"), hint=vi("Ví dụ 02:00; sớm hơn giờ bắt đầu là qua nửa đêm, bằng nhau là cả ngày")),
    ),
)


def for_a_new_one() -> tuple[Group, ...]:
    """The whole form; the code is asked for once."""
    return (Group(vi("Hệ thống"), (_CODE, _NAME)), *_rest())


def for_one_that_is() -> tuple[Group, ...]:
    return (Group(vi("Hệ thống"), (_NAME,)), *_rest())


def _rest() -> tuple[Group, ...]:
    return (
        Group(
            vi("Đường truyền"),
            (
                Input(
                    "address",
                    vi("Địa chỉ nhận thông điệp"),
                    hint=vi("Bắt đầu bằng https://. Để trống nếu bên kia chỉ gửi tới ta."),
                    optional=True,
                    wide=True,
                ),
                Input("transport", vi("Cách truyền"), "choice", _words(queries.TRANSPORT_WORDS.items())),
                Input("format", vi("Dạng thông điệp"), "choice", _words(queries.FORMAT_WORDS.items())),
            ),
        ),
        Group(
            vi("Giới hạn và gửi lại"),
            (
                Input("max_bytes", vi("Cỡ thông điệp lớn nhất (MB)"), "megabytes", hint=vi("Không quá 14 MB")),
                Input("rate_per_minute", vi("Số thông điệp mỗi phút"), "whole", hint=vi("0 là không giới hạn")),
                Input("max_attempts", vi("Số lần gửi trước khi coi là bị kẹt"), "whole"),
                Input("give_up_after_hours", vi("Số giờ thử gửi trước khi coi là bị kẹt"), "whole"),
            ),
        ),
        Group(
            vi("Thời gian bảo trì"),
            (_WINDOWS,),
            vi("Trong các khoảng này không gửi gì; thông điệp chờ đến khi hết bảo trì. Tính theo giờ Việt Nam."),
        ),
    )


def _words(found: Iterable[tuple[str, object]]) -> tuple[tuple[str, str], ...]:
    return tuple((str(value), str(words)) for value, words in found)
