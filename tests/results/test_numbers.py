"""Codes of the register under load: real connections, real commits, some transactions that die."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection

from emoit.kernel.access import Actor, acting_as, process
from emoit.results import actions
from tests.support.committed import committed_database

NOW = datetime(2026, 5, 12, 2, 0, tzinfo=UTC)
BY = process("test", 7777)


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with committed_database(django_db_blocker):
        yield


class MishapError(Exception):
    """The transaction dies after the number was given."""


def issue_or_fail(by: Actor, *, fails: bool, codes: list[str]) -> None:
    try:
        with acting_as(by):
            made = actions.issue(
                by=by,
                now=NOW,
                agency_id=by.agency_id,
                unit_id=1,
                issuer_name="Cục Hóa chất",
                kind="chemical_declaration",
                title="Giấy xác nhận khai báo",
                holder_name="Công ty A",
            )
            if fails:
                raise MishapError
    except MishapError:
        return
    codes.append(made.register_code)


def test_codes_are_gapless_under_eight_threads_of_which_some_fail(committed: None) -> None:
    codes: list[str] = []
    errors: list[BaseException] = []
    gate = threading.Barrier(8)

    def work(number: int) -> None:
        try:
            gate.wait(timeout=30)
            for turn in range(6):
                issue_or_fail(BY, fails=(number + turn) % 3 == 0, codes=codes)
        except BaseException as error:  # noqa: BLE001 - told to the test below
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len(codes) == 32
    assert sorted(codes) == [f"KQ.G02.{number:06d}" for number in range(1, 33)]
