"""Ask for a run that brings what is due. A run that is lost or was never asked for is made up for by the sweeper."""

from __future__ import annotations

from django.db import connection

from emoit.kernel import jobs

JOB = "exchange.deliver"
_WAITS = """
    select exists (
        select from procrastinate_jobs
        where status = 'todo' and task_name = 'exchange.deliver' and args ->> 'partner_id' = %s
    )
"""


def wake(agency_id: int, partner_id: int) -> bool:
    """One job in the caller's transaction, unless one waits already. Whether a job was deferred."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITS, [str(partner_id)])
        (waits,) = cursor.fetchone()
    if waits:
        return False
    jobs.defer(JOB, agency_id=agency_id, partner_id=partner_id)
    return True
