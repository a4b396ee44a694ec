"""Messages and receipts as XML, with an enveloped signature over the whole document.

Root `Message` or `Receipt` of `urn:emoit:exchange:1`: `Header` with one element for each field, for a message `Body` in
base64, then the signature. Only what the verifier gives back as signed is read.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping

from lxml import etree
from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureConstructionMethod, SignatureMethod
from signxml.signer import XMLSigner
from signxml.verifier import SignatureConfiguration, XMLVerifier

from emoit_partners.agency.faults import Fault
from emoit_partners.agency.signing import Own
from emoit_partners.kit.xml import XmlRefused, parse_xml

NAMESPACE = "urn:emoit:exchange:1"
_DSIG = "{http://www.w3.org/2000/09/xmldsig#}"
_EXPECTED = SignatureConfiguration(
    location="./",
    expect_references=1,
    signature_methods=frozenset(
        {SignatureMethod.ECDSA_SHA256, SignatureMethod.RSA_SHA256, SignatureMethod.SHA256_RSA_MGF1}
    ),
    digest_algorithms=frozenset({DigestAlgorithm.SHA256}),
)


def pack(kind: str, fields: Mapping[str, str], body: bytes | None, own: Own) -> bytes:
    root = etree.Element(_name(kind.capitalize()), nsmap={None: NAMESPACE})
    header = etree.SubElement(root, _name("Header"))
    for name, value in fields.items():
        etree.SubElement(header, _name(name)).text = value
    if body is not None:
        etree.SubElement(root, _name("Body")).text = base64.b64encode(body).decode()
    signer = XMLSigner(
        method=SignatureConstructionMethod.enveloped,
        signature_algorithm=SignatureMethod.ECDSA_SHA256,
        digest_algorithm=DigestAlgorithm.SHA256,
        c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
    )
    return bytes(etree.tostring(signer.sign(root, key=own.private, cert=[own.certificate]), encoding="utf-8"))


def read(
    kind: str, content: bytes, find: Callable[[str], tuple[str, str]], *, has_body: bool
) -> tuple[dict[str, str], bytes, str]:
    """The fields, the body, the signer's code. Raises Fault."""
    root = _parsed(content)
    if root.tag != _name(kind.capitalize()):
        raise Fault("malformed")
    named = root.findall(f"{_DSIG}Signature/{_DSIG}KeyInfo/{_DSIG}X509Data/{_DSIG}X509Certificate")
    references = root.findall(f"{_DSIG}Signature/{_DSIG}SignedInfo/{_DSIG}Reference")
    if len(named) != 1 or len(list(root.iter(f"{_DSIG}Signature"))) != 1:
        raise Fault("unsigned")
    if len(references) != 1 or references[0].get("URI") != "":
        raise Fault("bad_signature")
    try:
        der = base64.b64decode("".join((named[0].text or "").split()), validate=True)
    except ValueError as error:
        raise Fault("bad_field") from error
    signer, pem = find(hashlib.sha256(der).hexdigest())
    signed = _signed(root, pem)
    found = [child.tag for child in signed]
    if found != [_name("Header"), *([_name("Body")] if has_body else [])]:
        raise Fault("missing_field")
    fields = {etree.QName(child).localname: child.text or "" for child in signed[0]}
    try:
        body = base64.b64decode(signed[1].text or "", validate=True) if has_body else b""
    except ValueError as error:
        raise Fault("bad_field") from error
    return fields, body, signer


def _signed(root: etree._Element, pem: str) -> etree._Element:
    try:
        verified = XMLVerifier().verify(root, x509_cert=pem, expect_config=_EXPECTED)
        return parse_xml(verified.signed_data)  # type: ignore[union-attr]
    except Exception as error:
        # Whatever goes wrong while a signature is verified means that it does not hold.
        raise Fault("bad_signature") from error


def _parsed(content: bytes) -> etree._Element:
    try:
        return parse_xml(content)
    except XmlRefused as refused:
        raise Fault(str(refused)) from refused


def _name(local: str) -> str:
    return f"{{{NAMESPACE}}}{local}"
