"""The national population database behind the data platform: SOAP 1.1, operation TraCuuThongTinCongDan.

Names of elements and headers, and the order of children, are those of the register; it knows officers and services by
codes of its own and keeps both of every query.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable

from lxml import etree

from emoit.exchange.types import Answered, Question
from emoit.lib.vietnamese import nfc
from emoit.lib.xml import XmlRefused, parse_xml
from emoit.people.lookup_rules import Verb
from emoit.people.registers.places import OfficerKey, PopulationPlace
from emoit.people.registers.reading import Reading, bad, plain
from emoit.people.types import Inquiry, RegisterFacts

SERVICE = "TraCuuThongTinCongDan"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
NAMESPACE = "http://dancuquocgia.bca"
MOST_BYTES = 64 * 1024
MEDIA_TYPES = frozenset({"text/xml"})
# A fault of the client's side that a later try can turn.
_CODE = re.compile(r"[A-Za-z.]{1,60}")
_PASSING = {"Server", "Client.TooMany"}


def question(
    inquiry: Inquiry,
    place: PopulationPlace,
    officer: OfficerKey,
    *,
    request_id: str,
    born_on: str,
    account_id: int | None,
) -> Question:
    """The whole request. `born_on`: ISO day, a year, or "" where it is not known."""
    service = place.services.get(inquiry.procedure, place.service_code)
    named = [
        ("MaYeuCau", request_id),
        ("MaDVC", service),
        ("MaTichHop", place.integration_code),
        ("MaCanBo", officer.code),
        ("SoDinhDanh" if len(inquiry.identity) == 12 else "SoCMND", inquiry.identity),
        ("HoVaTen", nfc(inquiry.name).upper()),
        *_birth(born_on),
    ]
    return Question(
        partner=place.partner,
        service=SERVICE,
        request_id=request_id,
        purpose=inquiry.purpose.value,
        path=place.path,
        body=_envelope(named),
        media_type="text/xml; charset=utf-8",
        headers=_headers(place, officer),
        answers=MEDIA_TYPES,
        account_id=account_id,
        subject_kind=inquiry.subject_kind,
        subject_id=inquiry.subject_id,
        most_bytes=MOST_BYTES,
    )


def _birth(born_on: str) -> Iterable[tuple[str, str]]:
    """A day as yyyyMMdd, or the year alone."""
    if len(born_on) == 10:
        yield "NgayThangNamSinh/NgayThangNam", born_on.replace("-", "")
    elif born_on:
        yield "NgayThangNamSinh/Nam", born_on


def _envelope(named: Iterable[tuple[str, str]]) -> bytes:
    envelope = etree.Element(f"{{{SOAP}}}Envelope", nsmap={"soapenv": SOAP, "dc": NAMESPACE})
    body = etree.SubElement(envelope, f"{{{SOAP}}}Body")
    operation = etree.SubElement(body, f"{{{NAMESPACE}}}{SERVICE}")
    for path, text in named:
        node = operation
        for name in path.split("/"):
            node = etree.SubElement(node, f"{{{NAMESPACE}}}{name}")
        node.text = text
    content: bytes = etree.tostring(envelope, xml_declaration=True, encoding="UTF-8")
    return content


def _headers(place: PopulationPlace, officer: OfficerKey) -> dict[str, str]:
    return {
        "SOAPAction": f'"{NAMESPACE}/{SERVICE}"',
        "accessToken": f"Bearer {place.access_token}",
        "lgspAccessToken": _base64(json.dumps(dict(place.lgsp), ensure_ascii=False)),
        "AuthHash": _base64(f"{officer.key_name}:{officer.key_pass}"),
    }


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def read(answer: Answered, *, request_id: str, identity: str) -> Reading:
    """What the answer says of the one who was asked for; nobody else's record is ever taken."""
    try:
        root = parse_xml(answer.body, max_bytes=MOST_BYTES, max_depth=12)
    except XmlRefused as refused:
        return bad(f"xml_{refused.code}")
    body = root.find(f"{{{SOAP}}}Body") if root.tag == f"{{{SOAP}}}Envelope" else None
    if body is None or len(body) != 1:
        return bad("not_soap")
    if body[0].tag == f"{{{SOAP}}}Fault":
        return _fault(body[0])
    return _record(body[0], request_id, identity)


def _fault(fault: etree._Element) -> Reading:
    code = (fault.findtext("faultcode") or "").rpartition(":")[2]
    if not _CODE.fullmatch(code):  # words of theirs may name the one who was asked for: they are not kept
        code = "fault"
    if code in _PASSING:
        return Reading(Verb.WAIT, code=code)
    return Reading(Verb.REFUSE, code=code)


def _record(told: etree._Element, request_id: str, identity: str) -> Reading:
    if told.tag != f"{{{NAMESPACE}}}{SERVICE}Response":
        return bad("not_soap")
    if _text(told, "MaYeuCau") != request_id:
        return bad("wrong_request")
    person = told.find(f"{{{NAMESPACE}}}CongDan")
    if person is None:
        return Reading(Verb.FIND_NOTHING)
    if identity not in {_text(person, "SoDinhDanh"), _text(person, "SoCMND")} - {""}:
        return bad("wrong_person")
    facts = RegisterFacts(
        identity=identity,
        name=_text(person, "HoVaTen"),
        address=_text(person, "ThuongTru/ChiTiet"),
    )
    return Reading(Verb.ANSWER, facts) if facts.name else bad("no_name")


def _text(node: etree._Element, path: str) -> str:
    found = node.findtext("/".join(f"{{{NAMESPACE}}}{name}" for name in path.split("/")))
    return plain(str(found or ""))
