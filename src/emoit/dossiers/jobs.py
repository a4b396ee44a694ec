"""Upkeep of the dossiers' tables."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from emoit.kernel import jobs
from emoit.kernel.access import Actor, acting_as

MONTHS_AHEAD = 6


@jobs.periodic("dossiers.make_partitions", cron="17 3 * * *")
def make_partitions(*, by: Actor, now: datetime) -> None:
    """Keep partitions of the timeline ready for the months to come; without one, nothing could be written."""
    with acting_as(by), connection.cursor() as cursor:
        cursor.execute("select dossiers_make_partitions(%s, %s)", [now.date(), MONTHS_AHEAD])
