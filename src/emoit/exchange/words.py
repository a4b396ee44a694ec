"""What operators read instead of our codes. Lazy texts are put into words where they are shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from emoit.exchange.types import BreakerState, Format, PartnerState, Revocation, Standing, Transport, Use

# Why a try failed, in words; a code that is not here is shown as it is written.
ERRORS = {
    "unreachable": gettext_lazy("Không kết nối được"),
    "timeout": gettext_lazy("Quá thời gian chờ"),
    "tls": gettext_lazy("Chứng thư số của kết nối không đúng"),
    "too_long": gettext_lazy("Câu trả lời quá dài"),
    "not_expected": gettext_lazy("Câu trả lời không đúng loại"),
    "breaker_open": gettext_lazy("Đang tạm ngắt vì bên kia không trả lời"),
    "rate_limited": gettext_lazy("Đã dùng hết số lần hỏi trong phút"),
    "maintenance": gettext_lazy("Bên kia đang bảo trì"),
    "stopped": gettext_lazy("Kết nối đang bị ngừng"),
    "no_receipt": gettext_lazy("Trả lời không phải biên nhận"),
    "bad_receipt": gettext_lazy("Biên nhận có chữ ký không đúng"),
    "wrong_receipt": gettext_lazy("Biên nhận của thông điệp khác"),
    "lost_courier": gettext_lazy("Tiến trình gửi bị dừng giữa chừng"),
    "not_processed": gettext_lazy("Chưa xử lý được"),
    "refused": gettext_lazy("Bên nhận từ chối"),
    "id_reused": gettext_lazy("Mã thông điệp đã dùng cho nội dung khác"),
    "too_early": gettext_lazy("Thông điệp trước nó chưa được xử lý"),
    "unsigned": gettext_lazy("Chưa ký số"),
    "bad_signature": gettext_lazy("Chữ ký số không đúng"),
    "unknown_certificate": gettext_lazy("Bên nhận chưa đăng ký chứng thư số của bên gửi"),
    "expired_certificate": gettext_lazy("Chứng thư số hết hạn hoặc chưa có hiệu lực"),
    "retired_certificate": gettext_lazy("Chứng thư số đã ngừng dùng"),
    "revoked_certificate": gettext_lazy("Chứng thư số đã bị nơi cấp thu hồi"),
    "tls_certificate": gettext_lazy("Kết nối không dùng chứng thư số đã đăng ký"),
    "stale_envelope": gettext_lazy("Thời điểm ký quá cũ"),
    "future_envelope": gettext_lazy("Thời điểm ký ở tương lai"),
    "malformed": gettext_lazy("Sai cú pháp"),
    "too_deep": gettext_lazy("Lồng nhau quá nhiều tầng"),
    "doctype": gettext_lazy("Có khai báo DOCTYPE"),
    "encoding": gettext_lazy("Không dùng bảng mã UTF-8"),
    "missing_field": gettext_lazy("Thiếu mục bắt buộc"),
    "unknown_field": gettext_lazy("Có mục không thuộc định dạng"),
    "bad_field": gettext_lazy("Có mục sai định dạng"),
    "not_supported": gettext_lazy("Cách gửi AS4 không được hỗ trợ"),
    "external_payload": gettext_lazy("Nội dung nằm ở địa chỉ khác"),
    "soap_version": gettext_lazy("Sai phiên bản SOAP"),
    "soap_action": gettext_lazy("SOAPAction của dịch vụ khác"),
    "bad_algorithm": gettext_lazy("Thuật toán ký không được chấp nhận"),
    "wrong_sender": gettext_lazy("Bên gửi không phải bên đã ký"),
    "wrong_recipient": gettext_lazy("Không gửi cho hệ thống này"),
    "inactive_partner": gettext_lazy("Kết nối với bên gửi đang bị ngừng"),
    "length_required": gettext_lazy("Không ghi độ dài nội dung"),
    "too_large": gettext_lazy("Lớn hơn mức cho phép"),
    "media_type": gettext_lazy("Loại nội dung không được nhận"),
    "digest_mismatch": gettext_lazy("Mã băm của nội dung không khớp"),
    "size_mismatch": gettext_lazy("Độ dài của nội dung không khớp"),
    "no_key": gettext_lazy("Hệ thống chưa có khóa ký"),
    "not_packed": gettext_lazy("Hệ thống không đóng gói được thông điệp"),
    "unknown_kind": gettext_lazy("Loại thông điệp không được nhận"),
    "ebms_0301": gettext_lazy("Không có biên nhận trong thời hạn (EBMS:0301)"),
    "ebms_0303": gettext_lazy("Bên nhận không giải nén được nội dung (EBMS:0303)"),
    "ebms_0101": gettext_lazy("Bên nhận báo chữ ký số không đúng (EBMS:0101)"),
    "ebms_0102": gettext_lazy("Bên nhận không giải mã được nội dung (EBMS:0102)"),
    "bad_mime": gettext_lazy("Các phần MIME không đúng"),
    "unencrypted": gettext_lazy("Nội dung chưa được mã hóa"),
    "bad_encryption": gettext_lazy("Không giải mã được nội dung"),
    "bad_compression": gettext_lazy("Không giải nén được nội dung"),
    "must_understand": gettext_lazy("Có phần đầu SOAP bắt buộc mà hệ thống không xử lý"),
    "soap_client": gettext_lazy("Bên nhận báo thông điệp SOAP sai"),
    "soap_server": gettext_lazy("Bên nhận báo lỗi của chính mình"),
}
# What is known of whether its issuer revoked a certificate, and the tone of that.
REVOCATIONS = {
    Revocation.UNCHECKED: (gettext_lazy("Chưa kiểm tra thu hồi"), ""),
    Revocation.GOOD: (gettext_lazy("Không bị thu hồi"), "success"),
    Revocation.REVOKED: (gettext_lazy("Đã bị nơi cấp thu hồi"), "danger"),
    Revocation.ON_HOLD: (gettext_lazy("Đang bị nơi cấp tạm dừng"), "danger"),
    Revocation.UNNAMED: (gettext_lazy("Không ghi nơi kiểm tra thu hồi"), ""),
    Revocation.UNKNOWN: (gettext_lazy("Không kiểm tra được"), "warning"),
    Revocation.OVERDUE: (gettext_lazy("Quá hạn kiểm tra lại"), "warning"),
}
# Why a check brought no answer.
CHECKS = {
    "no_issuer": gettext_lazy("Không có chứng thư số của nơi cấp"),
    "not_readable": gettext_lazy("Chứng thư số không đọc được"),
    "bad_address": gettext_lazy("Địa chỉ kiểm tra trong chứng thư số không hợp lệ"),
    "private_address": gettext_lazy("Địa chỉ kiểm tra nằm trong mạng nội bộ, chưa được cho phép"),
    "redirected": gettext_lazy("Địa chỉ kiểm tra chuyển sang nơi khác"),
    "not_a_list": gettext_lazy("Câu trả lời không phải danh sách thu hồi"),
    "not_a_response": gettext_lazy("Câu trả lời không phải của OCSP"),
    "wrong_issuer": gettext_lazy("Danh sách thu hồi của nơi cấp khác"),
    "wrong_certificate": gettext_lazy("Câu trả lời về chứng thư số khác"),
    "wrong_nonce": gettext_lazy("Câu trả lời cũ được dùng lại"),
    "bad_signature": gettext_lazy("Câu trả lời không có chữ ký số đúng của nơi cấp"),
    "not_supported": gettext_lazy("Danh sách thu hồi không đầy đủ hoặc thuộc kiểu chưa hỗ trợ"),
    "from_the_future": gettext_lazy("Câu trả lời ghi thời điểm ở tương lai"),
    "out_of_date": gettext_lazy("Câu trả lời đã quá hạn"),
    "older_than_known": gettext_lazy("Câu trả lời cũ hơn lần kiểm tra trước"),
    "refused": gettext_lazy("OCSP từ chối trả lời"),
    "unknown_to_issuer": gettext_lazy("OCSP không biết chứng thư số này"),
}
# Why an issuer revoked a certificate (RFC 5280).
REASONS = {
    "keyCompromise": gettext_lazy("Khóa bị lộ"),
    "cACompromise": gettext_lazy("Khóa của nơi cấp bị lộ"),
    "affiliationChanged": gettext_lazy("Thông tin tổ chức thay đổi"),
    "superseded": gettext_lazy("Đã thay bằng chứng thư số khác"),
    "cessationOfOperation": gettext_lazy("Ngừng hoạt động"),
    "certificateHold": gettext_lazy("Tạm dừng hiệu lực"),
    "privilegeWithdrawn": gettext_lazy("Bị rút quyền"),
    "aACompromise": gettext_lazy("Khóa của nơi cấp thuộc tính bị lộ"),
}
STATES = {
    "waiting": (gettext_lazy("Chờ gửi"), ""),
    "sending": (gettext_lazy("Đang gửi"), ""),
    "delivered": (gettext_lazy("Đã có biên nhận"), "success"),
    "failed": (gettext_lazy("Bị kẹt"), "danger"),
    "given_up": (gettext_lazy("Đã bỏ gửi"), "warning"),
}
KINDS = {
    "sent": gettext_lazy("Ta ký và gửi thông điệp"),
    "sent_receipt": gettext_lazy("Nhận biên nhận của bên kia"),
    "received": gettext_lazy("Nhận thông điệp của bên kia"),
    "received_receipt": gettext_lazy("Ta ký biên nhận"),
}
SUBJECTS = {"dossier": gettext_lazy("hồ sơ"), "result": gettext_lazy("kết quả"), "document": gettext_lazy("văn bản")}
VERBS = {
    "exchange.send": gettext_lazy("Giao cho hệ thống gửi"),
    "exchange.try_again": gettext_lazy("Cho gửi lại"),
    "exchange.give_up": gettext_lazy("Bỏ gửi"),
    "exchange.process_again": gettext_lazy("Cho xử lý lại"),
    "exchange.id_reused": gettext_lazy("Cảnh báo: mã thông điệp dùng lại cho nội dung khác"),
    "exchange.register_partner": gettext_lazy("Đăng ký hệ thống kết nối"),
    "exchange.change_partner": gettext_lazy("Sửa hệ thống kết nối"),
    "exchange.stop": gettext_lazy("Tạm dừng hệ thống kết nối"),
    "exchange.resume": gettext_lazy("Cho hệ thống kết nối hoạt động lại"),
    "exchange.add_certificate": gettext_lazy("Đăng ký chứng thư số của hệ thống kết nối"),
    "exchange.retire_certificate": gettext_lazy("Ngừng dùng chứng thư số kết nối"),
    "exchange.make_key": gettext_lazy("Tạo khóa kết nối của ta"),
}
TRANSPORT_WORDS = {
    Transport.HTTPS: gettext_lazy("HTTPS, thông điệp ký số"),
    Transport.SOAP: gettext_lazy("SOAP 1.1"),
    Transport.AS4: gettext_lazy("AS4 (ebMS 3.0)"),
}
FORMAT_WORDS = {
    Format.JSON: gettext_lazy("JSON ký JWS"),
    Format.XML: gettext_lazy("XML ký XML-DSig"),
    Format.AS4: gettext_lazy("AS4, ký và mã hóa WS-Security"),
}
USE_WORDS = {
    Use.SIGN: gettext_lazy("Ký thông điệp"),
    Use.TLS: gettext_lazy("Mở kết nối (TLS)"),
    Use.AS4: gettext_lazy("Ký và mã hóa AS4"),
}
STANDINGS = {
    Standing.IN_FORCE: (gettext_lazy("Đang dùng"), "success"),
    Standing.ENDING: (gettext_lazy("Sắp hết hạn"), "warning"),
    Standing.NOT_YET: (gettext_lazy("Chưa có hiệu lực"), "info"),
    Standing.EXPIRED: (gettext_lazy("Hết hạn"), "danger"),
    Standing.RETIRED: (gettext_lazy("Đã ngừng dùng"), ""),
}
# What stops with the last certificate in force of a partner, and with our own last key.
LOSSES = {
    Use.SIGN: gettext_lazy(
        "Không kiểm tra được chữ ký của bên kia: thông điệp đến bị từ chối, biên nhận không được công nhận, thông"
        " điệp gửi đi được gửi lại rồi bị kẹt."
    ),
    Use.TLS: gettext_lazy(
        "Ta không mở được kết nối HTTPS tới bên kia nên không gửi được gì. Thông điệp đến cũng bị từ chối, vì không còn"
        " chứng thư số nào của kết nối đang dùng."
    ),
    Use.AS4: gettext_lazy(
        "Không mã hóa được thông điệp gửi bên kia và không kiểm tra được chữ ký AS4: không gửi và không nhận được gì"
        " qua AS4."
    ),
}
OWN_LOSSES = {
    Use.SIGN: gettext_lazy(
        "Không ký được thông điệp và biên nhận với mọi hệ thống: thông điệp gửi đi ở lại hàng chờ, thông điệp đến bị"
        " hẹn gửi lại."
    ),
    Use.TLS: gettext_lazy("Ta mở kết nối mà không có chứng thư số: bên kia nào yêu cầu thì từ chối kết nối."),
    Use.AS4: gettext_lazy("Không ký và không giải mã được thông điệp AS4 với mọi hệ thống."),
}
DAYS = (
    gettext_lazy("thứ Hai"),
    gettext_lazy("thứ Ba"),
    gettext_lazy("thứ Tư"),
    gettext_lazy("thứ Năm"),
    gettext_lazy("thứ Sáu"),
    gettext_lazy("thứ Bảy"),
    gettext_lazy("Chủ nhật"),
)
FIELDS = {
    "name": gettext_lazy("tên"),
    "address": gettext_lazy("địa chỉ"),
    "transport": gettext_lazy("cách truyền"),
    "format": gettext_lazy("dạng thông điệp"),
    "max_bytes": gettext_lazy("cỡ thông điệp lớn nhất (byte)"),
    "rate_per_minute": gettext_lazy("số thông điệp mỗi phút"),
    "max_attempts": gettext_lazy("số lần gửi"),
    "give_up_after_hours": gettext_lazy("số giờ thử gửi"),
    "windows": gettext_lazy("thời gian bảo trì"),
}


def error_words(code: str) -> str:
    """Why a try failed or an envelope was turned away; a code without words as it is."""
    if code.startswith("http_"):
        return _("Bên nhận trả lời lỗi %(status)s") % {"status": code.removeprefix("http_")}
    return str(ERRORS.get(code, code))


def revocation_words(state: Revocation) -> tuple[str, str]:
    """What is known of a certificate's revocation, and the tone of its tag."""
    words, tone = REVOCATIONS[state]
    return str(words), tone


