"""What the forms of delegation and absence share: people to choose from, roles, procedures, and the days asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext

from emoit.desk.days import read_day
from emoit.desk.http import number
from emoit.kernel.access import Actor
from emoit.people import queries as people
from emoit.people.types import ROLE_NAMES, OfficerCard, Role
from emoit.procedures import queries as procedures
from emoit.procedures.types import ProcedureCard
from emoit.ui.language import said

LENDABLE = frozenset(Role) - {Role.ADMINISTRATOR, Role.AUDITOR}


@dataclass(frozen=True, slots=True)
class Held:
    """A role that can be lent, as a tick box. `key` is what is posted."""

    key: str
    label: str
    ticked: bool


@dataclass(frozen=True, slots=True)
class Period:
    """First day and last day as typed, and as moments: from midnight to the midnight after the last day."""

    first: str
    last: str
    valid_from: datetime | None
    valid_to: datetime | None

    @property
    def errors(self) -> dict[str, str]:
        wrong = {}
        if self.valid_from is None:
            wrong["valid_from"] = gettext("Nhập ngày bắt đầu, ví dụ 01/06/2026")
        if self.valid_to is None:
            wrong["valid_to"] = gettext("Nhập ngày cuối cùng, ví dụ 12/06/2026")
        return wrong


def period(posted: Mapping[str, str]) -> Period:
    first, last = posted.get("valid_from", "").strip()[:10], posted.get("valid_to", "").strip()[:10]
    return Period(first, last, midnight(read_day(first)), midnight(read_day(last), after=True))


def midnight(day: date | None, *, after: bool = False) -> datetime | None:
    """The day's first moment in Viet Nam, or the first one after it; None also for days beyond what is planned for."""
    if day is None or not 2000 <= day.year <= 2200:
        return None
    return datetime.combine(day + timedelta(days=1 if after else 0), time(), tzinfo=timezone.get_default_timezone())


def last_day(valid_to: datetime) -> datetime:
    """The last moment within: what is shown as "đến hết ngày"."""
    return valid_to - timedelta(microseconds=1)


def held(account_id: int, chosen: set[str], now: datetime) -> list[Held]:
    """The roles that the account holds in own right and may lend."""
    return [
        Held(
            f"{unit_id}:{role}", f"{said(ROLE_NAMES[role])}, {people.unit(unit_id).name}", f"{unit_id}:{role}" in chosen
        )
        for unit_id, role in people.roles_of(account_id, now=now)
        if role in LENDABLE
    ]


def scope_of(posted: QueryDict) -> list[tuple[int, Role]]:
    """The ticked roles; anything unreadable is left out, and the verb then finds nothing to lend."""
    found = []
    for text in posted.getlist("scope"):
        unit_id, _, role = text.partition(":")
        if role in set(Role) and number(unit_id):
            found.append((number(unit_id), Role(role)))
    return found


def colleagues(actor: Actor, but: int, now: datetime) -> list[tuple[str, list[OfficerCard]]]:
    """Officers to choose from, those of the same units first, each with post and absence."""
    cards = [card for card in people.officer_cards(actor, now=now) if card.account_id != but]
    mine = {unit_id for unit_id, _ in people.roles_of(but, now=now)}
    near = [card for card in cards if mine & set(card.unit_ids)]
    far = [card for card in cards if not mine & set(card.unit_ids)]
    return [(title, group) for title, group in ((gettext("Cùng đơn vị"), near), (gettext("Đơn vị khác"), far)) if group]


def by_field(cards: list[ProcedureCard]) -> list[tuple[str, list[ProcedureCard]]]:
    """The catalogue by field, for ticking."""
    fields: dict[str, list[ProcedureCard]] = {}
    for card in cards:
        fields.setdefault(card.field_name, []).append(card)
    return sorted(fields.items())


def procedures_of(posted: QueryDict) -> tuple[list[str], dict[str, str]]:
    """The ticked procedures that the catalogue has, and what is wrong with the choice."""
    if posted.get("limit") != "some":
        return [], {}
    known = {card.code for card in procedures.catalogue()}
    chosen = [code for code in posted.getlist("procedure") if code in known]
    return chosen, {} if chosen else {"procedure": gettext("Chọn ít nhất một thủ tục, hoặc chọn mọi thủ tục")}


def span(typed: Mapping[str, str]) -> tuple[datetime | None, datetime | None, dict[str, str]]:
    """From the first moment of the day typed as `tu` to the end of that typed as `den`; and what is wrong with them."""
    since, until = midnight(read_day(typed["tu"])), midnight(read_day(typed["den"]), after=True)
    wrong = {}
    if typed["tu"] and since is None:
        wrong["tu"] = gettext("Nhập ngày đúng, ví dụ 01/06/2026")
    if typed["den"] and until is None:
        wrong["den"] = gettext("Nhập ngày đúng, ví dụ 12/06/2026")
    return since, until, wrong
