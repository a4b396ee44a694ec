"""The parts of a procedure's document, as an administrator edits and compares them, and what its keys mean in words."""

from __future__ import annotations

from emoit.lib.saying import Both, vi

# Part -> (title, the document's keys that it holds). Every key of the document belongs to one part.
PARTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "names": (
        vi("Tên và giới thiệu"),
        ("code", "name", "summary", "form_name", "field", "level", "applicants", "online_level"),
    ),
    "content": (vi("Trình tự, cách thức, điều kiện"), ("steps", "how_to", "conditions")),
    "papers": (Both("Thành phần hồ sơ", "Papers"), ("papers",)),
    "term": (vi("Thời hạn và phí, lệ phí"), ("term", "term_text", "fee")),
    "laws": (vi("Căn cứ pháp lý"), ("legal_basis",)),
    "notice": (vi("Công bố và công khai"), ("notice", "effective_from", "source")),
    "units": (
        vi("Đơn vị và quy trình"),
        ("receiving_unit", "handling_unit", "process_key", "automatic", "route", "channel"),
    ),
    "outcomes": (vi("Kết quả và từ chối"), ("result", "refusal", "amends")),
    "form": (vi("Tờ khai điện tử"), ("form",)),
    "cost": (vi("Chi phí tuân thủ"), ("cost",)),
    "doubts": (vi("Dữ kiện cần xác nhận"), ("defaults", "unverified", "sources")),
}
_PART_OF = {key: part for part, (_, keys) in PARTS.items() for key in keys}

WORDS = {
    "code": vi("mã"),
    "name": vi("tên"),
    "summary": vi("giới thiệu"),
    "form_name": vi("tên mẫu đơn"),
    "field": vi("lĩnh vực"),
    "level": vi("cấp thực hiện"),
    "applicants": vi("đối tượng nộp"),
    "online_level": vi("mức độ trực tuyến"),
    "steps": vi("bước"),
    "how_to": vi("cách thức"),
    "conditions": vi("điều kiện"),
    "papers": vi("giấy tờ"),
    "term": vi("thời hạn"),
    "term_text": vi("lời ghi về thời hạn"),
    "fee": vi("phí, lệ phí"),
    "legal_basis": vi("văn bản"),
    "notice": vi("công bố"),
    "effective_from": vi("ngày có hiệu lực"),
    "source": vi("nguồn"),
    "receiving_unit": vi("đơn vị tiếp nhận"),
    "handling_unit": vi("đơn vị xử lý"),
    "process_key": vi("quy trình"),
    "automatic": vi("phản hồi tự động"),
    "result": vi("kết quả"),
    "refusal": vi("văn bản từ chối"),
    "amends": vi("kết quả cũ mà thủ tục này thay đổi"),
    "form": vi("tờ khai"),
    "cost": vi("chi phí tuân thủ"),
    "defaults": vi("giá trị mặc định"),
    "unverified": vi("chưa kiểm chứng"),
    "sources": vi("nguồn"),
    "vi": vi("tiếng Việt"),
    "en": vi("tiếng Anh"),
    "required": vi("bắt buộc"),
    "accept": vi("loại tệp"),
    "max_bytes": vi("dung lượng tối đa"),
    "note": vi("ghi chú"),
    "value": vi("số lượng"),
    "unit": vi("đơn vị tính"),
    "vnd": vi("số tiền"),
    "unknown": vi("chưa xác định"),
    "text": vi("lời ghi"),
    "title": vi("tên"),
    "issued_on": vi("ngày ban hành"),
    "effective_on": vi("ngày có hiệu lực"),
    "replaces": vi("thay thế"),
    "decision": vi("số quyết định công bố"),
    "decided_on": vi("ngày công bố"),
    "published_on": vi("ngày công khai"),
    "kind": vi("loại"),
    "template": vi("mẫu in"),
    "number_pattern": vi("mẫu số"),
    "series": vi("dãy số"),
    "signer_role": vi("người ký"),
    "signer_unit": vi("đơn vị của người ký"),
    "validity": vi("hết hiệu lực theo"),
    "change": vi("cách thay đổi"),
    "kinds": vi("loại kết quả"),
    "pages": vi("trang"),
    "sections": vi("phần"),
    "fields": vi("trường"),
    "label": vi("nhãn"),
    "hint": vi("gợi ý"),
    "help": vi("giải thích"),
    "options": vi("các lựa chọn"),
    "widget": vi("kiểu ô nhập"),
    "show_when": vi("điều kiện hiện"),
    "prefill": vi("điền sẵn từ"),
    "rules": vi("quy tắc kiểm tra"),
    "message": vi("lời báo"),
    "minLength": vi("độ dài tối thiểu"),
    "maxLength": vi("độ dài tối đa"),
    "pattern": vi("khuôn mẫu"),
    "minimum": vi("tối thiểu"),
    "maximum": vi("tối đa"),
    "minItems": vi("số dòng tối thiểu"),
    "maxItems": vi("số dòng tối đa"),
    "enum": vi("các giá trị chọn"),
    "type": vi("kiểu dữ liệu"),
    "format": vi("dạng"),
    "x-personal": vi("thông tin cá nhân"),
    "x-check": vi("phép kiểm tra"),
    "activities": vi("công việc"),
    "hours": vi("số giờ"),
    "fee_vnd": vi("phí, lệ phí"),
    "other_vnd": vi("chi phí khác"),
    "hourly_income_vnd": vi("thu nhập bình quân một giờ"),
    "times_per_year": vi("số lần một năm"),
    "subjects_per_year": vi("số đối tượng một năm"),
    "schema": vi("lược đồ"),
    "layout": vi("bố cục"),
    "at": vi("vị trí"),
    "by": vi("căn cứ"),
    "route": vi("bảng chọn đơn vị xử lý"),
    "channel": vi("bảng phân luồng rủi ro"),
}


def part_of(pointer: str) -> str:
    """The part that holds a JSON pointer of the document; "names" for what belongs nowhere."""
    key = pointer.removeprefix("/").partition("/")[0]
    return _PART_OF.get(key, "names")


def title_of(part: str) -> str:
    return PARTS[part][0]


def keys_of(part: str) -> tuple[str, ...]:
    return PARTS[part][1]
