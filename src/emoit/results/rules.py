"""States of a result, its codes, and the words for the public."""

from __future__ import annotations

import re
import secrets
from datetime import date, datetime

from emoit.kernel.access import Actor, Forbidden, Holding, Refusal
from emoit.lib import english
from emoit.lib.saying import vi
from emoit.lib.state import Impossible, Machine
from emoit.lib.working_time import VIET_NAM
from emoit.people.types import Role
from emoit.results.types import PublicFacts, PublicVerdict, State, Verdict

# Letters that grant nothing: no licence that its holder keeps, amends or extends.
LETTERS = frozenset({"refusal_letter"})
# Base 32 without I, O, 0, 1, which people mistake for one another; 26 letters carry 130 bits.
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
TOKEN_LENGTH = 26

MACHINE: Machine[State, str] = Machine(
    {
        (State.VALID, "correct"): State.VALID,
        (State.VALID, "revoke"): State.REVOKED,
        (State.VALID, "replace"): State.REPLACED,
    }
)

_ENDED = {
    State.REVOKED: vi("Kết quả này đã bị thu hồi nên không thể thay đổi."),
    State.REPLACED: vi("Kết quả này đã được thay thế nên không thể thay đổi."),
}


class ImpossibleNow(Refusal):
    """The result's state forbids the verb."""

    code = "impossible_now"


def next_state(state: State, verb: str) -> State:
    """The state after `verb`; ImpossibleNow if the state forbids it. An expired result may still be revoked."""
    stored = State.VALID if state is State.EXPIRED else state
    try:
        return MACHINE.next(stored, verb)
    except Impossible:
        raise ImpossibleNow(_ENDED[stored]) from None


def state_on(stored: State, valid_to: date | None, now: datetime) -> State:
    """The state in Viet Nam's day of `now`: a valid result has expired from the day after `valid_to`."""
    if stored is State.VALID and valid_to is not None and now.astimezone(VIET_NAM).date() > valid_to:
        return State.EXPIRED
    return stored


def may_issue(by: Actor, unit_id: int, procedure: str = "") -> Holding | None:
    """The holding under which `by` may enter a result of the unit (None for a process of ours); else Forbidden.

    Its head and its records clerk may, and a leader of the ministry for any unit. A delegation that counts for some
    procedures only is good for their results alone.
    """
    return _holding(by, unit_id, (Role.UNIT_HEAD, Role.RECORDS_CLERK), procedure)


def may_end(by: Actor, unit_id: int, procedure: str = "") -> Holding | None:
    """The same for ending or mending a result: the head of its unit, or a leader of the ministry."""
    return _holding(by, unit_id, (Role.UNIT_HEAD,), procedure)


def _holding(by: Actor, unit_id: int, roles: tuple[Role, ...], procedure: str) -> Holding | None:
    if by.is_process:
        return None
    fitting = [
        h
        for h in by.holdings
        if h.covers(procedure) and (h.role == Role.LEADER or (h.unit_id == unit_id and h.role in roles))
    ]
    if not fitting:
        raise Forbidden("Bạn không có thẩm quyền đối với kết quả của đơn vị này.")
    return min(fitting, key=lambda h: h.principal_id is not None)


def new_token() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(TOKEN_LENGTH))


def read_token(typed: str) -> str:
    """The token as stored, from what a person typed (any case, spaces, hyphens); "" if it cannot be one."""
    if len(typed) > 100:
        return ""
    token = "".join(typed.split()).replace("-", "").upper()
    return token if len(token) == TOKEN_LENGTH and set(token) <= set(ALPHABET) else ""


def register_code(level_1_code: str, number: int) -> str:
    """`KQ.G02.000123`; six digits are the least."""
    return f"KQ.{level_1_code}.{number:06d}"


def number_in(code: str, level_1_code: str) -> int | None:
    """The number of a register code of our own form; None for another one's."""
    found = re.fullmatch(rf"KQ\.{re.escape(level_1_code)}\.([0-9]{{6,12}})", code)
    return int(found[1]) if found else None


def level_1(agency_code: str) -> str:
    return agency_code.split(".", maxsplit=1)[0]


def series(level_1_code: str) -> str:
    """The counter of register codes (see kernel.numbering)."""
    return f"KQ.{level_1_code}"


NOT_FOUND = PublicVerdict(
    verdict=Verdict.NOT_FOUND,
    heading_vi="Không tìm thấy",
    sentence_vi="Không có kết quả nào ứng với mã hoặc tệp này. Hãy kiểm tra lại mã in trên giấy tờ; nếu vẫn không "
    "tìm thấy, giấy tờ này không có trong sổ của cơ quan.",
    heading_en="Not found",
    sentence_en="No result matches this code or file. Check the code printed on the paper; if it is still not found, "
    "the paper is not in the agency's register.",
    facts=None,
)


def verdict_of(
    facts: PublicFacts,
    stored: State,
    *,
    revoked_at: datetime | None,
    replaced_by: str,
    now: datetime,
    successor_token: str = "",
    successor_number: str = "",
) -> PublicVerdict:
    """What to tell the public of a result that is in the register. `replaced_by` is a register code or ""."""
    today = now.astimezone(VIET_NAM).date()
    ended = _day(revoked_at) if revoked_at else ""
    ended_en = english.format_date(revoked_at) if revoked_at else ""
    if stored is State.REVOKED:
        return PublicVerdict(
            Verdict.REVOKED,
            "Đã bị thu hồi",
            f"Kết quả này do cơ quan cấp, nhưng đã bị thu hồi ngày {ended} và không còn giá trị.",
            "Revoked",
            f"This result was issued by the agency but was revoked on {ended_en}. It is no longer valid.",
            facts,
        )
    if stored is State.REPLACED:
        return PublicVerdict(
            Verdict.REPLACED,
            "Đã được thay thế",
            f"Kết quả này do cơ quan cấp, nhưng đã được thay thế bằng kết quả {replaced_by} ngày {ended}.",
            "Replaced",
            f"This result was issued by the agency but was replaced by {replaced_by} on {ended_en}.",
            facts,
            successor_token,
            successor_number,
        )
    if facts.valid_to is not None and today > facts.valid_to:
        return PublicVerdict(
            Verdict.EXPIRED,
            "Đã hết hiệu lực",
            f"Kết quả này là thật nhưng đã hết hiệu lực sau ngày {_day(facts.valid_to)}.",
            "Expired",
            f"This result is genuine but expired after {english.format_date(facts.valid_to)}.",
            facts,
        )
    if facts.valid_from is not None and today < facts.valid_from:
        return PublicVerdict(
            Verdict.NOT_YET,
            "Chưa có hiệu lực",
            f"Kết quả này là thật và có hiệu lực từ ngày {_day(facts.valid_from)}.",
            "Not yet in force",
            f"This result is genuine and takes effect on {english.format_date(facts.valid_from)}.",
            facts,
        )
    until_vi = f" đến hết ngày {_day(facts.valid_to)}" if facts.valid_to else ""
    until_en = f" until the end of {english.format_date(facts.valid_to)}" if facts.valid_to else ""
    return PublicVerdict(
        Verdict.GENUINE,
        "Thật và còn hiệu lực",
        f"Kết quả này là thật, do {facts.issuer_name} cấp và còn hiệu lực{until_vi}.",
        "Genuine and valid",
        f"This result is genuine, was issued by the agency named below and is valid{until_en}.",
        facts,
    )


def _day(moment: date | datetime) -> str:
    local = moment.astimezone(VIET_NAM) if isinstance(moment, datetime) else moment
    return f"{local:%d/%m/%Y}"
