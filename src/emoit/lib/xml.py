"""The one XML parser of the system: no DTD, no entities, no network, bounded size and depth.

Every other parser is forbidden by the linter (`banned-api` in pyproject.toml).
"""

from __future__ import annotations

import codecs
import re

from lxml import etree

MAX_BYTES = 20 * 1024 * 1024
MAX_DEPTH = 100

_ENCODINGS = {"utf-8": "utf-8", "utf8": "utf-8", "us-ascii": "utf-8", "ascii": "utf-8", "utf-16": "utf-16"}
_DECLARED = re.compile(r"""<\?xml[^>]{0,200}?\sencoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_PROLOG = re.compile(r"\s+|<\?.*?\?>|<!--.*?-->", re.DOTALL)
_DOCTYPE = "<!DOCTYPE"


class XmlRefused(ValueError):
    """The document is not read. `message` is a Vietnamese sentence.

    Codes: too_large, too_deep, doctype, encoding, malformed.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def parse_xml(data: bytes, *, max_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH) -> etree._Element:
    """The root element of a document in UTF-8 or UTF-16.

    A document type declaration is refused wherever it points, before any parser sees it. Raises XmlRefused.
    """
    root = _parse(data, max_bytes)
    _refuse_depth(root, max_depth)
    return root


def parse_envelope(data: bytes, *, max_tags: int, max_depth: int) -> etree._Element:
    """As `parse_xml`, for what has few elements and perhaps one long text (less than 10,000,000 bytes).

    Tags and quotation marks are counted before anything is built: a document of nothing but elements takes thirty times
    its size.
    """
    if data.count(b"<") > max_tags or data.count(b'"') + data.count(b"'") > 4 * max_tags:
        raise XmlRefused("malformed", "Tệp XML có quá nhiều phần tử.")
    root = _parse(data, MAX_BYTES)
    _refuse_depth(root, max_depth)
    return root


def _parse(data: bytes, max_bytes: int) -> etree._Element:
    if len(data) > max_bytes:
        raise XmlRefused("too_large", f"Tệp XML quá lớn, tối đa {max_bytes // 1024} KB.")
    encoding = _encoding(data)
    _refuse_doctype(_decode(data, encoding))
    parser = etree.XMLParser(  # noqa: TID251 - the one place where XML is parsed
        encoding=encoding,
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        no_network=True,
        huge_tree=False,
        recover=False,
    )
    try:
        root = etree.fromstring(data, parser)  # noqa: TID251 - as above
    except (etree.XMLSyntaxError, ValueError) as error:
        raise XmlRefused("malformed", f"Tệp XML không đúng cú pháp: {error}") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise XmlRefused("doctype", "Tệp XML không được chứa khai báo DOCTYPE.")
    return root


def _encoding(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    declared = _DECLARED.match(data.removeprefix(codecs.BOM_UTF8)[:300].decode("latin-1"))
    encoding = _ENCODINGS.get(declared[1].lower() if declared else "utf-8")
    if encoding != "utf-8":
        raise XmlRefused("encoding", "Tệp XML phải dùng bảng mã UTF-8.")
    return encoding


def _decode(data: bytes, encoding: str) -> str:
    try:
        return data.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    except UnicodeDecodeError:
        raise XmlRefused("encoding", "Tệp XML có ký tự không thuộc bảng mã UTF-8.") from None


def _refuse_doctype(text: str) -> None:
    """Walk what may stand before the root: spaces, comments, processing instructions. Nothing else is skipped."""
    at = 0
    while piece := _PROLOG.match(text, at):
        at = piece.end()
    if text[at : at + len(_DOCTYPE)].upper() == _DOCTYPE:
        raise XmlRefused("doctype", "Tệp XML không được chứa khai báo DOCTYPE.")


def _refuse_depth(root: etree._Element, most: int) -> None:
    depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > most:
            raise XmlRefused("too_deep", f"Tệp XML lồng nhau quá {most} tầng.")
