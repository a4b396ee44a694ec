"""Facts of the register for other agencies: field by field, so that what is not asked for is not read.

SQL by hand: a look-up is asked for hundreds of times a second. Behind `queries`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from django.db import connection

from emoit.kernel.access import Actor

MOST = 20
# `%(today)s` is the day in Viet Nam.
_STATE = "case when r.state = 'valid' and r.valid_to < %(today)s::date then 'expired' else r.state::text end"
_IN_FORCE = (
    "(r.state = 'valid' and coalesce(r.valid_to >= %(today)s::date, true)"
    " and coalesce(r.valid_from <= %(today)s::date, true))"
)
FIELDS = {
    "register_code": "r.register_code",
    "number": "r.number",
    "kind": "r.kind",
    "title": "r.title",
    "state": _STATE,
    "valid": _IN_FORCE,
    "valid_from": "r.valid_from",
    "valid_to": "r.valid_to",
    "holder_name": "r.holder_name",
    "issuer_name": "r.issuer_name",
    "issued_at": "r.issued_at",
    "signed_by": "r.signed_by",
    "revoked_at": "r.revoked_at",
    "replaced_by": "(select s.register_code from results_result s where s.id = r.replaced_by_id)",
    "digest": "r.digest",
}
_BY = {
    "number": "r.number = %(key)s and r.number <> ''",
    "register_code": "r.register_code = %(key)s",
    "ids": "r.id = any(%(key)s::bigint[])",
}

Facts = dict[str, object]


def look_up(
    actor: Actor, *, fields: Sequence[str], today: date, number: str = "", register_code: str = "",
    procedures: Sequence[str] = (),
) -> list[tuple[int, Facts]]:  # fmt: skip
    """Results of that number, else of that register code, with the asked fields alone: (id, facts), the newest first.

    `procedures` narrows to what those issued. KeyError for a field that `FIELDS` has not.
    """
    by, key = ("number", number) if number else ("register_code", register_code)
    return _facts(actor, by, key, tuple(fields), today, procedures, MOST)


def facts_of(
    actor: Actor, ids: Sequence[int], *, fields: Sequence[str], today: date, procedures: Sequence[str] = ()
) -> dict[int, Facts]:
    """The same of results by id."""
    return dict(_facts(actor, "ids", list(ids), tuple(fields), today, procedures, len(ids)))


def _facts(
    actor: Actor, by: str, key: object, fields: tuple[str, ...], today: date, procedures: Sequence[str], most: int
) -> list[tuple[int, Facts]]:
    values: dict[str, Any] = {"agency": actor.agency_id, "key": key, "today": today, "most": most}
    if procedures:
        values["procedures"] = list(procedures)
    if not actor.is_process:
        values["readers"] = sorted(actor.readers)
    with connection.cursor() as cursor:
        cursor.execute(_statement(by, fields, narrow=bool(procedures), everything=actor.is_process), values)
        return [(row[0], dict(zip(fields, row[1:], strict=True))) for row in cursor.fetchall()]


@lru_cache(maxsize=512)
def _statement(by: str, fields: tuple[str, ...], *, narrow: bool, everything: bool) -> str:
    columns = ", ".join(["r.id", *(FIELDS[name] for name in fields)])
    conditions = ["r.agency_id = %(agency)s", _BY[by]]
    conditions += [] if everything else ["r.readers::text[] && %(readers)s::text[]"]
    conditions += ["r.procedure = any(%(procedures)s::text[])"] if narrow else []
    where = " and ".join(conditions)
    return f"select {columns} from results_result r where {where} order by r.id desc limit %(most)s"  # noqa: S608
