"""Bad envelopes, one line each: its code, and nothing of it is kept."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from joserfc import jws
from joserfc.jwk import ECKey

from emoit.exchange import actions
from emoit.exchange.envelopes import json_form
from emoit.exchange.faults import FAULTS, BadEnvelope
from emoit.exchange.models import Certificate, Evidence
from emoit.exchange.types import Use
from emoit.kernel.access import acting_as
from tests.exchange.conftest import Place, now
from tests.support.bad_fields import BAD_FIELDS
from tests.support.partner import b64url, certificate, pem_of, sign

PAYLOAD = b'{"a": 1}'
BODY = base64.b64encode(PAYLOAD).decode()

Fields = dict[str, str]


def of(place: Place, fields: Fields | None = None, **members: Any) -> bytes:
    """A well signed envelope; `members` replace members of it afterwards, None removes one."""
    signed = sign("message", fields or place.partner.message(PAYLOAD), place.partner.key, place.partner.own)
    whole = {**signed, "body": BODY, **members}
    return json.dumps({name: value for name, value in whole.items() if value is not None}).encode()


def changed(**values: str | None) -> Callable[[Place], bytes]:
    """Signed with these fields; None leaves one out."""

    def make(place: Place) -> bytes:
        fields = {**place.partner.message(PAYLOAD), **values}
        return of(place, {name: value for name, value in fields.items() if value is not None})

    return make


def protected(**values: Any) -> Callable[[Place], bytes]:
    """A protected header with other members than the signer's, signed all the same."""

    def make(place: Place) -> bytes:
        from cryptography.hazmat.primitives import hashes

        own = {
            "alg": "ES256",
            "typ": "emoit-message+json",
            "x5t#S256": b64url(place.partner.own.fingerprint(hashes.SHA256())),
        }
        header = {name: value for name, value in {**own, **values}.items() if value is not None}
        payload = json.dumps(place.partner.message(PAYLOAD)).encode()
        registry = jws.JWSRegistry(algorithms=["ES256"], strict_check_header=False)
        key = ECKey.import_key(place.partner.key)
        if header.get("alg") != "ES256":
            written = b64url(json.dumps(header).encode()), b64url(payload)
            secret = pem_of(place.partner.own).encode()  # the public key as a secret
            code = hmac.digest(secret, ".".join(written).encode(), "sha256") if header.get("alg") == "HS256" else b""
            signed = {"protected": written[0], "payload": written[1], "signature": b64url(code)}
        else:
            signed = dict(jws.serialize_json({"protected": header}, payload, key, registry=registry))  # type: ignore[call-overload]
        return json.dumps({**signed, "body": BODY}).encode()

    return make


def raw(content: bytes) -> Callable[[Place], bytes]:
    return lambda _place: content


def twice(place: Place) -> bytes:
    """A name that stands twice: which one would be read?"""
    return of(place).replace(b'"body"', b'"signature": "AAAA", "body"')


def twice_in_the_payload(place: Place) -> bytes:
    fields = json.dumps(place.partner.message(PAYLOAD))
    text = '{"sender": "P99", ' + fields[1:]
    signed = json.loads(place.partner.envelope(place.partner.message(PAYLOAD), PAYLOAD))
    key = ECKey.import_key(place.partner.key)
    header = json.loads(base64.urlsafe_b64decode(signed["protected"] + "=="))
    again = dict(jws.serialize_json({"protected": header}, text.encode(), key))  # type: ignore[call-overload]
    return json.dumps({**again, "body": BODY}).encode()


def stranger(place: Place) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    signed = sign("message", place.partner.message(PAYLOAD), key, certificate("X", key))
    return json.dumps({**signed, "body": BODY}).encode()


