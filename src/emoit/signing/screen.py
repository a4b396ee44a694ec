"""What may be put under a signature: a page description and nothing that acts, hides or changes.

A reader that shows other content after signing (scripts, optional layers, form fields, forgotten revisions) makes the
signature worthless, so such a document is refused before it is signed.
"""

from __future__ import annotations

import io
from collections.abc import Iterator

import pikepdf

from emoit.lib.saying import say, vi
from emoit.signing.faults import LastingFault

MOST_OBJECTS = 200_000
# Key or value of a dictionary -> what it brings, in the words of the refusal.
ACTIVE = {
    "/JavaScript": vi("mã JavaScript"),
    "/JS": vi("mã JavaScript"),
    "/Launch": vi("lệnh mở chương trình"),
    "/SubmitForm": vi("lệnh gửi dữ liệu"),
    "/ImportData": vi("lệnh nhập dữ liệu"),
    "/AA": vi("hành động tự động"),
    "/EmbeddedFile": vi("tệp đính kèm"),
    "/EmbeddedFiles": vi("tệp đính kèm"),
    "/RichMedia": vi("nội dung đa phương tiện"),
    "/XFA": vi("biểu mẫu động XFA"),
    "/OCProperties": vi("lớp nội dung ẩn hiện"),
    "/ByteRange": vi("chữ ký số có sẵn"),
    "/Sig": vi("chữ ký số có sẵn"),
    "/AcroForm": vi("trường biểu mẫu"),
}


def screen(pdf: bytes) -> None:
    """LastingFault with the reason if the document must not be signed."""
    if pdf.count(b"startxref") > 1:
        raise LastingFault(vi("Tệp đã bị sửa thêm sau khi tạo nên không được ký."))
    try:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            if document.is_encrypted:
                raise LastingFault(vi("Tệp có mật khẩu nên không được ký."))
            if not len(document.pages):
                raise LastingFault(vi("Tệp không có trang nào."))
            found = next(_active(document), None)
    except pikepdf.PasswordError as error:
        raise LastingFault(vi("Tệp có mật khẩu nên không được ký.")) from error
    except (pikepdf.PdfError, RuntimeError, ValueError, TypeError) as error:
        raise LastingFault(vi("Tệp không phải là PDF đọc được nên không được ký.")) from error
    if found:
        raise LastingFault(say("Tệp có {found} nên không được ký.", found=found))


def _active(document: pikepdf.Pdf) -> Iterator[str]:
    """What acts in the document. Nested dictionaries are direct values of some object, so all are visited."""
    pending: list[object] = [document.trailer, *document.objects]
    visited = 0
    while pending:
        visited += 1
        if visited > MOST_OBJECTS:
            raise LastingFault(vi("Tệp quá phức tạp nên không được ký."))
        thing = pending.pop()
        if isinstance(thing, pikepdf.Stream | pikepdf.Dictionary):
            for key, value in thing.items():
                named = str(value) if isinstance(value, pikepdf.Name) else ""
                if key in ACTIVE or (key in {"/S", "/Type", "/FT", "/Subtype"} and named in ACTIVE):
                    yield ACTIVE.get(key) or ACTIVE[named]
                _follow(value, pending)
        elif isinstance(thing, pikepdf.Array):
            for value in thing:
                _follow(value, pending)


def _follow(value: object, pending: list[object]) -> None:
    """Direct containers only: indirect objects are in the document's own list."""
    if isinstance(value, pikepdf.Dictionary | pikepdf.Array) and not value.is_indirect:
        pending.append(value)
