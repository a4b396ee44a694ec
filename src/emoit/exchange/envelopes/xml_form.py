"""XML-DSig, enveloped, over the whole document. Only the nodes that the verifier gives back are read."""

from __future__ import annotations

import base64
import binascii

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from lxml import etree
from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureConstructionMethod, SignatureMethod
from signxml.signer import XMLSigner
from signxml.verifier import SignatureConfiguration, XMLVerifier

from emoit.exchange import keys
from emoit.exchange.envelopes.parsing import read_xml
from emoit.exchange.envelopes.records import Fields, Lookup, Unsealed
from emoit.exchange.faults import BadEnvelope

NAMESPACE = "urn:emoit:exchange:1"
DSIG = "http://www.w3.org/2000/09/xmldsig#"
_CONFIG = SignatureConfiguration(
    location="./",
    expect_references=1,
    signature_methods=frozenset(
        {SignatureMethod.ECDSA_SHA256, SignatureMethod.RSA_SHA256, SignatureMethod.SHA256_RSA_MGF1}
    ),
    digest_algorithms=frozenset({DigestAlgorithm.SHA256, DigestAlgorithm.SHA384, DigestAlgorithm.SHA512}),
)
_MOST_DEPTH = 12


def seal(kind: str, fields: Fields, body: bytes | None, key: keys.OwnKey) -> bytes:
    """The signed bytes, UTF-8."""
    root = etree.Element(_name(kind.capitalize()), nsmap={None: NAMESPACE})
    header = etree.SubElement(root, _name("Header"))
    for name, value in fields.items():
        etree.SubElement(header, _name(name)).text = value
    if body is not None:
        etree.SubElement(root, _name("Body")).text = base64.b64encode(body).decode()
    is_rsa = isinstance(key.private, rsa.RSAPrivateKey)
    signer = XMLSigner(
        method=SignatureConstructionMethod.enveloped,
        signature_algorithm=SignatureMethod.RSA_SHA256 if is_rsa else SignatureMethod.ECDSA_SHA256,
        digest_algorithm=DigestAlgorithm.SHA256,
        c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
    )
    return bytes(etree.tostring(signer.sign(root, key=key.private, cert=[key.certificate]), encoding="utf-8"))


def unseal(kind: str, data: bytes, lookup: Lookup, *, has_body: bool) -> Unsealed:
    """BadEnvelope as for JSON, and doctype, too_deep."""
    root = read_xml(data, _MOST_DEPTH)
    if root.tag != _name(kind.capitalize()):
        raise BadEnvelope("malformed")
    _one_signature_of_the_whole(root)
    fingerprint = _claimed_fingerprint(root)
    certificate = lookup(fingerprint)
    if not keys.algorithms(certificate):
        raise BadEnvelope("bad_algorithm")
    try:
        verified = XMLVerifier().verify(root, x509_cert=certificate, expect_config=_CONFIG)
        if isinstance(verified, list):
            raise BadEnvelope("bad_signature")
        signed = read_xml(verified.signed_data, _MOST_DEPTH)
    except Exception as error:
        # Whatever goes wrong while a signature is verified means that it does not hold.
        raise BadEnvelope("bad_signature") from error
    if signed.tag != root.tag:
        raise BadEnvelope("bad_signature")
    return _read(signed, fingerprint, has_body=has_body)


def _one_signature_of_the_whole(root: etree._Element) -> None:
    """One signature, the last child of the root, with one reference, to the whole document."""
    signatures = list(root.iter(f"{{{DSIG}}}Signature"))
    if not signatures:
        raise BadEnvelope("unsigned")
    if len(signatures) != 1 or signatures[0].getparent() is not root or root[-1] is not signatures[0]:
        raise BadEnvelope("bad_signature")
    references = list(root.iter(f"{{{DSIG}}}Reference"))
    if len(references) != 1 or references[0].get("URI") != "":
        raise BadEnvelope("bad_signature")


def _claimed_fingerprint(root: etree._Element) -> str:
    found = root.findall(f"{{{DSIG}}}Signature/{{{DSIG}}}KeyInfo/{{{DSIG}}}X509Data/{{{DSIG}}}X509Certificate")
    if len(found) != 1:
        raise BadEnvelope("unsigned")
    try:
        der = base64.b64decode("".join((found[0].text or "").split()), validate=True)
        return keys.fingerprint(x509.load_der_x509_certificate(der))
    except (ValueError, x509.InvalidVersion) as error:
        raise BadEnvelope("bad_field") from error


def _read(signed: etree._Element, fingerprint: str, *, has_body: bool) -> Unsealed:
    parts = [_name("Header"), *([_name("Body")] if has_body else [])]
    found = [child.tag for child in signed]
    if set(parts) - set(found):
        raise BadEnvelope("missing_field")
    if found != parts:
        raise BadEnvelope("unknown_field")
    fields: dict[str, str] = {}
    for child in signed[0]:
        name = etree.QName(child)
        if name.namespace != NAMESPACE or len(child) or child.attrib or name.localname in fields:
            raise BadEnvelope("unknown_field")
        fields[name.localname] = child.text or ""
    if not has_body:
        return Unsealed(fields, b"", fingerprint)
    try:
        return Unsealed(fields, base64.b64decode(signed[1].text or "", validate=True), fingerprint)
    except (binascii.Error, ValueError) as error:
        raise BadEnvelope("bad_field") from error


def _name(local: str) -> str:
    return f"{{{NAMESPACE}}}{local}"
