"""The dossier's law as plain data: which verb leads from where to where, and the state that a timeline amounts to.

Statuses and their national codes: vn_standards 3.4. One supplement request for all defects, one re-appointment:
Decree 61/2018/NĐ-CP, Articles 17 and 19; Decree 118/2025/NĐ-CP keeps both, its limits to be confirmed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from emoit.dossiers.types import Outcome, Status, TimelineEntry, Verb
from emoit.lib import english, working_time
from emoit.lib.saying import say
from emoit.lib.working_time import Deadline, Pause, WorkingCalendar
from emoit.procedures.types import Change, Procedure
from emoit.results.types import State

S, V = Status, Verb

# (from, verb) -> to. What is not here is forbidden.
TRANSITIONS: dict[tuple[Status, Verb], Status] = {
    (S.DRAFT, V.SUBMIT): S.SUBMITTED,
    (S.SUBMITTED, V.RECEIVE): S.RECEIVED,
    (S.SUBMITTED, V.REFUSE_INTAKE): S.REFUSED_AT_INTAKE,
    (S.SUBMITTED, V.WITHDRAW): S.WITHDRAWN,
    (S.RECEIVED, V.REQUIRE_FEE): S.AWAITING_FEE,
    (S.RECEIVED, V.EXAMINE): S.IN_PROGRESS,
    (S.RECEIVED, V.WITHDRAW): S.WITHDRAWN,
    (S.RECEIVED, V.STOP): S.STOPPED,
    (S.RECEIVED, V.EXTEND): S.RECEIVED,
    (S.AWAITING_FEE, V.PAY_FEE): S.RECEIVED,
    (S.AWAITING_FEE, V.WITHDRAW): S.WITHDRAWN,
    (S.AWAITING_FEE, V.STOP): S.STOPPED,
    (S.IN_PROGRESS, V.REQUEST_SUPPLEMENT): S.AWAITING_SUPPLEMENT,
    (S.IN_PROGRESS, V.PROPOSE): S.IN_PROGRESS,
    (S.IN_PROGRESS, V.APPROVE): S.IN_PROGRESS,
    (S.IN_PROGRESS, V.RETURN_FOR_REWORK): S.IN_PROGRESS,
    (S.IN_PROGRESS, V.SIGN): S.IN_PROGRESS,
    (S.IN_PROGRESS, V.DECIDE): S.DECIDED,
    (S.IN_PROGRESS, V.EXTEND): S.IN_PROGRESS,
    (S.IN_PROGRESS, V.WITHDRAW): S.WITHDRAWN,
    (S.IN_PROGRESS, V.STOP): S.STOPPED,
    (S.IN_PROGRESS, V.ASK_OPINIONS): S.IN_PROGRESS,
    (S.IN_PROGRESS, V.GIVE_OPINION): S.IN_PROGRESS,
    (S.IN_PROGRESS, V.CLOSE_OPINIONS): S.IN_PROGRESS,
    (S.IN_PROGRESS, V.PLAN_INSPECTION): S.IN_PROGRESS,
    (S.IN_PROGRESS, V.REPLAN_INSPECTION): S.IN_PROGRESS,
    (S.IN_PROGRESS, V.RECORD_INSPECTION): S.IN_PROGRESS,
    (S.AWAITING_SUPPLEMENT, V.SUPPLY): S.IN_PROGRESS,
    (S.AWAITING_SUPPLEMENT, V.WITHDRAW): S.WITHDRAWN,
    (S.AWAITING_SUPPLEMENT, V.STOP): S.STOPPED,
    (S.DECIDED, V.RETURN_RESULT): S.RETURNED,
    (S.RECEIVED, V.FOLLOW_CALENDAR): S.RECEIVED,
    (S.AWAITING_FEE, V.FOLLOW_CALENDAR): S.AWAITING_FEE,
    (S.IN_PROGRESS, V.FOLLOW_CALENDAR): S.IN_PROGRESS,
    (S.AWAITING_SUPPLEMENT, V.FOLLOW_CALENDAR): S.AWAITING_SUPPLEMENT,
}

# While a dossier is in one of these, its deadline follows the working calendar.
RUNNING = frozenset(source for source, verb in TRANSITIONS if verb is V.FOLLOW_CALENDAR)

MAX_SUPPLEMENT_REQUESTS = 1

# A dossier of a previous system goes on from the step that fits its status: the steps done there, with their outcomes.
DONE_BEFORE: dict[Status, tuple[str, ...]] = {
    S.SUBMITTED: (),
    S.RECEIVED: ("receive",),
    S.AWAITING_FEE: ("fee",),
    S.IN_PROGRESS: ("receive",),
    S.AWAITING_SUPPLEMENT: ("receive", "supplement"),
}

# What an earlier result must be for a procedure to change it. Extending is possible after its end too.
CHANGEABLE: dict[Change, frozenset[State]] = {
    Change.AMEND: frozenset({State.VALID}),
    Change.REISSUE: frozenset({State.VALID}),
    Change.EXTEND: frozenset({State.VALID, State.EXPIRED}),
    Change.END: frozenset({State.VALID}),
}


class Impossible(ValueError):
    """The verb is not possible in this state."""


def next_status(status: Status, verb: Verb) -> Status:
    """Where `verb` leads from `status`. Impossible if the table forbids it."""
    try:
        return TRANSITIONS[status, verb]
    except KeyError:
        raise Impossible(f"{verb} from {status}") from None


def possible(status: Status) -> frozenset[Verb]:
    return frozenset(verb for (source, verb) in TRANSITIONS if source is status)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a dossier's timeline amounts to: must equal the stored row."""

    status: Status = Status.DRAFT
    outcome: Outcome = Outcome.NONE
    pauses: tuple[Pause, ...] = ()
    submitted_at: datetime | None = None
    received_at: datetime | None = None
    decided_at: datetime | None = None
    returned_at: datetime | None = None
    extended: bool = False


