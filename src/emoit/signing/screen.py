"""What may be put under a signature: a page description and nothing that acts, hides or changes.

A reader that shows other content after signing (scripts, optional layers, form fields, forgotten revisions) makes the
signature worthless, so such a document is refused before it is signed.
"""

from __future__ import annotations

import io
from collections.abc import Iterator

import pikepdf

from emoit.lib.saying import vi
from emoit.signing.faults import LastingFault

MOST_OBJECTS = 200_000
# Key or value of a dictionary -> what it brings, in the words of the refusal.
ACTIVE = {
    "/JavaScript": vi("Tệp có mã JavaScript nên không được ký."),
    "/JS": vi("Tệp có mã JavaScript nên không được ký."),
    "/Launch": vi("Tệp có lệnh mở chương trình nên không được ký."),
    "/SubmitForm": vi("Tệp có lệnh gửi dữ liệu nên không được ký."),
    "/ImportData": vi("Tệp có lệnh nhập dữ liệu nên không được ký."),
    "/AA": vi("Tệp có hành động tự động nên không được ký."),
    "/EmbeddedFile": vi("Tệp có tệp đính kèm nên không được ký."),
    "/EmbeddedFiles": vi("Tệp có tệp đính kèm nên không được ký."),
    "/RichMedia": vi("Tệp có nội dung đa phương tiện nên không được ký."),
    "/XFA": vi("Tệp có biểu mẫu động XFA nên không được ký."),
    "/OCProperties": vi("Tệp có lớp nội dung ẩn hiện nên không được ký."),
    "/ByteRange": vi("Tệp có chữ ký số có sẵn nên không được ký."),
    "/Sig": vi("Tệp có chữ ký số có sẵn nên không được ký."),
    "/AcroForm": vi("Tệp có trường biểu mẫu nên không được ký."),
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
        raise LastingFault(found)


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
