"""Row security holds when the application forgets to ask."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from emoit.kernel import audit
from emoit.kernel.access import acting_as, alone_as, current_actor, process
from emoit.kernel.models import AuditEntry

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 4, 2, 0, tzinfo=UTC)


def leave_row(agency_id: int) -> None:
    with acting_as(process("test", agency_id)) as by:
        audit.record(by=by, now=NOW, verb="look", subject_kind="thing", subject_id=agency_id)


def test_without_an_actor_no_row_is_seen() -> None:
    leave_row(1)
    assert AuditEntry.objects.count() == 0


def test_an_agency_sees_its_own_rows_only() -> None:
    leave_row(1)
    leave_row(2)
    with acting_as(process("test", 2)):
        assert [e.subject_id for e in AuditEntry.objects.all()] == ["2"]


def test_a_row_of_another_agency_cannot_be_written() -> None:
    with acting_as(process("test", 1)), pytest.raises(ProgrammingError), transaction.atomic():
        AuditEntry.objects.create(
            agency_id=2, at=NOW, actor_name="x", verb="forge", subject_kind="thing", subject_id="1"
        )


def test_the_trail_cannot_be_changed_by_the_serving_role() -> None:
    leave_row(1)
    with acting_as(process("test", 1)):
        for statement in ("update kernel_audit_entry set verb = 'x'", "delete from kernel_audit_entry"):
            with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)


def test_the_serving_role_owns_nothing_and_bypasses_nothing() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select rolsuper, rolbypassrls, rolcreaterole from pg_roles where rolname = current_user")
        assert cursor.fetchone() == (False, False, False)
        cursor.execute(
            "select count(*) from pg_class where relowner = (select oid from pg_roles where rolname = current_user)"
        )
        assert cursor.fetchone() == (0,)


def test_alone_is_never_within_another_transaction() -> None:
    with alone_as(process("test", 1)) as by:
        assert current_actor() is by
        audit.record(by=by, now=NOW, verb="look", subject_kind="thing", subject_id="1")
    assert current_actor() is None
    assert AuditEntry.objects.count() == 0
    with acting_as(process("test", 1)), pytest.raises(RuntimeError, match="durable"), alone_as(process("test", 2)):
        pass
