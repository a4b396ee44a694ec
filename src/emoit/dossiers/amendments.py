"""Dossiers that open from an earlier result: whether it may be changed, what comes from it, what becomes of it.

The earlier result is judged when a draft is begun, when it is handed in, and whenever somebody is about to grant it. At
the signature it is held: from then until the signed paper has come nobody can end it, so that no signature is given for
a licence that was revoked meanwhile.
"""

from __future__ import annotations

import copy
from datetime import date, datetime
from typing import Any

from emoit.dossiers import answers as answer_store
from emoit.dossiers import earlier, rules
from emoit.dossiers.case import Case
from emoit.dossiers.models import Dossier
from emoit.dossiers.types import Outcome
from emoit.forms import queries as forms
from emoit.kernel.access import Actor, NotFound, Refusal
from emoit.kernel.personal import keyed_hash
from emoit.lib.saying import say, small, vi
from emoit.lib.vietnamese import format_date
from emoit.lib.working_time import VIET_NAM
from emoit.people import queries as people
from emoit.people.types import Party
from emoit.printing.types import Fact
from emoit.procedures import queries as procedures
from emoit.procedures.types import Change, Procedure, ResultSpec
from emoit.results import actions as results
from emoit.results import queries as result_queries
from emoit.results.types import ResultInfo, State

_ENDED = {
    State.EXPIRED: vi("{result} đã hết hiệu lực nên không thể {verb}."),
    State.REVOKED: vi("{result} đã bị thu hồi nên không thể {verb}."),
    State.REPLACED: vi("{result} đã được thay thế bằng kết quả khác nên không thể {verb}."),
}
_ENDED_ON = {
    State.EXPIRED: vi("{result} đã hết hiệu lực ngày {day} nên không thể {verb}."),
    State.REVOKED: vi("{result} đã bị thu hồi ngày {day} nên không thể {verb}."),
    State.REPLACED: vi("{result} đã được thay thế bằng kết quả khác ngày {day} nên không thể {verb}."),
}


def require_named(procedure: Procedure, result_id: int | None) -> None:
    """A procedure that amends opens from a result; another one does not."""
    if procedure.amends is None and result_id is not None:
        raise Refusal("Thủ tục này không mở từ một kết quả đã cấp.", code="not_amending")
    if procedure.amends is not None and result_id is None:
        raise Refusal(
            say(
                "Thủ tục này mở từ một kết quả đã cấp. Hãy chọn giấy phép, kết quả cần {change} "
                "trong mục «Kết quả của tôi».",
                change=small(procedure.amends.change.label),
            ),
            code="result_missing",
        )


def holder(by: Actor, *, now: datetime, result_id: int, enterprise_id: int | None) -> tuple[Party, int | None]:
    """The one of the actor's parties in whose name the result stands, and its enterprise.

    NotFound where the actor may not see the result, Refusal `another_holder` where it is none of theirs (any more), or
    not the enterprise that they named.
    """
    result = result_queries.get_for(by, result_id, now=now)
    own = [enterprise.id for enterprise in people.enterprises_of(by.account_id or 0, now=now)]
    for candidate in (None, *own) if enterprise_id is None else (enterprise_id,):
        try:
            party = people.party_for(by, enterprise_id=candidate)
        except NotFound:
            continue
        if result_queries.is_held_by(by, result_id, keyed_hash(party.identity)):
            return party, candidate
    raise Refusal(
        say(
            "Kết quả này được cấp cho {holder}. Chỉ người được cấp làm thủ tục này.",
            holder=result.holder_name,
        ),
        code="another_holder",
    )


