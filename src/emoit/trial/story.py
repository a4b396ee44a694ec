"""One life written down, table by table, as the actions would have left it."""

from __future__ import annotations

from emoit.dossiers.types import Outcome, Status, Verb
from emoit.payments.types import Method
from emoit.trial import aside, entries, telling
from emoit.trial.copying import NULL, stamp, text
from emoit.trial.doing import Doing
from emoit.trial.paths import moving
from emoit.trial.subject import KIND, Subject, array, escaped, optional

_REFUSAL = "Hồ sơ không đáp ứng điều kiện quy định."


class Story(Subject):
    """One life being written down."""

    def write(self) -> None:
        status = telling.tell(self)
        self._dossier(status)
        self._readers()
        self.number(f"dossier:{self.local_day:%y%m%d}", self.numbers.of_day, KIND, self.id, self.life.submitted)
        if self.life.pauses and Verb.REQUEST_SUPPLEMENT in self.when:
            self._supplement()
        if not self.course.automatic:
            Doing(self).write(status)
        if self.asked:
            aside.consultation(self, reason=telling.CLOSED_WITHOUT)
        if Verb.PLAN_INSPECTION in self.when:
            aside.inspection(self)
        if Verb.PROPOSE in self.when or (self.course.automatic and self.numbers.register):
            self._decision()
        if Verb.REQUIRE_FEE in self.when:
            self._fee()
        if self.numbers.register:
            entries.issue(self)
        if self.earlier is not None and self.course.amending is not None:
            entries.bring_in(self, self.earlier, self.course.amending)
        self._found()

    def _dossier(self, status: Status) -> None:
        life, course, person, when = self.life, self.course, self.person, self.when
        received = when.get(Verb.RECEIVE)
        deadline = NULL
        if course.term is not None and received is not None:
            self.due, body = self.rows.ground.clock.deadline(received, course.term, tuple(life.pauses), life.extension)
            deadline = text(body)
        if status in {Status.WITHDRAWN, Status.STOPPED}:
            self.due = None
        self.rows.tables["dossier"].add(
            self.id, self.rows.agency, self.code, str(course.version_id), course.code, text(course.name),
            str(course.process_id), self._state(status), status.value, life.outcome.value, str(life.channel),
            str(person.account_id), optional(person.enterprise_id), text(person.party.name), person.holder_key,
            person.phone_key, person.sealed_party, self.filled(course.template), str(course.receiving_unit),
            str(course.handling_unit), stamp(life.created), stamp(life.submitted), stamp(life.submitted),
            stamp(received), stamp(when.get(Verb.DECIDE)), stamp(when.get(Verb.RETURN_RESULT)), deadline,
            stamp(self.due), "t" if Verb.EXTEND in when else "f", optional(self.result_id or None),
            escaped(sorted(officer.unit_id for officer in self.asked)) if self.asked else "[]",
            optional(self.earlier.id if self.earlier else None), self._from_facts(), str(1 + len(life.steps)),
        )  # fmt: skip

    def _state(self, status: Status) -> str:
        if status.is_final:
            return NULL
        # Nobody's step moves a procedure that answers by itself: it waits for its answer until that is signed.
        steps = [] if self.course.automatic else moving(self.life.steps, asked=self.life.asked)
        return self.rows.paths.after(self.course.process_id, tuple(verb for verb, _ in steps)).state

    def _from_facts(self) -> str:
        """What the draft kept of the earlier result: its facts, and what the form took from it by itself."""
        if self.earlier is None or self.course.amending is None:
            return NULL
        facts = self.earlier.facts(self.person)
        kept = {name: facts[name] for name in ("register_code", "title", "number", "holder", "issued_at", "valid_to")}
        return f'{escaped(kept)[:-1]}, "answers": {self.filled(self.course.amending.carried)}}}'

    def _readers(self) -> None:
        add, agency, at = self.rows.tables["reader"].add, self.rows.agency, stamp(self.life.submitted)
        for key in self.readers:
            add(agency, self.id, key, at)

    def _supplement(self) -> None:
        defects = [{"target": self.course.defect, "reason": telling.DEFECT}]
        self.rows.tables["supplement"].add(
            self.rows.agency, self.id, "", escaped(defects), stamp(self.when[Verb.REQUEST_SUPPLEMENT]),
            stamp(self.when.get(Verb.SUPPLY)),
        )  # fmt: skip

    def _decision(self) -> None:
        outcome, hands, when = self.proposed, self.hands, self.when
        self.rows.tables["decision"].add(
            self.rows.agency, self.id, outcome.value, _REFUSAL if outcome is Outcome.REFUSED else "", "",
            optional(hands["specialist"].account_id if hands else None),
            optional(hands["head"].account_id if Verb.APPROVE in when else None),
            optional(hands["signer"].account_id if Verb.SIGN in when and "signer" in hands else None),
            text(self.document), self.valid_to.isoformat() if self.valid_to else NULL, self.token,
        )  # fmt: skip

    def _fee(self) -> None:
        life, agency = self.life, self.rows.agency
        fee_id = str(self.rows.ids.fee + self.n)
        left = self.when.get(Verb.WITHDRAW) or self.when.get(Verb.STOP)
        receipt = f"BL{self.rows.ground.clock.first.year}-{self.numbers.receipt:06d}" if self.numbers.receipt else ""
        self.rows.tables["fee"].add(
            fee_id, agency, KIND, self.id, str(self.course.receiving_unit),
            text(f"Phí, lệ phí: {self.course.name}"[:300]), str(self.course.fee_vnd),
            stamp(self.when[Verb.REQUIRE_FEE]), stamp(life.paid), Method.TRANSFER.value if receipt else "", receipt,
            stamp(left if life.paid is None else None), array(self.first_readers), text(self.course.code),
        )  # fmt: skip
        if receipt and life.paid is not None:
            self.number(f"receipt:{self.rows.ground.clock.first.year}", self.numbers.receipt, "fee", fee_id, life.paid)

    def _found(self) -> None:
        keys = [key for key in self.readers if key[:2] in {"u:", "g:"}]
        self.rows.tables["found"].add(
            self.rows.agency, KIND, self.id, text(f"{self.code} · {self.person.party.name}"),
            text(f"{self.course.name} {self.course.code}"), f"/nghiep-vu/ho-so/{self.id}/", array(keys),
            stamp(self.life.submitted),
        )  # fmt: skip
