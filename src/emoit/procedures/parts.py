"""The parts of a procedure's document, as an administrator edits and compares them, and what its keys mean in words."""

from __future__ import annotations

# Part -> (title, the document's keys that it holds). Every key of the document belongs to one part.
PARTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "names": (
        "Tên và giới thiệu",
        ("code", "name", "summary", "form_name", "field", "level", "applicants", "online_level"),
    ),
    "content": ("Trình tự, cách thức, điều kiện", ("steps", "how_to", "conditions")),
    "papers": ("Thành phần hồ sơ", ("papers",)),
    "term": ("Thời hạn và phí, lệ phí", ("term", "term_text", "fee")),
    "laws": ("Căn cứ pháp lý", ("legal_basis",)),
    "notice": ("Công bố và công khai", ("notice", "effective_from", "source")),
    "units": (
        "Đơn vị và quy trình",
        ("receiving_unit", "handling_unit", "process_key", "automatic", "route", "channel"),
    ),
    "outcomes": ("Kết quả và từ chối", ("result", "refusal", "amends")),
    "form": ("Tờ khai điện tử", ("form",)),
    "cost": ("Chi phí tuân thủ", ("cost",)),
    "doubts": ("Dữ kiện cần xác nhận", ("defaults", "unverified", "sources")),
}
_PART_OF = {key: part for part, (_, keys) in PARTS.items() for key in keys}

WORDS = {
    "code": "mã", "name": "tên", "summary": "giới thiệu", "form_name": "tên mẫu đơn", "field": "lĩnh vực",
    "level": "cấp thực hiện", "applicants": "đối tượng nộp", "online_level": "mức độ trực tuyến", "steps": "bước",
    "how_to": "cách thức", "conditions": "điều kiện", "papers": "giấy tờ", "term": "thời hạn",
    "term_text": "lời ghi về thời hạn", "fee": "phí, lệ phí", "legal_basis": "văn bản", "notice": "công bố",
    "effective_from": "ngày có hiệu lực", "source": "nguồn", "receiving_unit": "đơn vị tiếp nhận",
    "handling_unit": "đơn vị xử lý", "process_key": "quy trình", "automatic": "phản hồi tự động", "result": "kết quả",
    "refusal": "văn bản từ chối", "amends": "kết quả cũ mà thủ tục này thay đổi", "form": "tờ khai",
    "cost": "chi phí tuân thủ", "defaults": "giá trị mặc định", "unverified": "chưa kiểm chứng", "sources": "nguồn",
    "vi": "tiếng Việt", "en": "tiếng Anh", "required": "bắt buộc", "accept": "loại tệp",
    "max_bytes": "dung lượng tối đa", "note": "ghi chú", "value": "số lượng", "unit": "đơn vị tính", "vnd": "số tiền",
    "unknown": "chưa xác định", "text": "lời ghi", "title": "tên", "issued_on": "ngày ban hành",
    "effective_on": "ngày có hiệu lực", "replaces": "thay thế", "decision": "số quyết định công bố",
    "decided_on": "ngày công bố", "published_on": "ngày công khai", "kind": "loại", "template": "mẫu in",
    "number_pattern": "mẫu số", "series": "dãy số", "signer_role": "người ký", "signer_unit": "đơn vị của người ký",
    "validity": "hết hiệu lực theo", "change": "cách thay đổi", "kinds": "loại kết quả", "pages": "trang",
    "sections": "phần", "fields": "trường", "label": "nhãn", "hint": "gợi ý", "help": "giải thích",
    "options": "các lựa chọn", "widget": "kiểu ô nhập", "show_when": "điều kiện hiện", "prefill": "điền sẵn từ",
    "rules": "quy tắc kiểm tra", "message": "lời báo", "minLength": "độ dài tối thiểu", "maxLength": "độ dài tối đa",
    "pattern": "khuôn mẫu", "minimum": "tối thiểu", "maximum": "tối đa", "minItems": "số dòng tối thiểu",
    "maxItems": "số dòng tối đa", "enum": "các giá trị chọn", "type": "kiểu dữ liệu", "format": "dạng",
    "x-personal": "thông tin cá nhân", "x-check": "phép kiểm tra", "activities": "công việc", "hours": "số giờ",
    "fee_vnd": "phí, lệ phí", "other_vnd": "chi phí khác", "hourly_income_vnd": "thu nhập bình quân một giờ",
    "times_per_year": "số lần một năm", "subjects_per_year": "số đối tượng một năm", "schema": "lược đồ",
    "layout": "bố cục", "at": "vị trí", "by": "căn cứ", "route": "bảng chọn đơn vị xử lý",
    "channel": "bảng phân luồng rủi ro",
}  # fmt: skip


def part_of(pointer: str) -> str:
    """The part that holds a JSON pointer of the document; "names" for what belongs nowhere."""
    key = pointer.removeprefix("/").partition("/")[0]
    return _PART_OF.get(key, "names")


def title_of(part: str) -> str:
    return PARTS[part][0]


def keys_of(part: str) -> tuple[str, ...]:
    return PARTS[part][1]
