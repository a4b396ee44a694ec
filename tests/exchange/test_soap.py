"""SOAP 1.1 in both directions, against a partner that was written from the WSDL and signs with another library."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from lxml import etree

from emoit.exchange import keys
from emoit.exchange.envelopes import open_receipt, soap
from emoit.exchange.faults import FAULTS
from emoit.exchange.models import Evidence
from emoit.exchange.types import SOAP_PATH, Format, OutState, Transport
from emoit.kernel.access import Refusal, acting_as
from emoit.lib.xml import parse_xml
from emoit_partners.kit.host import free_port
from tests.exchange.conftest import BROKEN, REFUSED, Place, broken, settle_in
from tests.exchange.test_accept import receipt_of
from tests.support.partner import Served, identity, serving
from tests.support.soap_partner import NS, SOAP, SoapPartner, enveloped

PAYLOAD = b'{"a": 1}'
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with serving(SoapPartner(tmp_path / "partner")) as found:
        yield found


@pytest.fixture
def place(db: None, own_settings: None, served: Served) -> Place:
    made = settle_in(served)
    made.change(transport=Transport.SOAP, format=Format.XML)
    return made


def partner(place: Place) -> SoapPartner:
    assert isinstance(place.partner, SoapPartner)
    return place.partner


def post(content: bytes, *, action: str = f'"{soap.ACTION}"', media_type: str = "text/xml; charset=utf-8") -> Any:
    return Client().post(SOAP_PATH, content, content_type=media_type, headers={"SOAPAction": action})


def fault_of(response: Any) -> tuple[str, str, str]:
    """(faultcode, our code, the reason) of a fault."""
    root = parse_xml(response.content)
    found = root.find(f"{{{SOAP}}}Body/{{{SOAP}}}Fault")
    assert found is not None
    problem = found.find(f"detail/{{{NS}}}Problem")
    assert problem is not None
    code = problem.findtext(f"{{{NS}}}code") or ""
    assert problem.findtext(f"{{{NS}}}status") == str(FAULTS[code][0])
    assert found.findtext("faultstring") == FAULTS[code][1]
    return found.findtext("faultcode") or "", code, problem.findtext(f"{{{NS}}}reason") or ""


def nothing_happened(place: Place) -> bool:
    with acting_as(place.by):
        return not (place.inbound() or place.notes() or Evidence.objects.exists())


class TestIn:
    def test_a_call_has_its_effect_and_a_signed_receipt(self, place: Place) -> None:
        fields = place.partner.message(PAYLOAD)
        response = post(partner(place).call(fields))
        assert (response.status_code, response["Content-Type"]) == (200, "text/xml; charset=utf-8")
        assert response["Cache-Control"] == "no-store"
        body = parse_xml(response.content).find(f"{{{SOAP}}}Body")
        assert body is not None
        receipt = receipt_of(place, etree.tostring(body[0]), Format.XML)
        assert (receipt.message_id, receipt.identity) == (fields["id"], identity(fields))
        assert place.notes() == [fields["id"]]

    def test_again_gets_the_identical_answer(self, place: Place) -> None:
        content = partner(place).call(place.partner.message(PAYLOAD))
        first, second = post(content), post(content)
        assert (second.status_code, second.content) == (200, first.content)
        assert len(place.notes()) == 1

    @pytest.mark.parametrize("action", ["", '""', f'"{soap.ACTION}"', soap.ACTION])
    def test_actions_that_are_ours(self, place: Place, action: str) -> None:
        assert post(partner(place).call(place.partner.message(PAYLOAD)), action=action).status_code == 200

    def test_a_refusal_of_the_business_is_a_fault_with_its_reason(self, place: Place) -> None:
        response = post(partner(place).call(place.partner.message(PAYLOAD, kind=REFUSED)))
        assert response.status_code == 500
        assert fault_of(response) == ("soap:Client", "refused", "no_dossier")
        assert place.notes() == []

    def test_what_fails_here_is_our_fault_and_passes(self, place: Place) -> None:
        content = partner(place).call(place.partner.message(PAYLOAD, kind=BROKEN))
        response = post(content)
        assert (fault_of(response), response["Retry-After"]) == (("soap:Server", "not_processed", ""), "30")
        broken["on"] = False
        assert post(content).status_code == 200

    @pytest.mark.parametrize(
        ("header", "code"),
        [
            ('<x:a xmlns:x="urn:x" s:mustUnderstand="1"/>', "must_understand"),
            ('<x:a xmlns:x="urn:x" s:mustUnderstand="true"/>', "must_understand"),
            (f'<x:a xmlns:x="urn:x" s:mustUnderstand="1" s:actor="{soap.NEXT}"/>', "must_understand"),
            ('<x:a xmlns:x="urn:x" s:mustUnderstand="1" s:actor=""/>', "must_understand"),
            ('<x:a xmlns:x="urn:x" s:mustUnderstand="1" s:actor="urn:another"/>', ""),
            ('<x:a xmlns:x="urn:x" s:mustUnderstand="0"/>', ""),
            ('<x:a xmlns:x="urn:x"/>', ""),
            ('<x:a xmlns:x="urn:x"/><x:b xmlns:x="urn:x" s:mustUnderstand="1"/>', "must_understand"),
        ],
    )
    def test_headers_that_must_be_understood(self, place: Place, header: str, code: str) -> None:
        response = post(partner(place).call(place.partner.message(PAYLOAD), header=header.encode()))
        if not code:
            assert response.status_code == 200
            return
        assert (response.status_code, fault_of(response)) == (500, ("soap:MustUnderstand", code, ""))
        assert nothing_happened(place)

    @pytest.mark.parametrize(
        ("media_type", "code"),
        [
            ("application/soap+xml", "soap_version"),
            ("application/xml", "media_type"),
            ("application/json", "media_type"),
            ("multipart/related", "media_type"),
        ],
    )
    def test_types(self, place: Place, media_type: str, code: str) -> None:
        response = post(partner(place).call(place.partner.message(PAYLOAD)), media_type=media_type)
        assert fault_of(response)[1] == code
        assert nothing_happened(place)

    def test_another_action(self, place: Place) -> None:
        response = post(partner(place).call(place.partner.message(PAYLOAD)), action='"urn:another"')
        assert fault_of(response) == ("soap:Client", "soap_action", "")
        assert nothing_happened(place)

    @pytest.mark.usefixtures("place")
    def test_lengths(self) -> None:
        answer = Client().generic("POST", SOAP_PATH, b"<a/>", content_type="text/xml", CONTENT_LENGTH="")
        assert fault_of(answer)[1] == "length_required"


class TestWsdl:
    @pytest.mark.usefixtures("place")
    def test_it_tells_where_and_what(self) -> None:
        response = Client().get(SOAP_PATH + "?wsdl")
        assert (response.status_code, response["Content-Type"]) == (200, "text/xml; charset=utf-8")
        root = parse_xml(response.content)
        wsdl = "{http://schemas.xmlsoap.org/wsdl/}"
        address = root.find(f"{wsdl}service/{wsdl}port/{{http://schemas.xmlsoap.org/wsdl/soap/}}address")
        assert address is not None
        assert address.get("location") == "http://testserver" + SOAP_PATH

    def test_its_schema_describes_what_is_really_sent(self, place: Place) -> None:
        xsd = "{http://www.w3.org/2001/XMLSchema}"
        found = parse_xml(Client().get(SOAP_PATH).content).find(f".//{xsd}schema")
        assert found is not None
        schema = etree.XMLSchema(parse_xml(etree.tostring(found)))
        content = partner(place).document(place.partner.message(PAYLOAD))
        schema.assertValid(parse_xml(content))
        answer = place.accept(content, media_type="application/xml")
        schema.assertValid(parse_xml(answer.body))
        fault = parse_xml(soap.pack_fault("refused", "no_dossier")).find(f".//{{{NS}}}Problem")
        assert fault is not None
        schema.assertValid(fault)
        assert not schema.validate(parse_xml(content.replace(b"m:sender", b"m:sendr")))


class TestOut:
    def test_a_message_leaves_and_is_receipted(self, place: Place) -> None:
        name = place.send(b'{"n": 1}')
        assert place.run() == 1
        row = place.outbound(name)
        assert (row.state, row.attempts, row.error) == (OutState.DELIVERED.value, 1, "")
        assert place.partner.effects() == [(name, b'{"n": 1}')]
        assert row.receipt is not None
        assert row.receipt.media_type == "application/xml"
        with acting_as(place.by):
            find = keys.signers(row.partner, row.created_at).__getitem__
            receipt, _ = open_receipt(bytes(row.receipt.content), Format.XML, find=find)
        assert receipt.message_id == name

    @pytest.mark.parametrize(
        ("mode", "state", "error"),
        [
            ("html", OutState.WAITING, "no_receipt"),
            ("nonsense", OutState.WAITING, "no_receipt"),
            ("twelve", OutState.WAITING, "no_receipt"),
            ("down", OutState.WAITING, "http_503"),
            ("fault Server", OutState.WAITING, "soap_server"),
            ("fault Client", OutState.FAILED, "soap_client"),
            ("fault Client.Authentication", OutState.FAILED, "soap_client"),
            ("fault MustUnderstand", OutState.FAILED, "soap_mustunderstand"),
            ("fault odd", OutState.FAILED, "soap_fault"),
            ("refuse", OutState.FAILED, "refused"),
            ("cut", OutState.WAITING, "unreachable"),
            ("other", OutState.WAITING, "wrong_receipt"),
            ("forged", OutState.WAITING, "bad_receipt"),
            ("headers", OutState.DELIVERED, ""),
        ],
    )
    def test_answers(self, place: Place, mode: str, state: OutState, error: str) -> None:
        place.partner.behave(mode)
        name = place.send()
        place.run()
        row = place.outbound(name)
        assert (row.state, row.error) == (state.value, error)

    def test_a_retry_keeps_id_and_digest_and_is_not_doubled(self, place: Place) -> None:
        place.partner.behave("cut")
        name = place.send()
        place.run()
        place.partner.behave("up")
        place.run(later=timedelta(minutes=10))
        assert (place.outbound(name).state, place.outbound(name).attempts) == (OutState.DELIVERED.value, 2)
        assert len(place.partner.effects()) == 1

    def test_json_does_not_go_by_soap(self, place: Place) -> None:
        with pytest.raises(Refusal) as refusal:
            place.change(transport=Transport.SOAP, format=Format.JSON)
        assert refusal.value.code == "bad_profile"


def test_with_a_partner_in_a_process_of_its_own(place: Place) -> None:
    port = free_port()
    command = [sys.executable, "-m", "tests.support.soap_partner", str(place.partner.folder), str(port)]
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | {"PYTHONPATH": f"{ROOT}:{ROOT / 'src'}"})
    try:
        for _ in range(2400):
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.05)
        place.change(address=f"http://127.0.0.1:{port}/soap", transport=Transport.SOAP, format=Format.XML)
        names = [place.send(b"%d" % n, conversation="case") for n in range(5)]
        for _ in range(6):
            place.run()
        assert [name for name, _ in place.partner.effects()] == names
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"hello", "malformed"),
        (b"<a/>", "malformed"),
        (enveloped(), "malformed"),
        (enveloped(b"text"), "malformed"),
        (enveloped(b"<a/>"), "malformed"),
        (enveloped(b"<a/><b/>"), "malformed"),
        (enveloped(b"<s:Fault/>"), "malformed"),
        (enveloped(b"<a/>", soap="urn:other"), "soap_version"),
        (enveloped(b"<a/>", soap=soap.SOAP_12), "soap_version"),
        (b"<!DOCTYPE s>" + enveloped(b"<a/>"), "doctype"),
        (b"<?x y?>" + enveloped(b"<a/>"), "malformed"),
        (enveloped(b"<?x y?>"), "malformed"),
        (enveloped(b"<!-- x -->"), "malformed"),
        (enveloped(b"<a>" * 20 + b"</a>" * 20), "too_deep"),
        (f'<s:Envelope xmlns:s="{SOAP}"><s:Header/></s:Envelope>'.encode(), "malformed"),
        (f'<s:Envelope xmlns:s="{SOAP}"><s:Body/><s:Body/></s:Envelope>'.encode(), "malformed"),
        (f'<s:Envelope xmlns:s="{SOAP}"><s:Body/><s:Header/></s:Envelope>'.encode(), "malformed"),
        (f'<s:Envelope xmlns:s="{SOAP}"><s:Body/><x/></s:Envelope>'.encode(), "malformed"),
        ("<a/>".encode("utf-16"), "malformed"),
        (b'<?xml version="1.0" encoding="utf-7"?><a/>', "encoding"),
    ],
)
def test_bad_soap(place: Place, content: bytes, code: str) -> None:
    assert fault_of(post(content))[1] == code
    assert nothing_happened(place)
