"""The people, those added by the control API, and the list of who asked about whom."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict, dataclass
from functools import lru_cache

from emoit_partners.kit import Behaviour, Refused, Request, Response, Store, Table, json_response
from emoit_partners.kit.web import Routes
from emoit_partners.people import Person, people

SCHEMA = """
create table if not exists added (number text primary key, record text not null) strict;
create table if not exists asked (
    id integer primary key, at text not null, request_id text not null, service text not null, officer text not null,
    number text not null, outcome text not null) strict;
"""
MOST_LISTED = 200


@dataclass(frozen=True, slots=True)
class Record:
    """What is told of a person. born: yyyyMMdd, or the year alone."""

    number: str
    name: str
    born: str
    sex: str = "Nam"
    ethnicity: str = "Kinh"
    religion: str = "Không"
    marital_status: str = ""
    old_number: str = ""
    origin: str = ""
    home: str = ""
    home_province: str = ""
    home_ward: str = ""
    residence: str = ""
    status: str = "alive"


@lru_cache(maxsize=1)
def _everyone() -> dict[str, Person]:
    return {person.number: person for person in people()}


@lru_cache(maxsize=1)
def _by_old_number() -> dict[str, str]:
    return {person.old_number: person.number for person in people() if person.old_number}


def find(store: Store, number: str) -> Record | None:
    """By the identity number of 12 digits or the old one of 9; None where nobody alive bears it."""
    row = store.one("select record from added where number = ?", [number])
    if row is not None:
        return Record(**json.loads(row[0]))
    person = _everyone().get(_by_old_number().get(number, number))
    return _record(person) if person and person.status in {"alive", "missing"} else None


def neighbour(number: str) -> Record:
    """Somebody else."""
    return next(_record(person) for person in people(count=2) if person.number != number)


def _record(person: Person) -> Record:
    born = f"{person.born_on:%Y}" if person.only_year else f"{person.born_on:%Y%m%d}"
    return Record(
        number=person.number,
        name=person.name,
        born=born,
        sex="Nam" if person.sex == "male" else "Nữ",
        ethnicity=person.ethnicity,
        religion=person.religion or "Không",
        marital_status=person.marital_status,
        old_number=person.old_number,
        origin=person.origin.text,
        home=person.home.text,
        home_province=person.home.province_code,
        home_ward=person.home.ward_code,
        residence=person.residence.text,
        status=person.status,
    )


def note(store: Store, behaviour: Behaviour, *, asked: dict[str, str], outcome: str) -> None:
    """Every query is kept with officer and service, answered or not."""
    values = [asked.get(name, "") for name in ("MaYeuCau", "MaDVC", "MaCanBo")]
    number = asked.get("SoDinhDanh") or asked.get("SoCMND", "")
    at = behaviour.now().isoformat(timespec="milliseconds")
    store.run(
        "insert into asked (at, request_id, service, officer, number, outcome) values (?, ?, ?, ?, ?, ?)",
        [at, *values, number, outcome],
    )


def routes(store: Store, _behaviour: Behaviour) -> Routes:
    """`GET /control/api/asked` who asked; `PUT /control/api/people` adds or changes one person."""
    store.prepare(SCHEMA)

    def asked(_request: Request) -> Response:
        rows = store.all("select at, request_id, service, officer, number, outcome from asked order by id")
        return json_response({"count": len(rows), "asked": [dict(row) for row in rows]})

    def add(request: Request) -> Response:
        try:
            record = Record(**request.json())
            dt.date.fromisoformat(f"{record.born[:4]}-01-01")
        except (TypeError, ValueError) as error:
            raise Refused(422, f"Bản ghi không đúng: {error}") from error
        store.run("insert or replace into added values (?, ?)", [record.number, json.dumps(asdict(record))])
        return json_response({"added": record.number})

    return {("GET", r"/control/api/asked"): asked, ("PUT", r"/control/api/people"): add}


def tables(store: Store) -> list[Table]:
    store.prepare(SCHEMA)
    rows = store.all(
        "select at, officer, service, number, outcome, request_id from asked order by id desc limit ?", [MOST_LISTED]
    )
    by_officer = store.all("select officer, count(*) from asked group by officer order by officer")
    columns = ("Lúc (UTC)", "Mã cán bộ", "Mã dịch vụ công", "Số định danh", "Kết quả", "Mã yêu cầu")
    return [
        Table("Số lần tra cứu", ("Mã cán bộ", "Số lần"), [[str(cell) for cell in row] for row in by_officer]),
        Table("Ai đã tra cứu", columns, [[str(cell) for cell in row] for row in rows]),
    ]
