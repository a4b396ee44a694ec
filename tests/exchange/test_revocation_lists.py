"""What a list says of a certificate, and everything that is no list: over HTTP, from a real authority."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.test import override_settings

from emoit.exchange.revocation.asking import Asker
from emoit.exchange.rules.revocation import Told, Unusable
from emoit.exchange.types import Revocation
from tests.support.small_ca import DAY, SmallCa, answering, new_key, pem

HOUR = timedelta(hours=1)
Reason = x509.ReasonFlags


@pytest.fixture
def ca() -> Iterator[SmallCa]:
    with (
        answering() as found,
        override_settings(EMOIT_REVOCATION_NETWORKS="127.0.0.0/8", EMOIT_REVOCATION_TIMEOUT=60.0),
    ):
        yield found


def ask(*chain: x509.Certificate) -> Told:
    return Asker().ask(pem(*chain), datetime.now(UTC))


def code_of(*chain: x509.Certificate) -> str:
    with pytest.raises(Unusable) as fault:
        ask(*chain)
    return fault.value.code


def leaf_of(ca: SmallCa, **named: Any) -> x509.Certificate:
    return ca.issue("P01", new_key(), **({"lists": ("/list.crl",)} | named))


def part(**changed: Any) -> tuple[tuple[x509.ExtensionType, bool], ...]:
    values: dict[str, Any] = {
        "full_name": None,
        "relative_name": None,
        "only_contains_user_certs": False,
        "only_contains_ca_certs": False,
        "only_some_reasons": None,
        "indirect_crl": False,
        "only_contains_attribute_certs": False,
    }
    return ((x509.IssuingDistributionPoint(**values | changed), True),)


# (what the list says, the state, the reason that is kept)
SAID: dict[str, tuple[Callable[[SmallCa, x509.Certificate], bytes], Revocation, str]] = {
    "not listed": (lambda ca, _: ca.crl(), Revocation.GOOD, ""),
    "another is listed": (lambda ca, _: ca.crl((ca.own, Reason.key_compromise)), Revocation.GOOD, ""),
    "listed": (lambda ca, leaf: ca.crl((leaf, None)), Revocation.REVOKED, ""),
    "key compromised": (
        lambda ca, leaf: ca.crl((leaf, Reason.key_compromise)),
        Revocation.REVOKED,
        "keyCompromise",
    ),
    "on hold": (
        lambda ca, leaf: ca.crl((leaf, Reason.certificate_hold)),
        Revocation.ON_HOLD,
        "certificateHold",
    ),
    "listed in an old list": (
        lambda ca, leaf: ca.crl((leaf, Reason.superseded), at=-9 * DAY, until=-2 * DAY),
        Revocation.REVOKED,
        "superseded",
    ),
    "its clock a little ahead": (lambda ca, _: ca.crl(at=timedelta(minutes=9)), Revocation.GOOD, ""),
    "a list for ends only": (lambda ca, _: ca.crl(extensions=part(only_contains_user_certs=True)), Revocation.GOOD, ""),
    "the part that it names": (
        lambda ca, _: ca.crl(
            extensions=part(full_name=[x509.UniformResourceIdentifier(f"{ca.base}/list.crl")]),
        ),
        Revocation.GOOD,
        "",
    ),
}


@pytest.mark.parametrize("case", SAID)
def test_what_a_list_says(ca: SmallCa, case: str) -> None:
    make, state, reason = SAID[case]
    leaf = leaf_of(ca)
    ca.answers["/list.crl"] = make(ca, leaf)
    told = ask(leaf, ca.own)
    assert (told.state, told.reason, told.source) == (state, reason, f"{ca.base}/list.crl")
    assert (told.revoked_at is None) is (state is Revocation.GOOD)
    assert len(told.digest) == 64


# (what is answered, the code)
NO_LIST: dict[str, tuple[Callable[[SmallCa, x509.Certificate], Any], str]] = {
    "expired": (lambda ca, _: ca.crl(at=-9 * DAY, until=-HOUR), "out_of_date"),
    "expired, on hold": (
        lambda ca, leaf: ca.crl((leaf, Reason.certificate_hold), at=-9 * DAY, until=-HOUR),
        "out_of_date",
    ),
    "of tomorrow": (lambda ca, _: ca.crl(at=HOUR), "from_the_future"),
    "of tomorrow, listed": (lambda ca, leaf: ca.crl((leaf, None), at=HOUR), "from_the_future"),
    "signed by another": (lambda ca, _: ca.crl(key=new_key()), "bad_signature"),
    "signed by another, listed": (lambda ca, leaf: ca.crl((leaf, None), key=new_key()), "bad_signature"),
    "signed by the certificate itself": (lambda ca, _: ca.crl(issuer="P01"), "wrong_issuer"),
    "of another issuer": (lambda ca, _: ca.crl(issuer="CA khác"), "wrong_issuer"),
    "a page": (lambda _ca, _: (200, {"Content-Type": "text/html"}, b"<html>Welcome</html>"), "not_a_list"),
    "nothing": (lambda _ca, _: b"", "not_a_list"),
    "garbage": (lambda _ca, _: b"\x30\x82\xff\xff" + bytes(300), "not_a_list"),
    "cut off": (lambda ca, _: ca.crl()[:-20], "not_a_list"),
    "a certificate": (lambda ca, _: ca.own.public_bytes(Encoding.DER), "not_a_list"),
    "changed on its way": (lambda ca, _: ca.crl()[:-1] + bytes([ca.crl()[-1] ^ 1]), "bad_signature"),
    "a redirect": (lambda ca, _: (302, {"Location": f"{ca.base}/other.crl"}, b""), "redirected"),
    "not found": (lambda _ca, _: (404, {}, b""), "http_404"),
    "down": (lambda _ca, _: (503, {}, b""), "http_503"),
    "endless": (lambda _ca, _: (200, {"Endless": "1"}, b""), "too_long"),
    "a delta": (lambda ca, _: ca.crl(extensions=((x509.DeltaCRLIndicator(1), True),)), "not_supported"),
    "indirect": (lambda ca, _: ca.crl(extensions=part(indirect_crl=True)), "not_supported"),
    "for authorities": (lambda ca, _: ca.crl(extensions=part(only_contains_ca_certs=True)), "not_supported"),
    "some reasons": (
        lambda ca, _: ca.crl(extensions=part(only_some_reasons=frozenset({Reason.key_compromise}))),
        "not_supported",
    ),
    "another part": (
        lambda ca, _: ca.crl(extensions=part(full_name=[x509.UniformResourceIdentifier(f"{ca.base}/2.crl")])),
        "not_supported",
    ),
    "unknown and critical": (
        lambda ca, _: ca.crl(
            extensions=((x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00"), True),)
        ),
        "not_supported",
    ),
}


@pytest.mark.parametrize("case", NO_LIST)
def test_what_is_no_list(ca: SmallCa, case: str) -> None:
    make, code = NO_LIST[case]
    leaf = leaf_of(ca)
    ca.answers["/list.crl"] = make(ca, leaf)
    assert code_of(leaf, ca.own) == code
    assert ca.asked == ["/list.crl"]


def test_a_slow_one_is_cut(ca: SmallCa) -> None:
    def slow(_body: bytes) -> bytes:
        time.sleep(4)
        return b""

    ca.answers["/list.crl"] = slow
    with override_settings(EMOIT_REVOCATION_TIMEOUT=1.0):
        assert code_of(leaf_of(ca), ca.own) == "timeout"


def test_the_issuer_comes_with_it_or_from_where_it_says(ca: SmallCa) -> None:
    ca.answers["/list.crl"] = ca.crl()
    assert code_of(leaf_of(ca)) == "no_issuer"
    leaf = leaf_of(ca, issuer="/ca.crt")
    assert code_of(leaf) == "no_issuer"  # nothing is there
    der, text = (ca.own.public_bytes(encoding) for encoding in (Encoding.DER, Encoding.PEM))
    for answer in (der, text):
        ca.answers["/ca.crt"] = answer
        assert ask(leaf).state is Revocation.GOOD
    ca.answers["/ca.crt"] = b"<html>"
    assert code_of(leaf) == "no_issuer"


def test_who_did_not_sign_it_is_no_issuer(ca: SmallCa) -> None:
    """Of the same name, or its signer but no authority."""
    ca.answers["/list.crl"] = ca.crl()
    leaf = leaf_of(ca)
    assert code_of(leaf, SmallCa().own) == "no_issuer"
    below = new_key()
    no_authority = ca.issue("Không phải CA", below)
    pretended = SmallCa(common_name="Không phải CA", base=ca.base, key=below)
    assert code_of(leaf_of(pretended), no_authority) == "no_issuer"


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("http://127.0.0.1:1/list.crl", "private_address"),
        ("http://localhost:1/list.crl", "private_address"),
        ("http://10.1.2.3/list.crl", "private_address"),
        ("http://169.254.169.254/latest/meta-data", "private_address"),
        ("http://[::1]/list.crl", "private_address"),
        ("http://192.168.1.1/list.crl", "private_address"),
        ("http://[::ffff:10.0.0.1]/list.crl", "private_address"),
        ("http://user:secret@127.0.0.1/list.crl", "bad_address"),
        ("http:///list.crl", "bad_address"),
        ("http://host:99999/list.crl", "bad_address"),
        ("http://host/a b", "bad_address"),
        (f"http://host/{'a' * 500}", "bad_address"),
    ],
)
def test_our_own_network_is_not_asked(ca: SmallCa, address: str, code: str) -> None:
    with override_settings(EMOIT_REVOCATION_NETWORKS=""):
        assert code_of(leaf_of(ca, lists=(address,)), ca.own) == code


def test_a_network_may_be_allowed(ca: SmallCa) -> None:
    ca.answers["/list.crl"] = ca.crl()
    leaf = leaf_of(ca)
    with override_settings(EMOIT_REVOCATION_NETWORKS="10.20.0.0/16, 127.0.0.1/32"):
        assert ask(leaf, ca.own).state is Revocation.GOOD
    with override_settings(EMOIT_REVOCATION_NETWORKS="10.20.0.0/16"):
        assert code_of(leaf, ca.own) == "private_address"


def test_one_that_names_nobody(ca: SmallCa) -> None:
    assert ask(leaf_of(ca, lists=())).state is Revocation.UNNAMED
    assert ask(leaf_of(ca, lists=("ldap://127.0.0.1/cn=list",))).state is Revocation.UNNAMED


def test_the_next_address_is_asked_where_one_is_away(ca: SmallCa) -> None:
    leaf = leaf_of(ca, lists=("/away.crl", "/list.crl"), responders=("/ocsp",))
    ca.answers["/list.crl"] = ca.crl((leaf, None))
    assert ask(leaf, ca.own).state is Revocation.REVOKED
    assert ca.asked == ["/away.crl", "/list.crl"]


def test_one_run_asks_an_address_once(ca: SmallCa) -> None:
    ca.answers["/list.crl"] = ca.crl()
    asker = Asker()
    for _ in range(3):
        assert asker.ask(pem(leaf_of(ca), ca.own), datetime.now(UTC)).state is Revocation.GOOD
        with pytest.raises(Unusable):
            asker.ask(pem(leaf_of(ca, lists=("/away.crl",)), ca.own), datetime.now(UTC))
    assert ca.asked == ["/list.crl", "/away.crl"]
