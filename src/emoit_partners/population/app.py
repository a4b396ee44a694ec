"""The door: POST /dan-cu is the SOAP service, GET /dan-cu?wsdl says what it takes."""

from __future__ import annotations

import base64
import binascii
import hmac
import json

from emoit_partners.kit import App, Behaviour, Refused, Request, Response, Store, application
from emoit_partners.population import keys, register, soap

PATH = r"/dan-cu"
LIES = {
    "another": "trả bản ghi của người khác",
    "broken": "trả XML hỏng",
    "endless": "trả lời dài hàng chục MB",
    "bomb": "trả XML có bom thực thể",
    "request": "trả lời cho yêu cầu khác",
}
MOST_BODY = 64 * 1024
ENDLESS = 24 * 1024 * 1024
BOMB = """<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">
<!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;"><!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;">]>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>&e;</soapenv:Body>
</soapenv:Envelope>"""


class Fault(Exception):
    """Answered as a SOAP fault. `code` after `Client.` or `Server`."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code
        self.words = words


def make_app(store: Store, behaviour: Behaviour) -> App:
    store.prepare(register.SCHEMA)

    def describe(request: Request) -> Response:
        if "wsdl" not in request.query:
            raise Refused(405, "Dịch vụ SOAP nhận POST; ?wsdl mô tả nó.")
        return Response(200, soap.wsdl(f"{request.base}/dan-cu"), "text/xml; charset=utf-8")

    def serve(request: Request) -> Response:
        asked: dict[str, str] = {}
        try:
            asked = _read(request)
            _authorise(request, asked)
            body, outcome = _answer(store, behaviour, asked)
        except Fault as fault:
            register.note(store, behaviour, asked=asked, outcome=fault.code)
            return Response(500, soap.fault(fault.code, fault.words), "text/xml; charset=utf-8")
        register.note(store, behaviour, asked=asked, outcome=outcome)
        return Response(200, body, "text/xml; charset=utf-8")

    return application({("GET", PATH): describe, ("POST", PATH): serve})


def _read(request: Request) -> dict[str, str]:
    if len(request.body) > MOST_BODY:
        raise Fault("Client.TooLarge", "Yêu cầu quá lớn.")
    try:
        return soap.read(request.body)
    except ValueError as error:
        raise Fault("Client.Malformed", str(error)) from error


def _authorise(request: Request, asked: dict[str, str]) -> None:
    if not _same(request.header("accessToken"), f"Bearer {keys.ACCESS_TOKEN}"):
        raise Fault("Client.Token", "accessToken không đúng.")
    try:
        lgsp = json.loads(base64.b64decode(request.header("lgspAccessToken"), validate=True))
        key = base64.b64decode(request.header("AuthHash"), validate=True).decode()
    except (ValueError, binascii.Error) as error:
        raise Fault("Client.Token", "lgspAccessToken hoặc AuthHash không đọc được.") from error
    if lgsp != keys.LGSP:
        raise Fault("Client.Token", "lgspAccessToken không đúng.")
    name, word = keys.OFFICERS.get(asked["MaCanBo"], ("", ""))
    if not name or not _same(key, f"{name}:{word}"):
        raise Fault("Client.Officer", "Mã cán bộ chưa đăng ký hoặc AuthHash không phải của cán bộ này.")
    if asked["MaDVC"] not in keys.SERVICES:
        raise Fault("Client.Service", "Mã dịch vụ công chưa đăng ký.")
    if asked["MaTichHop"] != keys.INTEGRATION:
        raise Fault("Client.Integration", "Mã tích hợp không đúng.")


def _same(given: str, known: str) -> bool:
    return hmac.compare_digest(given.encode(), known.encode())


def _answer(store: Store, behaviour: Behaviour, asked: dict[str, str]) -> tuple[bytes, str]:
    number = asked.get("SoDinhDanh") or asked.get("SoCMND", "")
    found = register.find(store, number)
    if found is not None and not _is_named(found, asked):
        found = None
    lie = behaviour.lie
    if lie == "another":
        return soap.answer(asked["MaYeuCau"], register.neighbour(number)), "lie:another"
    if lie == "request":
        return soap.answer("khac-" + asked["MaYeuCau"], found), "lie:request"
    if lie == "broken":
        return soap.answer(asked["MaYeuCau"], found)[:-40], "lie:broken"
    if lie == "endless":
        return b"<a>" + b"x" * ENDLESS + b"</a>", "lie:endless"
    if lie == "bomb":
        return BOMB.encode(), "lie:bomb"
    return soap.answer(asked["MaYeuCau"], found), "found" if found else "absent"


def _is_named(found: register.Record, asked: dict[str, str]) -> bool:
    """The name must be the person's; the birth too, where it is given (a year stands for any day of it)."""
    born = asked.get("NgayThangNam") or asked.get("Nam", "")
    same_birth = not born or found.born.startswith(born) or born.startswith(found.born)
    return found.name.upper() == asked["HoVaTen"] and same_birth