def check_words(code: str) -> str:
    """Why a check brought no answer; "" for ""."""
    return str(CHECKS[code]) if code in CHECKS else error_words(code)


def reason_words(reason: str) -> str:
    """Why the issuer revoked a certificate; what has no words as it is written."""
    return str(REASONS.get(reason, reason))


def state_words(state: str) -> tuple[str, str]:
    """A message's state, and the tone of its tag."""
    words, tone = STATES[state]
    return str(words), tone


def step_words(kind: str) -> str:
    """What a row of the evidence log is."""
    return str(KINDS[kind])


def verb_words(verb: str) -> str:
    """What a row of the audit trail tells about a message."""
    return str(VERBS.get(verb, verb))


def subject_words(kind: str) -> str:
    return str(SUBJECTS.get(kind, kind))


def partner_words(state: PartnerState) -> tuple[str, str]:
    """What keeps a partner's queue from moving, and the tone of that."""
    if not state.active:
        return _("Tạm dừng"), ""
    if state.breaker is BreakerState.OPEN:
        return _("Đang tự ngắt"), "danger"
    if state.breaker is BreakerState.HALF_OPEN:
        return _("Đang thử lại"), "warning"
    if state.maintenance_until is not None:
        return _("Đang bảo trì"), "warning"
    return _("Đang hoạt động"), "success"


