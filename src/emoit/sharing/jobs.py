"""What sharing does by the clock."""

from __future__ import annotations

from datetime import datetime

from emoit.kernel import jobs
from emoit.kernel.access import Actor, process

MONTHS_AHEAD = 6


@jobs.periodic("sharing.count", "* * * * * */10")
def count(*, by: Actor, now: datetime) -> None:
    """Answered calls come into the exchange's meter within ten seconds."""
    from emoit.sharing import counting

    for agency_id in counting.agencies_with_work(by):
        hand = process("sharing.count", agency_id)
        while counting.count_accesses(by=hand, now=now, agency_id=agency_id) == counting.BATCH:
            pass


@jobs.periodic("sharing.forget", "25 * * * *")
def forget(*, by: Actor, now: datetime) -> None:
    from emoit.sharing import actions

    actions.forget(by=by, now=now)


@jobs.periodic("sharing.forget_refused", "*/5 * * * *")
def forget_refused(*, by: Actor, now: datetime) -> None:
    """Rows of addresses that called in vain are there for minutes only."""
    from emoit.sharing import refusals

    refusals.forget(by=by, now=now)


@jobs.periodic("sharing.make_partitions", "22 3 * * *")
def make_partitions(*, by: Actor, now: datetime) -> None:
    """Without a partition for the month nothing could be answered."""
    from emoit.sharing import counting

    counting.make_partitions(by, now, MONTHS_AHEAD)
