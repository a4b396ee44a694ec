"""Publishing, versions in force, and what holds in the database."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.db.utils import DatabaseError

from emoit.kernel.access import Actor, ActorKind, Forbidden, Holding, NotFound, acting_as, anonymous, process
from emoit.kernel.models import AuditEntry, Event, SearchEntry
from emoit.lib.working_time import Term, Unit
from emoit.procedures import actions, queries, reading
from emoit.procedures.models import Procedure, ProcedureVersion
from emoit.procedures.types import Published
from emoit.workflow import actions as workflow
from emoit.workflow.drawing import SHIPPED
from tests.procedures.documents import CHEMICALS, PROMOTION, document, known_process, known_unit

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 4, 2, 0, tzinfo=UTC)
AGENCY = 7
IN_FULL = sorted(["1.000363", "1.000665", "1.000887", "2.000063", PROMOTION, CHEMICALS])


@pytest.fixture(autouse=True)
def by() -> Iterator[Actor]:
    with acting_as(process("test", AGENCY)) as actor:
        yield actor


def publish(by: Actor, document: dict[str, Any]) -> Published:
    return actions.publish(by=by, now=NOW, document=document, known_unit=known_unit, known_process=known_process)


def from_day(day: str, **more: Any) -> dict[str, Any]:
    return {**document(), "effective_from": day, **more}


def counts() -> tuple[int, ...]:
    return tuple(m.objects.count() for m in (Procedure, ProcedureVersion, AuditEntry, Event, SearchEntry))  # type: ignore[attr-defined]


def test_publishing_leaves_one_of_each(by: Actor) -> None:
    done = publish(by, document())
    assert (done.code, done.version, done.changed) == (PROMOTION, 1, True)
    assert counts() == (1, 1, 1, 1, 1)
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.details["code"], entry.details["version"]) == ("procedures.publish", PROMOTION, 1)
    event = Event.objects.get()
    assert event.kind == "procedures.ProcedurePublished"
    assert event.payload["version_id"] == done.version_id


def test_the_same_document_again_changes_nothing(by: Actor) -> None:
    first = publish(by, document())
    publish(by, from_day("2025-01-01"))
    before = counts()
    again = publish(by, document())
    assert (again.version_id, again.changed) == (first.version_id, False)
    assert counts() == before


def test_a_faulty_document_leaves_nothing(by: Actor) -> None:
    faulty = document()
    faulty["fee"] = {"text": {"vi": "?", "en": "?"}}
    with pytest.raises(actions.InvalidProcedure) as refused:
        publish(by, faulty)
    assert refused.value.fields == {"/fee": "Phí phải có vnd, hoặc bảng quyết định, hoặc ghi rõ unknown: true."}
    assert counts() == (0, 0, 0, 0, 0)


@pytest.mark.parametrize("role", ["one_stop_clerk", "specialist", "unit_head", "leader", "auditor", ""])
def test_others_may_not_publish(role: str) -> None:
    holdings = (Holding(1, role),) if role else ()
    officer = Actor(ActorKind.OFFICER, AGENCY, "Lan", 5, frozenset({"a:5", "u:1"}), holdings)
    with acting_as(officer), pytest.raises(Forbidden, match="Chỉ quản trị viên"):
        publish(officer, document())
    assert counts() == (0, 0, 0, 0, 0)


def test_an_administrator_may_twice_over(by: Actor) -> None:
    officer = Actor(ActorKind.OFFICER, AGENCY, "Minh", 9, frozenset({"a:9"}), (Holding(1, "administrator", 3, 4),))
    with acting_as(officer):
        publish(officer, document())
        publish(officer, from_day("2025-01-01"))
    assert [(v.number, v.published_by_id) for v in ProcedureVersion.objects.order_by("number")] == [(1, 9), (2, 9)]
    assert set(AuditEntry.objects.values_list("account_id", "on_behalf_of_id")) == {(9, 3)}
    assert SearchEntry.objects.count() == 1


@pytest.mark.parametrize(
    ("at", "version"),
    [
        (datetime(2024, 11, 30, 16, 59, tzinfo=UTC), None),  # 23:59 on 30/11 in Viet Nam
        (datetime(2024, 11, 30, 17, 0, tzinfo=UTC), 1),  # 00:00 on 1/12
        (datetime(2025, 6, 30, 16, 59, tzinfo=UTC), 1),
        (datetime(2025, 6, 30, 17, 0, tzinfo=UTC), 3),  # of one day, the last published
        (datetime(2026, 12, 31, 0, 0, tzinfo=UTC), 3),
        (datetime(2027, 1, 1, 0, 0, tzinfo=UTC), 4),
    ],
)
def test_the_version_in_force(by: Actor, at: datetime, version: int | None) -> None:
    publish(by, from_day("2024-12-01"))
    publish(by, from_day("2025-07-01", source="one"))
    publish(by, from_day("2025-07-01", source="two"))
    publish(by, from_day("2027-01-01"))
    with acting_as(anonymous(AGENCY)):
        if version is None:
            with pytest.raises(NotFound, match="Không có thủ tục này"):
                queries.published(PROMOTION, at=at)
        else:
            assert queries.published(PROMOTION, at=at).version == version


def test_a_procedure_as_others_hold_it(by: Actor) -> None:
    done = publish(by, document())
    procedure = queries.version(done.version_id)
    assert procedure == queries.published(PROMOTION, at=NOW)
    assert procedure.term == Term(5, Unit.WORKING_DAY)
    assert (procedure.fee_vnd, procedure.receiving_unit, procedure.handling_unit) == (0, "G02.MC", "G02.21")
    assert (procedure.process_key, procedure.automatic) == ("standard", False)
    assert [(p.code, p.required) for p in procedure.papers] == [
        ("the_le", True), ("bang_chung", False), ("hinh_anh", False), ("chat_luong", False),
    ]  # fmt: skip
    number = procedure.result.number(12, on=NOW.date(), answers={})
    assert (procedure.result.code, number) == ("KQ.G02.000008", "12/BCT-XTTM")
    assert (procedure.result.signer_role, procedure.result.signer_unit) == ("leader", "G02.LD")
    assert procedure.digest == reading.digest(ProcedureVersion.objects.get().document)


def test_strangers_and_neighbours(by: Actor) -> None:
    done = publish(by, document())
    with acting_as(anonymous(AGENCY)):
        assert [card.code for card in queries.catalogue(at=NOW)] == [PROMOTION]
        assert [card.code for card in queries.catalogue("khuyen mai", at=NOW)] == [PROMOTION]
        assert queries.catalogue("hóa chất", at=NOW) == []
        with pytest.raises(DatabaseError), transaction.atomic():
            Procedure.objects.create(agency_id=AGENCY, code="x", created_at=NOW)
    with acting_as(anonymous(AGENCY + 1)):
        assert queries.catalogue(at=NOW) == []
        for look in (lambda: queries.version(done.version_id), lambda: queries.published(PROMOTION, at=NOW)):
            with pytest.raises(NotFound, match="Không có thủ tục này"):
                look()


@pytest.mark.parametrize("statement", ["update procedures_version set number = 9", "delete from procedures_version"])
def test_a_published_version_never_changes(by: Actor, statement: str) -> None:
    publish(by, document())
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert ProcedureVersion.objects.get().number == 1


@pytest.mark.django_db(databases=["default", "owner"])
@pytest.mark.parametrize("statement", ["update procedures_version set number = 9", "delete from procedures_version"])
def test_not_even_by_the_owner(statement: str) -> None:
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute(
            "insert into procedures_procedure (agency_id, code, created_at) values (1, 'x', now()) returning id"
        )
        cursor.execute(
            "insert into procedures_version (agency_id, procedure_id, number, document, digest, effective_from,"
            " published_at, published_by_name) values (1, %s, 1, '{}', '', '2026-01-01', now(), 'x')",
            [cursor.fetchone()[0]],
        )
        with pytest.raises(DatabaseError, match="a published version never changes"), transaction.atomic(using="owner"):
            cursor.execute(statement)


def load(by: Actor, folder: Path = actions.DATA) -> list[tuple[str, str]]:
    outcomes = actions.load_folder(by=by, now=NOW, folder=folder, known_unit=known_unit, known_process=known_process)
    return [(outcome.code, outcome.outcome) for outcome in outcomes]


def test_loading_twice(by: Actor) -> None:
    for table in sorted(SHIPPED.glob("*.dmn")):
        workflow.publish_decision(by=by, now=NOW, content=table.read_bytes())
    assert sorted(load(by)) == [(code, "published") for code in IN_FULL]
    before = counts()
    assert sorted(load(by)) == [(code, "unchanged") for code in IN_FULL]
    assert counts() == before


def write(folder: Path, procedure: dict[str, Any]) -> None:
    folder.mkdir(parents=True)
    form = procedure.pop("form")
    (folder / "procedure.json").write_text(json.dumps(procedure), "utf-8")
    (folder / "form.schema.json").write_text(json.dumps(form["schema"]), "utf-8")
    (folder / "form.layout.json").write_text(json.dumps(form["layout"]), "utf-8")


def test_one_refused_stops_no_other(by: Actor, tmp_path: Path) -> None:
    write(tmp_path / "b", from_day("2025-07-01"))
    write(tmp_path / "a", from_day("2024-12-01"))
    write(tmp_path / "c", {**document(CHEMICALS), "handling_unit": "G02.99"})
    write(tmp_path / "d", document(CHEMICALS))
    (tmp_path / "d" / "form.layout.json").write_text("{", "utf-8")
    assert load(by, tmp_path) == [
        (CHEMICALS, "refused"), (PROMOTION, "published"), (PROMOTION, "published"), ("", "refused"),
    ]  # fmt: skip
    assert [str(v.effective_from) for v in ProcedureVersion.objects.order_by("number")] == ["2024-12-01", "2025-07-01"]
