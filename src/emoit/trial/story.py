"""One life written down, table by table, as the actions would have left it."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

from emoit.dossiers import rules
from emoit.dossiers.types import Outcome, Status, Verb
from emoit.payments.types import Method
from emoit.results import rules as register
from emoit.results.types import EventKind, State
from emoit.trial.clock import OFFSET, moment_of
from emoit.trial.copying import NULL, stamp, text
from emoit.trial.crowd import Person
from emoit.trial.ground import Course
from emoit.trial.lives import WORDS_OF_LEAVING, Life
from emoit.trial.paths import COMPLETES, moving
from emoit.trial.rows import Numbers, Rows
from emoit.workflow.types import OpenStep

KIND = "dossier"
HAND = "load_year"  # who did what no person does
_LETTERS = register.ALPHABET
# Who has which verb in hand, for the timeline and for finished work.
_ROLE = {
    Verb.RECEIVE: "clerk", Verb.REFUSE_INTAKE: "clerk", Verb.REQUIRE_FEE: "clerk", Verb.EXAMINE: "specialist",
    Verb.REQUEST_SUPPLEMENT: "specialist", Verb.PROPOSE: "specialist", Verb.APPROVE: "head",
    Verb.RETURN_FOR_REWORK: "head", Verb.EXTEND: "head", Verb.STOP: "head", Verb.SIGN: "signer",
}  # fmt: skip
_HIDDEN = {Verb.PROPOSE, Verb.APPROVE, Verb.RETURN_FOR_REWORK, Verb.SIGN}
_WORDS = {
    Verb.SUBMIT: "Hồ sơ đã được nộp trực tuyến.",
    Verb.RECEIVE: "Bộ phận Một cửa đã tiếp nhận hồ sơ.",
    Verb.REFUSE_INTAKE: "Không tiếp nhận hồ sơ: không đúng thủ tục.",
    Verb.REQUIRE_FEE: "Chờ nộp phí, lệ phí.",
    Verb.PAY_FEE: "Đã nộp đủ phí, lệ phí, thời hạn giải quyết bắt đầu chạy.",
    Verb.EXAMINE: "Cơ quan bắt đầu thẩm định hồ sơ.",
    Verb.REQUEST_SUPPLEMENT: "Cơ quan yêu cầu bổ sung hồ sơ, thời hạn giải quyết tạm dừng.",
    Verb.SUPPLY: "Đã bổ sung hồ sơ, thời hạn giải quyết chạy tiếp.",
    Verb.APPROVE: "Lãnh đạo đơn vị đã duyệt đề xuất.",
    Verb.RETURN_FOR_REWORK: "Trả lại: cần làm rõ căn cứ.",
    Verb.SIGN: "Lãnh đạo đã ký, văn bản đang được ký số và đóng dấu.",
    Verb.RETURN_RESULT: "Kết quả đã được trả trực tuyến.",
}
_REASON = {Verb.REFUSE_INTAKE: "không đúng thủ tục.", Verb.STOP: "Người nộp không phối hợp làm rõ hồ sơ."}
_DEFECT = "Bản chụp không đọc được."
_REFUSAL = "Hồ sơ không đáp ứng điều kiện quy định."


class Story:
    """One life being written down."""

    def __init__(self, rows: Rows, life: Life, n: int, numbers: Numbers) -> None:
        self.rows, self.life, self.n, self.numbers = rows, life, n, numbers
        self.course: Course = rows.ground.courses[life.course]
        self.person: Person = rows.crowd.person(life.party)
        self.id = str(rows.ids.dossier + n)
        self.local_day = date(1970, 1, 1) + timedelta(days=(life.submitted + OFFSET) // 86_400)
        self.code = rules.dossier_code(
            agency=rows.ground.dossier_code,
            day=datetime(self.local_day.year, self.local_day.month, self.local_day.day, tzinfo=UTC),
            number=numbers.of_day,
            width=rows.ground.width,
        )
        self.hands = rows.hands(self.course, life.chance)
        self.result_id = rows.ids.result + numbers.register if numbers.register else 0
        self.spec = self.course.refusal if life.outcome is Outcome.REFUSED else self.course.result
        self.document, self.valid_to = self._outcome() if numbers.document else ("", None)
        self.token = token_of(rows.seed, n) if numbers.register else ""
        self.when: dict[Verb, int] = {}
        self.due: int | None = None

    def _outcome(self) -> tuple[str, date | None]:
        """The document's number and its last day of validity, by the procedure's own words."""
        at = self.life.decided or self.life.submitted
        on = date(1970, 1, 1) + timedelta(days=(at + OFFSET) // 86_400)
        quotes = "/" in self.spec.validity or "{/" in self.spec.number_pattern
        answers = self.course.template.quoted(self.local_day) if quotes else {}
        return (
            self.spec.number(self.numbers.document, on=on, answers=answers),
            self.spec.valid_to(issued_on=on, answers=answers),
        )

    def write(self) -> None:
        status = self._timeline()
        self._dossier(status)
        self._readers()
        self._number(f"dossier:{self.local_day:%y%m%d}", self.numbers.of_day, KIND, self.id, self.life.submitted)
        if self.life.pauses and Verb.REQUEST_SUPPLEMENT in self.when:
            self._supplement()
        if not self.course.automatic:
            self._work(status)
        if Verb.PROPOSE in self.when or (self.course.automatic and self.numbers.register):
            self._decision()
        if Verb.REQUIRE_FEE in self.when:
            self._fee()
        if self.numbers.register:
            self._result()
        self._found(self.id, KIND, self._dossier_title(), self._dossier_body())

    # -- the dossier -----------------------------------------------------------------------------------------------

    def _timeline(self) -> Status:
        add, agency, dossier = self.rows.tables["timeline"].add, self.rows.agency, self.id
        status, seq = Status.DRAFT, 1
        for verb, at in self.life.steps:
            status = rules.next_status(status, verb)
            seq += 1
            self.when[verb] = at
            account, name = self._actor(verb)
            add(
                agency, dossier, str(seq), stamp(at), verb.value, status.value, account, name, "",
                "f" if verb in _HIDDEN else "t", self._words(verb), self._details(verb),
            )  # fmt: skip
        return status

    def _actor(self, verb: Verb) -> tuple[str, str]:
        if verb in {Verb.SUBMIT, Verb.SUPPLY, Verb.WITHDRAW}:
            return str(self.person.account_id), self.person.full_name
        officer = self.hands.get(_ROLE.get(verb, ""))
        return (str(officer.account_id), officer.name) if officer else (NULL, HAND)

    def _words(self, verb: Verb) -> str:
        match verb:
            case Verb.PROPOSE:
                return f"Chuyên viên trình: {self._proposed().label.lower()}."
            case Verb.DECIDE:
                return text(f"Đã ban hành {self.spec.title.lower()} số {self.document}.")
            case Verb.WITHDRAW:
                return f"Người nộp rút hồ sơ: {self._leaving()}"
            case Verb.STOP:
                return f"Dừng giải quyết hồ sơ: {_REASON[verb]}"
            case Verb.EXTEND:
                return "Xin lỗi và hẹn lại ngày trả kết quả: cần xác minh thêm."
            case Verb.RECEIVE if self.course.automatic:
                return "Hệ thống đã tiếp nhận khai báo."
            case Verb.EXAMINE if self.course.automatic:
                return "Hệ thống đã kiểm tra nội dung khai báo."
        return _WORDS[verb]

    def _leaving(self) -> str:
        return WORDS_OF_LEAVING[self.life.chance % len(WORDS_OF_LEAVING)]

    def _proposed(self) -> Outcome:
        return self.life.outcome or Outcome.GRANTED

    def _details(self, verb: Verb) -> str:
        details: dict[str, Any]
        match verb:
            case Verb.SUBMIT:
                details = {"procedure": self.course.code, "procedure_version": self.course.version_id}
            case Verb.REQUIRE_FEE:
                details = {"amount_vnd": self.course.fee_vnd}
            case Verb.REQUEST_SUPPLEMENT:
                details = {"defects": [{"target": self.course.defect, "reason": _DEFECT}]}
            case Verb.PROPOSE:
                details = {"outcome": self._proposed()}
            case Verb.RETURN_FOR_REWORK:
                details = {"reason": "cần làm rõ căn cứ.", "step": "approve"}
            case Verb.DECIDE:
                details = {"outcome": self.life.outcome, "result": self.result_id, "number": self.document}
            case Verb.WITHDRAW:
                details = {"reason": self._leaving()}
            case Verb.STOP | Verb.REFUSE_INTAKE:
                details = {"reason": _REASON[verb]}
            case Verb.EXTEND:
                details = self._extension_details()
            case _:
                return "{}"
        return text(json.dumps(details, ensure_ascii=False))

    def _extension_details(self) -> dict[str, Any]:
        term, extension = self.course.term, self.life.extension
        if term is None or extension is None:
            raise rules.Impossible("an extension without a term")
        clock, received, pauses = self.rows.ground.clock, self.when[Verb.RECEIVE], tuple(self.life.pauses)
        before, _ = clock.deadline(received, term, pauses)
        after, _ = clock.deadline(received, term, pauses, extension)
        return {
            "reason": "cần xác minh thêm.",
            "working_days": extension.value,
            "before": moment_of(before).isoformat() if before else None,
            "after": moment_of(after).isoformat() if after else None,
        }

    def _dossier(self, status: Status) -> None:
        life, course, person, when = self.life, self.course, self.person, self.when
        received = when.get(Verb.RECEIVE)
        deadline = NULL
        if course.term is not None and received is not None:
            self.due, body = self.rows.ground.clock.deadline(received, course.term, tuple(life.pauses), life.extension)
            deadline = text(body)
        if status in {Status.WITHDRAWN, Status.STOPPED}:
            self.due = None
        state = NULL
        if not status.is_final:
            # Nobody's step moves a procedure that answers by itself: it waits for its answer until that is signed.
            verbs = () if course.automatic else moving([v for v, _ in life.steps])
            state = self.rows.paths.after(course.process_id, verbs).state
        values = dict(person.values)
        for hole in course.template.holes:
            if hole.startswith("day+"):
                values[hole] = (self.local_day + timedelta(days=int(hole[4:]))).isoformat()
        self.rows.tables["dossier"].add(
            self.id, self.rows.agency, self.code, str(course.version_id), course.code, text(course.name),
            str(course.process_id), state, status.value, life.outcome.value, str(life.channel),
            str(person.account_id), _id(person.enterprise_id), text(person.party.name), person.holder_key,
            person.phone_key, person.sealed_party, course.template.fill(values), str(course.receiving_unit),
            str(course.handling_unit), stamp(life.created), stamp(life.submitted), stamp(life.submitted),
            stamp(received), stamp(when.get(Verb.DECIDE)), stamp(when.get(Verb.RETURN_RESULT)), deadline,
            stamp(self.due), "t" if Verb.EXTEND in when else "f", _id(self.result_id or None),
            str(1 + len(life.steps)),
        )  # fmt: skip

    def readers(self) -> list[str]:
        """As `dossiers.case.Case.readers`; the loaded sample is compared with it."""
        keys = [f"a:{self.person.account_id}", f"g:{self.rows.ground.agency_id}"]
        if self.person.enterprise_id:
            keys.append(f"e:{self.person.enterprise_id}")
        return sorted([*keys, *(f"u:{unit}" for unit in self.course.units)])

    def _readers(self) -> None:
        add, agency, at = self.rows.tables["reader"].add, self.rows.agency, stamp(self.life.submitted)
        for key in self.readers():
            add(agency, self.id, key, at)

    def _number(self, series: str, value: int, kind: str, subject: str, at: int) -> None:
        self.rows.tables["number"].add(
            self.rows.agency, str(self.rows.ids.series[series]), str(value), kind, subject, stamp(at), ""
        )

    def _supplement(self) -> None:
        defects = [{"target": self.course.defect, "reason": _DEFECT}]
        self.rows.tables["supplement"].add(
            self.rows.agency, self.id, "", text(json.dumps(defects, ensure_ascii=False)),
            stamp(self.when[Verb.REQUEST_SUPPLEMENT]), stamp(self.when.get(Verb.SUPPLY)),
        )  # fmt: skip

    # -- work ------------------------------------------------------------------------------------------------------

    def _work(self, status: Status) -> None:
        """Finished work step by step, and what waits: by the process itself, walked in the same verbs."""
        walked: tuple[Verb, ...] = ()
        opened, claimed = self.life.submitted, None
        for verb, at in self.life.steps:
            if verb is Verb.EXAMINE:
                claimed = at
            if verb not in COMPLETES or (verb is Verb.RECEIVE and self.course.fee_vnd):
                continue
            self._done(verb, walked, opened, claimed, at)
            walked = (*walked, verb)
            opened, claimed = at, at if verb in {Verb.SUPPLY, Verb.RETURN_FOR_REWORK} else None
        if status.is_final and status not in {Status.WITHDRAWN, Status.STOPPED}:
            return
        for step in self.rows.paths.after(self.course.process_id, walked).open:
            if step.lane not in rules.LANES:
                continue  # the applicant's to do
            if status.is_final:
                self._abandoned(step, opened)
            else:
                self._item(step, opened, claimed)

    def _place(self, lane: str) -> tuple[str, str]:
        place, role = rules.LANES[lane]
        course = self.course
        units = {
            "receiving": course.receiving_unit, "handling": course.handling_unit, "signing": course.signing_unit,
        }  # fmt: skip
        return _id(units[place]), role

    def _done(self, verb: Verb, walked: tuple[Verb, ...], opened: int, claimed: int | None, closed: int) -> None:
        if verb in {Verb.PAY_FEE, Verb.SUPPLY}:
            return  # the applicant's own steps are nobody's work here
        step, outcome = COMPLETES[verb]
        name = next(s.name for s in self.rows.paths.after(self.course.process_id, walked).open if s.key == step)
        officer = self.hands[_ROLE[verb]]
        self.rows.tables["done"].add(
            self.rows.agency, KIND, self.id, step, name, str(officer.unit_id), officer.role, str(officer.account_id),
            stamp(opened), stamp(claimed if step == "examine" else None), stamp(closed),
            stamp(None if step == "intake" else self.due), "receive" if verb is Verb.REQUIRE_FEE else outcome,
        )  # fmt: skip

    def _abandoned(self, step: OpenStep, opened: int) -> None:
        unit, role = self._place(step.lane)
        verb, at = self.life.steps[-1]
        account, _ = self._actor(verb)
        self.rows.tables["done"].add(
            self.rows.agency, KIND, self.id, step.key, step.name, unit, role, account, stamp(opened), NULL, stamp(at),
            NULL, verb.value,
        )  # fmt: skip

    def _item(self, step: OpenStep, opened: int, claimed: int | None) -> None:
        unit, role = self._place(step.lane)
        held = claimed if step.key == "examine" else None
        self.rows.tables["item"].add(
            self.rows.agency, KIND, self.id, self.code, text(self.course.name), text(self.person.party.name), step.key,
            step.name, step.token, unit, role, NULL if held is None else str(self.hands["specialist"].account_id),
            stamp(opened), stamp(held), stamp(self.due), "f", "", "1", text(self.course.code),
        )  # fmt: skip

    # -- what comes of it ------------------------------------------------------------------------------------------

    def _decision(self) -> None:
        outcome = self._proposed()
        hands, when = self.hands, self.when
        self.rows.tables["decision"].add(
            self.rows.agency, self.id, outcome.value, _REFUSAL if outcome is Outcome.REFUSED else "", "",
            _id(hands["specialist"].account_id if hands else None),
            _id(hands["head"].account_id if Verb.APPROVE in when else None),
            _id(hands["signer"].account_id if Verb.SIGN in when and "signer" in hands else None),
            text(self.document), self.token,
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
            stamp(left if life.paid is None else None),
            "{" + ",".join(self.readers()) + "}", text(self.course.code),
        )  # fmt: skip
        if receipt and life.paid is not None:
            self._number(f"receipt:{self.rows.ground.clock.first.year}", self.numbers.receipt, "fee", fee_id, life.paid)

    def _result(self) -> None:
        at, numbers, ground = self.when[Verb.DECIDE], self.numbers, self.rows.ground
        signer = self.hands.get("signer")
        keys = sorted({*self.readers(), f"u:{self.course.handling_unit}"})
        code = register.register_code(ground.level_1, numbers.register)
        moment, number = stamp(at), text(self.document)
        self.rows.tables["result"].add(
            str(self.result_id), self.rows.agency, code, self.token, self.spec.kind, self.spec.code,
            text(self.spec.title), number, text(self.person.party.name), self.person.holder_key,
            "{" + ",".join(keys) + "}", str(self.course.handling_unit), ground.agency_name, self.code, "",
            signer.name if signer else ground.agency_name, "", moment, moment, moment,
            self.valid_to.isoformat() if self.valid_to else NULL, State.VALID.value, "", text(self.course.code),
        )  # fmt: skip
        self.rows.tables["event"].add(
            self.rows.agency, str(self.result_id), moment, EventKind.ISSUED.value, HAND, "", "{}"
        )
        year = ground.clock.first.year
        self._number(f"KQ.{ground.level_1}", numbers.register, "result", str(self.result_id), at)
        self._number(f"document:{self.spec.series}:{year}", numbers.document, KIND, self.id, at)
        body = " ".join(
            filter(None, [code, self.document, self.code, self.person.party.name if self.person.enterprise_id else ""])
        )
        self.rows.tables["found"].add(
            self.rows.agency, "result", str(self.result_id), text(self.spec.title), text(body),
            f"/kiem-tra/{self.token}/", "{" + ",".join(keys) + "}", moment,
        )  # fmt: skip

    def _dossier_title(self) -> str:
        return f"{self.code} · {self.person.party.name}"

    def _dossier_body(self) -> str:
        return f"{self.course.name} {self.course.code}"

    def _found(self, subject: str, kind: str, title: str, body: str) -> None:
        keys = sorted(key for key in self.readers() if key[:2] in {"u:", "g:"})
        self.rows.tables["found"].add(
            self.rows.agency, kind, subject, text(title), text(body), f"/nghiep-vu/ho-so/{subject}/",
            "{" + ",".join(keys) + "}", stamp(self.life.submitted),
        )  # fmt: skip


def _id(value: int | None) -> str:
    return NULL if value is None else str(value)


def token_of(seed: int, n: int) -> str:
    """A look-up token that the seed alone decides: for a trial only, a real one is 130 random bits."""
    number = int.from_bytes(hashlib.sha256(f"{seed}:token:{n}".encode()).digest()[:17], "big")
    return "".join(_LETTERS[(number >> (5 * k)) & 31] for k in range(register.TOKEN_LENGTH))
