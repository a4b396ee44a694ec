"""How long answers are kept, when registers are asked again, and what counts as the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from emoit.dossiers import lookups
from emoit.dossiers.types import Agreement
from emoit.exchange.types import Answered
from emoit.people import lookup_rules as rules
from emoit.people.lookup_rules import Verb
from emoit.people.registers import enterprises, population
from emoit.people.registers.places import OfficerKey, PopulationPlace
from emoit.people.types import Inquiry, LookupState, Purpose, Register

NOW = datetime(2026, 5, 4, 3, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_what_the_law_lets_us_keep() -> None:
    person, enterprise = rules.keeping(Register.POPULATION), rules.keeping(Register.ENTERPRISES)
    assert (person.scope, person.longest) == (rules.Scope.SUBJECT_AND_PURPOSE, timedelta(hours=72))
    assert (enterprise.scope, enterprise.longest) == (rules.Scope.AGENCY, timedelta(hours=24))
    assert [article.split(",")[0] for article in person.law] == [
        "Luật Căn cước 26/2023/QH15",
        "Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15",
    ]
    assert (person.confirmed, enterprise.confirmed) == (False, False)


AGAIN = [
    (1, None, 1 * MINUTE),
    (2, None, 2 * MINUTE),
    (4, None, 8 * MINUTE),
    (5, None, 15 * MINUTE),
    (90, None, 15 * MINUTE),
    (1, 5 * MINUTE, 5 * MINUTE),
    (5, 5 * MINUTE, 15 * MINUTE),
    (1, 60 * MINUTE, 1 * MINUTE),
]


@pytest.mark.parametrize(("tries", "retry", "wait"), AGAIN)
def test_when_a_register_is_asked_again(tries: int, retry: timedelta | None, wait: timedelta) -> None:
    assert rules.ask_again_at(NOW, tries, NOW + retry if retry else None) == NOW + wait


@pytest.mark.parametrize(
    ("age", "bad", "over"),
    [(timedelta(days=6), 4, False), (timedelta(days=7), 0, True), (timedelta(), 5, True)],
)
def test_when_it_is_not_asked_any_more(age: timedelta, bad: int, over: bool) -> None:
    assert rules.is_over(NOW - age, NOW, bad) is over


def test_what_has_ended_stays_so() -> None:
    assert rules.MACHINE.initial is LookupState.WAITING
    assert rules.MACHINE.final == set(LookupState) - {LookupState.WAITING}


SAME = [
    ("Nguyễn Thị Hoà", "NGUYỄN THỊ HÒA", Agreement.AGREES),
    ("Nguyễn Thị Hoa", "NGUYỄN THỊ HÒA", Agreement.DIFFERS),
    ("12 ngõ 5, phố Mẫu - Hà Nội", "12 Ngõ 5 phố Mẫu, Hà Nội", Agreement.AGREES),
    ("12 ngõ 5 phố Mẫu", "12 ngõ 6 phố Mẫu", Agreement.DIFFERS),
    ("Đặng Thuý", "ĐẶNG THÚY", Agreement.AGREES),
    ("Nguyễn Thi\u0323 Lan", "Nguyễn Thị Lan", Agreement.AGREES),
    ("", "Nguyễn Thị Lan", Agreement.EMPTY),
]


@pytest.mark.parametrize(("declared", "found", "agreement"), SAME)
def test_what_counts_as_the_same(declared: str, found: str, agreement: Agreement) -> None:
    assert lookups._one("/a", "A", declared, found).agreement is agreement


PLACE = PopulationPlace("P", "/dan-cu", "DV", "token", OfficerKey("CB0", "k", "w"), services={"2.1": "DV2"})


def _asked(identity: str = "001085000002", procedure: str = "", born_on: str = "") -> str:
    inquiry = Inquiry(
        Register.POPULATION, Purpose.DECLARE, "dossier", "1", identity, "Trần Văn Bình", procedure=procedure
    )
    asked = population.question(inquiry, PLACE, PLACE.portal, request_id="r", born_on=born_on, account_id=None)
    return (asked.body or b"").decode()


def test_the_order_of_what_is_asked() -> None:
    body = _asked(born_on="1985-02-03", procedure="2.1")
    names = ["MaYeuCau", "MaDVC", "MaTichHop", "MaCanBo", "SoDinhDanh", "HoVaTen", "NgayThangNamSinh", "NgayThangNam"]
    places = [body.index(f"<dc:{name}>") for name in names]
    assert places == sorted(places)
    assert 'xmlns:dc="http://dancuquocgia.bca"' in body
    for name, text in (
        ("MaDVC", "DV2"),
        ("MaTichHop", "037"),
        ("HoVaTen", "TRẦN VĂN BÌNH"),
        ("NgayThangNam", "19850203"),
    ):
        assert f"<dc:{name}>{text}</dc:{name}>" in body
    assert "<dc:SoCMND>011234567</dc:SoCMND>" in _asked("011234567")
    assert "<dc:Nam>1985</dc:Nam>" in _asked(born_on="1985")


def _soap(inner: str) -> Answered:
    body = (
        f'<s:Envelope xmlns:s="{population.SOAP}" xmlns="http://dancuquocgia.bca"><s:Body>{inner}</s:Body></s:Envelope>'
    )
    return Answered(200, "text/xml", body.encode())


def _person(number: str, name: str = "B", request: str = "r") -> str:
    return (
        f"<TraCuuThongTinCongDanResponse><MaYeuCau>{request}</MaYeuCau><CongDan><HoVaTen>{name}</HoVaTen>"
        f"<SoDinhDanh>{number}</SoDinhDanh></CongDan></TraCuuThongTinCongDanResponse>"
    )


READ = [
    (_person("1"), Verb.ANSWER, "", False),
    (_person("2"), Verb.WAIT, "wrong_person", True),
    (_person("1", request="x"), Verb.WAIT, "wrong_request", True),
    (_person("1", name=" "), Verb.WAIT, "no_name", True),
    (_person("1") * 2, Verb.WAIT, "not_soap", True),
    ("", Verb.WAIT, "not_soap", True),
    ("<Other/>", Verb.WAIT, "not_soap", True),
    (
        "<TraCuuThongTinCongDanResponse><MaYeuCau>r</MaYeuCau></TraCuuThongTinCongDanResponse>",
        Verb.FIND_NOTHING,
        "",
        False,
    ),
    ('<s:Fault><faultcode xmlns="">s:Client.Officer</faultcode></s:Fault>', Verb.REFUSE, "Client.Officer", False),
    ('<s:Fault><faultcode xmlns="">s:Server</faultcode></s:Fault>', Verb.WAIT, "Server", False),
]


@pytest.mark.parametrize(("inner", "verb", "code", "is_bad"), READ)
def test_what_the_population_database_says(inner: str, verb: Verb, code: str, is_bad: bool) -> None:
    reading = population.read(_soap(inner), request_id="r", identity="1")
    assert (reading.verb, reading.code, reading.is_bad) == (verb, code, is_bad)
    assert (reading.facts is not None) is (verb is Verb.ANSWER)


JSON = [
    (200, b'{"tax_code": "1", "name": "A"}', Verb.ANSWER, ""),
    (200, b'{"tax_code": "2", "name": "A"}', Verb.WAIT, "wrong_enterprise"),
    (200, b'{"tax_code": "1", "name": 5}', Verb.WAIT, "no_name"),
    (200, b'{"tax_code": 1}', Verb.WAIT, "wrong_enterprise"),
    (200, b"[]", Verb.WAIT, "not_json"),
    (200, b"{", Verb.WAIT, "not_json"),
    (404, b"{}", Verb.FIND_NOTHING, ""),
    (401, b"{}", Verb.REFUSE, "http_401"),
    (429, b"{}", Verb.WAIT, "http_429"),
    (500, b"{}", Verb.WAIT, "http_500"),
]


@pytest.mark.parametrize(("status", "body", "verb", "code"), JSON)
def test_what_the_enterprise_register_says(status: int, body: bytes, verb: Verb, code: str) -> None:
    reading = enterprises.read(Answered(status, "application/json", body), identity="1")
    assert (reading.verb, reading.code) == (verb, code)
