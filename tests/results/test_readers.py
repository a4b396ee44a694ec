"""Who sees a result, who finds it, and what the public learns."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from emoit.kernel import search
from emoit.kernel.access import Actor, NotFound, acting_as, anonymous, process
from emoit.kernel.models import SearchEntry
from emoit.results import queries
from emoit.results.models import Result, ResultEvent
from emoit.results.types import Verdict
from tests.support.results import (
    AGENCY,
    AUDITOR,
    ENTERPRISE,
    HEAD,
    HOLDER,
    NOW,
    OTHER_UNIT,
    STRANGER,
    SYSTEM,
    issued,
    officer,
)

pytestmark = pytest.mark.django_db

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
