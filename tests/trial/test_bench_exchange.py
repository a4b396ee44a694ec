"""The measurement of messages runs: a real worker, a real web server, another agency."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.test import override_settings

from emoit.people.models import Agency
from emoit.trial.bench import exchange
from tests.support import databases


@pytest.fixture
def agency(django_db_setup: None, empty_database: str, django_db_blocker: Any, tmp_path: Path) -> Iterator[None]:
    """In a database of its own, in which there is nothing but an agency."""
    name = f"{empty_database}_bench"
    with django_db_blocker.unblock():
        databases.create(name, template=empty_database)
        try:
            with databases.using(name), override_settings(EMOIT_KEYS=tmp_path / "keys", EMOIT_KEY_PASSPHRASE=""):
                Agency.objects.using("owner").create(code="G02", name="Bộ", abbr="BCT", dossier_code="G02")
                yield
        finally:
            databases.drop(name)


def numbers(statement: str) -> tuple[Any, ...]:
    with connections["owner"].cursor() as cursor:
        cursor.execute(statement)
        return tuple(cursor.fetchone())


@pytest.mark.timeout(300)
def test_messages_are_measured(agency: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMOIT_KEYS", str(tmp_path / "keys"))
    monkeypatch.setenv("EMOIT_KEY_PASSPHRASE", "")
    plan = exchange.Plan(runs=1, messages=30, many=20, backlog=20)
    rows = exchange.measure(plan, lambda _: None, (exchange.idle, exchange.drain, exchange.taken_in, exchange.register))
    assert [row.goal for row in rows if row.goal] == [1000, 300, 500, 3]
    assert [row.value for row in rows if row.goal == 0] == [0]
    assert all(row.value > 0 for row in rows if row.unit in {"ms", "/s"})
    assert numbers("select count(*), count(receipt_id) from exchange_outbound") == (50, 50)
    assert numbers("select count(*), count(receipt_id) from exchange_inbound") == (30, 30)
    assert numbers("select count(*) from exchange_partner where active") == (0,)
