"""The life of one dossier: what was done to it and when, by chance within the rules.

Pure: a course, a clock and a generator of chance in, a Life out. The same seed and day give the same lives. Whether
a step is lawful is not decided here: `rows` walks every life through `dossiers.rules.TRANSITIONS` and fails if it is
not, and the clock's deadlines are those of `lib.working_time`.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from emoit.dossiers.types import Outcome, Verb
from emoit.lib.working_time import Term, Unit
from emoit.lib.working_time.arithmetic import working_minutes
from emoit.trial.clock import DAY, Clock
from emoit.trial.ground import Course
from emoit.trial.profile import Profile

AUTOMATIC_SECONDS = (3, 25)
HALF_HOUR = 1_800
LEAST_SPAN = 60  # working minutes
# What an extension, told last, may have to be put before.
_ASIDE = frozenset(
    {
        Verb.ASK_OPINIONS, Verb.GIVE_OPINION, Verb.CLOSE_OPINIONS, Verb.PLAN_INSPECTION, Verb.RECORD_INSPECTION,
    }
)  # fmt: skip
WORDS_OF_LEAVING = ("Khai nhầm thông tin, sẽ nộp lại.", "Không còn nhu cầu.", "Hợp đồng đã hủy.")


@dataclass(slots=True)
class Life:
    """One dossier. `course` and `party` are places in their lists; moments are seconds (UTC).

    `steps` are those done before the year ended, in order. `pauses` are (since, until or None). `chance` is a number
    below 2**32 from which whatever else must be chosen is chosen.

    `asked`: how many units were asked for their opinion, to answer before `reply_by`. `starts_at`: when the inspection
    on site was appointed for; `passed`: what it found, once it was recorded.
    """

    course: int
    party: int
    channel: int
    created: int
    chance: int
    steps: list[tuple[Verb, int]] = field(default_factory=list)
    pauses: list[tuple[int, int | None]] = field(default_factory=list)
    outcome: Outcome = Outcome.NONE
    extension: Term | None = None
    paid: int | None = None
    asked: int = 0
    reply_by: int | None = None
    starts_at: int | None = None
    passed: bool = True

    @property
    def submitted(self) -> int:
        return self.steps[0][1]

    @property
    def decided(self) -> int | None:
        """When the result was issued, None if it was not."""
        last, at = self.steps[-1]
        return at if last is Verb.RETURN_RESULT else None


class Chance:
    """Makes lives. One for all days; the generator of chance is passed in. `others`: how many units may be asked."""

    def __init__(self, profile: Profile, clock: Clock, *, others: int) -> None:
        self.profile, self.clock, self.others = profile, clock, others

    def live(self, rng: random.Random, life: Life, course: Course, submitted: int) -> None:
        """Let the life happen, from its submission to its end or to the year's."""
        life.steps.append((Verb.SUBMIT, submitted))
        if course.automatic:
            self._automatic(rng, life, submitted)
        else:
            self._by_officers(rng, life, course, submitted)
        self._cut(life)

    def _automatic(self, rng: random.Random, life: Life, submitted: int) -> None:
        at = submitted + rng.randint(*AUTOMATIC_SECONDS)
        issued = at + rng.randint(*AUTOMATIC_SECONDS)
        life.steps += [(Verb.RECEIVE, at), (Verb.EXAMINE, at), (Verb.DECIDE, issued), (Verb.RETURN_RESULT, issued)]
        life.outcome = Outcome.GRANTED

    def _by_officers(self, rng: random.Random, life: Life, course: Course, submitted: int) -> None:
        profile, clock = self.profile, self.clock
        waited = 1 + int(rng.expovariate(1 / profile.intake_minutes))
        received = clock.moment(clock.position(submitted) + waited)
        if rng.random() < profile.refused_at_intake:
            life.steps.append((Verb.REFUSE_INTAKE, received))
            return
        life.steps.append((Verb.RECEIVE, received))
        position = clock.beginning(received)
        if course.fee_vnd:
            paid = received + 60 * (1 + int(rng.expovariate(1 / (profile.payment_hours * 60))))
            life.steps += [(Verb.REQUIRE_FEE, received), (Verb.PAY_FEE, paid)]
            life.pauses.append((received, paid))
            life.paid = paid
            position = max(position, clock.position(paid))
        span = self._span(course, life, received, position)
        self._examined(rng, life, course, position, span)

    def _span(self, course: Course, life: Life, received: int, position: int) -> int:
        """Working minutes that the term leaves from `position` on, where the clock begins to run or runs on.

        Where the term counts working time that is all of it; the deadline need not be asked.
        """
        if course.term is None:
            return self.profile.default_term_days * self.clock.calendar.day_minutes
        if course.term.unit.counts_working_time:
            return max(working_minutes(self.clock.calendar, course.term), LEAST_SPAN)
        due, _ = self.clock.deadline(received, course.term, tuple(life.pauses))
        return max(self.clock.position(due or received) - position, LEAST_SPAN)

    def _examined(self, rng: random.Random, life: Life, course: Course, position: int, span: int) -> None:
        profile, moment, on_site = self.profile, self.clock.moment, course.way == "inspection"
        least, often, most = profile.pace
        late = rng.random() < profile.late
        total = span * (1.05 + rng.expovariate(3.0)) if late else span * rng.triangular(least, most, often)
        leaves = rng.random()
        begun = rng.uniform(0.03, 0.1 if on_site else 0.25)
        life.steps.append((Verb.EXAMINE, moment(position + int(total * begun))))
        if leaves < profile.withdrawn + profile.stopped:
            verb = Verb.WITHDRAW if leaves < profile.withdrawn else Verb.STOP
            life.steps.append((verb, moment(position + int(total * 0.6))))
            return
        if rng.random() < profile.supplement:
            back = self._supplement(rng, life, moment(position + int(total * (0.15 if on_site else 0.4))))
            if back is None:
                return
            position += back
        if on_site:
            self._inspected(rng, life, position, total)
        elif course.way == "appraisal" and self.others and rng.random() < profile.opinions:
            self._asked(rng, life, position, span, total)
        if late and course.term is not None and rng.random() < profile.late_extended:
            self._extended(life, position, span, total)
        self._decided(rng, life, course, position, total)

    def _inspected(self, rng: random.Random, life: Life, position: int, total: float) -> None:
        """Planned, on a full or half hour of work, and recorded afterwards."""
        planned, starts, recorded = (self.clock.moment(position + int(total * share)) for share in (0.25, 0.45, 0.58))
        planned = max(planned, life.steps[-1][1])
        rounded = starts - starts % HALF_HOUR
        life.starts_at = rounded if rounded > planned else starts
        life.steps += [(Verb.PLAN_INSPECTION, planned), (Verb.RECORD_INSPECTION, recorded)]
        life.passed = rng.random() >= self.profile.inspection_failed

    def _asked(self, rng: random.Random, life: Life, position: int, span: int, total: float) -> None:
        """One or two units asked, to answer on a working day within the term; what is missing is not waited for."""
        profile, clock = self.profile, self.clock
        life.asked = min(self.others, 1 + (rng.random() < profile.opinions_two))
        at, until = position + int(total * 0.42), position + int(total * 0.62)
        asked = max(clock.moment(at), life.steps[-1][1])
        within = min(until, position + span - 1) if at < position + span - 1 else until
        life.reply_by = clock.closing(max(clock.moment(within), asked))
        answers = sorted(position + int(total * rng.uniform(0.46, 0.6)) for _ in range(life.asked))
        closed = rng.random() < profile.opinions_missing
        life.steps.append((Verb.ASK_OPINIONS, asked))
        life.steps += [(Verb.GIVE_OPINION, clock.moment(answer)) for answer in (answers[:-1] if closed else answers)]
        if closed:
            life.steps.append((Verb.CLOSE_OPINIONS, clock.moment(position + int(total * 0.68))))

    def _supplement(self, rng: random.Random, life: Life, asked: int) -> int | None:
        """Working minutes that the clock stood; None if the applicant took the dossier back instead."""
        low, often, high = self.profile.supplement_days
        answered = asked + 60 * (1 + int(rng.triangular(low, high, often) * DAY / 60))
        life.steps.append((Verb.REQUEST_SUPPLEMENT, asked))
        if rng.random() < self.profile.supplement_abandoned:
            life.pauses.append((asked, None))
            life.steps.append((Verb.WITHDRAW, answered))
            return None
        life.pauses.append((asked, answered))
        life.steps.append((Verb.SUPPLY, answered))
        return max(self.clock.position(answered) - self.clock.position(asked), 0)

    def _extended(self, life: Life, position: int, span: int, total: float) -> None:
        day = self.clock.calendar.day_minutes
        life.extension = Term(min(60, max(1, int((total - span) / day) + 1)), Unit.WORKING_DAY)
        at, place = self.clock.moment(position + int(span * 0.62)), len(life.steps)
        while life.steps[place - 1][0] in _ASIDE and life.steps[place - 1][1] > at:
            place -= 1
        life.steps.insert(place, (Verb.EXTEND, at))

    def _decided(self, rng: random.Random, life: Life, course: Course, position: int, total: float) -> None:
        """The short way goes from the proposal straight to the signature, and a proposal is returned from there."""
        moment, short = self.clock.moment, course.way == "short"

        def at(share: float) -> int:
            return moment(position + int(total * share))

        life.steps.append((Verb.PROPOSE, at(0.72)))
        if rng.random() < self.profile.rework:
            life.steps += [(Verb.RETURN_FOR_REWORK, at(0.78)), (Verb.PROPOSE, at(0.84))]
        signed = at(1.0)
        issued = signed + rng.randint(*AUTOMATIC_SECONDS)
        if not short:
            life.steps.append((Verb.APPROVE, at(0.9)))
        life.steps += [(Verb.SIGN, signed), (Verb.DECIDE, issued), (Verb.RETURN_RESULT, issued)]
        refused = rng.random() < self.profile.refused or not life.passed
        life.outcome = Outcome.REFUSED if refused else Outcome.GRANTED

    def _cut(self, life: Life) -> None:
        """In order of time, and nothing after the year's end: what is not done by then is still open.

        A signature and the issue that follows it stand or fall together: nothing hangs in between.
        """
        end = self.clock.end
        steps = life.steps
        last = steps[0][1]
        for n, (verb, at) in enumerate(steps):
            last = max(last, at)
            steps[n] = (verb, last)
        if last < end:
            return
        done = [step for step in steps if step[1] < end]
        if done[-1][0] in {Verb.SIGN, Verb.DECIDE}:
            done = [step for step in done if step[0] not in {Verb.SIGN, Verb.DECIDE}]
        verbs = {verb for verb, _ in done}
        life.steps = done
        life.outcome = Outcome.NONE
        life.pauses = [(a, b if b is not None and b < end else None) for a, b in life.pauses if a < end]
        if life.paid is not None and life.paid >= end:
            life.paid = None
        if Verb.EXTEND not in verbs:
            life.extension = None
        if Verb.ASK_OPINIONS not in verbs:
            life.asked, life.reply_by = 0, None
        if Verb.PLAN_INSPECTION not in verbs:
            life.starts_at = None
