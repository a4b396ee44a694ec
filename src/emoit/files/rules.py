"""Names, types by content, and the words of each refusal. Values in, values out."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from pathlib import PurePosixPath
from types import MappingProxyType

import puremagic

from emoit.files.types import Kind
from emoit.kernel.access import Refusal
from emoit.lib.saying import say, vi

LONGEST_NAME = 150
HEAD = 8192  # bytes that are enough to tell a type

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MEDIA_KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "application/pdf": Kind.PDF,
        "image/jpeg": Kind.IMAGE,
        "image/png": Kind.IMAGE,
        DOCX: Kind.DOCX,
        XLSX: Kind.XLSX,
        "application/zip": Kind.ZIP,
    }
)
EXTENSIONS: Mapping[str, str] = MappingProxyType(
    {
        ".pdf": "application/pdf",
        ".jpg": "image/jpeg",
        ".jpeg": "image/jpeg",
        ".png": "image/png",
        ".docx": DOCX,
        ".xlsx": XLSX,
        ".zip": "application/zip",
    }
)
_SIGNATURES = (
    (b"%PDF-", "application/pdf"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"PK\x03\x04", "application/zip"),  # Word and Excel are told apart by the inspector
)
_KIND_WORDS = {
    Kind.PDF: "PDF",
    Kind.IMAGE: vi("ảnh JPG hoặc PNG"),
    Kind.DOCX: "Word (.docx)",
    Kind.XLSX: "Excel (.xlsx)",
    Kind.ZIP: "ZIP",
}
_STATUS = {"too_large": 413, "storage_full": 507, "uninspected": 503}

# Each sentence says what is wrong and what to do. {…} are filled by `refusal`.
MESSAGES: Mapping[str, str] = MappingProxyType(
    {
        "empty_file": vi("Tệp rỗng, không có nội dung. Hãy chọn lại tệp."),
        "too_large": vi("Tệp lớn hơn mức cho phép {limit}. Hãy giảm dung lượng hoặc tách thành nhiều tệp."),
        "not_accepted": vi("Mục này chỉ nhận {accepted}. Hãy chuyển tệp sang định dạng đó rồi tải lên lại."),
        "disguised": vi("Nội dung tệp không đúng với đuôi của tên tệp. Hãy chọn đúng tệp gốc, không đổi đuôi tên tệp."),
        "undrawable": vi("Trang này không hiện được ở đây. Hãy tải tệp về để xem."),
        "encrypted_pdf": vi("Tệp PDF đang được đặt mật khẩu. Hãy bỏ mật khẩu rồi tải lên lại."),
        "encrypted_archive": vi("Tệp nén đang được đặt mật khẩu. Hãy bỏ mật khẩu rồi tải lên lại."),
        "active_content": (
            vi(
                "Tệp có nội dung thực thi (mã lệnh, macro hoặc tệp nhúng). "
                "Hãy lưu lại thành tệp không có các nội dung đó, chẳng hạn in ra PDF."
            )
        ),
        "archive_bomb": vi("Tệp nén bung ra quá lớn, quá nhiều tệp hoặc nén lồng nhau. Hãy tải lên từng tệp riêng."),
        "archive_unsafe": vi("Tệp nén chứa đường dẫn không an toàn. Hãy nén lại từ thư mục thông thường."),
        "pixel_bomb": vi("Ảnh quá lớn (trên 80 triệu điểm ảnh). Hãy giảm kích thước ảnh rồi tải lên lại."),
        "unreadable": vi(
            "Không đọc được tệp: tệp hỏng hoặc chưa tải đủ. Hãy mở thử trên máy, lưu lại rồi tải lên lại."
        ),
        "infected": vi("Tệp bị phát hiện có mã độc nên không được nhận. Hãy quét vi-rút máy tính rồi gửi tệp khác."),
        "uninspected": vi("Tệp chưa kiểm tra được nên chưa được nhận. Hãy thử tải lên lại sau ít phút."),
        "storage_full": vi("Hệ thống tạm hết chỗ lưu tệp nên chưa nhận được. Hãy thử lại sau; không có gì bị mất."),
    }
)


def refusal(code: str, **words: str) -> Refusal:
    """The refusal with that code of MESSAGES."""
    answer = Refusal(say(MESSAGES[code], **words), code=code)
    answer.status = _STATUS.get(code, 422)
    return answer


def clean_name(name: str) -> str:
    """The name without path parts, control, invisible and bidirectional marks; NFC, 1 to 150 characters.

    The extension survives shortening.
    """
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", maxsplit=1)[-1]
    visible = "".join(" " if c.isspace() else c for c in last if c.isspace() or unicodedata.category(c)[0] != "C")
    tidy = " ".join("".join("_" if c in '<>:"|?*' else c for c in visible).split()).strip(". ")
    if not tidy:
        return "tep"
    suffix = PurePosixPath(tidy).suffix[:12]
    return tidy if len(tidy) <= LONGEST_NAME else tidy[: LONGEST_NAME - len(suffix)].rstrip(". ") + suffix


def media_type_of(head: bytes) -> str:
    """The media type that the first bytes show; '' when unknown. Every ZIP-based format is `application/zip` here."""
    for signature, media_type in _SIGNATURES:
        if head.startswith(signature):
            return media_type
    try:
        return str(puremagic.magic_string(head)[0].mime_type)
    except (puremagic.PureError, ValueError, IndexError):
        return ""


def check_kind(name: str, found: str, accept: frozenset[str]) -> None:
    """Refuse a type that is not accepted or that the name's extension denies. `found`: media type by content.

    `application/zip` stands for Word and Excel too until the inspector has told them apart.
    """
    named = EXTENSIONS.get(PurePosixPath(name).suffix.lower(), "")
    if not named or MEDIA_KINDS[named] not in accept:
        accepted = ", ".join(words for kind, words in _KIND_WORDS.items() if kind in accept)
        raise refusal("not_accepted", accepted=accepted or "tệp do hệ thống tạo")
    if found != named and not (found == "application/zip" and named in {DOCX, XLSX}):
        raise refusal("disguised")


def check_named(name: str, media_type: str) -> None:
    """Refuse a name whose extension denies the type that the inspector found."""
    if EXTENSIONS.get(PurePosixPath(name).suffix.lower()) != media_type:
        raise refusal("disguised")


def megabytes(size: int) -> str:
    """`10 MB`, `1,5 MB`, `20 KB`, in the Vietnamese way of writing."""
    if size < 1024 * 1024:
        return f"{max(size // 1024, 1)} KB"
    return f"{size / (1024 * 1024):.1f} MB".replace(".0 ", " ").replace(".", ",")
