"""Names are shown to people and written into headers: nothing in them may deceive or break out."""

from __future__ import annotations

import pytest

from emoit.files import rules

NAMES = [
    ("Đơn đăng ký.pdf", "Đơn đăng ký.pdf"),
    ("Đơn.pdf", "Đơn.pdf"),  # NFD to NFC
    ("../../etc/passwd", "passwd"),
    ("C:\\Users\\Lan\\Thể lệ.docx", "Thể lệ.docx"),
    ("a\r\nSet-Cookie: x.pdf", "a Set-Cookie_ x.pdf"),
    ("hoá đơn\u202efdp.exe", "hoá đơnfdp.exe"),
    ("a\u200b\u2066b\ufeff.pdf", "ab.pdf"),
    ("a\0b.pdf", "ab.pdf"),
    ("   nhiều   chỗ trống .pdf ", "nhiều chỗ trống .pdf"),
    ('"><script>.pdf', "___script_.pdf"),
    ("", "tep"),
    ("...", "tep"),
    ("x" * 200 + ".pdf", "x" * 146 + ".pdf"),
]


@pytest.mark.parametrize(("given", "kept"), NAMES)
def test_a_name_is_cleaned(given: str, kept: str) -> None:
    assert rules.clean_name(given) == kept
    assert len(kept) <= 150


@pytest.mark.parametrize(
    ("size", "words"), [(500, "1 KB"), (20_480, "20 KB"), (10_485_760, "10 MB"), (1_572_864, "1,5 MB")]
)
def test_sizes_in_words(size: int, words: str) -> None:
    assert rules.megabytes(size) == words
