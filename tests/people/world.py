"""A small ministry for the tests: rows written by a process, without passwords."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import emoit.people
from emoit.kernel.access import Actor, acting_as, platform, process
from emoit.people import actions, queries
from emoit.people.models import Account, Agency, Unit, UnitRole
from emoit.people.types import AccountKind, EnterpriseDetails, Role

NOW = datetime(2026, 5, 4, 2, 0, tzinfo=UTC)  # 09:00 on a Monday in Ha Noi
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FILE = Path(emoit.people.__file__).parent / "data" / "organisation.json"


def shipped() -> dict[str, Any]:
    data: dict[str, Any] = json.loads(FILE.read_text("utf-8"))
    return data


def load() -> int:
    """The shipped organisation; returns the agency's id."""
    actions.load_organisation(by=platform("test"), now=NOW, data=shipped())
    return queries.agency_id_of("G02")


def other_agency() -> int:
    """A second ministry with one unit."""
    with acting_as(platform("test")):
        row = Agency.objects.create(
            code="G06",
            name="Bộ khác",
            name_en="Other",
            short_name="Bộ khác",
            abbr="BK",
            emblem_text="BK",
            dossier_code="G06",
        )
        Unit.objects.create(agency_id=row.pk, code="G06", name="Bộ khác", kind="bộ")
    return row.pk


def unit_id(agency_id: int, code: str) -> int:
    with acting_as(process("test", agency_id)):
        return queries.unit_by_code(agency_id, code).id


def account(agency_id: int, name: str, kind: AccountKind = AccountKind.OFFICER) -> int:
    with acting_as(process("test", agency_id)):
        row = Account.objects.create(
            agency_id=agency_id,
            login=f"t{secrets.token_hex(6)}",
            full_name=name,
            kind=kind,
            session_stamp=secrets.token_hex(8),
            created_at=NOW,
        )
    return row.pk


def officer(agency_id: int, name: str, roles: Iterable[tuple[str, Role]] = ()) -> int:
    """An officer with roles (unit code, role) since yesterday."""
    account_id = account(agency_id, name)
    for code, role in roles:
        unit = unit_id(agency_id, code)
        with acting_as(process("test", agency_id)):
            UnitRole.objects.create(
                agency_id=agency_id, account_id=account_id, unit_id=unit, role=role, valid_from=NOW - DAY
            )
    return account_id


def actor(account_id: int, now: datetime = NOW) -> Actor:
    return queries.actor_for(account_id, now=now)


ENTERPRISE = EnterpriseDetails(
    tax_code="9900000016",
    name="Công ty TNHH Mẫu",
    address="1 phố Mẫu, Hà Nội",
    phone="02400000001",
    email="a@example.com",
    legal_representative="Trần Văn Bình",
)


def enterprise(agency_id: int, account_id: int) -> int:
    by = process("test", agency_id)
    return actions.register_enterprise(by=by, now=NOW - DAY, account_id=account_id, details=ENTERPRISE).pk
