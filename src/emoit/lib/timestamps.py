"""A client of RFC 3161: what was hashed when, said by an authority that is not us."""

from __future__ import annotations

import hashlib
import secrets
from urllib.parse import urlsplit

from asn1crypto import algos, tsp

from emoit.lib.outgoing import Away, Place, request

SECONDS = 10  # for a whole answer, however slowly it comes
_MOST_BYTES = 100_000


class NoTimeStamp(Exception):
    """The authority was not reached, refused, or answered something else than was asked."""


def stamp(data: bytes, url: str) -> bytes:
    """The token (DER of a CMS ContentInfo) over the SHA-256 of `data`. Raises NoTimeStamp."""
    imprint, nonce = hashlib.sha256(data).digest(), secrets.randbits(63)
    query = tsp.TimeStampReq(
        {
            "version": 1,
            "message_imprint": {
                "hash_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}),
                "hashed_message": imprint,
            },
            "nonce": nonce,
            "cert_req": True,
        }
    )
    try:
        answer = tsp.TimeStampResp.load(ask(url, query.dump()))
        if answer["status"]["status"].native not in {"granted", "granted_with_mods"}:
            raise NoTimeStamp(f"the authority refused: {answer['status'].native}")
        token = answer["time_stamp_token"]
        info = token["content"]["encap_content_info"]["content"].parsed
        if info["message_imprint"]["hashed_message"].native != imprint or info["nonce"].native != nonce:
            raise NoTimeStamp("the authority stamped something else")
        return bytes(token.dump())
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise NoTimeStamp(f"the answer cannot be read: {error}") from error


def ask(url: str, query: bytes) -> bytes:
    """What the authority answers to the query (both DER), unread. Raises NoTimeStamp."""
    try:
        answer = request(
            "POST",
            _place(url),
            query,
            {"Content-Type": "application/timestamp-query"},
            may=lambda _ip: True,  # an operator chose it
            seconds=SECONDS,
            most=_MOST_BYTES,
        )
    except Away as error:
        raise NoTimeStamp(f"no answer: {error.code}") from error
    if answer.status != 200:
        raise NoTimeStamp(f"the authority answered {answer.status}")
    return answer.body


def _place(url: str) -> Place:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise NoTimeStamp("EMOIT_TSA_URL must begin with http:// or https://")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    is_tls = parts.scheme == "https"
    return Place(parts.hostname, parts.port or (443 if is_tls else 80), target, parts.netloc, is_tls)
