"""The population database and the enterprise register as any client meets them."""

from __future__ import annotations

import base64
import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from emoit_partners.people import enterprises, people
from emoit_partners.population import keys
from tests.support.partners import Running, running

PERSON = people(count=1)[0]
FIELDS = {
    "MaYeuCau": "r-1",
    "MaDVC": "G02-TTHC",
    "MaTichHop": "037",
    "MaCanBo": "G02-CB001",
    "SoDinhDanh": PERSON.number,
    "HoVaTen": PERSON.name.upper(),
}


@pytest.fixture(scope="module")
def population(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running("population", tmp_path_factory.mktemp("population")) as found:
        yield found


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running("enterprises", tmp_path_factory.mktemp("enterprises")) as found:
        yield found


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def headers(**changed: str) -> dict[str, str]:
    name, word = keys.OFFICERS["G02-CB001"]
    return {
        "Content-Type": "text/xml",
        "accessToken": f"Bearer {keys.ACCESS_TOKEN}",
        "lgspAccessToken": b64(json.dumps(keys.LGSP)),
        "AuthHash": b64(f"{name}:{word}"),
    } | changed


def ask(
    partner: Running, fields: dict[str, str], given: dict[str, str] | None = None, after: str = ""
) -> tuple[int, str]:
    inner = "".join(f"<{name}>{text}</{name}>" for name, text in fields.items()) + after
    body = (
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
        f'<TraCuuThongTinCongDan xmlns="http://dancuquocgia.bca">{inner}</TraCuuThongTinCongDan></s:Body></s:Envelope>'
    )
    return send(urllib.request.Request(f"{partner.address}/dan-cu", body.encode(), given or headers()))


def send(request: urllib.request.Request) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_a_person(population: Running) -> None:
    status, body = ask(population, FIELDS)
    assert status == 200
    for text in (PERSON.name, PERSON.number, PERSON.home.text, f"{PERSON.born_on:%Y%m%d}", "r-1"):
        assert text in body
    told = population.call("GET", "/asked")["asked"][-1]
    assert (told["officer"], told["service"], told["number"], told["outcome"]) == (
        "G02-CB001",
        "G02-TTHC",
        PERSON.number,
        "found",
    )


ABSENT: list[tuple[dict[str, str], str]] = [
    ({"HoVaTen": "NGƯỜI KHÁC"}, ""),
    ({"SoDinhDanh": "001000000000"}, ""),
    ({}, "<NgayThangNamSinh><Nam>1801</Nam></NgayThangNamSinh>"),
]


@pytest.mark.parametrize(("changed", "after"), ABSENT)
def test_nobody_of_that_number_and_name(population: Running, changed: dict[str, str], after: str) -> None:
    status, body = ask(population, FIELDS | changed, after=after)
    assert (status, "CongDan>" in body) == (200, False)


REFUSED: list[tuple[dict[str, str], dict[str, str], str]] = [
    ({}, {"accessToken": "Bearer x"}, "Client.Token"),
    ({}, {"lgspAccessToken": "%%%"}, "Client.Token"),
    ({}, {"lgspAccessToken": b64("{}")}, "Client.Token"),
    ({}, {"AuthHash": b64("g02cb002:sandbox-002")}, "Client.Officer"),
    ({"MaCanBo": "G02-CB999"}, {}, "Client.Officer"),
    ({"MaDVC": "KHAC"}, {}, "Client.Service"),
    ({"MaTichHop": "034"}, {}, "Client.Integration"),
    ({"HoVaTen": PERSON.name}, {}, "Client.Malformed"),
    ({"SoDinhDanh": "12"}, {}, "Client.Malformed"),
    ({"MaYeuCau": ""}, {}, "Client.Malformed"),
]


@pytest.mark.parametrize(("changed", "given", "code"), REFUSED)
def test_who_may_not_ask(population: Running, changed: dict[str, str], given: dict[str, str], code: str) -> None:
    status, body = ask(population, FIELDS | changed, headers(**given))
    assert (status, f"<faultcode>soapenv:{code}</faultcode>" in body) == (500, True)
    assert PERSON.home.text not in body


def test_the_order_counts(population: Running) -> None:
    turned = {name: FIELDS[name] for name in ("MaDVC", "MaYeuCau", "MaTichHop", "MaCanBo", "SoDinhDanh", "HoVaTen")}
    assert "Client.Malformed" in ask(population, turned)[1]


DEEP, DOCTYPE = b"<a>" * 100 + b"</a>" * 100, b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'


@pytest.mark.parametrize("body", [b"", b"<a", b"<a/>", "<a/>".encode("utf-16"), DEEP, DOCTYPE])
def test_what_is_no_query(population: Running, body: bytes) -> None:
    status, said = send(urllib.request.Request(f"{population.address}/dan-cu", body, headers()))
    assert (status, "Client.Malformed" in said) == (500, True)


def test_it_tells_what_it_takes(population: Running) -> None:
    status, body = send(urllib.request.Request(f"{population.address}/dan-cu?wsdl"))
    assert (status, "TraCuuThongTinCongDan" in body, f"{population.address}/dan-cu" in body) == (200, True, True)
    assert send(urllib.request.Request(f"{population.address}/dan-cu"))[0] == 405
    with urllib.request.urlopen(f"{population.control}/", timeout=60) as page:
        assert "Ai đã tra cứu" in page.read().decode()


ONE = enterprises(count=1)[0]


def fetch(partner: Running, code: str, key: str = "sandbox-enterprises") -> tuple[int, Any]:
    address = f"{partner.address}/v1/enterprises/{code}"
    status, body = send(urllib.request.Request(address, headers={"Authorization": f"Bearer {key}"}))
    return status, json.loads(body)


def test_an_enterprise(register: Running) -> None:
    status, told = fetch(register, ONE.tax_code)
    assert (status, told["name"], told["legal_representative"], told["address"]) == (
        200,
        ONE.name,
        ONE.representative.name,
        ONE.address.text,
    )
    assert fetch(register, "0000000000")[0] == 404
    assert fetch(register, ONE.tax_code, "other")[0] == 401
    outcomes = [row["outcome"] for row in register.call("GET", "/asked")["asked"]]
    assert outcomes == ["found", "absent", "unauthorised"]


def test_an_enterprise_of_ones_own(register: Running) -> None:
    register.call("PUT", "/enterprises", {"tax_code": "9900000016", "name": "Mẫu"})
    assert fetch(register, "9900000016") == (200, {"tax_code": "9900000016", "name": "Mẫu"})
    with pytest.raises(AssertionError, match="422"):
        register.call("PUT", "/enterprises", {"name": "Mẫu"})
