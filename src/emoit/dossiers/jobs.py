"""Upkeep of the dossiers' tables."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from emoit.dossiers import actions, queries
from emoit.kernel import jobs
from emoit.kernel.access import Actor, acting_as

MONTHS_AHEAD = 6
BATCH = 200  # dossiers whose deadlines one transaction reckons anew


@jobs.periodic("dossiers.make_partitions", cron="17 3 * * *")
def make_partitions(*, by: Actor, now: datetime) -> None:
    """Keep partitions of the timeline ready for the months to come; without one, nothing could be written."""
    with acting_as(by), connection.cursor() as cursor:
        cursor.execute("select dossiers_make_partitions(%s, %s)", [now.date(), MONTHS_AHEAD])


@jobs.job("dossiers.follow_calendar")
def follow_calendar(*, by: Actor, now: datetime, after_id: int) -> None:
    """Move the running deadlines of the next BATCH dossiers by the calendar in force, and ask for the rest."""
    ids = queries.running(by, after_id=after_id, limit=BATCH)
    for dossier_id in ids:
        actions.follow_calendar(by=by, now=now, dossier_id=dossier_id)
    if len(ids) == BATCH:
        jobs.defer("dossiers.follow_calendar", agency_id=by.agency_id, after_id=ids[-1])


def begin_to_follow(agency_id: int) -> None:
    """Ask for every running deadline of the agency to be reckoned anew."""
    jobs.defer("dossiers.follow_calendar", agency_id=agency_id, after_id=0)
