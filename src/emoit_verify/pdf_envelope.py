"""The one place that a signature does not cover is its own: here every byte of it is accounted for.

Later signatures cover the place of earlier ones, but nothing covers the place of the last. Without these rules a byte
there could be changed unseen: in the padding, in a certificate that nobody needed, in a redundant field.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from asn1crypto import cms
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.sign.validation import EmbeddedPdfSignature

# One run of hexadecimal digits of one case.
DIGITS = re.compile(rb"<(?:[0-9a-f]+|[0-9A-F]+)>")


def has_stray_bytes(embedded: EmbeddedPdfSignature, known: Sequence[asn1_x509.Certificate]) -> bool:
    """True if the place of the signature holds anything that neither is verified nor must be as it is.

    `known` are the certificates that the verifier was given.
    """
    start, length, end, _ = embedded.byte_range
    stream = embedded.reader.stream
    stream.seek(start + length)
    place = stream.read(end - start - length)
    if not DIGITS.fullmatch(place):
        return True
    content = bytes.fromhex(place[1:-1].decode())
    envelope = cms.ContentInfo.load(content)
    padding = content[len(envelope.dump()) :]
    return (
        bool(padding.strip(b"\0"))
        or _has_stray_fields(envelope)
        or _names_another(embedded)
        or _has_stray_certificate(embedded, known)
    )


def _has_stray_fields(envelope: cms.ContentInfo) -> bool:
    """RFC 5652 leaves no choice in these once the content and the signer are known."""
    signed = envelope["content"]
    version = "v1" if signed["encap_content_info"]["content_type"].native == "data" else "v3"
    signers = list(signed["signer_infos"])
    digests = [one["digest_algorithm"].dump() for one in signers]
    return (
        envelope["content_type"].native != "signed_data"
        or signed["version"].native != version
        or len(signers) != 1
        or signers[0]["version"].native != ("v1" if signers[0]["sid"].name == "issuer_and_serial_number" else "v3")
        or [one.dump() for one in signed["digest_algorithms"]] != digests
        or bool(signed["crls"])
    )


def _names_another(embedded: EmbeddedPdfSignature) -> bool:
    """Names are compared byte by byte: a letter in another case would mean the same to readers."""
    names = embedded.signer_info["sid"]
    if names.name != "issuer_and_serial_number":
        return False
    return bool(names.chosen["issuer"].dump() != embedded.signer_cert.issuer.dump())


def _has_stray_certificate(embedded: EmbeddedPdfSignature, known: Sequence[asn1_x509.Certificate]) -> bool:
    """The signer's certificate is judged elsewhere; each of the others must be signed by one that is known or sent."""
    parsed = [one.chosen for one in embedded.signed_data["certificates"]]
    sent = [x509.load_der_x509_certificate(one.dump()) for one in parsed]
    issuers = [*(x509.load_der_x509_certificate(one.dump()) for one in known), *sent]
    signer = embedded.signer_cert.dump()
    others = [one for one in sent if one.public_bytes(Encoding.DER) != signer]
    if not all(_is_plain(one) for one in parsed):
        return True
    return not all(any(_is_issued_by(one, issuer) for issuer in issuers) for one in others)


def _is_plain(certificate: asn1_x509.Certificate) -> bool:
    """What stands outside the signed part agrees with it, and the signature is a whole number of bytes."""
    algorithm, inner = certificate["signature_algorithm"].dump(), certificate["tbs_certificate"]["signature"].dump()
    return bool(algorithm == inner) and certificate["signature_value"].contents[:1] == b"\0"


def _is_issued_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True
