"""OCSP: what a responder says of a certificate that names no list, and everything that is no answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from django.test import override_settings

from emoit.exchange.revocation.asking import Asker
from emoit.exchange.rules.revocation import Unusable
from emoit.exchange.types import Revocation
from tests.support.small_ca import DAY, SmallCa, answering, new_key, pem

HOUR = timedelta(hours=1)
REVOKED, UNKNOWN = ocsp.OCSPCertStatus.REVOKED, ocsp.OCSPCertStatus.UNKNOWN
Make = Callable[[SmallCa, bytes, x509.Certificate], bytes]


@pytest.fixture
def ca() -> Iterator[SmallCa]:
    with (
        answering() as found,
        override_settings(EMOIT_REVOCATION_NETWORKS="127.0.0.0/8", EMOIT_REVOCATION_TIMEOUT=60.0),
    ):
        yield found


def ask(ca: SmallCa, make: Make | bytes, **named: Any) -> tuple[Revocation | str, str]:
    """(state, reason), or (code, "") where it is no answer."""
    leaf = ca.issue("P01", new_key(), **({"responders": ("/ocsp",)} | named))
    ca.answers["/ocsp"] = make if isinstance(make, bytes) else lambda body: make(ca, body, leaf)
    try:
        told = Asker().ask(pem(leaf, ca.own), datetime.now(UTC))
    except Unusable as fault:
        return fault.code, ""
    assert told.source == f"{ca.base}/ocsp"
    return told.state, told.reason


def delegated(ca: SmallCa, body: bytes, leaf: x509.Certificate, **how: Any) -> bytes:
    key = new_key()
    return ca.ocsp(body, leaf, key=key, delegate=ca.responder(key, **how))


def by_a_stranger(ca: SmallCa, body: bytes, leaf: x509.Certificate) -> bytes:
    """A responder of another authority with the same name."""
    key = new_key()
    return ca.ocsp(body, leaf, key=key, delegate=SmallCa().responder(key))


def by_a_namesake(ca: SmallCa, body: bytes, leaf: x509.Certificate) -> bytes:
    other = SmallCa()
    return ca.ocsp(body, leaf, key=other.key, delegate=other.own)


def about_another(ca: SmallCa, body: bytes, _: x509.Certificate) -> bytes:
    return ca.ocsp(body, ca.issue("P02", new_key()))


CASES: dict[str, tuple[Make, Revocation | str, str]] = {
    "good": (lambda ca, q, leaf: ca.ocsp(q, leaf), Revocation.GOOD, ""),
    "good, by a responder": (delegated, Revocation.GOOD, ""),
    "revoked": (lambda ca, q, leaf: ca.ocsp(q, leaf, status=REVOKED), Revocation.REVOKED, ""),
    "revoked for a reason": (
        lambda ca, q, leaf: ca.ocsp(q, leaf, status=REVOKED, reason=x509.ReasonFlags.key_compromise),
        Revocation.REVOKED,
        "keyCompromise",
    ),
    "on hold": (
        lambda ca, q, leaf: ca.ocsp(q, leaf, status=REVOKED, reason=x509.ReasonFlags.certificate_hold),
        Revocation.ON_HOLD,
        "certificateHold",
    ),
    "without a nonce": (lambda ca, q, leaf: ca.ocsp(q, leaf, nonce=None), Revocation.GOOD, ""),
    "of now, without an end": (lambda ca, q, leaf: ca.ocsp(q, leaf, until=None), Revocation.GOOD, ""),
    "another nonce": (lambda ca, q, leaf: ca.ocsp(q, leaf, nonce=b"x" * 32), "wrong_nonce", ""),
    "unknown": (lambda ca, q, leaf: ca.ocsp(q, leaf, status=UNKNOWN), "unknown_to_issuer", ""),
    "old": (lambda ca, q, leaf: ca.ocsp(q, leaf, at=-3 * DAY, until=-HOUR), "out_of_date", ""),
    "old, without an end": (lambda ca, q, leaf: ca.ocsp(q, leaf, at=-HOUR, until=None), "out_of_date", ""),
    "old, without a nonce": (
        lambda ca, q, leaf: ca.ocsp(q, leaf, at=-3 * DAY, until=-HOUR, nonce=None),
        "out_of_date",
        "",
    ),
    "of tomorrow": (lambda ca, q, leaf: ca.ocsp(q, leaf, at=HOUR), "from_the_future", ""),
    "signed by another": (by_a_namesake, "bad_signature", ""),
    "another's responder": (by_a_stranger, "bad_signature", ""),
    "no responder": (lambda ca, q, leaf: delegated(ca, q, leaf, usage=False), "bad_signature", ""),
    "an expired responder": (lambda ca, q, leaf: delegated(ca, q, leaf, until=-HOUR), "bad_signature", ""),
    "changed on its way": (lambda ca, q, leaf: _flipped(ca.ocsp(q, leaf)), "bad_signature", ""),
    "about another": (about_another, "wrong_certificate", ""),
    "refused": (
        lambda *_: _refusal(ocsp.OCSPResponseStatus.UNAUTHORIZED),
        "refused",
        "",
    ),
    "later": (lambda *_: _refusal(ocsp.OCSPResponseStatus.TRY_LATER), "refused", ""),
    "a page": (lambda *_: b"<html></html>", "not_a_response", ""),
    "nothing": (lambda *_: b"", "not_a_response", ""),
    "garbage": (lambda *_: b"\x30\x03\x0a\x01\x00", "not_a_response", ""),
    "too long": (lambda *_: bytes(300 * 1024), "too_long", ""),
}


def _flipped(content: bytes) -> bytes:
    return content[:-1] + bytes([content[-1] ^ 1])


def _refusal(status: ocsp.OCSPResponseStatus) -> bytes:
    return ocsp.OCSPResponseBuilder.build_unsuccessful(status).public_bytes(Encoding.DER)


@pytest.mark.parametrize("case", CASES)
def test_what_a_responder_says(ca: SmallCa, case: str) -> None:
    make, said, reason = CASES[case]
    assert ask(ca, make) == (said, reason)


def test_a_stored_response_is_not_believed_again(ca: SmallCa) -> None:
    """It carries the nonce of an older question."""
    kept: list[bytes] = []

    def answer(ca: SmallCa, body: bytes, leaf: x509.Certificate) -> bytes:
        kept.append(ca.ocsp(body, leaf))
        return kept[0]

    leaf = ca.issue("P01", new_key(), responders=("/ocsp",))
    ca.answers["/ocsp"] = lambda body: answer(ca, body, leaf)
    asker = Asker()
    assert asker.ask(pem(leaf, ca.own), datetime.now(UTC)).state is Revocation.GOOD
    with pytest.raises(Unusable) as fault:
        asker.ask(pem(leaf, ca.own), datetime.now(UTC))
    assert fault.value.code == "wrong_nonce"


def test_a_list_goes_before_it(ca: SmallCa) -> None:
    """It is asked where the list is away."""
    assert ask(ca, lambda ca, q, leaf: ca.ocsp(q, leaf, status=REVOKED), lists=("/away.crl",)) == (
        Revocation.REVOKED,
        "",
    )
    assert ca.asked == ["/away.crl", "/ocsp"]
