"""The register on the real database: who may do what, what the public sees, numbers without a gap."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError, IntegrityError, ProgrammingError

from emoit.kernel import search
from emoit.kernel.access import Actor, ActorKind, Forbidden, Holding, NotFound, Refusal, acting_as, anonymous, process
from emoit.kernel.models import AuditEntry, Event, Number, SearchEntry
from emoit.kernel.personal import keyed_hash
from emoit.results import actions, queries
from emoit.results.models import Result, ResultEvent
from emoit.results.types import EventKind, ResultInfo, State, Verdict

pytestmark = pytest.mark.django_db
AGENCY = 7001
NOW = datetime(2026, 5, 12, 2, 0, tzinfo=UTC)
LATER = datetime(2026, 5, 20, 2, 0, tzinfo=UTC)
HEAD_UNIT, OTHER_UNIT = 21, 26
SYSTEM = process("test", AGENCY)
HOLDER = keyed_hash("0100109106")


def officer(account: int, unit: int, role: str, *, principal: int | None = None) -> Actor:
    return Actor(
        kind=ActorKind.OFFICER,
        agency_id=AGENCY,
        name=f"Cán bộ {account}",
        account_id=account,
        readers=frozenset({f"a:{account}", f"u:{unit}"}),
        holdings=(Holding(unit, role, principal_id=principal),),
    )


ENTERPRISE = Actor(
    kind=ActorKind.CITIZEN, agency_id=AGENCY, name="Nguyễn Thị Ánh", account_id=90, readers=frozenset({"a:90", "e:5"})
)
STRANGER = Actor(
    kind=ActorKind.CITIZEN, agency_id=AGENCY, name="Lê Văn Phước", account_id=91, readers=frozenset({"a:91"})
)
HEAD = officer(1, HEAD_UNIT, "unit_head")
AUDITOR = Actor(
    kind=ActorKind.OFFICER, agency_id=AGENCY, name="Thanh tra", account_id=9, readers=frozenset({"a:9", f"g:{AGENCY}"})
)


def issued(by: Actor = SYSTEM, **changes: Any) -> ResultInfo:
    facts: dict[str, Any] = {
        "agency_id": AGENCY,
        "unit_id": HEAD_UNIT,
        "issuer_name": "Cục Xúc tiến thương mại",
        "kind": "promotion_confirmation",
        "code": "KQ.G02.000008",
        "title": "Công văn xác nhận đăng ký chương trình khuyến mại",
        "number": "1502/XTTM-KM",
        "holder_name": "Công ty TNHH Thương mại Bình Minh",
        "holder_key": HOLDER,
        "holder_readers": frozenset({"e:5"}),
        "subject_code": "G02.21-260504-0001",
        "signed_by": "Hồ Anh Tuấn",
        "signed_title": "Phó Cục trưởng",
        "signed_at": NOW,
    }
    with acting_as(by):
        return actions.issue(by=by, now=NOW, **{**facts, **changes})


def rows_of(result_id: int) -> dict[str, Any]:
    """Everything that an action could have touched."""
    with acting_as(SYSTEM):
        return {
            "result": Result.objects.filter(pk=result_id).values().first(),
            "events": ResultEvent.objects.filter(result_id=result_id).count(),
            "audit": AuditEntry.objects.filter(subject_kind="result", subject_id=str(result_id)).count(),
            "published": Event.objects.filter(payload__result_id=result_id).count(),
        }


def test_issuing_leaves_a_numbered_entry_with_its_traces() -> None:
    first, second = issued(), issued()
    assert first.register_code.startswith("KQ.G02.")
    assert int(second.register_code[-6:]) == int(first.register_code[-6:]) + 1
    assert (first.state, first.kind_code, first.issued_at) == (State.VALID, "KQ.G02.000008", NOW)
    with acting_as(SYSTEM):
        assert Result.objects.get(pk=first.id).readers == ["e:5", f"g:{AGENCY}", f"u:{HEAD_UNIT}"]
        assert Number.objects.get(subject_kind="result", subject_id=str(first.id)).series.key == "KQ.G02"
        assert [e.kind for e in ResultEvent.objects.filter(result_id=first.id)] == ["issued"]
        entry = AuditEntry.objects.get(subject_kind="result", subject_id=str(first.id))
        assert (entry.verb, entry.actor_name) == ("results.issue", "test")
        event = Event.objects.get(kind="results.ResultIssued", payload__result_id=first.id)
        assert event.payload == {
            "agency_id": AGENCY,
            "result_id": first.id,
            "register_code": first.register_code,
            "kind": "promotion_confirmation",
            "subject_code": "G02.21-260504-0001",
        }
        assert first.token not in str(list(Event.objects.values_list("payload", flat=True)))
        assert first.token not in str(list(AuditEntry.objects.values_list("details", flat=True)))
        assert first.token not in str(list(Number.objects.values_list("subject_id", flat=True)))


def test_a_licence_of_2009_needs_no_dossier_no_file_no_signature() -> None:
    old = issued(
        subject_code="",
        number="125/GP-BCT",
        signed_by="",
        signed_title="",
        signed_at=None,
        issued_at=datetime(2009, 7, 1, 2, 0, tzinfo=UTC),
        valid_from=date(2009, 7, 1),
        valid_to=date(2012, 6, 30),
        holder_readers=frozenset(),
        holder_key="",
    )
    assert (old.state, old.file_id, old.digest, old.subject_code) == (State.EXPIRED, None, "", "")
    answer = queries.by_token(old.token, now=NOW)
    assert answer.sentence_vi == "Kết quả này là thật nhưng đã hết hiệu lực sau ngày 30/06/2012."
    assert answer.facts is not None
    assert answer.facts.issued_at == datetime(2009, 7, 1, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"title": "  "}, "incomplete"),
        ({"holder_name": ""}, "incomplete"),
        ({"issuer_name": ""}, "incomplete"),
        ({"valid_from": date(2026, 5, 2), "valid_to": date(2026, 5, 1)}, "wrong_dates"),
        ({"digest": "a" * 64}, "already_registered"),
    ],
)
def test_a_bad_entry_is_refused_and_takes_no_number(changes: dict[str, Any], code: str) -> None:
    before = int(issued(digest="a" * 64).register_code[-6:])
    with pytest.raises(Refusal) as refused:
        issued(**changes)
    assert refused.value.code == code
    assert int(issued().register_code[-6:]) == before + 1


@pytest.mark.parametrize(
    "changes", [{"digest": "A" * 64}, {"digest": "ab"}, {"holder_key": "0100109106"}, {"token": "short"}]
)
def test_values_that_only_a_program_can_get_wrong(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"is not 64 lower-case|was not made by"):
        issued(**changes)


def test_a_code_printed_before_signing_opens_the_result_after_it_is_issued() -> None:
    token = actions.new_token()
    assert queries.by_token(token, now=NOW).verdict is Verdict.NOT_FOUND
    assert issued(token=token).token == token
    assert queries.by_token(token, now=NOW).verdict is Verdict.GENUINE


# Leads the ministry from another unit, and reads this one's rows.
MINISTER = replace(officer(8, 1, "leader"), readers=frozenset({"a:8", "u:1", f"u:{HEAD_UNIT}"}))
ISSUERS = [
    (SYSTEM, True),
    (HEAD, True),
    (MINISTER, True),
    (officer(3, HEAD_UNIT, "records_clerk"), True),
    (officer(4, HEAD_UNIT, "specialist"), False),
    (officer(5, OTHER_UNIT, "unit_head"), False),
    (ENTERPRISE, False),
    (anonymous(AGENCY), False),
]


@pytest.mark.parametrize(("by", "may"), ISSUERS)
def test_who_may_enter_a_result(by: Actor, may: bool) -> None:
    if may:
        assert issued(by).state is State.VALID
        return
    with pytest.raises(Forbidden):
        issued(by)
    with acting_as(SYSTEM):
        assert Result.objects.count() == 0


ENDERS = [
    (SYSTEM, None),
    (HEAD, None),
    (MINISTER, None),
    (officer(6, HEAD_UNIT, "unit_head", principal=1), None),
    (officer(3, HEAD_UNIT, "records_clerk"), Forbidden),
    (officer(4, HEAD_UNIT, "specialist"), Forbidden),
    (AUDITOR, Forbidden),
    (ENTERPRISE, Forbidden),
    (officer(5, OTHER_UNIT, "unit_head"), NotFound),
    (STRANGER, NotFound),
    (anonymous(AGENCY), NotFound),
    (process("test", AGENCY + 1), NotFound),
]


@pytest.mark.parametrize("verb", ["revoke", "replace", "correct"])
@pytest.mark.parametrize(("by", "refusal"), ENDERS)
def test_who_may_end_or_mend_a_result(by: Actor, refusal: type[Refusal] | None, verb: str) -> None:
    result, other = issued(), issued()
    more: dict[str, Any] = {"revoke": {}, "replace": {"replaced_by_id": other.id}, "correct": {"title": "Tên khác"}}[
        verb
    ]
    before = rows_of(result.id)

    def act() -> ResultInfo:
        with acting_as(by):
            return getattr(actions, verb)(by=by, now=LATER, result_id=result.id, reason="Khai sai.", **more)

    if refusal:
        with pytest.raises(refusal):
            act()
        assert rows_of(result.id) == before
        return
    act()
    after = rows_of(result.id)
    assert after["events"] == before["events"] + 1
    assert after["audit"] == before["audit"] + 1


def test_revoking_is_told_to_all_and_final() -> None:
    result = issued()
    deputy = officer(6, HEAD_UNIT, "unit_head", principal=1)
    with acting_as(deputy):
        revoked = actions.revoke(by=deputy, now=LATER, result_id=result.id, reason=" Khai sai sự thật. ")
    assert (revoked.state, revoked.revoked_at, revoked.revoke_reason) == (State.REVOKED, LATER, "Khai sai sự thật.")
    answer = queries.by_token(result.token, now=LATER)
    assert (answer.verdict, answer.is_good) == (Verdict.REVOKED, False)
    assert "20/05/2026" in answer.sentence_vi
    assert "Khai sai" not in str(answer)
    with acting_as(SYSTEM):
        entry = AuditEntry.objects.get(verb="results.revoke", subject_id=str(result.id))
        assert (entry.account_id, entry.on_behalf_of_id) == (6, 1)
        assert Event.objects.get(kind="results.ResultRevoked", payload__result_id=result.id).at == LATER
        told = queries.history(SYSTEM, result.id, now=LATER)
        assert [(h.kind, h.by_name, h.reason) for h in told] == [
            (EventKind.ISSUED, "test", ""),
            (EventKind.REVOKED, "Cán bộ 6", "Khai sai sự thật."),
        ]
    before = rows_of(result.id)
    for verb, more in {"revoke": {}, "correct": {"title": "x"}, "replace": {"replaced_by_id": issued().id}}.items():
        with acting_as(HEAD), pytest.raises(Refusal) as refused:
            getattr(actions, verb)(by=HEAD, now=LATER, result_id=result.id, reason="Lại", **more)
        assert refused.value.code == "impossible_now"
    assert rows_of(result.id) == before


@pytest.mark.parametrize("verb", ["revoke", "replace", "correct"])
def test_a_reason_is_needed(verb: str) -> None:
    result, other = issued(), issued()
    more: dict[str, Any] = {"revoke": {}, "replace": {"replaced_by_id": other.id}, "correct": {"title": "Tên khác"}}[
        verb
    ]
    before = rows_of(result.id)
    with pytest.raises(Refusal) as refused, acting_as(HEAD):
        getattr(actions, verb)(by=HEAD, now=LATER, result_id=result.id, reason="  ", **more)
    assert refused.value.fields == {"reason": "Hãy nêu lý do."}
    assert rows_of(result.id) == before


def test_a_replaced_result_points_to_its_successor() -> None:
    old, new = issued(), issued(number="1600/XTTM-KM")
    with acting_as(HEAD):
        replaced = actions.replace(by=HEAD, now=LATER, result_id=old.id, replaced_by_id=new.id, reason="Cấp lại.")
    assert (replaced.state, replaced.replaced_by_id) == (State.REPLACED, new.id)
    assert new.register_code in queries.by_token(old.token, now=LATER).sentence_vi
    assert queries.by_token(new.token, now=LATER).verdict is Verdict.GENUINE


@pytest.mark.parametrize("successor", ["itself", "of another holder"])
def test_a_result_is_not_replaced_by_just_any(successor: str) -> None:
    old, foreign = issued(), issued(holder_key=keyed_hash("0300588569"))
    chosen = old.id if successor == "itself" else foreign.id
    before = rows_of(old.id)
    with pytest.raises(Refusal) as refused, acting_as(HEAD):
        actions.replace(by=HEAD, now=LATER, result_id=old.id, replaced_by_id=chosen, reason="Cấp lại.")
    assert refused.value.code == "another_holder"
    assert rows_of(old.id) == before


def test_a_correction_keeps_what_stood_before() -> None:
    result = issued(valid_to=date(2026, 6, 30))
    with acting_as(HEAD):
        mended = actions.correct(
            by=HEAD, now=LATER, result_id=result.id, reason="Nhập sai.", holder_name="Công ty Bình Minh", valid_to=None
        )
        told = queries.history(HEAD, result.id, now=LATER)
    assert (mended.holder_name, mended.valid_to, mended.state) == ("Công ty Bình Minh", None, State.VALID)
    assert told[-1].changes == {
        "holder_name": ("Công ty TNHH Thương mại Bình Minh", "Công ty Bình Minh"),
        "valid_to": ("2026-06-30", ""),
    }


def test_a_correction_touches_no_fact_of_the_signature() -> None:
    result = issued()
    with pytest.raises(TypeError, match="digest"), acting_as(HEAD):
        actions.correct(by=HEAD, now=LATER, result_id=result.id, reason="x", digest="b" * 64)


READERS = [
    (SYSTEM, True),
    (HEAD, True),
    (ENTERPRISE, True),
    (AUDITOR, True),
    (officer(5, OTHER_UNIT, "unit_head"), False),
    (STRANGER, False),
    (anonymous(AGENCY), False),
    (process("test", AGENCY + 1), False),
]


@pytest.mark.parametrize(("actor", "may"), READERS)
def test_who_may_see_a_result(actor: Actor, may: bool) -> None:
    result = issued()
    with acting_as(actor):
        assert list(queries.visible_to(actor).values_list("pk", flat=True)) == ([result.id] if may else [])
        assert Result.objects.count() == int(may)  # the database alone decides the same
        assert ResultEvent.objects.count() == int(may)
        assert [r.id for r in queries.of_subject(actor, result.subject_code, now=NOW)] == ([result.id] if may else [])
        if may:
            assert queries.get_for(actor, result.id, now=NOW) == result
        else:
            with pytest.raises(NotFound) as invisible:
                queries.get_for(actor, result.id, now=NOW)
            with pytest.raises(NotFound) as absent:
                queries.get_for(actor, 999_999_999, now=NOW)
            assert invisible.value.message == absent.value.message


@pytest.mark.parametrize(
    ("actor", "words", "finds"),
    [
        (HEAD, "xac nhan khuyen mai", True),
        (ENTERPRISE, "1502/XTTM-KM", True),
        (HEAD, "binh minh", True),
        (STRANGER, "xac nhan khuyen mai", False),
        (anonymous(AGENCY), "xac nhan khuyen mai", False),
    ],
)
def test_who_finds_it(actor: Actor, words: str, finds: bool) -> None:
    result = issued()
    with acting_as(actor):
        assert [hit.subject_id for hit in search.find(by=actor, text=words)] == ([str(result.id)] if finds else [])


def test_the_name_of_a_person_stays_out_of_search() -> None:
    result = issued(holder_name="Nguyễn Văn Kín", holder_readers=frozenset({"a:90"}))
    with acting_as(SYSTEM):
        assert "Kín" not in SearchEntry.objects.get(subject_kind="result", subject_id=str(result.id)).body


def test_the_public_learns_only_public_facts_and_only_by_the_code() -> None:
    result = issued(digest="c" * 64, file_id=12)
    typed = f" {result.token[:8].lower()}-{result.token[8:]} "
    for answer in (queries.by_token(typed, now=NOW), queries.by_digest("C" * 64, now=NOW)):
        assert answer.verdict is Verdict.GENUINE
        assert answer.facts is not None
        assert answer.facts.register_code == result.register_code
        assert answer.facts.holder_name == "Công ty TNHH Thương mại Bình Minh"
        assert (answer.facts.signed_by, answer.facts.digest) == ("Hồ Anh Tuấn", "c" * 64)
        for secret in (HOLDER, result.token, result.subject_code, "e:5"):
            assert secret not in str(answer)


@pytest.mark.parametrize("key", ["", "%", "_" * 26, "A" * 26, "' or true --", "A" * 64, "\x00" * 26])
def test_nothing_but_the_exact_code_opens_a_row(key: str) -> None:
    issued()
    assert queries.by_token(key, now=NOW).verdict is Verdict.NOT_FOUND
    assert queries.by_digest(key, now=NOW).verdict is Verdict.NOT_FOUND


@pytest.mark.parametrize("actor", [None, anonymous(AGENCY), STRANGER])
def test_the_public_cannot_enumerate(actor: Actor | None) -> None:
    issued(digest="d" * 64)
    issued()
    with transaction.atomic():
        if actor:
            with acting_as(actor):
                counts = counted()
        else:
            counts = counted()
    assert counts == [0, 0, 0, 0, 0]


def counted() -> list[int]:
    statements = [
        "select count(*) from results_result",
        "select count(*) from results_event",
        "select count(*) from results_public('')",
        "select count(*) from results_public(null)",
        "select count(*) from results_public_file('')",
    ]
    counts = []
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
            counts.append(cursor.fetchone()[0])
    return counts


@pytest.mark.parametrize(
    ("statement", "error"),
    [
        ("update results_result set digest = repeat('e', 64)", DatabaseError),
        ("update results_result set token = 'x'", DatabaseError),
        ("update results_result set register_code = 'KQ.G02.999999'", DatabaseError),
        ("update results_result set state = 'revoked'", IntegrityError),
        ("update results_result set state = 'gone'", IntegrityError),
        ("update results_result set revoke_reason = 'x'", IntegrityError),
        ("delete from results_result", ProgrammingError),
        ("truncate results_result cascade", ProgrammingError),
        ("update results_event set reason = 'x'", ProgrammingError),
        ("delete from results_event", ProgrammingError),
    ],
)
def test_the_database_keeps_the_promises_itself(statement: str, error: type[Exception]) -> None:
    result = issued()
    before = rows_of(result.id)
    with acting_as(SYSTEM), pytest.raises(error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert rows_of(result.id) == before


def test_an_ended_result_cannot_be_revived_in_the_database() -> None:
    result = issued()
    with acting_as(HEAD):
        actions.revoke(by=HEAD, now=LATER, result_id=result.id, reason="Khai sai.")
    with acting_as(SYSTEM), pytest.raises(DatabaseError, match="has ended"), transaction.atomic():
        Result.objects.filter(pk=result.id).update(state="valid", revoked_at=None, revoke_reason="")
