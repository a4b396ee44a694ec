"""SOAP 1.1 of the population database: reading a query, writing an answer, a fault, and the WSDL."""

from __future__ import annotations

import re
import unicodedata

from lxml import etree

from emoit_partners.kit.xml import XmlRefused, parse_xml
from emoit_partners.population.register import Record

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
NAMESPACE = "http://dancuquocgia.bca"
OPERATION = "TraCuuThongTinCongDan"
# The children of the operation, in the one order that is taken; of two on a line there is exactly one.
ORDER = (("MaYeuCau",), ("MaDVC",), ("MaTichHop",), ("MaCanBo",), ("SoDinhDanh", "SoCMND"), ("HoVaTen",))
_UNREAD = {
    "malformed": "XML không đúng cú pháp.",
    "doctype": "Không nhận DOCTYPE.",
    "encoding": "XML phải viết bằng UTF-8.",
    "too_deep": "XML lồng nhau quá sâu.",
}
FORMS = {
    "MaYeuCau": r"[A-Za-z0-9-]{1,64}",
    "SoDinhDanh": r"[0-9]{12}",
    "SoCMND": r"[0-9]{9}",
    "NgayThangNam": r"[0-9]{8}",
    "Nam": r"[0-9]{4}",
}


def _own(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def read(body: bytes) -> dict[str, str]:
    """The fields of a query. ValueError says what is wrong: order, namespace, form, upper case of the name."""
    try:
        root = parse_xml(body)
    except XmlRefused as refused:
        raise ValueError(_UNREAD[str(refused)]) from refused
    operation = root.find(f"{{{SOAP}}}Body/{_own(OPERATION)}")
    if root.tag != f"{{{SOAP}}}Envelope" or operation is None:
        raise ValueError(f"Thiếu {OPERATION} trong soap:Body.")
    children = list(operation)
    asked = _ordered(children)
    if len(children) > len(ORDER):
        asked |= _birth(children[len(ORDER) :])
    if asked["HoVaTen"] != unicodedata.normalize("NFC", asked["HoVaTen"]).upper():
        raise ValueError("HoVaTen phải viết hoa.")
    return asked


def _ordered(children: list[etree._Element]) -> dict[str, str]:
    if len(children) < len(ORDER):
        raise ValueError("Thiếu trường bắt buộc.")
    asked = {}
    for node, names in zip(children, ORDER, strict=False):
        name = next((name for name in names if node.tag == _own(name)), "")
        if not name:
            raise ValueError(f"Sai thứ tự: chờ {' hoặc '.join(names)}.")
        asked[name] = _text(node, name)
    return asked


def _birth(rest: list[etree._Element]) -> dict[str, str]:
    (node, *more) = rest
    inner = list(node)
    names = {_own(name): name for name in ("NgayThangNam", "Nam")}
    if more or node.tag != _own("NgayThangNamSinh") or len(inner) != 1 or inner[0].tag not in names:
        raise ValueError("Sau HoVaTen chỉ có NgayThangNamSinh với NgayThangNam hoặc Nam.")
    name = names[inner[0].tag]
    return {name: _text(inner[0], name)}


def _text(node: etree._Element, name: str) -> str:
    text = node.text or ""
    if not text.strip() or (name in FORMS and not re.fullmatch(FORMS[name], text)):
        raise ValueError(f"{name} không đúng.")
    return text


def _envelope() -> tuple[etree._Element, etree._Element]:
    envelope = etree.Element(f"{{{SOAP}}}Envelope", nsmap={"soapenv": SOAP})
    return envelope, etree.SubElement(envelope, f"{{{SOAP}}}Body")


def _written(envelope: etree._Element) -> bytes:
    content: bytes = etree.tostring(envelope, xml_declaration=True, encoding="UTF-8")
    return content


def answer(request_id: str, found: Record | None) -> bytes:
    """Without CongDan where nobody is found."""
    envelope, body = _envelope()
    told = etree.SubElement(body, _own(f"{OPERATION}Response"), nsmap={"dc": NAMESPACE})
    etree.SubElement(told, _own("MaYeuCau")).text = request_id
    if found is not None:
        person = etree.SubElement(told, _own("CongDan"))
        _fill(person, found)
    return _written(envelope)


def _fill(person: etree._Element, found: Record) -> None:
    for name, text in (("HoVaTen", found.name), ("SoDinhDanh", found.number), ("SoCMND", found.old_number)):
        etree.SubElement(person, _own(name)).text = text
    for name, text in (("GioiTinh", found.sex), ("DanToc", found.ethnicity), ("TonGiao", found.religion)):
        etree.SubElement(person, _own(name)).text = text
    etree.SubElement(person, _own("QuocTich")).text = "Việt Nam"
    etree.SubElement(person, _own("TinhTrangHonNhan")).text = found.marital_status
    birth = etree.SubElement(person, _own("NgayThangNamSinh"))
    etree.SubElement(birth, _own("NgayThangNam" if len(found.born) == 8 else "Nam")).text = found.born
    etree.SubElement(etree.SubElement(person, _own("QueQuan")), _own("ChiTiet")).text = found.origin
    home = etree.SubElement(person, _own("ThuongTru"))
    places = (("MaTinhThanh", found.home_province), ("MaPhuongXa", found.home_ward), ("ChiTiet", found.home))
    for name, text in places:
        etree.SubElement(home, _own(name)).text = text
    etree.SubElement(etree.SubElement(person, _own("NoiOHienTai")), _own("ChiTiet")).text = found.residence


def fault(code: str, words: str) -> bytes:
    envelope, body = _envelope()
    node = etree.SubElement(body, f"{{{SOAP}}}Fault")
    etree.SubElement(node, "faultcode").text = f"soapenv:{code}"
    etree.SubElement(node, "faultstring").text = words
    return _written(envelope)


_FIELD = '<xsd:element name="{name}" type="xsd:string"/>'
_WSDL = """<?xml version="1.0" encoding="UTF-8"?>
<wsdl:definitions xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/"
  xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:dc="{namespace}" targetNamespace="{namespace}">
  <wsdl:types><xsd:schema targetNamespace="{namespace}" elementFormDefault="qualified">
    <xsd:element name="{operation}"><xsd:complexType><xsd:sequence>{first}
      <xsd:choice>{numbers}</xsd:choice>{name}
      <xsd:element name="NgayThangNamSinh" minOccurs="0"><xsd:complexType><xsd:choice>{birth}</xsd:choice>
      </xsd:complexType></xsd:element></xsd:sequence></xsd:complexType></xsd:element>
    <xsd:element name="{operation}Response"><xsd:complexType><xsd:sequence>{request}
      <xsd:element name="CongDan" minOccurs="0" type="xsd:anyType"/></xsd:sequence></xsd:complexType></xsd:element>
  </xsd:schema></wsdl:types>
  <wsdl:message name="Query"><wsdl:part name="parameters" element="dc:{operation}"/></wsdl:message>
  <wsdl:message name="Answer"><wsdl:part name="parameters" element="dc:{operation}Response"/></wsdl:message>
  <wsdl:portType name="DanCu"><wsdl:operation name="{operation}"><wsdl:input message="dc:Query"/>
    <wsdl:output message="dc:Answer"/></wsdl:operation></wsdl:portType>
  <wsdl:binding name="DanCuSoap" type="dc:DanCu">
    <soap:binding transport="http://schemas.xmlsoap.org/soap/http" style="document"/>
    <wsdl:operation name="{operation}"><soap:operation soapAction="{namespace}/{operation}"/>
      <wsdl:input><soap:body use="literal"/></wsdl:input><wsdl:output><soap:body use="literal"/></wsdl:output>
    </wsdl:operation></wsdl:binding>
  <wsdl:service name="DanCu"><wsdl:port name="DanCuSoap" binding="dc:DanCuSoap">
    <soap:address location="{address}"/></wsdl:port></wsdl:service>
</wsdl:definitions>
"""


def wsdl(address: str) -> bytes:
    """What the service takes and answers, at this address."""

    def fields(*names: str) -> str:
        return "".join(_FIELD.format(name=name) for name in names)

    return _WSDL.format(
        namespace=NAMESPACE,
        operation=OPERATION,
        address=address,
        first=fields("MaYeuCau", "MaDVC", "MaTichHop", "MaCanBo"),
        numbers=fields("SoDinhDanh", "SoCMND"),
        name=fields("HoVaTen"),
        birth=fields("NgayThangNam", "Nam"),
        request=fields("MaYeuCau"),
    ).encode()
