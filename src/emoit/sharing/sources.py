"""Where each service's answer comes from: the granted fields of our modules, or test data for a test consumer."""

from __future__ import annotations

from collections.abc import Callable

from emoit.dossiers import queries as dossiers
from emoit.kernel.access import Actor
from emoit.procedures import queries as procedures
from emoit.results import queries as results
from emoit.sharing import feed, rules
from emoit.sharing.calls import Call
from emoit.sharing.catalogue import Service, test_data
from emoit.sharing.types import Found, Permit

Asked = dict[str, str]
Source = Callable[[Actor, Call, Permit, tuple[str, ...], Asked], Found]
OF_CHANGE = ("change", "changed_at")


def _look_up(by: Actor, call: Call, permit: Permit, fields: tuple[str, ...], asked: Asked) -> Found:
    rows = results.look_up(
        by,
        fields=fields,
        today=rules.today(call.now),
        number=asked.get("number", ""),
        register_code=asked.get("register_code", ""),
        procedures=permit.procedures,
    )
    return Found([facts for _, facts in rows], "result", [pk for pk, _ in rows])


def _changes(by: Actor, call: Call, permit: Permit, fields: tuple[str, ...], asked: Asked) -> Found:
    lines, cursor, is_last = feed.read(by, call.caller.code, asked.get("cursor", ""))
    own = [name for name in fields if name not in OF_CHANGE]
    facts = results.facts_of(
        by,
        [line.result_id for line in lines],
        fields=own,
        today=rules.today(call.now),
        procedures=permit.procedures,
    )
    items = []
    for line in lines:
        if line.result_id in facts:
            told = {"change": line.kind, "changed_at": line.at}
            items.append({name: told[name] for name in fields if name in told} | facts[line.result_id])
    return Found(items, "result", list(dict.fromkeys(facts)), cursor, is_last)


def _status(by: Actor, call: Call, permit: Permit, fields: tuple[str, ...], asked: Asked) -> Found:  # noqa: ARG001
    found = dossiers.facts_of(by, asked["code"], fields=fields, procedures=permit.procedures)
    return Found([found[1]], "dossier", [found[0]]) if found else Found([], "dossier", [])


def _catalogue(by: Actor, call: Call, permit: Permit, fields: tuple[str, ...], asked: Asked) -> Found:  # noqa: ARG001
    cards = procedures.catalogue(asked.get("search", ""), at=call.now)
    items: list[dict[str, object]] = []
    for card in cards:
        told: dict[str, object] = {
            "code": card.code,
            "name": card.name,
            "name_en": card.name_en,
            "field_name": card.field_name,
            "applicants": list(card.applicants),
            "term": card.term_text,
            "fee": card.fee_text,
            "automatic": card.automatic,
        }
        if not permit.procedures or card.code in permit.procedures:
            items.append({name: told[name] for name in fields})
    return Found(items, "", [])


SOURCES: dict[str, Source] = {
    "results.look-up": _look_up,
    "results.changes": _changes,
    "dossiers.status": _status,
    "procedures.catalogue": _catalogue,
}


def test_rows(service: Service, fields: tuple[str, ...], asked: Asked) -> Found:
    """The answer to a test consumer: from the module's test data, never from a register. Refusal `bad_cursor`."""
    rows = test_data()[service.code]
    for name in ("number", "register_code", "code"):
        if asked.get(name):
            rows = [row for row in rows if row.get(name) == asked[name]]
    if asked.get("search"):
        rows = [row for row in rows if asked["search"].lower() in str(row["name"]).lower()]
    cursor = None
    if service.code == "results.changes":
        known = [str(place) for place in range(len(rows) + 1)]
        if (begun := asked.get("cursor") or "0") not in known:
            raise feed.bad_cursor()
        cursor, rows = known[-1], rows[int(begun) :]
    return Found([{name: row[name] for name in fields} for row in rows], "", [], cursor)
