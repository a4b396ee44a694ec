"""Numbers without gaps or doubles, each bound to one thing, whoever comes at once and whatever rolls back."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from functools import partial

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from emoit.kernel import numbering
from emoit.kernel.access import NotFound, Refusal, acting_as, process
from emoit.kernel.models import Number

NOW = datetime(2026, 5, 4, 2, 0, tzinfo=UTC)


def allocate(subject: object, *, agency_id: int = 1, series: str = "2026/XTTM-KM") -> int:
    return numbering.allocate(
        agency_id=agency_id, series=series, subject_kind="document", subject_id=str(subject), now=NOW
    )


@pytest.mark.django_db
def test_numbers_run_from_one_and_a_thing_keeps_its_number() -> None:
    with acting_as(process("test", 1)):
        assert [allocate(s) for s in ("a", "b", "a", "c", "b")] == [1, 2, 1, 3, 2]
        assert allocate("a", series="2027/XTTM-KM") == 1
    with acting_as(process("test", 2)):
        assert allocate("a", agency_id=2) == 1


@pytest.mark.django_db
def test_a_rollback_gives_the_number_back() -> None:
    with acting_as(process("test", 1)):
        with transaction.atomic():
            assert allocate("a") == 1
            transaction.set_rollback(True)
        assert allocate("b") == 1


@pytest.mark.django_db
def test_a_void_number_stays_in_the_register_and_the_thing_gets_another() -> None:
    with acting_as(process("test", 1)):
        allocate("a")
        numbering.void(agency_id=1, series="2026/XTTM-KM", value=1, reason="Sai thẩm quyền", now=NOW)
        assert allocate("a") == 2
        assert list(Number.objects.order_by("value").values_list("value", "void_reason")) == [
            (1, "Sai thẩm quyền"),
            (2, ""),
        ]
        for value in (1, 9):
            with pytest.raises(NotFound):
                numbering.void(agency_id=1, series="2026/XTTM-KM", value=value, reason="x", now=NOW)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "update kernel_number set value = 9",
        "update kernel_number set subject_id = 'other'",
        "delete from kernel_number",
    ],
)
def test_a_number_given_out_is_not_changed(statement: str) -> None:
    with acting_as(process("test", 1)):
        allocate("a")
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_sixteen_at_once_leave_no_gap_and_no_double(committed: None) -> None:
    """160 things, one in five rolled back, every fourth asked for by two threads at once."""
    given: list[tuple[str, int]] = []
    lock, start = threading.Lock(), threading.Barrier(16)

    def work(thread: int) -> None:
        start.wait()
        for n in range(10):
            subject = f"shared {n} {thread // 2}" if n % 4 == 0 else f"{thread} {n}"
            with acting_as(process("test", 1)):
                value = allocate(subject)
                if n % 5 == 4:
                    transaction.set_rollback(True)
                    continue
            with lock:
                given.append((subject, value))
        connection.close()

    threads = [threading.Thread(target=work, args=(thread,)) for thread in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    kept = dict(given)
    assert len(given) == 16 * 8
    assert sorted(kept.values()) == list(range(1, len(kept) + 1))
    assert all(kept[subject] == value for subject, value in given)
    with acting_as(process("test", 1)):
        assert Number.objects.count() == len(kept)


# -- numbers that another system gave out


@pytest.mark.django_db
def test_a_series_goes_on_after_what_was_passed_over() -> None:
    with acting_as(process("test", 1)):
        numbering.pass_over(agency_id=1, series="old", value=40)
        numbering.pass_over(agency_id=1, series="old", value=7)
        assert numbering.allocate(agency_id=1, series="old", subject_kind="t", subject_id=1, now=NOW) == 41


@pytest.mark.django_db
def test_a_number_taken_over_is_bound_and_never_given_out_again() -> None:
    with acting_as(process("test", 1)):
        take = partial(numbering.take_over, agency_id=1, series="old", subject_kind="t", now=NOW)
        take(value=5, subject_id=1)
        take(value=3, subject_id=2)
        for value, subject in ((5, 3), (9, 1)):
            with pytest.raises(Refusal) as caught:
                take(value=value, subject_id=subject)
            assert caught.value.code == "number_taken"
        assert numbering.allocate(agency_id=1, series="old", subject_kind="t", subject_id=4, now=NOW) == 6
        assert numbering.allocate(agency_id=1, series="old", subject_kind="t", subject_id=2, now=NOW) == 3


@pytest.mark.django_db
@pytest.mark.parametrize("value", [-1, 2**62])
def test_what_is_no_number_is_not_passed_over(value: int) -> None:
    with acting_as(process("test", 1)), pytest.raises(ValueError, match="no number"):
        numbering.pass_over(agency_id=1, series="old", value=value)
