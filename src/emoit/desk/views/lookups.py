from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from emoit.desk import frame, lending
from emoit.desk.http import actor_of, number, officer_only, require
from emoit.lib.saying import vi
from emoit.people import queries as people
from emoit.people.types import PURPOSE_NAMES, REGISTER_NAMES, ROLE_NAMES, LookupInfo, Purpose, Register, Role

PAGE = 50
AUDITORS = vi("Chỉ người kiểm tra, giám sát xem các lần tra cứu.")


@dataclass(frozen=True, slots=True)
class Line:
    """A look-up as the auditor reads it. `asker` "": the person themself, at the portal."""

    lookup: LookupInfo
    register: str
    purpose: str
    asker: str
    unit: str
    role: str


@officer_only
def show(request: HttpRequest) -> HttpResponse:
    """Every look-up by register, purpose, officer, dossier and days; the newest first, page after page."""
    actor = actor_of(request)
    require(actor, Role.AUDITOR, AUDITORS)
    typed = {n: request.GET.get(n, "").strip()[:100] for n in ("noi", "muc_dich", "ai", "ho_so", "tu", "den")}
    since, until, errors = lending.span(typed)
    wanted = people.LookupFilter(
        register=Register(typed["noi"]) if typed["noi"] in set(Register) else None,
        purpose=Purpose(typed["muc_dich"]) if typed["muc_dich"] in set(Purpose) else None,
        account_id=number(typed["ai"]) or None,
        subject_code=typed["ho_so"],
        since=since,
        until=until,
    )
    before = number(request.GET.get("truoc"))
    rows = [] if errors else people.lookups(actor, wanted, before=before, limit=PAGE + 1)
    kept = {name: value for name, value in typed.items() if value}
    context = {
        "lines": _lines(rows[:PAGE]),
        "typed": typed,
        "errors": errors,
        "registers": [(one.value, REGISTER_NAMES[one]) for one in Register],
        "purposes": [(one.value, PURPOSE_NAMES[one]) for one in Purpose],
        "officers": people.officer_cards(actor, now=timezone.now(), rows=people.officers(actor)),
        "chosen": wanted.account_id,
        "more": urlencode({**kept, "truoc": rows[PAGE - 1].id}) if len(rows) > PAGE else "",
        "first": (urlencode(kept) or "ai=") if before else "",
    }
    return frame.show(request, "desk/lookups.html", context, status=422 if errors else 200)


def _lines(rows: list[LookupInfo]) -> list[Line]:
    names = frame.names_of({row.account_id for row in rows if not row.consented})
    units = {unit_id: people.unit(unit_id).name for unit_id in {row.unit_id for row in rows} if unit_id}
    return [
        Line(
            lookup=row,
            register=REGISTER_NAMES[row.register],
            purpose=PURPOSE_NAMES[row.purpose],
            asker="" if row.consented else names.get(row.account_id, ""),
            unit=units.get(row.unit_id or 0, ""),
            role=ROLE_NAMES[Role(row.role)] if row.role else "",
        )
        for row in rows
    ]