def stolen_name(place: Place) -> bytes:
    """Signed by a stranger's key, under the partner's certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    signed = sign("message", place.partner.message(PAYLOAD), key, place.partner.own)
    return json.dumps({**signed, "body": BODY}).encode()


def receipt_as_message(place: Place) -> bytes:
    signed = sign("receipt", place.partner.message(PAYLOAD), place.partner.key, place.partner.own)
    return json.dumps({**signed, "body": BODY}).encode()


def other_body(place: Place) -> bytes:
    return of(place, body=base64.b64encode(b'{"a": 9}').decode())


def swapped_payload(place: Place) -> bytes:
    one, two = json.loads(of(place)), json.loads(of(place))
    return json.dumps({**one, "payload": two["payload"]}).encode()


def fields_in(member: str, value: Any) -> Callable[[Place], bytes]:
    return lambda place: of(place, **{member: value})


def nested(place: Place) -> bytes:
    fields: Any = {**place.partner.message(PAYLOAD), "sequence": 1}
    return of(place, fields)


BAD: list[tuple[str, Callable[[Place], bytes], str]] = [
    ("nothing", raw(b""), "malformed"),
    ("not JSON", raw(b"hello"), "malformed"),
    ("a page", raw(b"<html></html>"), "malformed"),
    ("a number", raw(b"1"), "malformed"),
    ("null", raw(b"null"), "malformed"),
    ("a list", raw(b"[]"), "malformed"),
    ("an empty object", raw(b"{}"), "unsigned"),
    ("cut off", raw(b'{"protected": "'), "malformed"),
    ("two documents", raw(b"{}{}"), "malformed"),
    ("deep", raw(b"[" * 100_000), "malformed"),
    ("NaN", raw(b'{"a": NaN}'), "bad_field"),
    ("not UTF-8", raw(b'{"a": "\xff"}'), "encoding"),
    ("UTF-16", raw('{"a": "b"}'.encode("utf-16")), "encoding"),
    ("byte order mark", raw(b"\xef\xbb\xbf{}"), "malformed"),
    ("a name twice", twice, "malformed"),
    ("a field twice", twice_in_the_payload, "malformed"),
    ("no signature", fields_in("signature", None), "unsigned"),
    ("no protected header", fields_in("protected", None), "unsigned"),
    ("no payload", fields_in("payload", None), "missing_field"),
    ("no body", fields_in("body", None), "missing_field"),
    ("one member more", fields_in("header", "x"), "unknown_field"),
    ("unprotected header", fields_in("header", {"alg": "none"}), "bad_field"),
    ("many signatures", fields_in("signatures", []), "bad_field"),
    ("signature of a number", fields_in("signature", 1), "bad_field"),
    ("signature not base64", fields_in("signature", "!!"), "bad_signature"),
    ("signature empty", fields_in("signature", ""), "bad_signature"),
    ("signature of zeros", fields_in("signature", b64url(bytes(64))), "bad_signature"),
    ("signature cut", fields_in("signature", b64url(b"x" * 63)), "bad_signature"),
    ("protected not base64", fields_in("protected", "!!"), "bad_field"),
    ("protected not JSON", fields_in("protected", b64url(b"x")), "malformed"),
    ("payload of another", swapped_payload, "bad_signature"),
    ("body not base64", fields_in("body", "!!"), "bad_field"),
    ("body not ASCII", fields_in("body", "é"), "bad_field"),
    ("body in base64url", fields_in("body", "_-_-"), "bad_field"),
    ("body of another", other_body, "digest_mismatch"),
    ("body longer", fields_in("body", base64.b64encode(PAYLOAD + b" ").decode()), "size_mismatch"),
    ("body empty", fields_in("body", ""), "size_mismatch"),
    ("algorithm none", protected(alg="none"), "bad_algorithm"),
    ("algorithm HS256", protected(alg="HS256"), "bad_algorithm"),
    ("algorithm of another key", protected(alg="RS256"), "bad_algorithm"),
    ("no algorithm", protected(alg=None), "bad_field"),
    ("another type", protected(typ="JWT"), "bad_field"),
    ("no type", protected(typ=None), "bad_field"),
    ("no certificate", protected(**{"x5t#S256": None}), "bad_field"),
    ("certificate not base64", protected(**{"x5t#S256": "!!"}), "bad_field"),
    ("unknown certificate", protected(**{"x5t#S256": b64url(bytes(32))}), "unknown_certificate"),
    ("key in the header", protected(jwk={"kty": "EC"}), "bad_field"),
    ("key behind an address", protected(jku="https://example.org/"), "bad_field"),
    ("payload not encoded", protected(b64=False, crit=["b64"]), "bad_field"),
    ("a stranger's", stranger, "unknown_certificate"),
    ("under a stolen name", stolen_name, "bad_signature"),
    ("a receipt", receipt_as_message, "bad_field"),
    ("a number among texts", nested, "bad_field"),
    *[(name, changed(**values), code) for name, values, code in BAD_FIELDS],
]  # fmt: skip


def nothing_happened(place: Place) -> bool:
    with acting_as(place.by):
        return not (place.inbound() or place.notes() or Evidence.objects.exists())


@pytest.mark.parametrize(("make", "code"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
def test_bad_envelope(place: Place, make: Callable[[Place], bytes], code: str) -> None:
    answer = place.accept(make(place))
    assert (answer.code, answer.status) == (code, FAULTS[code][0])
    assert answer.media_type == "application/problem+json"
    assert json.loads(answer.body)["code"] == code
    assert nothing_happened(place)
    assert place.rejections() == {code: 1}


def test_there_are_many() -> None:
    assert len({row[0] for row in BAD}) == len(BAD) >= 100


@pytest.mark.parametrize(
    ("minutes", "code"),
    [
        (-10.1, "stale_envelope"),
        (-9.9, ""),
        (0, ""),
        (9.9, ""),
        (10.1, "future_envelope"),
        (60 * 24, "future_envelope"),
    ],
)
def test_clocks_may_differ_by_ten_minutes(place: Place, minutes: float, code: str) -> None:
    fields = place.partner.message(PAYLOAD, at=now() + timedelta(minutes=minutes))
    answer = place.accept(place.partner.envelope(fields, PAYLOAD))
    assert answer.code == code
    assert nothing_happened(place) is bool(code)


@pytest.mark.parametrize("media_type", ["", "text/plain", "text/html", "application/jsonx", "multipart/form-data"])
def test_media_types(place: Place, media_type: str) -> None:
    content = place.partner.envelope(place.partner.message(PAYLOAD), PAYLOAD)
    assert place.accept(content, media_type=media_type).code == "media_type"
    assert nothing_happened(place)


class TestCertificates:
    """Expired, not yet valid, retired, another's, of another use, too weak."""

    def register(self, place: Place, use: Use, pem: str) -> str:
        with acting_as(place.by):
            return actions.add_certificate(by=place.by, now=now(), code="P01", use=use, pem=pem)

    def signed_by(self, place: Place, key: Any, own: Any) -> bytes:
        signed = sign("message", place.partner.message(PAYLOAD), key, own)
        return json.dumps({**signed, "body": BODY}).encode()

    @pytest.mark.parametrize(
        ("since", "until", "code"),
        [(-20, -1, "expired_certificate"), (1, 20, "expired_certificate"), (-1, 1, "")],
    )
    def test_period(self, place: Place, since: int, until: int, code: str) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        own = certificate("P01", key, since=now() + timedelta(days=since), until=now() + timedelta(days=until))
        self.register(place, Use.SIGN, pem_of(own))
        assert place.accept(self.signed_by(place, key, own)).code == code

    def test_retired(self, place: Place) -> None:
        with acting_as(place.by):
            print_ = Certificate.objects.get(partner__code="P01").fingerprint
            actions.retire_certificate(by=place.by, now=now(), fingerprint=print_)
        assert place.accept(of(place)).code == "retired_certificate"
        assert nothing_happened(place)

    def test_one_for_connections_does_not_sign(self, place: Place) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        own = certificate("P01", key)
        self.register(place, Use.TLS, pem_of(own))
        assert place.accept(self.signed_by(place, key, own)).code == "unknown_certificate"

    def test_our_own_does_not_count_as_a_partners(self, place: Place) -> None:
        from emoit.exchange import keys

        with acting_as(place.by):
            ours = keys.own(place.by.agency_id, now())
        assert place.accept(self.signed_by(place, ours.private, ours.certificate)).code == "unknown_certificate"

    def test_weak_ones_are_not_registered(self, place: Place) -> None:
        from cryptography import x509
        from cryptography.hazmat.primitives import hashes

        key = rsa.generate_private_key(65537, 1024)  # noqa: S505 - it must be weak
        name = x509.Name([])
        own = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(1)
            .not_valid_before(now())
            .not_valid_after(now() + timedelta(days=1))
            .sign(key, hashes.SHA256())
        )
        with pytest.raises(Exception, match="quá yếu"):
            self.register(place, Use.SIGN, pem_of(own))
        with pytest.raises(Exception, match="Không đọc được chứng thư số"):
            self.register(place, Use.SIGN, "no certificate")


def test_a_payload_beyond_the_partners_limit(place: Place) -> None:
    place.change(max_bytes=4)
    assert place.accept(of(place)).code == "too_large"
    assert nothing_happened(place)


def test_receipts_do_not_pass_for_messages_nor_messages_for_receipts(place: Place) -> None:
    def nobody(_print: str) -> Any:
        raise BadEnvelope("unknown_certificate")

    with pytest.raises(BadEnvelope) as fault:
        json_form.unseal("receipt", of(place, body=None), nobody, has_body=False)
    assert fault.value.code == "bad_field"


def test_every_fault_has_its_line() -> None:
    """What this table does not hold stands in test_accept, test_deliver, test_xml, test_door and the other tables."""
    told = {row[2] for row in BAD} | {
        "stale_envelope", "future_envelope", "media_type", "expired_certificate", "retired_certificate", "too_large",
        "tls_certificate", "inactive_partner", "no_key", "id_reused", "refused", "not_processed",
        "doctype", "too_deep", "length_required", "soap_version", "soap_action", "must_understand", "bad_mime",
        "not_supported", "external_payload", "unencrypted", "bad_encryption", "bad_compression",
    }  # fmt: skip
    assert told == set(FAULTS)
