"""Why an envelope is turned away: one code each, with its HTTP status and a sentence."""

from __future__ import annotations

# code -> (status, sentence)
FAULTS: dict[str, tuple[int, str]] = {
    "malformed": (400, "Thông điệp không đọc được: sai cú pháp."),
    "too_deep": (400, "Thông điệp lồng nhau quá nhiều tầng."),
    "doctype": (400, "Thông điệp XML không được chứa khai báo DOCTYPE."),
    "encoding": (400, "Thông điệp phải dùng bảng mã UTF-8."),
    "missing_field": (400, "Thông điệp thiếu một mục bắt buộc."),
    "unknown_field": (400, "Thông điệp có mục không thuộc định dạng."),
    "bad_field": (400, "Một mục của thông điệp có giá trị không đúng định dạng."),
    "bad_mime": (400, "Các phần của thông điệp AS4 không đúng định dạng MIME."),
    "not_supported": (400, "Hệ thống không hỗ trợ cách gửi này của AS4."),
    "external_payload": (400, "Nội dung phải được gửi kèm, không ở một địa chỉ khác."),
    "unencrypted": (400, "Nội dung của thông điệp AS4 chưa được mã hóa."),
    "bad_encryption": (400, "Không giải mã được nội dung của thông điệp."),
    "bad_compression": (422, "Không giải nén được nội dung, hoặc nội dung giải nén lớn hơn mức cho phép."),
    "soap_version": (400, "Phiên bản SOAP không đúng với địa chỉ này."),
    "soap_action": (400, "SOAPAction không phải của dịch vụ này."),
    "must_understand": (400, "Thông điệp SOAP có phần đầu bắt buộc mà hệ thống không xử lý."),
    "unsigned": (400, "Thông điệp chưa được ký số."),
    "bad_algorithm": (400, "Thuật toán ký không được chấp nhận."),
    "stale_envelope": (400, "Thời điểm ký cũ hơn giờ hệ thống quá 10 phút."),
    "future_envelope": (400, "Thời điểm ký muộn hơn giờ hệ thống quá 10 phút."),
    "unknown_certificate": (401, "Chứng thư số ký thông điệp chưa được đăng ký."),
    "retired_certificate": (401, "Chứng thư số ký thông điệp đã ngừng dùng hoặc bị thu hồi."),
    "expired_certificate": (401, "Chứng thư số ký thông điệp đã hết hạn hoặc chưa có hiệu lực."),
    "tls_certificate": (401, "Kết nối không dùng chứng thư số đã đăng ký của bên gửi."),
    "bad_signature": (403, "Chữ ký số của thông điệp không đúng."),
    "wrong_sender": (403, "Bên gửi ghi trong thông điệp không phải là bên đã ký."),
    "wrong_recipient": (403, "Thông điệp không gửi cho hệ thống này."),
    "inactive_partner": (403, "Kết nối với bên gửi đang bị ngừng."),
    "id_reused": (409, "Mã thông điệp đã dùng cho một nội dung khác."),
    "too_early": (409, "Thông điệp trước nó trong cùng chuỗi chưa được xử lý."),
    "length_required": (411, "Yêu cầu phải ghi rõ độ dài nội dung."),
    "too_large": (413, "Thông điệp lớn hơn mức cho phép."),
    "media_type": (415, "Chỉ nhận thông điệp JSON hoặc XML."),
    "digest_mismatch": (422, "Mã băm của nội dung không khớp với giá trị đã ký."),
    "size_mismatch": (422, "Độ dài của nội dung không khớp với giá trị đã ký."),
    "unknown_kind": (422, "Hệ thống không nhận loại thông điệp này."),
    "refused": (422, "Nghiệp vụ từ chối thông điệp."),
    "not_processed": (503, "Hệ thống chưa xử lý được thông điệp; hãy gửi lại sau."),
    "no_key": (503, "Hệ thống chưa có khóa ký; hãy gửi lại sau."),
}


class BadEnvelope(Exception):
    """The envelope is not taken. `code` is a key of FAULTS; nothing of the message is kept.

    Told to programs in a problem document, never to a person: no `Refusal` of a screen.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
        self.status, self.message = FAULTS[code]
