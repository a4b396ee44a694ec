"""The national register of enterprises: JSON over HTTPS, by tax code. What it says is public."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from emoit.exchange.types import Answered, Question
from emoit.people.lookup_rules import Verb
from emoit.people.registers.places import EnterprisePlace
from emoit.people.registers.reading import Reading, bad, plain
from emoit.people.types import Inquiry, RegisterFacts

SERVICE = "enterprise"
MOST_BYTES = 64 * 1024
_LATER = {408, 425, 429}


def question(inquiry: Inquiry, place: EnterprisePlace, *, request_id: str, account_id: int | None) -> Question:
    return Question(
        partner=place.partner,
        service=SERVICE,
        request_id=request_id,
        purpose=inquiry.purpose.value,
        path=f"{place.path}/{quote(inquiry.identity, safe='')}",
        headers={"Authorization": f"Bearer {place.api_key}", "X-Request-Id": request_id},
        account_id=account_id,
        subject_kind=inquiry.subject_kind,
        subject_id=inquiry.subject_id,
        most_bytes=MOST_BYTES,
    )


def read(answer: Answered, *, identity: str) -> Reading:
    if answer.status == 404:
        return Reading(Verb.FIND_NOTHING)
    if answer.status >= 500 or answer.status in _LATER:
        return Reading(Verb.WAIT, code=f"http_{answer.status}")
    if answer.status != 200:
        return Reading(Verb.REFUSE, code=f"http_{answer.status}")
    try:
        told = json.loads(answer.body)
    except (ValueError, RecursionError):
        return bad("not_json")
    if not isinstance(told, dict):
        return bad("not_json")
    if told.get("tax_code") != identity:
        return bad("wrong_enterprise")
    facts = RegisterFacts(
        identity=identity,
        name=_text(told, "name"),
        address=_text(told, "address"),
        representative=_text(told, "legal_representative"),
        standing=_text(told, "status"),
    )
    return Reading(Verb.ANSWER, facts) if facts.name else bad("no_name")


def _text(told: dict[str, Any], name: str) -> str:
    value = told.get(name)
    return plain(value) if isinstance(value, str) else ""