def standing_words(standing: Standing) -> tuple[str, str]:
    """Where a certificate stands, and the tone of that."""
    words, tone = STANDINGS[standing]
    return str(words), tone


def loss_words(use: Use) -> str:
    """What stops when a partner has nothing in force for this use any more."""
    return str(LOSSES[use])


def own_loss_words(use: Use) -> str:
    """The same of our own keys."""
    return str(OWN_LOSSES[use])


def windows_words(windows: Iterable[Mapping[str, Any]]) -> list[str]:
    """Maintenance windows of a profile's document, one sentence each: "thứ Hai, thứ Ba: 22:00 – 02:00 hôm sau"."""
    return [_window_words(one) for one in windows]


def _window_words(window: Mapping[str, Any]) -> str:
    values = {
        "days": ", ".join(str(DAYS[int(day)]) for day in window["days"]),
        "start": window["from"],
        "end": window["to"],
    }
    if window["from"] < window["to"]:
        return _("%(days)s: %(start)s – %(end)s") % values
    return _("%(days)s: %(start)s – %(end)s hôm sau") % values


def change_words(details: Mapping[str, Any]) -> list[str]:
    """What a row of a partner's trail says besides its verb: what was and what is; which certificate, for what."""
    found = [
        _("%(field)s: từ %(old)s thành %(new)s")
        % {"field": FIELDS.get(name, name), "old": _value_words(name, old), "new": _value_words(name, new)}
        for name, (old, new) in details.get("changed", {}).items()
    ]
    if details.get("address"):
        found.append(_("địa chỉ: %(address)s") % {"address": details["address"]})
    if details.get("use") or details.get("uses"):
        uses = details.get("uses") or [details["use"]]
        found.append(", ".join(str(USE_WORDS[Use(one)]) for one in uses))
    if details.get("fingerprint"):
        found.append(f"SHA-256 {_in_fours(details['fingerprint'][:16])} …")
    return found


def _in_fours(hexadecimal: str) -> str:
    return " ".join(hexadecimal[at : at + 4] for at in range(0, len(hexadecimal), 4)).upper()


def _value_words(name: str, value: Any) -> str:
    if name == "windows":
        return "; ".join(windows_words(value)) or _("không có")
    if name == "transport":
        return str(TRANSPORT_WORDS[Transport(value)])
    if name == "format":
        return str(FORMAT_WORDS[Format(value)])
    return str(value) or _("để trống")
