"""A client of RFC 3161: what was hashed when, said by an authority that is not us."""

from __future__ import annotations

import hashlib
import secrets
import urllib.error
import urllib.request

from asn1crypto import algos, tsp

SECONDS = 10
_MOST_BYTES = 100_000


class NoTimeStamp(Exception):
    """The authority was not reached, refused, or answered something else than was asked."""


def stamp(data: bytes, url: str) -> bytes:
    """The token (DER of a CMS ContentInfo) over the SHA-256 of `data`. Raises NoTimeStamp."""
    imprint, nonce = hashlib.sha256(data).digest(), secrets.randbits(63)
    request = tsp.TimeStampReq(
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
        answer = tsp.TimeStampResp.load(_post(url, request.dump()))
        if answer["status"]["status"].native not in {"granted", "granted_with_mods"}:
            raise NoTimeStamp(f"the authority refused: {answer['status'].native}")
        token = answer["time_stamp_token"]
        info = token["content"]["encap_content_info"]["content"].parsed
        if info["message_imprint"]["hashed_message"].native != imprint or info["nonce"].native != nonce:
            raise NoTimeStamp("the authority stamped something else")
        return bytes(token.dump())
    except (ValueError, TypeError, KeyError) as error:
        raise NoTimeStamp(f"the answer cannot be read: {error}") from error


def _post(url: str, body: bytes) -> bytes:
    if not url.startswith(("http://", "https://")):
        raise NoTimeStamp("EMOIT_TSA_URL must begin with http:// or https://")
    request = urllib.request.Request(url, body, {"Content-Type": "application/timestamp-query"})  # noqa: S310 - checked above
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
            return bytes(answer.read(_MOST_BYTES))
    except (OSError, urllib.error.URLError) as error:
        raise NoTimeStamp(str(error)) from error