def judge(procedure: Procedure, result: ResultInfo, *, changing: str = "") -> None:
    """Refuse what cannot be changed. `changing`: the code of another open dossier that is about to change it."""
    amends = procedure.amends
    if amends is None:
        return
    verb = small(amends.change.label)
    name = say("{title} số {number}", title=result.title, number=result.number) if result.number else result.title
    if result.kind not in amends.kinds:
        raise Refusal(say("Thủ tục này không dùng để {verb} {name}.", verb=verb, name=name), code="wrong_kind")
    if result.state not in rules.CHANGEABLE[amends.change]:
        ended = result.revoked_at.astimezone(VIET_NAM).date() if result.revoked_at else result.valid_to
        raise Refusal(
            say(_ENDED_ON[result.state] if ended else _ENDED[result.state], result=name, verb=verb, day=ended),
            code=f"result_{result.state}",
        )
    if changing:
        raise Refusal(
            say(
                "{name} đang được thay đổi theo hồ sơ {changing}. Hãy chờ hồ sơ đó có kết quả, hoặc rút hồ sơ đó.",
                name=name,
                changing=changing,
            ),
            code="being_changed",
        )


def begin(row: Dossier, procedure: Procedure, *, by: Actor, now: datetime, result_id: int) -> dict[str, Any]:
    """Tie a new draft to the result: judge it, keep its facts. Returns what the form is prefilled from.

    As a process of ours; `by` is one.
    """
    result = results.lock(by=by, now=now, result_id=result_id)
    judge(procedure, result, changing=earlier.changing(row.agency_id, result_id))
    source = _source(row, result)
    carried = _merged(_carried(row, procedure, result), forms.prefill(procedure.form, {"result": source}))
    row.from_result_id = result.id
    row.from_facts = {
        **{name: source[name] for name in ("register_code", "title", "number", "holder", "issued_at", "valid_to")},
        "answers": answer_store.seal(carried, forms.personal_pointers(procedure.form)),
    }
    return source


def first_answers(row: Dossier, procedure: Procedure, sources: dict[str, Any]) -> dict[str, Any]:
    """What the form begins with: the earlier declaration's answers, then what is known of the applicant now."""
    carried = answer_store.unseal(row.from_facts["answers"]) if row.from_facts else {}
    return _merged(carried, forms.prefill(procedure.form, sources))


def _source(row: Dossier, result: ResultInfo) -> dict[str, Any]:
    """The source `result` of a form's prefill. Days are ISO 8601, of Viet Nam."""
    producing = _producing(row, result)
    return {
        "register_code": result.register_code,
        "title": result.title,
        "number": result.number,
        "holder": result.holder_name,
        "issued_at": result.issued_at.astimezone(VIET_NAM).date().isoformat(),
        "valid_from": result.valid_from.isoformat() if result.valid_from else "",
        "valid_to": result.valid_to.isoformat() if result.valid_to else "",
        "signed_by": result.signed_by,
        "answers": answer_store.unseal(producing.answers) if producing else {},
    }


def _producing(row: Dossier, result: ResultInfo) -> Dossier | None:
    """The dossier that produced the result, of the very same holder; personal answers go to no one else."""
    return Dossier.objects.filter(agency_id=row.agency_id, result_id=result.id, holder_key=row.holder_key).first()


def _carried(row: Dossier, procedure: Procedure, result: ResultInfo) -> dict[str, Any]:
    producing = _producing(row, result)
    if producing is None:
        return {}
    form = procedures.version(producing.procedure_version_id).form
    return forms.carry_over(procedure.form, form, answer_store.unseal(producing.answers))


