from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction

from emoit.kernel.access import NotFound, Refusal

# Makes the counter if need be, and locks its row until the caller's transaction ends.
_LOCK = """
    insert into kernel_series (agency_id, key, last) values (%s, %s, 0)
    on conflict (agency_id, key) do update set last = kernel_series.last
    returning id
"""
_RAISE = "update kernel_series set last = greatest(last, %s) where id = %s"
# The number that the subject has, else the next one, bound to it. The counter's row is locked already.
_BIND = """
    with held as (
        select value from kernel_number
        where agency_id = %(agency)s and series_id = %(series)s and subject_kind = %(kind)s and subject_id = %(subject)s
            and voided_at is null
    ), next as (
        update kernel_series set last = last + 1
        where id = %(series)s and not exists (select from held) returning last
    ), bound as (
        insert into kernel_number (agency_id, series_id, value, subject_kind, subject_id, bound_at, void_reason)
        select %(agency)s, %(series)s, last, %(kind)s, %(subject)s, %(now)s, '' from next returning value
    )
    select value from held union all select value from bound
"""


@transaction.atomic(savepoint=False)
def allocate(*, agency_id: int, series: str, subject_kind: str, subject_id: int | str, now: datetime) -> int:
    """The next number of `series`, bound to the subject; the same number again if the subject has one.

    Gapless: the counter's row stays locked until the caller's transaction ends, and a rollback gives the number back.
    Of two who ask for one subject at once, the second waits and is told the first one's number.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [agency_id, series])
        bound = {
            "agency": agency_id,
            "series": cursor.fetchone()[0],
            "kind": subject_kind,
            "subject": str(subject_id),
            "now": now,
        }
        cursor.execute(_BIND, bound)
        return int(cursor.fetchone()[0])


@transaction.atomic
def take_over(
    *, agency_id: int, series: str, value: int, subject_kind: str, subject_id: int | str, now: datetime
) -> None:
    """Bind a number that another system gave out; `series` goes on after it, so that it is never given out again.

    Refusal `number_taken` where the number is given out already, or the subject has another one of the series.
    """
    from emoit.kernel.models import Number

    series_id = pass_over(agency_id=agency_id, series=series, value=value)
    taken = Number.objects.filter(agency_id=agency_id, series_id=series_id, value=value).exists()
    if taken or _held(agency_id, series, subject_kind, str(subject_id)) is not None:
        raise Refusal("Số này đã được cấp cho văn bản khác.", code="number_taken")
    Number.objects.create(
        agency_id=agency_id,
        series_id=series_id,
        value=value,
        subject_kind=subject_kind,
        subject_id=str(subject_id),
        bound_at=now,
    )


@transaction.atomic
def pass_over(*, agency_id: int, series: str, value: int) -> int:
    """Let `series` go on after `value`, which another system gave out; a series that is further stays. Returns its id.

    The counter's row stays locked until the caller's transaction ends.
    """
    if not 0 <= value < 2**62:
        raise ValueError(f"{value} is no number of a series")
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [agency_id, series])
        series_id = int(cursor.fetchone()[0])
        cursor.execute(_RAISE, [value, series_id])
    return series_id


@transaction.atomic
def void(*, agency_id: int, series: str, value: int, reason: str, now: datetime) -> None:
    """Mark a number as void; it is never given out again. NotFound when it is not given out or is void already."""
    from emoit.kernel.models import Number

    changed = Number.objects.filter(agency_id=agency_id, series__key=series, value=value, voided_at=None).update(
        voided_at=now, void_reason=reason
    )
    if not changed:
        raise NotFound("Không có số này trong sổ.")


def _held(agency_id: int, series: str, subject_kind: str, subject_id: str) -> int | None:
    from emoit.kernel.models import Number

    return (
        Number.objects.filter(
            agency_id=agency_id,
            series__key=series,
            subject_kind=subject_kind,
            subject_id=subject_id,
            voided_at=None,
        )
        .values_list("value", flat=True)
        .first()
    )
