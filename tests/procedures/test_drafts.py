"""Drafts, publishing from them, publishing an earlier version again, and the end of a procedure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from emoit.kernel.access import (
    Actor,
    ActorKind,
    Forbidden,
    Holding,
    NotFound,
    Refusal,
    Stale,
    acting_as,
    anonymous,
    process,
)
from emoit.kernel.models import AuditEntry, Event
from emoit.procedures import actions, queries
from emoit.procedures.models import Draft, ProcedureVersion
from emoit.procedures.types import Notice, Published, Standing
from tests.procedures.documents import CHEMICALS, PROMOTION, document, known_process, known_unit

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 4, 2, 0, tzinfo=UTC)
TODAY = date(2026, 5, 4)
AGENCY = 7
ADMIN = Actor(ActorKind.OFFICER, AGENCY, "Minh", 9, frozenset({"a:9"}), (Holding(1, "administrator", 3, 4),))
AUDITOR = Actor(ActorKind.OFFICER, AGENCY, "Thảo", 8, frozenset({"a:8", "g:7"}), (Holding(1, "auditor"),))
NOTICE = Notice("1/QĐ-BCT", date(2026, 4, 1), date(2026, 4, 2))


@pytest.fixture(autouse=True)
def shelf() -> Iterator[None]:
    with acting_as(process("test", AGENCY)) as by:
        for code in (PROMOTION, CHEMICALS):
            actions.publish(by=by, now=NOW, document=document(code), known_unit=known_unit, known_process=known_process)
    with acting_as(ADMIN):
        yield


def do(action: Callable[..., Any], by: Actor = ADMIN, **more: Any) -> Any:
    return action(by=by, now=NOW, **more)


def opened(**values: Any) -> int:
    """A draft of the promotion, its names saved with these values; its lock."""
    do(actions.open_draft, code=PROMOTION)
    values = values or {"name": {"vi": "Tên mới", "en": "New name"}}
    lock: int = do(actions.save_part, code=PROMOTION, lock=1, part="names", values=values)
    return lock


def publish(lock: int, **more: Any) -> Published:
    given: dict[str, Any] = {
        "code": PROMOTION, "lock": lock, "newest": 1, "effective_from": TODAY, "notice": NOTICE, "reason": "Sửa tên",
        "known_unit": known_unit, "known_process": known_process,
    }  # fmt: skip
    published: Published = do(actions.publish_draft, **{**given, **more})
    return published


def traces() -> tuple[int, ...]:
    with acting_as(process("test", AGENCY)):
        return (
            ProcedureVersion.objects.count(),
            AuditEntry.objects.count(),
            Event.objects.count(),
            Draft.objects.count(),
        )


def test_a_draft_is_begun_saved_and_published() -> None:
    lock = opened()
    draft = queries.draft_of(ADMIN, PROMOTION)
    assert draft is not None
    assert (draft.base, draft.lock, draft.author, draft.document["name"]["vi"]) == (1, 2, "Minh", "Tên mới")
    before = traces()
    done = publish(lock)
    assert (done.version, done.changed) == (2, True)
    assert queries.draft_of(ADMIN, PROMOTION) is None
    now = queries.published(PROMOTION, at=NOW)
    assert (now.version, now.name, now.notice, now.effective_from) == (2, "Tên mới", NOTICE, TODAY)
    assert [a - b for a, b in zip(traces(), before, strict=True)] == [1, 1, 1, -1]
    with acting_as(process("test", AGENCY)):
        entry = AuditEntry.objects.order_by("-id")[0]
    assert (entry.verb, entry.account_id, entry.on_behalf_of_id) == ("procedures.publish", 9, 3)
    assert entry.details["reason"] == "Sửa tên"


def test_one_open_draft_for_each_procedure() -> None:
    opened()
    before = traces()
    with pytest.raises(actions.DraftOpen):
        do(actions.open_draft, code=PROMOTION)
    with pytest.raises(NotFound):
        do(actions.open_draft, code="9.999999")
    assert traces() == before
    do(actions.open_draft, code=CHEMICALS)


def test_two_windows_do_not_overwrite_each_other() -> None:
    lock = opened()
    before = traces()
    for verb, more in (
        (actions.save_part, {"part": "names", "values": {"name": {"vi": "b", "en": "b"}}}),
        (actions.discard_draft, {}),
        (actions.remove_field, {"pointer": "/programme/name"}),
    ):
        with pytest.raises(Stale, match="Minh vừa lưu"):
            do(verb, code=PROMOTION, lock=lock - 1, **more)
    with pytest.raises(Stale, match="Minh vừa lưu"):
        publish(lock - 1)
    assert traces() == before


@pytest.mark.parametrize("role", ["specialist", "unit_head", "leader", "auditor", ""])
def test_others_may_not_work_the_catalogue(role: str) -> None:
    lock = opened()
    before = traces()
    other = Actor(ActorKind.OFFICER, AGENCY, "Lan", 5, frozenset({"a:5"}), (Holding(1, role),) if role else ())
    with acting_as(other):
        for verb, more in (
            (actions.open_draft, {"code": CHEMICALS}),
            (actions.save_part, {"code": PROMOTION, "lock": lock, "part": "names", "values": {}}),
            (actions.confirm_fact, {"code": PROMOTION, "lock": lock, "pointer": "/papers", "source": "x"}),
            (actions.discard_draft, {"code": PROMOTION, "lock": lock}),
            (actions.withdraw, {"code": PROMOTION, "from_day": TODAY, "reason": "x"}),
            (actions.import_drafts, {"files": {}}),
        ):
            with pytest.raises(Forbidden):
                do(verb, other, **more)
        if role != "auditor":
            with pytest.raises(Forbidden):
                queries.draft_of(other, PROMOTION)
            with pytest.raises(Forbidden):
                queries.shelf(other, on=TODAY)
    assert traces() == before


def test_the_database_hides_drafts_from_everyone_but_processes() -> None:
    opened()
    for actor in (ADMIN, AUDITOR, anonymous(AGENCY), process("other", AGENCY + 1)):
        with acting_as(actor):
            assert Draft.objects.count() == 0
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(
                    "insert into procedures_draft (agency_id, code, document, author_name, created_at, saved_at,"
                    " saved_by_name, lock) values (7, 'x', '{}', '', now(), now(), '', 1)"
                )
    with acting_as(AUDITOR):
        assert queries.draft_of(AUDITOR, PROMOTION) is not None


def test_a_faulty_draft_is_kept_and_not_published() -> None:
    lock = opened(name={"vi": "", "en": ""})
    draft = queries.draft_of(ADMIN, PROMOTION)
    assert draft is not None
    assert [p.path for p in queries.judge(ADMIN, draft.document).errors if p.code == "translation"] == ["/name"]
    before = traces()
    with pytest.raises(actions.InvalidProcedure) as refused:
        publish(lock)
    assert refused.value.fields == {"/name": "Thiếu lời bằng tiếng Việt hoặc tiếng Anh."}
    assert traces() == before


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"effective_from": date(2026, 5, 3)}, "past_day"),
        ({"reason": "  "}, "reason_missing"),
        ({"newest": 7}, "stale"),
    ],
)
def test_a_publication_is_refused(more: dict[str, Any], code: str) -> None:
    lock = opened()
    before = traces()
    with pytest.raises(Refusal) as refused:
        publish(lock, **more)
    assert refused.value.code == code
    assert traces() == before


def test_a_day_ends_in_viet_nam() -> None:
    """18:00 UTC on 4 May is 5 May in Viet Nam: the 4th is past."""
    lock = opened()
    with pytest.raises(Refusal, match="hôm nay hoặc sau hôm nay"):
        actions.publish_draft(
            by=ADMIN, now=datetime(2026, 5, 4, 18, 0, tzinfo=UTC), code=PROMOTION, lock=lock, newest=1,
            effective_from=TODAY, notice=None, reason="x", known_unit=known_unit, known_process=known_process,
        )  # fmt: skip


def test_the_first_version_may_have_begun_in_the_past() -> None:
    files = queries.exported(ADMIN, [PROMOTION])
    renamed = {
        path: content.replace(PROMOTION.encode(), b"NC-0123456789")
        for path, content in files.items()
        if not path.endswith(".md")
    }
    (outcome,) = do(actions.import_drafts, files=renamed)
    assert (outcome.code, outcome.outcome) == ("NC-0123456789", "draft")
    publish(1, code="NC-0123456789", newest=0, effective_from=date(2020, 1, 1))
    assert queries.published("NC-0123456789", at=NOW).effective_from == date(2020, 1, 1)


def test_an_earlier_version_again_undoes_a_publication() -> None:
    publish(opened())
    more = {"known_unit": known_unit, "known_process": known_process}
    done = do(
        actions.republish, code=PROMOTION, number=1, newest=2, effective_from=TODAY, reason="Công bố nhầm", **more
    )
    assert done.version == 3
    again = do(actions.republish, code=PROMOTION, number=2, newest=3, effective_from=TODAY, reason="Lại", **more)
    assert again.version == 4
    assert queries.published(PROMOTION, at=NOW).name == "Tên mới"
    history = queries.history(ADMIN, PROMOTION, on=TODAY)
    assert [(v.number, v.standing, v.restores) for v in history] == [
        (4, Standing.IN_FORCE, 2), (3, Standing.PAST, 1), (2, Standing.PAST, None), (1, Standing.PAST, None),
    ]  # fmt: skip
    with pytest.raises(Stale):
        do(actions.republish, code=PROMOTION, number=1, newest=3, effective_from=TODAY, reason="x", **more)


def test_the_same_contents_are_not_published_twice_by_a_draft() -> None:
    publish(opened())
    do(actions.open_draft, code=PROMOTION)
    with pytest.raises(Refusal, match="đã công bố là phiên bản 2") as refused:
        publish(1, newest=2)
    assert refused.value.code == "same_document"


def test_a_future_version_waits() -> None:
    publish(opened(), effective_from=date(2026, 6, 1))
    assert queries.published(PROMOTION, at=NOW).version == 1
    assert [v.standing for v in queries.history(ADMIN, PROMOTION, on=TODAY)] == [Standing.FUTURE, Standing.IN_FORCE]


def test_a_withdrawn_procedure_leaves_the_list() -> None:
    do(actions.withdraw, code=PROMOTION, from_day=date(2026, 6, 1), reason="Luật mới")
    procedure = queries.published(PROMOTION, at=NOW)
    assert (procedure.is_withdrawn(date(2026, 5, 31)), procedure.is_withdrawn(date(2026, 6, 1))) == (False, True)
    assert PROMOTION in [card.code for card in queries.catalogue(at=NOW)]
    later = datetime(2026, 5, 31, 17, 0, tzinfo=UTC)
    assert [card.code for card in queries.catalogue(at=later)] == [CHEMICALS]
    with pytest.raises(Refusal, match="đã có ngày bãi bỏ"):
        do(actions.withdraw, code=PROMOTION, from_day=TODAY, reason="x")
    do(actions.reinstate, code=PROMOTION, reason="Nhầm")
    assert PROMOTION in [card.code for card in queries.catalogue(at=later)]
    with pytest.raises(Refusal, match="hôm nay hoặc sau"):
        do(actions.withdraw, code=PROMOTION, from_day=date(2026, 5, 3), reason="x")


def test_a_default_becomes_a_fact_by_its_source() -> None:
    lock = opened()
    draft = queries.draft_of(ADMIN, PROMOTION)
    assert draft is not None
    first = queries.to_confirm(draft.document)[0]
    with pytest.raises(Refusal, match="Cần ghi nguồn"):
        do(actions.confirm_fact, code=PROMOTION, lock=lock, pointer=first.pointer, source=" ")
    with pytest.raises(NotFound):
        do(actions.confirm_fact, code=PROMOTION, lock=lock, pointer="/code", source="x")
    do(actions.confirm_fact, code=PROMOTION, lock=lock, pointer=first.pointer, source="QĐ 1/QĐ-BCT")
    after = queries.draft_of(ADMIN, PROMOTION)
    assert after is not None
    assert first.pointer not in [doubt.pointer for doubt in queries.to_confirm(after.document)]
    assert after.document["sources"][first.pointer] == "QĐ 1/QĐ-BCT"


def test_doubts_follow_their_papers() -> None:
    do(actions.open_draft, code=PROMOTION)
    papers = document()["papers"]
    given = {"unverified": {"/papers/0/name": "chưa chắc", "/papers/1": "chưa chắc", "/term": "x"}, "sources": {}}
    do(actions.save_part, code=PROMOTION, lock=1, part="doubts", values=given)
    do(actions.save_part, code=PROMOTION, lock=2, part="papers", values={"papers": [papers[2], papers[0]]})
    draft = queries.draft_of(ADMIN, PROMOTION)
    assert draft is not None
    assert draft.document["unverified"] == {"/papers/1/name": "chưa chắc", "/term": "x"}


@pytest.mark.parametrize(
    ("part", "values"),
    [("names", {"code": "x"}), ("names", {"papers": []}), ("nowhere", {}), ("papers", {"form": {}})],
)
def test_a_part_holds_its_own_keys_only(part: str, values: dict[str, Any]) -> None:
    do(actions.open_draft, code=PROMOTION)
    before = traces()
    with pytest.raises(NotFound):
        do(actions.save_part, code=PROMOTION, lock=1, part=part, values=values)
    assert traces() == before


@pytest.mark.parametrize("value", ["x" * 3_000_000, "\0", float("nan")])
def test_what_the_database_cannot_keep_is_refused(value: Any) -> None:
    do(actions.open_draft, code=PROMOTION)
    before = traces()
    with pytest.raises(Refusal, match="quá lớn"):
        do(actions.save_part, code=PROMOTION, lock=1, part="names", values={"name": value})
    assert traces() == before


def test_the_shelf() -> None:
    opened()
    rows = queries.shelf(ADMIN, on=TODAY)
    assert {(row.code, row.has_draft, row.version) for row in rows} == {(PROMOTION, True, 1), (CHEMICALS, False, 1)}
    assert {row.code: row.to_confirm for row in rows}[CHEMICALS] == len(document(CHEMICALS)["unverified"])
    assert [row.code for row in queries.shelf(ADMIN, search="hoa chat", on=TODAY)] == [CHEMICALS]
    assert [row.code for row in queries.shelf(ADMIN, field="G02-CT09", on=TODAY)] == [CHEMICALS]
    assert queries.shelf(ADMIN, level="province", on=TODAY) == []
