"""SOAP 1.1, document/literal: one signed XML document stands alone in the Body, and is judged by itself."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree

from emoit.exchange.envelopes.parsing import read_xml
from emoit.exchange.envelopes.xml_form import NAMESPACE
from emoit.exchange.faults import FAULTS, BadEnvelope

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
SOAP_12 = "http://www.w3.org/2003/05/soap-envelope"
NEXT = "http://schemas.xmlsoap.org/soap/actor/next"
MEDIA_TYPE = "text/xml"
CONTENT_TYPE = f"{MEDIA_TYPE}; charset=utf-8"
ACTION = f"{NAMESPACE}#deliver"
_MOST_DEPTH = 16
_OPEN = f'<soap:Envelope xmlns:soap="{SOAP}"><soap:Body>'.encode()
_CLOSE = b"</soap:Body></soap:Envelope>"
_CODE = re.compile(r"[a-z][a-z0-9_.]{0,79}")
# Codes of ours that SOAP has its own word for; the others are the sender's (Client) or ours (Server).
_FAULT_CODES = {"soap_version": "VersionMismatch", "must_understand": "MustUnderstand"}


@dataclass(frozen=True, slots=True)
class Fault:
    """Why the other side did not take it: `status` as HTTP would say it, `code` ours or soap_<its faultcode>."""

    status: int
    code: str


def wrap(document: bytes) -> bytes:
    """The signed document in a Body; its bytes stay as they are."""
    return _OPEN + document + _CLOSE


def unwrap_message(data: bytes) -> bytes:
    """The one document in the Body. BadEnvelope: malformed, doctype, encoding, too_deep, soap_version, must_understand.

    The signed document counts, and nothing else that stands in the SOAP message.
    """
    child = _content(data)
    if etree.QName(child).namespace != NAMESPACE:
        raise BadEnvelope("malformed")
    return bytes(etree.tostring(child, encoding="utf-8", with_tail=False))


def unwrap_answer(data: bytes) -> bytes | Fault:
    """What a partner answered: the document in the Body, or its fault. BadEnvelope if it is neither."""
    child = _content(data)
    if child.tag == _name("Fault"):
        return _read_fault(child)
    return bytes(etree.tostring(child, encoding="utf-8", with_tail=False))


def pack_fault(code: str, reason: str = "") -> bytes:
    """One of `faults.FAULTS` as a SOAP fault; our code, its status and the business's own code stand in `detail`."""
    status, sentence = FAULTS[code]
    envelope = etree.Element(_name("Envelope"), nsmap={"soap": SOAP})
    fault = etree.SubElement(etree.SubElement(envelope, _name("Body")), _name("Fault"))
    kind = _FAULT_CODES.get(code, "Server" if status >= 500 else "Client")
    etree.SubElement(fault, "faultcode").text = f"soap:{kind}"
    etree.SubElement(fault, "faultstring", {"{http://www.w3.org/XML/1998/namespace}lang": "vi"}).text = sentence
    problem = etree.SubElement(etree.SubElement(fault, "detail"), f"{{{NAMESPACE}}}Problem", nsmap={None: NAMESPACE})
    for name, text in (("code", code), ("status", str(status)), ("reason", reason)):
        etree.SubElement(problem, f"{{{NAMESPACE}}}{name}").text = text
    return bytes(etree.tostring(envelope, encoding="utf-8"))


def _content(data: bytes) -> etree._Element:
    root = read_xml(data, _MOST_DEPTH)
    if root.tag != _name("Envelope"):
        named = etree.QName(root)
        raise BadEnvelope("soap_version" if named.localname == "Envelope" else "malformed")
    if any(not isinstance(node.tag, str) for node in root.iter()) or root.getprevious() is not None:
        raise BadEnvelope("malformed")  # SOAP knows no instructions; comments could only hide something
    parts = [child.tag for child in root]
    if parts not in ([_name("Body")], [_name("Header"), _name("Body")]):
        raise BadEnvelope("malformed")
    if len(parts) == 2:
        _judge_headers(root[0])
    body = root[-1]
    if len(body) != 1 or (body.text or "").strip() or (body[0].tail or "").strip():
        raise BadEnvelope("malformed")
    return body[0]


def _judge_headers(header: etree._Element) -> None:
    """We understand no header: one that must be understood by us is refused, the others are left alone."""
    for entry in header:
        is_for_us = entry.get(_name("actor"), NEXT) in {"", NEXT}
        if is_for_us and entry.get(_name("mustUnderstand"), "0").strip() not in {"0", "false"}:
            raise BadEnvelope("must_understand")


def _read_fault(fault: etree._Element) -> Fault:
    kind = (fault.findtext("faultcode") or "").strip().rpartition(":")[2].partition(".")[0].lower()
    status = 500 if kind == "server" else 400
    code = f"soap_{kind}" if kind in {"client", "server", "versionmismatch", "mustunderstand"} else "soap_fault"
    problem = fault.find(f"detail/{{{NAMESPACE}}}Problem")
    if problem is None:
        return Fault(status, code)
    told = problem.findtext(f"{{{NAMESPACE}}}code") or ""
    number = problem.findtext(f"{{{NAMESPACE}}}status") or ""
    return Fault(
        int(number) if re.fullmatch(r"[45]\d\d", number, re.ASCII) else status,
        told if _CODE.fullmatch(told) else code,
    )


def _name(local: str) -> str:
    return f"{{{SOAP}}}{local}"
