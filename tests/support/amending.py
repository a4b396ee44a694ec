"""Four procedures that change a promotion's confirmation, made from the shipped document: sửa đổi, cấp lại, gia hạn,
chấm dứt."""

from __future__ import annotations

import copy
import json
from typing import Any

from emoit.dossiers import actions
from emoit.dossiers.types import Outcome, Status
from emoit.kernel.access import acting_as
from emoit.procedures import actions as procedures
from emoit.procedures.types import Change
from emoit.results import queries as results
from emoit.results.types import ResultInfo
from tests.support.answers import PROMOTION, papers
from tests.support.world import CLERK, HEAD, LEADER, SPECIALIST, World

KIND = "promotion_confirmation"
CODES = {
    Change.AMEND: "NC-00000000a1",
    Change.REISSUE: "NC-00000000a2",
    Change.EXTEND: "NC-00000000a3",
    Change.END: "NC-00000000a4",
}
WORDS = {Change.AMEND: "Sửa đổi", Change.REISSUE: "Cấp lại", Change.EXTEND: "Gia hạn", Change.END: "Chấm dứt"}
LOSS = {
    "at": "/loss/reason",
    "widget": "radios",
    "label": {"vi": "Lý do cấp lại", "en": "Why it is reissued"},
    "options": [
        {"value": "lost", "label": {"vi": "Bị mất", "en": "Lost"}},
        {"value": "damaged", "label": {"vi": "Bị hỏng", "en": "Damaged"}},
    ],
}
NUMBER = {
    "at": "/loss/number",
    "widget": "text",
    "label": {"vi": "Số công văn đã cấp", "en": "Number of the letter"},
    "prefill": "result.number",
}


def shipped() -> dict[str, Any]:
    folder = procedures.DATA / PROMOTION
    read = {n: json.loads((folder / n).read_text("utf-8")) for n in _FILES}
    return {
        **read["procedure.json"],
        "form": {"schema": read["form.schema.json"], "layout": read["form.layout.json"]},
    }


_FILES = ("procedure.json", "form.schema.json", "form.layout.json")


def document(change: Change, *, kinds: tuple[str, ...] = (KIND,)) -> dict[str, Any]:
    """The promotion's document as one that changes its result. To reissue, one says why; to end, there is no term."""
    made = copy.deepcopy(shipped())
    for doubts in ("sources", "unverified"):
        made.pop(doubts)
    made["code"] = CODES[change]
    made["amends"] = {"change": change.value, "kinds": list(kinds)}
    made["name"] = {"vi": f"{WORDS[change]} xác nhận khuyến mại", "en": f"{change.value} a confirmation"}
    made["papers"] = [paper for paper in made["papers"] if paper["code"] == "the_le"]
    if change is Change.END:
        made["result"] = {**made["result"], "kind": "promotion_end", "validity": ""}
        made["result"]["title"] = {"vi": "Công văn chấm dứt chương trình khuyến mại", "en": "Letter ending a promotion"}
    if change is Change.REISSUE:
        made["form"]["schema"]["properties"]["loss"] = {
            "type": "object",
            "additionalProperties": False,
            "required": ["reason"],
            "properties": {
                "reason": {"type": "string", "enum": ["lost", "damaged"]},
                "number": {"type": "string", "maxLength": 100},
            },
        }
        made["form"]["layout"]["pages"][0]["sections"].append({"fields": [LOSS, NUMBER]})
    return made


def publish(world: World, *changes: Change, **more: Any) -> None:
    with acting_as(world.process) as by:
        for change in changes or tuple(Change):
            procedures.publish(
                by=by,
                now=world.now,
                document=document(change, **more),
                known_unit=lambda _: True,
                known_process=lambda _: True,
            )


# -- doing


def result_of(world: World, dossier_id: int) -> ResultInfo:
    from emoit.dossiers import queries

    with acting_as(world.process) as by:
        return results.get_for(by, queries.result_of(by, dossier_id) or 0, now=world.now)


def now_is(world: World, result_id: int) -> ResultInfo:
    with acting_as(world.process) as by:
        return results.get_for(by, result_id, now=world.now)


def licensed(world: World) -> ResultInfo:
    """A confirmation, granted and signed to doanhnghiep1, valid to 30/06/2026."""
    return result_of(world, world.signed())


def draft(world: World, change: Change, result_id: int | None, *, login: str = "doanhnghiep1", **more: Any) -> int:
    """A draft opened from the result, its papers attached."""
    dossier_id: int = world.do(
        login, actions.start_draft, procedure_code=CODES[change], from_result_id=result_id, **more
    )
    name, content = papers(PROMOTION)["the_le"]
    world.attach(dossier_id, "the_le", name, content, login=login)
    return dossier_id


def amended_answers(world: World, dossier_id: int, **programme: Any) -> None:
    """What prefilling leaves open is answered (the contact's telephone …), and the programme is changed."""
    given = world.info(dossier_id).answers
    given["contact"] |= {"phone": "0987654321", "email": "lien.he.rieng@example.com"}
    given["programme"] |= programme
    if world.info(dossier_id).procedure_code == CODES[Change.REISSUE]:
        given["loss"] |= {"reason": "lost"}
    world.answer(dossier_id, given)


def submitted(world: World, change: Change, result_id: int, **programme: Any) -> int:
    dossier_id = draft(world, change, result_id)
    amended_answers(world, dossier_id, **programme)
    world.do("doanhnghiep1", actions.submit, dossier_id=dossier_id)
    return dossier_id


def in_examination(world: World, change: Change, result_id: int, **programme: Any) -> int:
    dossier_id = submitted(world, change, result_id, **programme)
    world.on_item(CLERK, actions.receive, dossier_id, "intake")
    world.on_item(SPECIALIST, actions.claim, dossier_id, "examine")
    return dossier_id


def propose(world: World, dossier_id: int, outcome: Outcome = Outcome.GRANTED) -> None:
    content = "Giấy phép đã bị thu hồi." if outcome is Outcome.REFUSED else ""
    world.on_item(SPECIALIST, actions.propose, dossier_id, "examine", outcome=outcome, content=content)


def approve(world: World, dossier_id: int) -> None:
    world.on_item(HEAD, actions.approve, dossier_id, "approve")


def sign(world: World, dossier_id: int) -> None:
    world.on_item(LEADER, actions.sign, dossier_id, "sign")


def granted(world: World, change: Change, result_id: int, **programme: Any) -> int:
    """From the draft to the signed result."""
    dossier_id = in_examination(world, change, result_id, **programme)
    propose(world, dossier_id)
    approve(world, dossier_id)
    sign(world, dossier_id)
    world.run_jobs()
    assert world.status(dossier_id) is Status.RETURNED, "the signature has failed"
    return dossier_id
