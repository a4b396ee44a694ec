"""A partner that speaks SOAP 1.1, written against the WSDL alone: it signs and verifies with signxml itself.

Modes as of `tests.support.partner`, and:

    fault             a fault of its own, without our detail
    headers           its answer has a header that nobody must understand
    twelve            it answers in SOAP 1.2

python -m tests.support.soap_partner FOLDER PORT
"""

from __future__ import annotations

import base64
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from lxml import etree
from signxml.algorithms import CanonicalizationMethod, SignatureConstructionMethod, SignatureMethod
from signxml.signer import XMLSigner
from signxml.verifier import SignatureConfiguration, XMLVerifier

from emoit.lib.xml import parse_xml
from tests.support.partner import Partner, identity, moment, server_of

NS = "urn:emoit:exchange:1"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
TYPE = "text/xml"


def enveloped(*documents: bytes, header: bytes = b"", soap: str = SOAP) -> bytes:
    head = b"<s:Header>" + header + b"</s:Header>" if header else b""
    inside = b"".join(documents)
    return f'<s:Envelope xmlns:s="{soap}">'.encode() + head + b"<s:Body>" + inside + b"</s:Body></s:Envelope>"


def fault(code: str, text: str) -> bytes:
    return enveloped(f"<s:Fault><faultcode>s:{code}</faultcode><faultstring>{text}</faultstring></s:Fault>".encode())


def signed_xml(
    kind: str, fields: dict[str, str], body: bytes | None, key: ec.EllipticCurvePrivateKey, own: object
) -> bytes:
    root = etree.Element(f"{{{NS}}}{kind}", nsmap={"m": NS})
    header = etree.SubElement(root, f"{{{NS}}}Header")
    for name, value in fields.items():
        etree.SubElement(header, f"{{{NS}}}{name}").text = value
    if body is not None:
        etree.SubElement(root, f"{{{NS}}}Body").text = base64.b64encode(body).decode()
    signer = XMLSigner(
        method=SignatureConstructionMethod.enveloped,
        signature_algorithm=SignatureMethod.ECDSA_SHA256,
        c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
    )
    return bytes(etree.tostring(signer.sign(root, key=key, cert=[own])))


@dataclass
class SoapPartner(Partner):
    def call(self, fields: dict[str, str], payload: bytes = b'{"a": 1}', header: bytes = b"") -> bytes:
        """A signed message in a SOAP message."""
        return enveloped(self.document(fields, payload), header=header)

    def document(self, fields: dict[str, str], payload: bytes = b'{"a": 1}') -> bytes:
        return signed_xml("Message", fields, payload, self.key, self.own)

    def answer(self, content: bytes) -> tuple[int, str, bytes] | None:
        mode, _, amount = (self.folder / "mode").read_text().partition(" ")
        early = {
            "html": (200, "text/html", b"<html><body>Welcome</body></html>"),
            "down": (503, "text/plain", b"down"),
            "fault": (500, TYPE, fault(amount or "Server", "later")),
            "refuse": (500, TYPE, self.refusal()),
            "nonsense": (200, TYPE, b"<a/>"),
        }
        if mode in early:
            return early[mode]
        if mode == "slow":
            time.sleep(float(amount))
        receipt = self._receipt(content)
        if mode == "cut":
            return None
        if mode == "other":
            fields = {child.tag.rpartition("}")[2]: child.text or "" for child in parse_xml(receipt)[0]}
            receipt = signed_xml("Receipt", fields | {"message_id": "another-message"}, None, self.key, self.own)
        if mode == "forged":
            fields = {child.tag.rpartition("}")[2]: child.text or "" for child in parse_xml(receipt)[0]}
            receipt = signed_xml("Receipt", fields, None, ec.generate_private_key(ec.SECP256R1()), self.own)
        if mode == "twelve":
            return 200, TYPE, enveloped(receipt, soap="http://www.w3.org/2003/05/soap-envelope")
        return 200, TYPE, enveloped(receipt, header=b"<x:note xmlns:x='urn:x'/>" if mode == "headers" else b"")

    def refusal(self) -> bytes:
        detail = f'<p:Problem xmlns:p="{NS}"><p:code>refused</p:code><p:status>422</p:status><p:reason/></p:Problem>'
        told = "<s:Fault><faultcode>s:Client</faultcode><faultstring>no</faultstring>"
        return enveloped(f"{told}<detail>{detail}</detail></s:Fault>".encode())

    def _receipt(self, content: bytes) -> bytes:
        body = parse_xml(content).find(f"{{{SOAP}}}Body")
        assert body is not None
        assert len(body) == 1
        document = parse_xml(etree.tostring(body[0]))
        config = SignatureConfiguration(location="./", expect_references=1)
        verified = XMLVerifier().verify(document, x509_cert=self.ours, expect_config=config)
        assert not isinstance(verified, list)
        signed = parse_xml(verified.signed_data)
        fields = {child.tag.rpartition("}")[2]: child.text or "" for child in signed[0]}
        payload = base64.b64decode(signed[1].text or "")
        return self.remember(fields, payload, lambda told: signed_xml("Receipt", told, None, self.key, self.own))


__all__ = ["SoapPartner", "enveloped", "fault", "identity", "moment", "signed_xml"]

if __name__ == "__main__":
    server_of(SoapPartner(Path(sys.argv[1])), int(sys.argv[2])).serve_forever()
