"""What goes beside the steps of a process: opinions asked of other units, the inspection on site."""

from __future__ import annotations

from emoit.dossiers.types import InspectionResult, InspectionState, Stance, Verb
from emoit.trial.copying import NULL, stamp, text
from emoit.trial.subject import Subject, escaped, optional

QUESTION = "Đề nghị cho ý kiến về điều kiện và nội dung của hồ sơ thuộc phạm vi quản lý của đơn vị."
_SAID = {
    Stance.AGREE: "Thống nhất với nội dung hồ sơ.",
    Stance.REMARKS: "Đề nghị bổ sung cam kết về thời hạn thực hiện.",
    Stance.DISAGREE: "Hồ sơ chưa chứng minh được điều kiện thực hiện.",
}
_FOUND = {
    InspectionResult.PASSED: "Cơ sở, trang thiết bị và nhân sự đúng như hồ sơ đã khai.",
    InspectionResult.FAILED: "Cơ sở chưa đáp ứng điều kiện như hồ sơ đã khai.",
}


def stance_of(subject: Subject, k: int) -> Stance:
    """What the k-th unit that was asked says, or would have said: in 16 cases 12, 3 and 1."""
    drawn = (subject.life.chance >> (4 * k)) & 15
    return Stance.DISAGREE if drawn == 15 else Stance.REMARKS if drawn >= 12 else Stance.AGREE


def inspected(subject: Subject) -> InspectionResult:
    return InspectionResult.PASSED if subject.life.passed else InspectionResult.FAILED


def answers_of(subject: Subject) -> list[int]:
    """When each opinion came, in the order in which the units were asked."""
    return [at for verb, at in subject.life.steps if verb is Verb.GIVE_OPINION]


def closed_at(subject: Subject) -> int | None:
    """When the round of opinions was over: with the last answer, or closed without."""
    given = answers_of(subject)
    return given[-1] if len(given) == subject.life.asked else subject.when.get(Verb.CLOSE_OPINIONS)


def consultation(subject: Subject, *, reason: str) -> None:
    """The round of opinions and what each unit said. `reason`: why it was closed if an answer was missing."""
    rows, given = subject.rows, answers_of(subject)
    consultation_id = str(rows.ids.consultation + subject.n)
    rows.tables["consultation"].add(
        consultation_id, rows.agency, subject.id, QUESTION, stamp(subject.life.reply_by),
        str(subject.hands["specialist"].account_id), stamp(subject.when[Verb.ASK_OPINIONS]), stamp(closed_at(subject)),
        reason if Verb.CLOSE_OPINIONS in subject.when else "",
    )  # fmt: skip
    for k, officer in enumerate(subject.asked):
        answered = given[k] if k < len(given) else None
        stance = stance_of(subject, k)
        rows.tables["opinion"].add(
            rows.agency, subject.id, consultation_id, str(officer.unit_id), stance.value if answered else "",
            _SAID[stance] if answered else "", str(officer.account_id) if answered else NULL, stamp(answered),
        )  # fmt: skip


def inspection(subject: Subject) -> None:
    """The appointment and, once it was held, its minutes: led by the unit's head, with the officer in charge."""
    rows, when, hands = subject.rows, subject.when, subject.hands
    recorded = when.get(Verb.RECORD_INSPECTION)
    leader, specialist = hands["head"].account_id, hands["specialist"].account_id
    result = inspected(subject)
    state = InspectionState.PLANNED if recorded is None else InspectionState.RECORDED
    rows.tables["inspection"].add(
        str(rows.ids.inspection + subject.n), rows.agency, subject.id, "1", state.value, stamp(subject.life.starts_at),
        text(subject.person.party.address), subject.person.sealed_name, "Kiểm tra điều kiện thực tế tại cơ sở.",
        str(leader), escaped(sorted([leader, specialist])), str(specialist), stamp(when[Verb.PLAN_INSPECTION]),
        result.value if recorded else "", _FOUND[result] if recorded else "",
        optional(specialist if recorded else None), stamp(recorded),
    )  # fmt: skip
