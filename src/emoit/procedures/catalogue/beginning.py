"""The first document of a procedure that an administrator begins on screen: blank, or laid over another one's. Pure.

What only its author can know stays empty, and the linter asks for it.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

from emoit.lib.working_time import Unit
from emoit.people.types import PlaceInfo
from emoit.procedures.catalogue import parts
from emoit.procedures.catalogue.generic_form import blank_form
from emoit.procedures.catalogue.names import key_of
from emoit.procedures.types import Level

Json = dict[str, Any]
EMPTY: Json = {"vi": "", "en": ""}
KEYS = frozenset(
    {"name", "field", "level", "applicants", "receiving_unit", "handling_unit", "term", "process_key", "result"}
)  # what is asked at the beginning; of the result its title and kind


def blank(
    code: str, values: Json, *, today: str, provinces: Sequence[PlaceInfo], communes: Sequence[PlaceInfo] = ()
) -> Json:
    """A document with a form that asks only who applies. `today` (Viet Nam's, ISO) stands until a day is chosen."""
    central = values["level"] == Level.CENTRAL
    document: Json = {
        "code": code,
        "effective_from": today,
        **{key: copy.deepcopy(values[key]) for key in KEYS - {"result"}},
        "automatic": values["process_key"] == "automatic",
        **{key: dict(EMPTY) for key in ("summary", "form_name")},
        "term_text": _term_text(values["term"]),
        "fee": {"unknown": True, "text": dict(EMPTY)},
        **{key: [] for key in ("steps", "how_to", "conditions", "papers", "legal_basis")},
        **dict.fromkeys(("online_level", "source"), ""),
        "form": blank_form(
            code=code,
            level=Level(values["level"]),
            personal="citizen" in values["applicants"],
            provinces=provinces,
            communes=communes,
        ),
    }
    signs = parts.signer(document, central=central)
    kind = values["result"]["kind"] or key_of(values["result"]["title"]["vi"])
    document["result"] = {
        "kind": kind,
        "title": copy.deepcopy(values["result"]["title"]),
        "code": "",
        "template": "licence",
        "number_pattern": "",
        "series": kind,
        **signs,
        "validity": "",
    }
    document["refusal"] = parts.refusal(signs, central=central)
    document["defaults"] = {
        "/refusal/number_pattern": "Ký hiệu văn bản do hệ thống đặt, chưa đối chiếu quy định.",
        "/result/signer_role": "Thẩm quyền ký do hệ thống đặt theo quy trình mẫu.",
        "/result/template": "Mẫu in chung của hệ thống.",
    }
    return document


def _term_text(term: Json | None) -> Json:
    return parts.term_text("", term) if term and term["unit"] in list(Unit) else dict(EMPTY)


def copied(code: str, values: Json, *, today: str, earlier: Json, version: int) -> Json:
    """Another procedure's document under a code of its own. What was announced and numbered for that one stays there.

    `version` is the one that `earlier` is. What was not verified there is not verified here.
    """
    document = copy.deepcopy(earlier)
    for key in ("notice", "sources"):
        document.pop(key, None)
    given = {key: copy.deepcopy(values[key]) for key in KEYS - {"result"}}
    result = {**document["result"], **copy.deepcopy(values["result"]), "code": ""}
    result["kind"] = result["kind"] or key_of(result["title"]["vi"])
    if values["process_key"] != earlier["process_key"]:
        given["automatic"] = values["process_key"] == "automatic"
    return {
        **document,
        **given,
        "code": code,
        "effective_from": today,
        "result": result,
        "source": f"Sao chép từ thủ tục {earlier['code']}, phiên bản {version}; chưa đối chiếu văn bản.",
    }
