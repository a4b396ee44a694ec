"""Who asks in a measurement: people of the loaded year, let in without a password by a key or session made here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connections
from django.db.models import Count

from emoit.kernel.access import Actor, acting_as, process
from emoit.people import queries as people

BENCH = "bench"


@dataclass(frozen=True, slots=True)
class Inbox:
    """An officer and what waits where they work."""

    account_id: int
    items: int
    added: int


def heaviest_enterprise(agency: int) -> tuple[int, int]:
    """(account, enterprise) of the made-up enterprise with the most dossiers."""
    with acting_as(process(BENCH, agency)):
        dossiers = apps.get_model("dossiers.Dossier").objects.filter(agency_id=agency, enterprise_id__isnull=False)
        counted = dossiers.values_list("applicant_id", "enterprise_id").annotate(n=Count("id")).order_by("-n")
        found = counted.first()
    if found is None:
        raise LookupError("no dossier of an enterprise: load a year first")
    return int(found[0]), int(found[1])


def session_of(account_id: int, now: datetime) -> str:
    """The cookie of a session of that account."""
    account = people.account_for_session(account_id, now=now)
    if account is None:
        raise LookupError("the account is gone")
    store: Any = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(account_id)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = account.get_session_auth_hash()
    store.save()
    return f"{settings.SESSION_COOKIE_NAME}={store.session_key}"


KEY_DAYS = 30  # the shortest life that a key of the API may have


def key_of(by: Actor, now: datetime) -> str:
    """A key of the API that speaks for the actor."""
    actions: Any = import_module("emoit.api.actions")
    scopes: Any = import_module("emoit.api.types").Scope
    with acting_as(by):
        made = actions.create_key(by=by, now=now, name="Đo hiệu năng", scopes=list(scopes), days=KEY_DAYS)
    return str(made.secret)


def busy_officer(agency: int, wanted: int) -> Inbox:
    """A specialist before exactly `wanted` open items, or the nearest above; missing ones are added, see `tidy`."""
    item = apps.get_model("work.WorkItem")
    with acting_as(process(BENCH, agency)):
        staffed = list(
            apps.get_model("people.UnitRole").objects.filter(role="specialist").values_list("unit_id", flat=True)
        )
        if not staffed:
            raise LookupError("no unit has a specialist: load the organisation and its people first")
        open_items = item.objects.filter(agency_id=agency, role="specialist", assignee_id=None, unit_id__in=staffed)
        counted = list(open_items.values_list("unit_id").annotate(n=Count("id")).order_by("n", "unit_id"))
        counted = counted or [(min(staffed), 0)]
        unit, found = next(((u, n) for u, n in counted if n >= wanted), counted[-1])
        role = apps.get_model("people.UnitRole").objects.filter(unit_id=unit, role="specialist").order_by("-id").first()
        if role is None:
            raise LookupError("no specialist in that unit")
        account = int(role.account_id)
    added = max(0, wanted - found)
    _add(agency, unit, added)
    return Inbox(account, found + added, added)


_ADD = """
    insert into work_item (agency_id, subject_kind, subject_id, subject_code, subject_title, subject_from, step,
        step_name, token, unit_id, role, opened_at, due_at, paused, note, version, procedure)
    select agency_id, 'dossier', id, code, procedure_name, holder_name, 'examine', 'Thẩm định hồ sơ', 'bench', %s,
        'specialist', submitted_at, submitted_at + interval '5 days', false, '', 1, procedure_code
    from dossiers_dossier where agency_id = %s and code is not null order by id desc limit %s
"""


def _add(agency: int, unit: int, count: int) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(_ADD, [unit, agency, count])


def tidy(agency: int) -> None:
    """Take away the items that were added."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("delete from work_item where agency_id = %s and token = 'bench'", [agency])
