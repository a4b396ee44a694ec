"""The way of a dossier in words for the applicant: what has been, and who is next."""

from __future__ import annotations

from collections.abc import Iterable

from emoit.dossiers import queries
from emoit.dossiers.types import Status, TimelineEntry, Verb
from emoit.lib.saying import vi
from emoit.ui.types import Entry, Moment

_ENDED_BADLY = {Status.REFUSED_AT_INTAKE, Status.STOPPED, Status.WITHDRAWN}
_WITHDRAWABLE = {
    Status.SUBMITTED,
    Status.RECEIVED,
    Status.IN_PROGRESS,
    Status.AWAITING_SUPPLEMENT,
    Status.AWAITING_FEE,
}


def may_withdraw(status: Status) -> bool:
    """Whether to offer it. A dossier whose decision is being signed still refuses, with its reason."""
    return status in _WITHDRAWABLE


def entries(timeline: Iterable[TimelineEntry], status: Status) -> list[Entry]:
    """The newest first; before it, while the dossier is open, what comes next."""
    past = [
        Entry(
            title=_title(entry),
            at=entry.at,
            text=entry.words,
            recorded=True,
            moment=Moment.STOPPED if entry.status in _ENDED_BADLY else Moment.DONE,
        )
        for entry in timeline
    ]
    coming = queries.next_actor(status)
    ahead = [Entry(title=vi("Bước tiếp theo"), text=coming, moment=Moment.NOW)] if coming else []
    return [*ahead, *reversed(past)]


def _title(entry: TimelineEntry) -> str:
    return vi("Đã có kết quả") if entry.verb is Verb.DECIDE else entry.verb.label
