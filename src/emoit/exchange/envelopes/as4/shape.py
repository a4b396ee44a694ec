"""Where signed things must stand. The package `as4` finds what a reference names wherever it is in the document; so a
signed header could be moved aside and another put in its place. Here only what stands at its place counts."""

from __future__ import annotations

import base64

from cryptography import x509
from lxml import etree

from emoit.exchange import keys
from emoit.exchange.envelopes.parsing import read_xml
from emoit.exchange.faults import BadEnvelope

SOAP = "http://www.w3.org/2003/05/soap-envelope"
EBMS = "http://docs.oasis-open.org/ebxml-msg/ebms/v3.0/ns/core/200704/"
DSIG = "http://www.w3.org/2000/09/xmldsig#"
WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
WSU = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
_MOST_DEPTH = 24
_TRUE = {"1", "true"}


def read(data: bytes) -> etree._Element:
    """BadEnvelope: malformed, doctype, encoding, too_deep, soap_version."""
    root = read_xml(data, _MOST_DEPTH)
    if root.tag != _soap("Envelope"):
        raise BadEnvelope("soap_version" if etree.QName(root).localname == "Envelope" else "malformed")
    if any(not isinstance(node.tag, str) for node in root.iter()) or root.getprevious() is not None:
        raise BadEnvelope("malformed")
    if [child.tag for child in root] != [_soap("Header"), _soap("Body")]:
        raise BadEnvelope("malformed")
    return root


def judge(root: etree._Element, attachments: set[str]) -> None:
    """The signature covers the one eb:Messaging, the one Body and each attachment, and each of them just once.

    BadEnvelope: malformed, unsigned, must_understand, bad_signature.
    """
    header, body = root
    security, messaging = _one(header, f"{{{WSSE}}}Security", "unsigned"), _messaging(header)
    if any(entry.get(_soap("mustUnderstand")) in _TRUE for entry in header if entry not in (security, messaging)):
        raise BadEnvelope("must_understand")
    if len(body) or (body.text or "").strip():
        raise BadEnvelope("not_supported")  # payloads are attachments
    signatures = list(root.iter(f"{{{DSIG}}}Signature"))
    if not signatures:
        raise BadEnvelope("unsigned")
    if len(signatures) != 1 or signatures[0].getparent() is not security:
        raise BadEnvelope("bad_signature")
    named, pieces = _named(root, signatures[0])
    if set(named) != {messaging, body} or len(named) != 2 or pieces != sorted(attachments):
        raise BadEnvelope("bad_signature")


def signer_of(root: etree._Element) -> str:
    """The fingerprint of the certificate that the signature shows. BadEnvelope: unsigned, bad_field."""
    security = _one(root[0], f"{{{WSSE}}}Security", "unsigned")
    path = f"{{{DSIG}}}Signature/{{{DSIG}}}KeyInfo/{{{WSSE}}}SecurityTokenReference/{{{WSSE}}}Reference"
    told = security.findall(path)
    tokens = security.findall(f"{{{WSSE}}}BinarySecurityToken")
    wanted = [token for token in tokens if len(told) == 1 and told[0].get("URI") == f"#{token.get(f'{{{WSU}}}Id')}"]
    if len(wanted) != 1:
        raise BadEnvelope("unsigned")
    try:
        der = base64.b64decode("".join((wanted[0].text or "").split()), validate=True)
        return keys.fingerprint(x509.load_der_x509_certificate(der))
    except (ValueError, x509.InvalidVersion) as error:
        raise BadEnvelope("bad_field") from error


def message_id(root: etree._Element) -> str:
    """The MessageId of the user message, before anything is verified; "" if there is none."""
    path = f"{{{EBMS}}}Messaging/{{{EBMS}}}UserMessage/{{{EBMS}}}MessageInfo/{{{EBMS}}}MessageId"
    return (root[0].findtext(path) or "").strip()


def _messaging(header: etree._Element) -> etree._Element:
    return _one(header, f"{{{EBMS}}}Messaging", "malformed")


def _one(parent: etree._Element, tag: str, fault: str) -> etree._Element:
    found = parent.findall(tag)
    if len(found) != 1:
        raise BadEnvelope(fault if not found else "malformed")
    return found[0]


def _named(root: etree._Element, signature: etree._Element) -> tuple[list[etree._Element], list[str]]:
    """The elements that the references name, and the attachments, sorted. An id may stand once in any spelling."""
    holders: dict[str, etree._Element] = {}
    for element in root.iter():
        for name, value in element.attrib.items():
            if etree.QName(name).localname.lower() == "id":
                if value in holders:
                    raise BadEnvelope("bad_signature")
                holders[value] = element
    elements, pieces = [], []
    for reference in signature.findall(f"{{{DSIG}}}SignedInfo/{{{DSIG}}}Reference"):
        uri = reference.get("URI") or ""
        if uri.startswith("cid:"):
            pieces.append(uri.removeprefix("cid:"))
        elif uri.startswith("#") and uri[1:] in holders:
            elements.append(holders[uri[1:]])
        else:
            raise BadEnvelope("bad_signature")
    return elements, sorted(pieces)


def _soap(local: str) -> str:
    return f"{{{SOAP}}}{local}"
