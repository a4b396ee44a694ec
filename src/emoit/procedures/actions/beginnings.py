"""A procedure that was never published begins: blank, or as a copy of another."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction

from emoit.kernel.access import Actor, NotFound, Refusal, acting_as, process
from emoit.lib.saying import say, vi
from emoit.lib.working_time import VIET_NAM
from emoit.people import queries as people
from emoit.procedures import rules
from emoit.procedures.actions.drafts import begin, require_bounded
from emoit.procedures.actions.publishing import administrator
from emoit.procedures.catalogue import beginning
from emoit.procedures.catalogue.names import own_code
from emoit.procedures.models import Draft, Procedure, ProcedureVersion
from emoit.procedures.types import Level

Json = dict[str, Any]


class CodeTaken(Refusal):
    """Another procedure, published or begun, has that code."""

    code = "code_taken"


def begin_blank(*, by: Actor, now: datetime, code: str, values: Json) -> str:
    """A draft with an empty form. Returns the code: the one given, or a key of its own where it is "".

    `values` maps each of `beginning.KEYS` to its JSON; they may be faulty, the linter tells. Refusals: procedure_begin
    (no name or field, level, applicants or code unreadable; `fields` by pointer), CodeTaken.
    """
    provinces = people.provinces(by.agency_id)

    def first(code: str, today: str) -> Json:
        communes = [commune for one in provinces for commune in people.communes(by.agency_id, one.code)]
        return beginning.blank(code, values, today=today, provinces=provinces, communes=communes)

    return _begin(by, now, code, values, first)


def begin_copy(*, by: Actor, now: datetime, code: str, values: Json, earlier: str) -> str:
    """A draft as a copy of the newest published version of another procedure. As `begin_blank`, and NotFound."""

    def first(code: str, today: str) -> Json:
        rows = ProcedureVersion.objects.filter(agency_id=by.agency_id, procedure__code=earlier)
        newest = rows.order_by("-number").first()
        if newest is None:
            raise NotFound("Không có thủ tục để sao chép.")
        return beginning.copied(code, values, today=today, earlier=newest.document, version=newest.number)

    return _begin(by, now, code, values, first)


@transaction.atomic
def _begin(by: Actor, now: datetime, code: str, values: Json, first: Callable[[str, str], Json]) -> str:
    holding = administrator(by)
    require_bounded(values)
    faults = _faults(code, values)
    code = code or own_code(values["name"]["vi"], values["field"]["name"]["vi"])
    with acting_as(process("procedures.drafts", by.agency_id)):
        if taken := _taken(by.agency_id, code):
            raise CodeTaken(taken, fields={**faults, "/code": taken})
        if faults:
            raise Refusal("Chưa bắt đầu được thủ tục mới.", code="procedure_begin", fields=faults)
        return begin(by, now, holding, first(code, now.astimezone(VIET_NAM).date().isoformat()), None).code


def _faults(code: str, values: Json) -> dict[str, str]:
    found = {}
    if code and not rules.is_code(code):
        found["/code"] = vi("Mã thủ tục có dạng 2.000138; để trống nếu chưa có mã quốc gia.")
    if not values["name"]["vi"]:
        found["/name/vi"] = vi("Ghi tên thủ tục.")
    if not values["field"]["name"]["vi"]:
        found["/field/name/vi"] = vi("Chọn lĩnh vực, hoặc ghi tên lĩnh vực mới.")
    if values["level"] not in list(Level):
        found["/level"] = vi("Chọn cấp thực hiện.")
    if not values["applicants"] or not set(values["applicants"]) <= rules.APPLICANTS:
        found["/applicants"] = vi("Chọn ít nhất một đối tượng nộp.")
    if not values["result"]["title"]["vi"]:
        found["/result/title/vi"] = vi("Ghi tên kết quả.")
    return found


def _taken(agency_id: int, code: str) -> str:
    """Which procedure has the code, and what to do then; "" where it is free."""
    published = Procedure.objects.filter(agency_id=agency_id, code=code).first()
    if published:
        newest = published.versions.order_by("-number").first()
        name = newest.document["name"]["vi"] if newest else ""
        return say(
            "Mã {code} là của thủ tục “{name}” đã công bố. Hãy mở thủ tục đó và tạo bản nháp để sửa.",
            code=code,
            name=name,
        )
    draft = Draft.objects.filter(agency_id=agency_id, code=code).first()
    if draft:
        name = draft.document["name"]["vi"] if isinstance(draft.document.get("name"), dict) else ""
        return say(
            "Mã {code} là của bản nháp “{name}” đang mở. Hãy làm tiếp hoặc bỏ bản nháp đó.", code=code, name=name
        )
    return ""
