"""multipart/related as AS4 uses it: the SOAP message, then its attachments by Content-ID. Anything odd is refused."""

from __future__ import annotations

import base64
import binascii
import re
import secrets
from dataclasses import dataclass

from emoit.exchange.faults import BadEnvelope

MULTIPART = "multipart/related"
SOAP = "application/soap+xml"
MOST_PARTS = 8
_MOST_HEADERS = 4096
_BOUNDARY = re.compile(rb"--([0-9A-Za-z'()+_,./:=?-]{1,70})[ \t]*\r\n")
_CID = re.compile(r"<([\x21-\x3b\x3d\x3f-\x7e]{1,200})>")


@dataclass(frozen=True, slots=True)
class Parts:
    """`attachments` by Content-ID, in their order, as they were sent: encrypted, if they are."""

    soap: bytes
    attachments: dict[str, bytes]


def join(soap: bytes, attachments: dict[str, bytes]) -> bytes:
    """The body of the request; its boundary is in its first line."""
    boundary = f"emoit-{secrets.token_hex(16)}".encode()
    pieces = [_part(boundary, f"Content-Type: {SOAP}; charset=UTF-8", soap)]
    for name, content in attachments.items():
        headers = f"Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: binary\r\nContent-ID: <{name}>"
        pieces.append(_part(boundary, headers, content))
    return b"".join(pieces) + b"--" + boundary + b"--\r\n"


def content_type(content: bytes) -> str:
    """The request's Content-Type for a body that `join` made."""
    return f'{MULTIPART}; type="{SOAP}"; boundary="{boundary_of(content)}"'


def boundary_of(content: bytes) -> str:
    """BadEnvelope `bad_mime` where the first line is none."""
    found = _BOUNDARY.match(content)
    if found is None:
        raise BadEnvelope("bad_mime")
    return found[1].decode()


def split(content: bytes) -> Parts:
    """BadEnvelope `bad_mime`: no SOAP message first, a part without a name or with another's, an unknown encoding."""
    delimiter = b"\r\n--" + boundary_of(content).encode()
    pieces = (b"\r\n" + content).split(delimiter, MOST_PARTS + 2)
    if len(pieces) > MOST_PARTS + 1 or not pieces[-1].startswith(b"--") or pieces[-1].strip(b"-\r\n \t"):
        raise BadEnvelope("bad_mime")
    if pieces[0] or len(pieces) < 3:
        raise BadEnvelope("bad_mime")
    (headers, soap), *others = [_read(piece) for piece in pieces[1:-1]]
    kind, _, parameters = headers.get("content-type", "").partition(";")
    if kind.strip().lower() != SOAP or not _is_utf8(parameters):
        raise BadEnvelope("bad_mime")
    attachments: dict[str, bytes] = {}
    for told, body in others:
        name = _CID.fullmatch(told.get("content-id", ""))
        if name is None or name[1] in attachments:
            raise BadEnvelope("bad_mime")
        attachments[name[1]] = body
    return Parts(soap, attachments)


def _part(boundary: bytes, headers: str, content: bytes) -> bytes:
    return b"--" + boundary + b"\r\n" + headers.encode() + b"\r\n\r\n" + content + b"\r\n"


def _is_utf8(parameters: str) -> bool:
    charset = re.search(r"""charset\s*=\s*["']?([^"';\s]+)""", parameters, re.IGNORECASE)
    return charset is None or charset[1].lower() in {"utf-8", "us-ascii"}


def _read(piece: bytes) -> tuple[dict[str, str], bytes]:
    """Headers by their names in small letters, and the content."""
    if not piece.startswith(b"\r\n"):
        raise BadEnvelope("bad_mime")
    head, gap, content = piece[2:].partition(b"\r\n\r\n")
    if not gap or len(head) > _MOST_HEADERS:
        raise BadEnvelope("bad_mime")
    headers: dict[str, str] = {}
    for line in re.sub(rb"\r\n[ \t]+", b" ", head).decode("latin-1").split("\r\n"):
        name, colon, value = line.partition(":")
        if not colon or name.lower() in headers:
            raise BadEnvelope("bad_mime")
        headers[name.lower()] = value.strip()
    return headers, _decode(content, headers.get("content-transfer-encoding", "binary").lower())


def _decode(content: bytes, encoding: str) -> bytes:
    if encoding in {"binary", "8bit", "7bit"}:
        return content
    if encoding != "base64":
        raise BadEnvelope("bad_mime")
    try:
        return base64.b64decode(b"".join(content.split()), validate=True)
    except binascii.Error as error:
        raise BadEnvelope("bad_mime") from error
