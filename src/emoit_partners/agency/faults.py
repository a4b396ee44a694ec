"""Why the agency turns an envelope away: the codes that all in the exchange know, with their HTTP status."""

from __future__ import annotations

STATUS = {
    "malformed": 400,
    "too_deep": 400,
    "doctype": 400,
    "encoding": 400,
    "missing_field": 400,
    "unknown_field": 400,
    "bad_field": 400,
    "unsigned": 400,
    "stale_envelope": 400,
    "future_envelope": 400,
    "unknown_certificate": 401,
    "bad_signature": 403,
    "wrong_sender": 403,
    "wrong_recipient": 403,
    "id_reused": 409,
    "too_early": 409,
    "media_type": 415,
    "digest_mismatch": 422,
    "size_mismatch": 422,
    "refused": 422,
}


class Fault(Exception):
    """`code` is a key of STATUS. Nothing of the message is kept."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
        self.status = STATUS[code]