def _merged(under: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    merged = copy.deepcopy(under)
    for key, value in over.items():
        below = merged.get(key)
        merged[key] = _merged(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return merged


# -- while the dossier is on its way


def require(case: Case) -> ResultInfo | None:
    """The earlier result as it is now, locked; Refusal where it cannot be changed (any more). None: there is none."""
    procedure = case.procedure
    if procedure.amends is None:
        return None
    require_named(procedure, case.row.from_result_id)
    result = results.lock(by=case.hand, now=case.now, result_id=case.row.from_result_id or 0)
    judge(procedure, result, changing=earlier.changing(case.row.agency_id, result.id, but=case.row.pk))
    return result


def require_for(case: Case, outcome: Outcome) -> ResultInfo | None:
    """The same for one who is about to grant; refusing needs no earlier result in force. A later end is judged too."""
    if outcome is not Outcome.GRANTED:
        return None
    result = require(case)
    if fault := too_early(case, result):
        raise Refusal(fault, code="not_later")
    return result


def too_early(case: Case, result: ResultInfo | None) -> str:
    """What is wrong with the new end of an extension: it must be after the present one. "" if nothing is."""
    if result is None:
        return ""
    asked = _asked_end(case, case.procedure.result)
    return rules.too_early(case.procedure, asked=asked, present=result.valid_to)


def hold(case: Case, outcome: Outcome) -> None:
    """Before the signature: judge once more, then let nobody but this dossier end the earlier result."""
    result = require_for(case, outcome)
    if result is not None:
        results.hold(by=case.hand, now=case.now, result_id=result.id, for_code=case.row.code or "")


def settle(case: Case, issued: ResultInfo) -> None:
    """The new result is in the register: the earlier one is replaced by it, or revoked by it."""
    amends, earlier_id = case.procedure.amends, case.row.from_result_id
    if amends is None or earlier_id is None:
        return
    reason = f"{amends.change.label} theo {issued.title} số {issued.number} (hồ sơ {case.row.code})."
    code = case.row.code or ""
    if amends.change is Change.END:
        results.revoke(by=case.hand, now=case.now, result_id=earlier_id, reason=reason, for_code=code)
    else:
        results.replace(
            by=case.hand,
            now=case.now,
            result_id=earlier_id,
            replaced_by_id=issued.id,
            reason=reason,
            for_code=code,
        )


def valid_to(case: Case, outcome: Outcome) -> date | None:
    """The last day of validity of what is issued now; None: no end. A reissued result keeps the end of the earlier one,
    whatever was asked; an amended one too, where its specification says nothing."""
    if outcome is not Outcome.GRANTED:
        return _asked_end(case, case.procedure.refusal)
    before = _before(case)
    amends, spec = case.procedure.amends, case.procedure.result
    if before is not None and amends is not None and _keeps_validity(amends.change, spec):
        return before.valid_to
    return _asked_end(case, spec)


def valid_from(case: Case, outcome: Outcome) -> date | None:
    """The first day of validity, where the earlier result told one and its validity is kept."""
    before, amends = _before(case), case.procedure.amends
    if outcome is not Outcome.GRANTED or before is None or amends is None:
        return None
    return before.valid_from if _keeps_validity(amends.change, case.procedure.result) else None


def _before(case: Case) -> ResultInfo | None:
    if case.row.from_result_id is None:
        return None
    return result_queries.get_for(case.hand, case.row.from_result_id, now=case.now)


def _keeps_validity(change: Change, spec: ResultSpec) -> bool:
    return change is Change.REISSUE or (change is Change.AMEND and not spec.validity)


def _asked_end(case: Case, spec: ResultSpec) -> date | None:
    today = case.now.astimezone(VIET_NAM).date()
    return spec.valid_to(issued_on=today, answers=answer_store.unseal(case.row.answers))


def printed(case: Case) -> list[Fact]:
    """What the new paper says of the earlier one and of the changes; personal answers stay off it."""
    amends, facts = case.procedure.amends, case.row.from_facts
    if amends is None or not facts:
        return []
    number = f" số {facts['number']}" if facts["number"] else ""
    day = format_date(date.fromisoformat(facts["issued_at"]))
    ended = "Chấm dứt hiệu lực" if amends.change is Change.END else "Thay thế"
    form = case.procedure.form
    before, after = (
        answer_store.unseal(answer_store.without_personal(a)) for a in (facts["answers"], case.row.answers)
    )
    personal = set(forms.personal_pointers(form))
    changed: list[Fact] = [
        {"label": f"Thay đổi: {c.label}", "value": f"{_line(c.before)} → {_line(c.after)}"}
        for c in forms.changes(form, before, after)
        if c.pointer not in personal
    ]
    return [{"label": ended, "value": f"{facts['title']}{number} ngày {day}"}, *changed]


def _line(text: str) -> str:
    return text.replace("\n", "; ").rstrip(".")
