from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from datetime import date

from django.conf import settings
from django.db import connection
from django.db.models import Q

from emoit.kernel.access import Actor, NotFound, anonymous
from emoit.lib.saying import vi
from emoit.people.models import Agency, Unit
from emoit.people.types import AgencyInfo, PlaceInfo, UnitDetails, UnitInfo

_NO_AGENCY = vi("Chưa có dữ liệu của cơ quan này.")
_NO_PLACE = vi("Chưa có đơn vị tiếp nhận hồ sơ của tỉnh, thành phố này.")
_IDS = "select code, id from people_unit where agency_id = %s and code = any(%s)"
_AGENCY = "select * from people_agency where code = %s"
_NO_UNIT = vi("Không có đơn vị này.")


def agency(code: str | None = None) -> AgencyInfo:
    """The profile of an agency by its code; without a code, of the one that this installation serves.

    Works without an actor: the profile is public. NotFound where it has not been loaded.
    """
    row = next(iter(Agency.objects.raw(_AGENCY, [code or settings.EMOIT_AGENCY_CODE])), None)
    if row is None:
        raise NotFound(_NO_AGENCY)
    return AgencyInfo(**{name: getattr(row, name) for name in (f.name for f in fields(AgencyInfo))})


def agency_id_of(code: str) -> int:
    """The id of an agency by its code, with or without an actor. NotFound where it has not been loaded."""
    found = Agency.objects.filter(code=code).values_list("id", flat=True).first()
    if found is None:
        raise NotFound(_NO_AGENCY)
    return found


def anonymous_actor() -> Actor:
    """Nobody known, at the agency that this installation serves."""
    return anonymous(agency_id_of(settings.EMOIT_AGENCY_CODE))


def _unit_info(row: Unit) -> UnitInfo:
    return UnitInfo(**{name: getattr(row, name) for name in (f.name for f in fields(UnitInfo))})


def unit(unit_id: int) -> UnitInfo:
    row = Unit.objects.filter(pk=unit_id).first()
    if row is None:
        raise NotFound(_NO_UNIT)
    return _unit_info(row)


def unit_by_code(agency_id: int, code: str) -> UnitInfo:
    """The unit of that code, whether it still exists or not."""
    row = Unit.objects.filter(agency_id=agency_id, code=code).first()
    if row is None:
        raise NotFound(_NO_UNIT)
    return _unit_info(row)


def unit_ids(agency_id: int, codes: Iterable[str]) -> dict[str, int]:
    """Code to id of the units of these codes, whether they still exist or not. NotFound if one of them is unknown."""
    asked = set(codes)
    with connection.cursor() as cursor:
        cursor.execute(_IDS, [agency_id, list(asked)])
        found = dict(cursor.fetchall())
    if found.keys() != asked:
        raise NotFound(_NO_UNIT)
    return found


def unit_tree(agency_id: int) -> list[tuple[int, UnitDetails]]:
    """(depth, unit), ended ones too: parents before children, then by code."""
    children: dict[int | None, list[Unit]] = {}
    for row in Unit.objects.filter(agency_id=agency_id).select_related("succeeded_by").order_by("code"):
        children.setdefault(row.parent_id, []).append(row)

    def below(parent_id: int | None, depth: int) -> list[tuple[int, UnitDetails]]:
        return [
            line for row in children.get(parent_id, []) for line in ((depth, _details(row)), *below(row.pk, depth + 1))
        ]

    return below(None, 0)


def _details(row: Unit) -> UnitDetails:
    return UnitDetails(
        id=row.pk,
        code=row.code,
        name=row.name,
        kind=row.kind,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        successor=row.succeeded_by.name if row.succeeded_by else "",
        note=row.note,
    )


def unit_at(agency_id: int, *, province: str, commune: str = "") -> UnitInfo:
    """The unit that serves applicants of that place; where the commune is not loaded, its province's unit does.

    Codes of the General Statistics Office: two digits, five digits. NotFound where no unit serves the province.
    """
    rows = Unit.objects.filter(agency_id=agency_id, province=province).exclude(province="")
    found = rows.filter(commune=commune).first() or rows.filter(commune="").first()
    if found is None:
        raise NotFound(_NO_PLACE)
    return _unit_info(found)


def provinces(agency_id: int) -> list[PlaceInfo]:
    """The provinces that have a unit of ours, by code: what a form offers to choose from."""
    rows = Unit.objects.filter(agency_id=agency_id, commune="").exclude(province="").order_by("province")
    return [PlaceInfo(row.province, row.place_name) for row in rows]


def communes(agency_id: int, province: str) -> list[PlaceInfo]:
    """The communes of a province that have a unit of ours, by code; empty where none is loaded."""
    rows = Unit.objects.filter(agency_id=agency_id, province=province).exclude(commune="").order_by("commune")
    return [PlaceInfo(row.commune, row.place_name) for row in rows]


def units(agency_id: int, *, on: date) -> list[UnitInfo]:
    """The units that exist on a day, parents before children, then by code."""
    rows = Unit.objects.filter(
        Q(valid_from=None) | Q(valid_from__lte=on), Q(valid_to=None) | Q(valid_to__gt=on), agency_id=agency_id
    )
    children: dict[int | None, list[Unit]] = {}
    for row in rows.order_by("code"):
        children.setdefault(row.parent_id, []).append(row)

    def below(parent_id: int | None) -> list[UnitInfo]:
        return [u for row in children.get(parent_id, []) for u in (_unit_info(row), *below(row.pk))]

    return below(None)