def replay(entries: Iterable[TimelineEntry]) -> Snapshot:
    """Rebuild the state from the entries in order. Impossible if an entry does not follow from those before it."""
    now = Snapshot()
    for entry in entries:
        now = _imported(now, entry) if entry.verb is Verb.IMPORT else _apply(now, entry)
    return now


def _apply(before: Snapshot, entry: TimelineEntry) -> Snapshot:
    status = next_status(before.status, entry.verb)
    if status is not entry.status:
        raise Impossible(f"{entry.verb} led to {entry.status}, not {status}")
    after = replace(before, status=status)
    match entry.verb:
        case Verb.SUBMIT:
            return replace(after, submitted_at=entry.at)
        case Verb.RECEIVE:
            return replace(after, received_at=entry.at)
        case Verb.REQUEST_SUPPLEMENT | Verb.REQUIRE_FEE:  # the clock stands while the applicant has the ball
            return replace(after, pauses=(*before.pauses, Pause(entry.at, None)))
        case Verb.SUPPLY | Verb.PAY_FEE:
            return replace(after, pauses=(*before.pauses[:-1], Pause(before.pauses[-1].since, entry.at)))
        case Verb.EXTEND:
            return replace(after, extended=True)
        case Verb.DECIDE:
            return replace(after, decided_at=entry.at, outcome=Outcome(entry.details["outcome"]))
        case Verb.RETURN_RESULT:
            return replace(after, returned_at=entry.at)
    return after


def reckoned(deadline: Deadline, calendar: WorkingCalendar) -> Deadline | None:
    """The same receipt, term, pauses and extension under another calendar; None where its years do not reach."""
    try:
        return working_time.deadline(
            calendar,
            received_at=deadline.received_at,
            term=deadline.term,
            cut_off=deadline.cut_off,
            pauses=deadline.pauses,
            extension=deadline.extended_by,
        )
    except working_time.OutsideCalendar:
        return None


def moves(before: Deadline, after: Deadline) -> bool:
    return (before.due_at, before.left_minutes) != (after.due_at, after.left_minutes)


SIGNER = ""  # the role that the procedure's result names


def _imported(before: Snapshot, entry: TimelineEntry) -> Snapshot:
    """A dossier of a previous system begins where it stood there; the entry tells the moments of its earlier life."""
    if before != Snapshot() or entry.status not in DONE_BEFORE:
        raise Impossible(f"{entry.verb} as {entry.status} after {before.status}")
    moments = {name: datetime.fromisoformat(value) for name, value in entry.details["moments"].items()}
    stands = entry.status in {Status.AWAITING_FEE, Status.AWAITING_SUPPLEMENT}
    return Snapshot(
        status=entry.status,
        pauses=(Pause(moments["paused_since"], None),) if stands else (),
        submitted_at=moments["submitted_at"],
        received_at=moments.get("received_at"),
        extended=bool(entry.details["extended"]),
    )


# Who stands behind a lane of the process: the unit's place in the dossier, and the role.
LANES: dict[str, tuple[str, str]] = {
    "one_stop": ("receiving", "one_stop_clerk"),
    "specialist": ("handling", "specialist"),
    "head": ("handling", "unit_head"),
    "leader": ("signing", SIGNER),
    "signer": ("signing", SIGNER),
}
APPLICANT = "applicant"
# The steps of the officer in charge: whoever did one of them goes on with the others.
IN_CHARGE = frozenset({"examine", "consult", "plan", "inspect"})
# Work that a step opens in other units, beside the process: it has its own term.
OPINION = "opine"


def dossier_code(*, agency: str, day: datetime, number: int, width: int = 4) -> str:
    """`G02-261122-0001`: agency code, day of submission (Viet Nam), number of the day with at least `width` digits.

    Circular 01/2018/TT-VPCP, Article 19; the pattern of Circular 03/2025 is to be confirmed.
    """
    return f"{agency}-{day:%y%m%d}-{number:0{width}d}"


def code_series(day: str) -> str:
    """The counter of a day's dossier codes (see kernel.numbering); `day` as in the code: 261122."""
    return f"dossier:{day}"


def code_parts(code: str, *, agency: str) -> tuple[str, int] | None:
    """Day and number of a code of our own form; None for another one's."""
    found = re.fullmatch(rf"{re.escape(agency)}-([0-9]{{6}})-([0-9]{{1,7}})", code)
    return (found[1], int(found[2])) if found else None


def too_early(procedure: Procedure, *, asked: date | None, present: date | None, language: str = "vi") -> str:
    """What is wrong with the new end that an extension asks for: it must be after the present one. "" if nothing is."""
    amends = procedure.amends
    if amends is None or amends.change is not Change.EXTEND or not procedure.result.validity:
        return ""
    if present is None or (asked is not None and asked > present):
        return ""
    if language == "en":
        return f"The new end must be after {english.format_date(present)}, which is the present one."
    return say("Thời hạn mới phải sau ngày {valid_to}, là ngày hết hạn hiện nay.", valid_to=present)
