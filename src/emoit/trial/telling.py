"""The timeline of a life: who did what when, in the words and details that the actions leave."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from emoit.dossiers import rules
from emoit.dossiers.types import Status, Verb
from emoit.lib import vietnamese
from emoit.lib.working_time import VIET_NAM
from emoit.trial.aside import inspected, stance_of
from emoit.trial.clock import moment_of
from emoit.trial.copying import NULL, stamp, text
from emoit.trial.lives import WORDS_OF_LEAVING
from emoit.trial.subject import HAND, Subject, escaped

CLOSED_WITHOUT = "Đã quá ngày trả lời, hồ sơ đủ căn cứ để giải quyết."
DEFECT = "Bản chụp không đọc được."
Details = dict[str, Any]
_HIDDEN = {
    Verb.PROPOSE, Verb.APPROVE, Verb.RETURN_FOR_REWORK, Verb.SIGN, Verb.GIVE_OPINION, Verb.CLOSE_OPINIONS,
}  # fmt: skip
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
    Verb.SIGN: "Người có thẩm quyền đã ký, văn bản đang được ký số và đóng dấu.",
    Verb.CLOSE_OPINIONS: f"Kết thúc lấy ý kiến: {CLOSED_WITHOUT}",
    Verb.EXTEND: "Xin lỗi và hẹn lại ngày trả kết quả: cần xác minh thêm.",
    Verb.RETURN_RESULT: "Kết quả đã được trả trực tuyến.",
}
_AUTOMATIC = {
    Verb.RECEIVE: "Hệ thống đã tiếp nhận khai báo.",
    Verb.EXAMINE: "Hệ thống đã kiểm tra nội dung khai báo.",
}
_REASON = {Verb.REFUSE_INTAKE: "không đúng thủ tục.", Verb.STOP: "Người nộp không phối hợp làm rõ hồ sơ."}


def tell(subject: Subject) -> Status:
    """Write every entry, walked through the table of transitions; the status that they amount to."""
    add, agency = subject.rows.tables["timeline"].add, subject.rows.agency
    status, given = Status.DRAFT, 0
    for seq, (verb, at) in enumerate(subject.life.steps, 2):
        status = rules.next_status(status, verb)
        subject.when[verb] = at
        account, name = actor_of(subject, verb, given)
        add(
            agency, subject.id, str(seq), stamp(at), verb.value, status.value, account, name, "",
            "f" if verb in _HIDDEN else "t", text(_words(subject, verb, given)), _details(subject, verb, given),
        )  # fmt: skip
        given += verb is Verb.GIVE_OPINION
    return status


def actor_of(subject: Subject, verb: Verb, given: int = 0) -> tuple[str, str]:
    """Account, as COPY reads it, and name. `given`: how many opinions there are already."""
    if verb in {Verb.SUBMIT, Verb.SUPPLY, Verb.WITHDRAW}:
        return str(subject.person.account_id), subject.person.full_name
    officer = subject.asked[given] if verb is Verb.GIVE_OPINION else subject.hands.get(subject.role_of(verb))
    return (str(officer.account_id), officer.name) if officer else (NULL, HAND)


def _words(subject: Subject, verb: Verb, given: int) -> str:
    if subject.course.automatic and verb in _AUTOMATIC:
        return _AUTOMATIC[verb]
    said = _SAID.get(verb)
    return said(subject, given) if said else _WORDS[verb]


def _asking(subject: Subject, _given: int) -> str:
    until = vietnamese.format_datetime(_local(subject.life.reply_by))
    return f"Lấy ý kiến {len(subject.asked)} đơn vị phối hợp, trả lời trước {until}."


def _answering(subject: Subject, given: int) -> str:
    unit = subject.rows.ground.unit_names[subject.asked[given].unit_id]
    return f"{unit} đã cho ý kiến: {stance_of(subject, given).label.lower()}."


def _planning(subject: Subject, _given: int) -> str:
    starts = vietnamese.format_datetime(_local(subject.life.starts_at))
    return f"Hẹn kiểm tra thực tế lúc {starts}, xem giấy hẹn kèm theo."


def _local(at: int | None) -> datetime:
    if at is None:
        raise rules.Impossible("a step without its appointed moment")
    return moment_of(at).astimezone(VIET_NAM)


def _leaving(subject: Subject) -> str:
    return WORDS_OF_LEAVING[subject.life.chance % len(WORDS_OF_LEAVING)]


def _details(subject: Subject, verb: Verb, given: int) -> str:
    known = _KNOWN.get(verb)
    return escaped(known(subject, given)) if known else "{}"


def _submitted(subject: Subject, _given: int) -> Details:
    details = {"procedure": subject.course.code, "procedure_version": subject.course.version_id}
    return details | ({"from_result": subject.earlier.id} if subject.earlier else {})


def _asked(subject: Subject, _given: int) -> Details:
    units = [officer.unit_id for officer in subject.asked]
    return {"units": units, "reply_by": _local(subject.life.reply_by).isoformat()}


def _planned(subject: Subject, _given: int) -> Details:
    starts = _local(subject.life.starts_at).isoformat()
    return {"inspection": subject.rows.ids.inspection + subject.n, "starts_at": starts}


def _extension(subject: Subject, _given: int) -> Details:
    term, extension = subject.course.term, subject.life.extension
    if term is None or extension is None:
        raise rules.Impossible("an extension without a term")
    clock, received, pauses = subject.rows.ground.clock, subject.when[Verb.RECEIVE], tuple(subject.life.pauses)
    before, _ = clock.deadline(received, term, pauses)
    after, _ = clock.deadline(received, term, pauses, extension)
    return {
        "reason": "cần xác minh thêm.",
        "working_days": extension.value,
        "before": moment_of(before).isoformat() if before else None,
        "after": moment_of(after).isoformat() if after else None,
    }


# What a verb says and leaves of its own, by the life and how many opinions there were before.
_SAID: dict[Verb, Callable[[Subject, int], str]] = {
    Verb.PROPOSE: lambda subject, _: f"Chuyên viên trình: {subject.proposed.label.lower()}.",
    Verb.DECIDE: lambda subject, _: f"Đã ban hành {subject.spec.title.lower()} số {subject.document}.",
    Verb.WITHDRAW: lambda subject, _: f"Người nộp rút hồ sơ: {_leaving(subject)}",
    Verb.STOP: lambda *_: f"Dừng giải quyết hồ sơ: {_REASON[Verb.STOP]}",
    Verb.ASK_OPINIONS: _asking,
    Verb.GIVE_OPINION: _answering,
    Verb.PLAN_INSPECTION: _planning,
    Verb.RECORD_INSPECTION: lambda subject, _: f"Đã kiểm tra thực tế, kết quả: {inspected(subject).label.lower()}.",
}
_KNOWN: dict[Verb, Callable[[Subject, int], Details]] = {
    Verb.SUBMIT: _submitted,
    Verb.REQUIRE_FEE: lambda subject, _: {"amount_vnd": subject.course.fee_vnd},
    Verb.REQUEST_SUPPLEMENT: lambda subject, _: {"defects": [{"target": subject.course.defect, "reason": DEFECT}]},
    Verb.PROPOSE: lambda subject, _: {"outcome": subject.proposed},
    Verb.RETURN_FOR_REWORK: lambda subject, _: {
        "reason": "cần làm rõ căn cứ.",
        "step": "sign" if subject.course.way == "short" else "approve",
    },
    Verb.DECIDE: lambda subject, _: {
        "outcome": subject.life.outcome,
        "result": subject.result_id,
        "number": subject.document,
    },
    Verb.WITHDRAW: lambda subject, _: {"reason": _leaving(subject)},
    Verb.STOP: lambda *_: {"reason": _REASON[Verb.STOP]},
    Verb.REFUSE_INTAKE: lambda *_: {"reason": _REASON[Verb.REFUSE_INTAKE]},
    Verb.EXTEND: _extension,
    Verb.ASK_OPINIONS: _asked,
    Verb.GIVE_OPINION: lambda subject, given: {
        "unit": subject.asked[given].unit_id,
        "stance": stance_of(subject, given).value,
    },
    Verb.CLOSE_OPINIONS: lambda *_: {"reason": CLOSED_WITHOUT},
    Verb.PLAN_INSPECTION: _planned,
    Verb.RECORD_INSPECTION: lambda subject, _: {
        "inspection": subject.rows.ids.inspection + subject.n,
        "result": inspected(subject).value,
    },
}
