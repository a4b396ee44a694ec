from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings

from emoit.kernel import jobs
from emoit.kernel.access import Actor
from emoit.webhooks import catalogue
from emoit.webhooks.models import Event
from emoit.webhooks.types import Data


def announce(
    *,
    by: Actor,
    now: datetime,
    kind: str,
    subject: str,
    at: datetime,
    data: Data,
    readers: Iterable[str],
) -> str:
    """Write one event for the systems of `readers`, in the caller's transaction. Returns its id, "" without readers.

    `kind` is a type of the catalogue and `data` exactly what it promises but `link` (ValueError otherwise): ids and
    states, nothing personal. `subject` is where the API shows the thing, such as `dossiers/12`: the link is made of
    it. `at` is when it happened. `by` is a process of ours.
    """
    data = {**data, "link": f"{settings.PUBLIC_URL}/api/v1/{subject}"}
    entry = catalogue.check(kind, data)
    keys = sorted(set(readers))
    if not keys:
        return ""
    event = write(by=by, now=now, kind=kind, subject=subject, at=at, data=data, readers=keys, in_log=entry.in_log)
    jobs.defer("webhooks.spread", agency_id=by.agency_id)
    return event.event_id


def write(
    *,
    by: Actor,
    now: datetime,
    kind: str,
    subject: str,
    at: datetime,
    data: Data,
    readers: list[str],
    in_log: bool,
) -> Event:
    return Event.objects.create(
        agency_id=by.agency_id,
        event_id=str(uuid.uuid4()),
        type=kind,
        subject=subject,
        at=at,
        written_at=now,
        data=dict(data),
        readers=readers,
        in_log=in_log,
    )
