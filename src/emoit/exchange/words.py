"""What operators read instead of our codes. Lazy texts are put into words where they are shown."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from emoit.exchange.types import BreakerState, PartnerState, Revocation

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
    "unknown_certificate": gettext_lazy("Chứng thư số chưa đăng ký"),
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
        return _("Đã ngừng"), ""
    if state.breaker is BreakerState.OPEN:
        return _("Tạm ngắt"), "danger"
    if state.breaker is BreakerState.HALF_OPEN:
        return _("Đang thử lại"), "warning"
    if state.maintenance_until is not None:
        return _("Đang bảo trì"), "warning"
    return _("Đang hoạt động"), "success"
