"""One look-up from its row to its answer: lent to one job, asked with no transaction open, settled in one."""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction

from emoit.exchange import actions as exchange
from emoit.exchange.types import Answered, Question, Unanswered
from emoit.kernel import jobs
from emoit.kernel.access import Actor, NotFound, becoming
from emoit.people.actions.lookups import JOB
from emoit.people.lookup_rules import LEASE, MACHINE, Verb, ask_again_at, is_over, keeping
from emoit.people.models import Lookup
from emoit.people.registers import enterprises, places, population
from emoit.people.registers.reading import Reading
from emoit.people.types import Inquiry, LookupState, Purpose, Register

logger = logging.getLogger(__name__)
Clock = Callable[[], datetime]
MOST_AT_ONCE = 200
_SETTLED = ["state", "error", "due_at", "bad_answers", "asked", "answer", "answered_at", "keep_until"]


@dataclass(frozen=True, slots=True)
class _Lent:
    """A look-up in our hands until its lease ends; `login`: of the officer who asked, "" for the portal."""

    id: int
    request_id: str
    inquiry: Inquiry
    born_on: str
    account_id: int | None
    login: str


def make(*, by: Actor, clock: Clock, lookup_id: int) -> LookupState | None:
    """Ask the register, if the look-up is due. Returns the state it is in then; None where nothing was to be asked."""
    with transaction.atomic(durable=True), becoming(by):
        lent = _lend(by, clock(), lookup_id)
    if lent is None:
        return None
    reading, retry_at = _ask(by, clock, lent)
    with transaction.atomic(durable=True), becoming(by):
        return _settle(by, clock(), lent, reading, retry_at)


def ask_again(*, now: datetime) -> int:
    """Ask for a run of each look-up that has come due, the oldest first. Returns how many."""
    due = Lookup.objects.filter(state=LookupState.WAITING.value, due_at__lte=now).order_by("due_at", "id")
    rows = list(due.values_list("agency_id", "pk")[:MOST_AT_ONCE])
    for agency_id, lookup_id in rows:
        jobs.defer(JOB, agency_id=agency_id, lookup_id=lookup_id)
    return len(rows)


def _lend(by: Actor, now: datetime, lookup_id: int) -> _Lent | None:
    row = (
        Lookup.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("account")
        .filter(pk=lookup_id, agency_id=by.agency_id, state=LookupState.WAITING.value, due_at__lte=now)
        .first()
    )
    if row is None:
        return None
    asked = json.loads(row.asked)
    row.due_at, row.tries, row.request_id = now + LEASE, row.tries + 1, str(uuid.uuid4())
    row.save(update_fields=["due_at", "tries", "request_id"])
    inquiry = Inquiry(
        register=Register(row.register),
        purpose=Purpose(row.purpose),
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
        identity=asked["identity"],
        name=asked["name"],
        procedure=asked["procedure"],
    )
    of_portal = inquiry.purpose is Purpose.DECLARE or row.account is None
    login = "" if of_portal or row.account is None else row.account.login
    return _Lent(row.pk, row.request_id, inquiry, asked["born_on"], row.account_id, login)


def _ask(by: Actor, clock: Clock, lent: _Lent) -> tuple[Reading, datetime | None]:
    """What the register says, or why it does not."""
    try:
        question = _question(lent)
    except (places.NotConnected, KeyError):
        return Reading(Verb.WAIT, code="not_connected"), None
    try:
        answer = exchange.call(by=by, clock=clock, question=question)
    except Unanswered as unanswered:
        return Reading(Verb.WAIT, code=unanswered.code), unanswered.retry_at
    except NotFound:
        return Reading(Verb.WAIT, code="not_connected"), None
    return _read(lent, answer), None


def _question(lent: _Lent) -> Question:
    """KeyError where the officer's code was taken away meanwhile."""
    if lent.inquiry.register is Register.ENTERPRISES:
        place = places.enterprises()
        return enterprises.question(lent.inquiry, place, request_id=lent.request_id, account_id=lent.account_id)
    there = places.population()
    officer = there.officers[lent.login] if lent.login else there.portal
    return population.question(
        lent.inquiry,
        there,
        officer,
        request_id=lent.request_id,
        born_on=lent.born_on,
        account_id=lent.account_id,
    )


def _read(lent: _Lent, answer: Answered) -> Reading:
    if lent.inquiry.register is Register.ENTERPRISES:
        return enterprises.read(answer, identity=lent.inquiry.identity)
    return population.read(answer, request_id=lent.request_id, identity=lent.inquiry.identity)


def _settle(by: Actor, now: datetime, lent: _Lent, reading: Reading, retry_at: datetime | None) -> LookupState | None:
    row = Lookup.objects.select_for_update().get(pk=lent.id, agency_id=by.agency_id)
    if row.state != LookupState.WAITING.value or row.request_id != lent.request_id:
        return None  # its dossier has ended, or another run has it
    verb = reading.verb
    row.bad_answers += reading.is_bad
    if reading.is_bad:
        logger.warning("look-up %s: the answer of %s cannot be believed: %s", row.pk, row.register, reading.code)
    if verb is Verb.WAIT and is_over(row.asked_at, now, row.bad_answers):
        verb = Verb.DROP
    row.state = MACHINE.next(LookupState(row.state), verb).value
    row.error = reading.code
    row.due_at = ask_again_at(now, row.tries, retry_at) if verb is Verb.WAIT else None
    if verb is not Verb.WAIT:
        row.asked = ""
    if verb in {Verb.ANSWER, Verb.FIND_NOTHING, Verb.REFUSE}:
        row.answered_at = now
    if verb is Verb.ANSWER and reading.facts is not None:
        row.answer = json.dumps(asdict(reading.facts), ensure_ascii=False)
        row.keep_until = now + keeping(lent.inquiry.register).longest
    row.save(update_fields=_SETTLED)
    return LookupState(row.state)
