"""What is read of registers: their file, and their answers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from emoit.exchange.types import Answered
from emoit.people.registers import enterprises, places, population
from emoit.people.registers.places import NotConnected
from emoit.people.types import Register

BROKEN = ["", "{", "[]", '{"population": 1}', '{"population": {}}', '{"population": {"portal": {"code": 1}}}', "\xff"]


@pytest.mark.parametrize("content", BROKEN)
def test_a_broken_file_of_registers_is_none(
    settings: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture, content: str
) -> None:
    settings.EMOIT_REGISTERS = tmp_path / "registers.json"
    settings.EMOIT_REGISTERS.write_bytes(content.encode("latin-1"))
    with pytest.raises(NotConnected):
        places.population()
    with pytest.raises(NotConnected):
        places.enterprises()
    assert "EMOIT_REGISTERS" in caplog.text
    assert not places.is_connected(Register.ENTERPRISES)


FAULTS = [("Client.Service", "refuse", "Client.Service"), ("Server", "wait", "Server")]
TELLING = ["Client.001190000001", "Nguyễn Thị Hoa", "Client Nguyen", "", "x" * 61]


@pytest.mark.parametrize(("said", "verb", "code"), FAULTS + [(said, "refuse", "fault") for said in TELLING])
def test_a_fault_is_kept_as_a_code_that_names_nobody(said: str, verb: str, code: str) -> None:
    soap = "http://schemas.xmlsoap.org/soap/envelope/"
    body = f"<s:Fault><faultcode>s:{said}</faultcode><faultstring>001190000001</faultstring></s:Fault>"
    envelope = f'<s:Envelope xmlns:s="{soap}"><s:Body>{body}</s:Body></s:Envelope>'.encode()
    reading = population.read(Answered(500, "text/xml", envelope), request_id="r", identity="001190000001")
    assert (reading.verb.value, reading.code) == (verb, code)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (r"Công ty \ud800Thử", "Công ty Thử"),  # half a letter: no file and no column takes it
        (r"Công ty\u0000 Thử", "Công ty Thử"),
        (r"\u202eCông ty\u2066 Thử", "Công ty Thử"),  # marks of direction: what follows would read backwards
        (r"Co\u0302ng ty\n  Thử", "Công ty Thử"),
    ],
)
def test_a_name_is_plain_text(written: str, read: str) -> None:
    body = f'{{"tax_code": "9900000016", "name": "{written}"}}'.encode()
    reading = enterprises.read(Answered(200, "application/json", body), identity="9900000016")
    assert reading.facts is not None
    assert reading.facts.name == read


@pytest.mark.parametrize("written", [r"\ud800", r"\u0000", " "])
def test_a_name_of_nothing_is_no_answer(written: str) -> None:
    body = f'{{"tax_code": "9900000016", "name": "{written}"}}'.encode()
    reading = enterprises.read(Answered(200, "application/json", body), identity="9900000016")
    assert (reading.facts, reading.code, reading.is_bad) == (None, "no_name", True)
