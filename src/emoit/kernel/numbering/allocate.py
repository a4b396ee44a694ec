from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction

from emoit.kernel.access import NotFound

_NEXT = """
    insert into kernel_series (agency_id, key, last) values (%s, %s, 1)
    on conflict (agency_id, key) do update set last = kernel_series.last + 1
    returning id, last
"""


@transaction.atomic
def allocate(*, agency_id: int, series: str, subject_kind: str, subject_id: int | str, now: datetime) -> int:
    """The next number of `series`, bound to the subject; the same number again if the subject has one.

    Gapless: the counter's row stays locked until the caller's transaction ends, and a rollback gives the number back.
    """
    from emoit.kernel.models import Number

    bound = Number.objects.filter(
        agency_id=agency_id,
        series__key=series,
        subject_kind=subject_kind,
        subject_id=str(subject_id),
        voided_at=None,
    ).first()
    if bound:
        return bound.value
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [agency_id, series])
        series_id, value = cursor.fetchone()
    Number.objects.create(
        agency_id=agency_id,
        series_id=series_id,
        value=value,
        subject_kind=subject_kind,
        subject_id=str(subject_id),
        bound_at=now,
    )
    return int(value)


@transaction.atomic
def void(*, agency_id: int, series: str, value: int, reason: str, now: datetime) -> None:
    """Mark a number as void; it is never given out again."""
    from emoit.kernel.models import Number

    changed = Number.objects.filter(agency_id=agency_id, series__key=series, value=value, voided_at=None).update(
        voided_at=now, void_reason=reason
    )
    if not changed:
        raise NotFound("Không có số này trong sổ.")
