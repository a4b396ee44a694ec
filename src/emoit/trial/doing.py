"""Work on a dossier: what was finished step by step, and what waits in the inboxes, by the process itself."""

from __future__ import annotations

from dataclasses import dataclass, replace

from emoit.dossiers import rules
from emoit.dossiers.types import Status, Verb
from emoit.people.types import Role
from emoit.trial.aside import QUESTION, answers_of, closed_at, stance_of
from emoit.trial.copying import NULL, stamp, text
from emoit.trial.paths import COMPLETES, moving
from emoit.trial.subject import KIND, Subject, optional
from emoit.trial.telling import actor_of
from emoit.workflow.types import OpenStep, kind_of

OPINE = "Cho ý kiến phối hợp"
# Whose place is in a lane, among the hands of a dossier.
_HANDS = {"one_stop": "clerk", "specialist": "specialist", "head": "head", "leader": "signer", "signer": "signer"}
# What the inbox remembers where it is another word than the process was told.
_CLOSED_AS = {Verb.REQUIRE_FEE: "receive", Verb.CLOSE_OPINIONS: "close_opinions"}


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of work, done or waiting. `claimed` is None where nobody had it in hand; moments in seconds."""

    step: str
    name: str
    unit: int | None
    role: str
    opened: int
    claimed: int | None
    due: int | None


class Doing:
    """The work of one dossier, until its end or the year's."""

    def __init__(self, subject: Subject) -> None:
        self.subject, self.rows, self.course = subject, subject.rows, subject.course
        self._before: set[str] = set()  # kinds of step that an officer has done

    def write(self, status: Status) -> None:
        walked: tuple[Verb, ...] = ()
        opened = self.subject.life.submitted
        for verb, at in moving(self.subject.life.steps, asked=self.subject.life.asked):
            step = self.rows.paths.step(self.course.process_id, walked, verb)
            if step.lane in rules.LANES:
                self._done(step, verb, opened, at)
                self._before.add(kind_of(step.key))
            walked, opened = (*walked, verb), at
        if self.subject.asked:
            self._opinions()
        if status.is_final and status not in {Status.WITHDRAWN, Status.STOPPED}:
            return
        for step in self.rows.paths.after(self.course.process_id, walked).open:
            if step.lane not in rules.LANES:
                continue  # the applicant's to do
            if status.is_final:
                self._abandoned(step, opened)
            else:
                self._item(step, opened)

    def _holder(self, step: OpenStep) -> str:
        return str(self.subject.hands[_HANDS[step.lane]].account_id)

    def _piece(self, step: OpenStep, opened: int) -> Piece:
        place, role = rules.LANES[step.lane]
        course, kind = self.course, kind_of(step.key)
        units = {
            "receiving": course.receiving_unit, "handling": course.handling_unit, "signing": course.signing_unit,
        }  # fmt: skip
        due = None if kind == "intake" else self.subject.due
        claimed = self._claimed(kind, opened)
        return Piece(step.key, step.name, units[place], role or course.signer_role, opened, claimed, due)

    def _claimed(self, kind: str, opened: int) -> int | None:
        """When the officer had it in hand: at once where a step comes back, else as the examination began."""
        alike = rules.IN_CHARGE if kind in rules.IN_CHARGE else {kind}
        if self._before & alike:
            return opened
        return self.subject.when.get(Verb.EXAMINE) if kind in rules.IN_CHARGE else None

    def _done(self, step: OpenStep, verb: Verb, opened: int, closed: int) -> None:
        # The last answer closes the waiting by itself: nobody did that.
        account = NULL if verb is Verb.GIVE_OPINION else self._holder(step)
        outcome = _CLOSED_AS.get(verb, COMPLETES[verb][1])
        self._finished(self._piece(step, opened), account=account, closed=closed, outcome=outcome)

    def _abandoned(self, step: OpenStep, opened: int) -> None:
        """What was open when the dossier was withdrawn or stopped: its deadline was gone by then."""
        verb, at = self.subject.life.steps[-1]
        account, _ = actor_of(self.subject, verb)
        self._finished(self._piece(step, opened), account=account, closed=at, outcome=verb.value)

    def _finished(self, piece: Piece, *, account: str, closed: int, outcome: str) -> None:
        self.rows.tables["done"].add(
            self.rows.agency, KIND, self.subject.id, piece.step, piece.name, optional(piece.unit), piece.role, account,
            stamp(piece.opened), stamp(piece.claimed), stamp(closed), stamp(piece.due), outcome,
        )  # fmt: skip

    def _item(self, step: OpenStep, opened: int) -> None:
        piece = self._piece(step, opened)
        self._waiting(replace(piece, due=self.subject.due), token=step.token, holder=self._holder(step))

    def _waiting(self, piece: Piece, *, token: str, holder: str = NULL, note: str = "") -> None:
        subject = self.subject
        self.rows.tables["item"].add(
            self.rows.agency, KIND, subject.id, subject.code, text(self.course.name), text(subject.person.party.name),
            piece.step, piece.name, token, optional(piece.unit), piece.role, NULL if piece.claimed is None else holder,
            stamp(piece.opened), stamp(piece.claimed), stamp(piece.due), "f", note, "1", text(self.course.code),
        )  # fmt: skip

    def _opinions(self) -> None:
        """What lay in the inboxes of the units that were asked, with the term of their answer."""
        subject = self.subject
        asked, until = subject.when[Verb.ASK_OPINIONS], subject.life.reply_by
        given, closed = answers_of(subject), closed_at(subject)
        for k, officer in enumerate(subject.asked):
            piece = Piece(rules.OPINION, OPINE, officer.unit_id, Role.SPECIALIST.value, asked, None, until)
            if k < len(given):
                account, stance = str(officer.account_id), stance_of(subject, k)
                self._finished(piece, account=account, closed=given[k], outcome=stance.value)
            elif closed is not None:
                self._finished(piece, account=NULL, closed=closed, outcome="not_answered")
            else:
                token = f"{self.rows.ids.consultation + subject.n}:{officer.unit_id}"
                self._waiting(piece, token=token, note=QUESTION)
