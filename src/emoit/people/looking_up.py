"""One look-up from its row to its answer: lent to one job, asked with no transaction open, settled in one."""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from emoit.exchange import actions as exchange
from emoit.exchange.types import Answered, Question, Unanswered
from emoit.kernel import jobs
from emoit.kernel.access import Actor, NotFound, alone_as
from emoit.kernel.personal import decrypt
from emoit.people.actions.lookups import JOB
from emoit.people.lookup_rules import LEASE, MACHINE, Verb, ask_again_at, is_over, keeping
from emoit.people.models import Lookup
from emoit.people.registers import enterprises, places, population
from emoit.people.registers.reading import Reading, bad
from emoit.people.types import Inquiry, LookupState, Purpose, Register

logger = logging.getLogger(__name__)
Clock = Callable[[], datetime]
MOST_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class _Lent:
    """A look-up in our hands until its lease ends; `login`: of the officer who asked, "" for the portal."""

    id: int
    request_id: str
    inquiry: Inquiry
    born_on: str
    account_id: int | None
    login: str
    asked_at: datetime
    tries: int
    bad_answers: int


def make(*, by: Actor, clock: Clock, lookup_id: int) -> LookupState | None:
    """Ask the register, if the look-up is due. Returns the state it is in then; None where nothing was to be asked."""
    with alone_as(by):
        lent = _lend(by, clock(), lookup_id)
    if lent is None:
        return None
    reading, retry_at = _ask(by, clock, lent)
    with alone_as(by):
        return _settle(by, clock(), lent, reading, retry_at)


# Jobs of look-ups wait for a worker at most as long as there is none: then one for each look-up, not one a minute.
_DUE = """
    select l.agency_id, l.id from people_lookup l
    where l.state = 'waiting' and l.due_at <= %s and not exists (
        select from procrastinate_jobs j
        where j.status = 'todo' and j.task_name = %s and j.args ->> 'lookup_id' = l.id::text
    )
    order by l.due_at, l.id limit %s
"""


def ask_again(*, now: datetime) -> int:
    """Ask for a run of each look-up that has come due and has none waiting, the oldest first. Returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(_DUE, [now, JOB, MOST_AT_ONCE])
        rows = cursor.fetchall()
    for agency_id, lookup_id in rows:
        jobs.defer(JOB, agency_id=agency_id, lookup_id=lookup_id)
    return len(rows)


# What is due, unless another run has it. By hand, as one statement: no job of people's runs as often.
_LEND = """
    with due as (
        select id from people_lookup
        where id = %(id)s and agency_id = %(agency)s and state = 'waiting' and due_at <= %(now)s
        for update skip locked
    )
    update people_lookup l set due_at = %(lease)s, tries = l.tries + 1, request_id = %(request)s
    from due where l.id = due.id
    returning l.register, l.purpose, l.subject_kind, l.subject_id, l.asked, l.account_id,
        l.asked_at, l.tries, l.bad_answers,
        coalesce((select a.login from people_account a where a.id = l.account_id), '')
"""


def _lend(by: Actor, now: datetime, lookup_id: int) -> _Lent | None:
    request_id = str(uuid.uuid4())
    with connection.cursor() as cursor:
        cursor.execute(
            _LEND,
            {"id": lookup_id, "agency": by.agency_id, "now": now, "lease": now + LEASE, "request": request_id},
        )
        row = cursor.fetchone()
    if row is None:
        return None
    register, purpose, subject_kind, subject_id, sealed, account_id, asked_at, tries, bad_answers, login = row
    asked = json.loads(decrypt(sealed))
    inquiry = Inquiry(
        register=Register(register),
        purpose=Purpose(purpose),
        subject_kind=subject_kind,
        subject_id=subject_id,
        identity=asked["identity"],
        name=asked["name"],
        procedure=asked["procedure"],
    )
    officer = "" if inquiry.purpose is Purpose.DECLARE else login
    return _Lent(lookup_id, request_id, inquiry, asked["born_on"], account_id, officer, asked_at, tries, bad_answers)


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
    try:
        return _read(lent, answer), None
    except Exception:  # an answer that we did not think of: not asked for without end
        logger.exception("look-up %s: an answer that cannot be read", lent.id)
        return bad("unreadable"), None


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
    """One statement, which finds the row only where this run still has it: None where not."""
    verb, bad_answers = reading.verb, lent.bad_answers + reading.is_bad
    if reading.is_bad:
        logger.warning("look-up %s: no answer that can be believed: %s", lent.id, reading.code)
    if verb is Verb.WAIT and is_over(lent.asked_at, now, bad_answers):
        verb = Verb.DROP
    state = MACHINE.next(LookupState.WAITING, verb)
    changes: dict[str, Any] = {
        "state": state.value,
        "error": reading.code,
        "bad_answers": bad_answers,
        "due_at": ask_again_at(now, lent.tries, retry_at) if verb is Verb.WAIT else None,
    }
    if verb is not Verb.WAIT:
        changes["asked"] = ""
    if verb in {Verb.ANSWER, Verb.FIND_NOTHING, Verb.REFUSE}:
        changes["answered_at"] = now
    if verb is Verb.ANSWER and reading.facts is not None:
        changes["answer"] = json.dumps(asdict(reading.facts), ensure_ascii=False)
        changes["keep_until"] = now + keeping(lent.inquiry.register).longest
    ours = Lookup.objects.filter(
        pk=lent.id, agency_id=by.agency_id, state=LookupState.WAITING.value, request_id=lent.request_id
    )
    # None: its dossier has ended meanwhile, or another run has it.
    return state if ours.update(**changes) else None
