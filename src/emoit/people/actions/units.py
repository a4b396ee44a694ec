"""The tree of units, changed by hand: a unit is added, renamed or ended on a day. What was stays on record."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q

from emoit.kernel import audit
from emoit.kernel.access import Actor, Holding, NotFound, Refusal
from emoit.lib.saying import say, vi
from emoit.people.actions.hand import clean, permit, registry
from emoit.people.models import Assignment, Unit, UnitRole
from emoit.people.rules import Verb, is_organisation_code

_LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")


def _wrong(field: str, message: str, code: str = "invalid") -> Refusal:
    return Refusal(message, code=code, fields={field: message})


def _locked(by: Actor, unit_id: int) -> Unit:
    row = Unit.objects.select_for_update().filter(pk=unit_id, agency_id=by.agency_id).first()
    if row is None:
        raise NotFound("Không có đơn vị này.")
    return row


def _record(by: Actor, now: datetime, holding: Holding | None, row: Unit, **details: object) -> None:
    audit.record(
        by=by,
        now=now,
        verb=Verb.CHANGE_UNITS,
        subject_kind="unit",
        subject_id=row.pk,
        holding=holding,
        details=details,
    )


@transaction.atomic
def add_unit(
    *, by: Actor, now: datetime, code: str, name: str, kind: str, parent_id: int, abbr: str = "", valid_from: date
) -> int:
    """A new unit below `parent_id` from a day on. Returns its id. Administrators. Refusal `invalid` names the field."""
    holding = permit(by, Verb.CHANGE_UNITS)
    code, name, kind = code.strip().upper(), clean(name), clean(kind)
    with registry(by):
        parent = _locked(by, parent_id)
        if not is_organisation_code(code):
            raise _wrong("code", vi("Mã đơn vị gồm chữ in hoa không dấu và chữ số, các nhóm cách nhau bằng dấu chấm."))
        if Unit.objects.filter(agency_id=by.agency_id, code=code).exists():
            raise _wrong("code", vi("Mã này đã có đơn vị dùng."), "taken")
        if not name:
            raise _wrong("name", vi("Nhập tên đơn vị."))
        if not kind:
            raise _wrong("kind", vi("Nhập loại đơn vị, ví dụ: phòng."))
        if parent.valid_to is not None and parent.valid_to <= valid_from:
            raise _wrong("valid_from", say("{name} không còn hoạt động vào ngày này.", name=parent.name), "unit_ended")
        row = Unit.objects.create(
            agency_id=by.agency_id,
            code=code,
            name=name[:200],
            abbr=clean(abbr)[:20],
            kind=kind[:40],
            parent=parent,
            valid_from=valid_from,
            sources={"entered_by": by.name},
        )
        _record(by, now, holding, row, act="add", code=code, valid_from=valid_from.isoformat())
    return row.pk


@transaction.atomic
def rename_unit(*, by: Actor, now: datetime, unit_id: int, name: str, basis: str) -> None:
    """Give a unit another name from today; the old one and the `basis` (the decision) stay in its note."""
    holding = permit(by, Verb.CHANGE_UNITS)
    name, basis = clean(name), clean(basis)
    if not name:
        raise _wrong("name", vi("Nhập tên mới của đơn vị."))
    if not basis:
        raise _wrong("basis", vi("Nêu quyết định đổi tên."))
    with registry(by):
        row = _locked(by, unit_id)
        if row.name == name:
            raise _wrong("name", vi("Tên này trùng với tên hiện tại."), "same")
        today = now.astimezone(_LOCAL).strftime("%d/%m/%Y")
        before, row.name = row.name, name[:200]
        row.note = "\n".join(filter(None, (row.note, f"Trước {today}: {before}. Căn cứ: {basis[:300]}.")))
        row.save(update_fields=["name", "note"])
        _record(by, now, holding, row, act="rename", before=before, after=row.name)


@transaction.atomic
def end_unit(*, by: Actor, now: datetime, unit_id: int, on: date, successor_id: int | None = None) -> None:
    """A unit is no more from a day on; `successor_id` carries on with its work.

    Refused while units below it, posts or roles in it reach beyond that day: these are ended or moved first.
    """
    holding = permit(by, Verb.CHANGE_UNITS)
    with registry(by):
        row = _locked(by, unit_id)
        if row.valid_to is not None:
            raise Refusal("Đơn vị này đã có ngày kết thúc.", code="ended")
        if row.valid_from is not None and on <= row.valid_from:
            raise _wrong("on", vi("Ngày kết thúc phải sau ngày bắt đầu của đơn vị."), "period_reversed")
        _refuse_if_used(row, on)
        if successor_id is not None:
            if successor_id == row.pk:
                raise _wrong("successor", vi("Đơn vị kế thừa phải là đơn vị khác."), "self")
            row.succeeded_by = _locked(by, successor_id)
        row.valid_to = on
        row.save(update_fields=["valid_to", "succeeded_by"])
        _record(by, now, holding, row, act="end", on=on.isoformat(), successor_id=successor_id)


def _refuse_if_used(row: Unit, on: date) -> None:
    midnight = datetime(on.year, on.month, on.day, tzinfo=_LOCAL)
    below = Unit.objects.filter(Q(valid_to=None) | Q(valid_to__gt=on), parent=row).count()
    if below:
        raise Refusal(say("Còn {number} đơn vị trực thuộc hoạt động sau ngày này.", number=below), code="has_units")
    beyond = Q(valid_to=None) | Q(valid_to__gt=midnight)
    people = {
        account_id
        for model in (UnitRole, Assignment)
        for account_id in model.objects.filter(beyond, unit=row).values_list("account_id", flat=True)
    }
    if people:
        raise Refusal(
            say(
                "Còn {number} cán bộ giữ chức danh hoặc vai trò tại đơn vị sau ngày này. Hãy chuyển họ trước.",
                number=len(people),
            ),
            code="has_people",
        )
