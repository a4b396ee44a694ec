"""Read the register: by right (`visible_to`, `get_for`), or as the public by a code or a file's digest."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from emoit.kernel.access import Actor, Forbidden, NotFound
from emoit.lib.saying import vi
from emoit.lib.working_time import VIET_NAM
from emoit.results import rules
from emoit.results.models import Result, ResultEvent
from emoit.results.register import facts_of, look_up
from emoit.results.types import EventKind, HistoryEntry, PublicFacts, PublicVerdict, ResultInfo, State

__all__ = [
    "PublicVerdict",
    "by_digest",
    "by_register_code",
    "by_token",
    "chain",
    "facts_of",
    "get_for",
    "held_by",
    "held_count",
    "history",
    "info",
    "is_held_by",
    "look_up",
    "may_revoke",
    "of_ids",
    "of_subject",
    "own_ids",
    "visible_to",
]
PAGE = 20

CHAIN = 50  # links that a screen shows to either side
ABSENT = vi("Không có kết quả này trong sổ.")


def visible_to(actor: Actor) -> QuerySet[Result]:
    """Results that `actor` holds, or whose unit or agency the actor reads for; none for one who is not known."""
    within = Result.objects.filter(agency_id=actor.agency_id)
    return within if actor.is_process else within.filter(readers__overlap=sorted(actor.readers))


def get_for(actor: Actor, result_id: int, *, now: datetime) -> ResultInfo:
    """One result; NotFound alike for an absent and an invisible one."""
    result = visible_to(actor).filter(pk=result_id).first()
    if result is None:
        raise NotFound(ABSENT)
    return info(result, now)


def list_for(actor: Actor, *, now: datetime, after: int | None = None, limit: int = 20) -> list[ResultInfo]:
    """The results that the actor may see, the newest first; `after` is the id of the last one of the page before."""
    rows = visible_to(actor).order_by("-id")
    if after is not None:
        rows = rows.filter(pk__lt=after)
    return [info(r, now) for r in rows[:limit]]


def of_subject(actor: Actor, subject_code: str, *, now: datetime) -> list[ResultInfo]:
    """The results of one dossier, oldest first."""
    return (
        [info(r, now) for r in visible_to(actor).filter(subject_code=subject_code).order_by("id")]
        if subject_code
        else []
    )


def by_register_code(actor: Actor, code: str, *, now: datetime) -> ResultInfo:
    """One result by the code of its entry; NotFound as in `get_for`."""
    result = visible_to(actor).filter(register_code=code.strip()).first()
    if result is None:
        raise NotFound(ABSENT)
    return info(result, now)


def is_held_by(actor: Actor, result_id: int, holder_key: str) -> bool:
    """Whether the result, which the actor may see, stands in the name of the party with this keyed identity."""
    return bool(holder_key) and visible_to(actor).filter(pk=result_id, holder_key=holder_key).exists()


def held_by(
    actor: Actor,
    *,
    now: datetime,
    state: State | None = None,
    kinds: Iterable[str] = (),
    offset: int = 0,
    limit: int = PAGE,
) -> list[ResultInfo]:
    """The licences and other results of the actor and of the enterprises they represent, the last issued first.

    Letters of refusal are left out. `kinds` (none: all) and `state` narrow the list.
    """
    rows = _held(actor, now, state, kinds).order_by("-issued_at", "-id")
    return [info(row, now) for row in rows[offset : offset + limit]]


def own_ids(actor: Actor) -> list[int]:
    """Every result of the actor's own and of the enterprises they represent, letters of refusal too."""
    return list(_own(actor).values_list("pk", flat=True))


def of_ids(actor: Actor, ids: Iterable[int], *, now: datetime) -> dict[int, ResultInfo]:
    """Those of the results that the actor may see, by id."""
    return {row.pk: info(row, now) for row in visible_to(actor).filter(pk__in=set(ids))}


def held_count(actor: Actor, *, now: datetime, state: State | None = None, kinds: Iterable[str] = ()) -> int:
    return _held(actor, now, state, kinds).count()


def _held(actor: Actor, now: datetime, state: State | None, kinds: Iterable[str]) -> QuerySet[Result]:
    rows = _own(actor).exclude(kind__in=rules.LETTERS)
    if wanted := sorted(kinds):
        rows = rows.filter(kind__in=wanted)
    today = now.astimezone(VIET_NAM).date()
    match state:
        case None:
            return rows
        case State.VALID:
            return rows.filter(Q(valid_to=None) | Q(valid_to__gte=today), state=State.VALID)
        case State.EXPIRED:
            return rows.filter(state=State.VALID, valid_to__lt=today)
    return rows.filter(state=state)


def _own(actor: Actor) -> QuerySet[Result]:
    own = sorted(key for key in actor.readers if key[:2] in {"a:", "e:"})
    return Result.objects.filter(agency_id=actor.agency_id, readers__overlap=own)


def chain(actor: Actor, result_id: int, *, now: datetime) -> list[ResultInfo]:
    """The lives of a licence: what this result replaced, itself, what has replaced it; the oldest first.

    Only what the actor may see. NotFound as in `get_for`.
    """
    here = get_for(actor, result_id, now=now)
    before: list[ResultInfo] = []
    first = here.id
    while (row := visible_to(actor).filter(replaced_by_id=first).order_by("id").first()) and len(before) < CHAIN:
        before.append(info(row, now))
        first = row.pk
    after: list[ResultInfo] = []
    following = here.replaced_by_id
    while following and len(after) < CHAIN and (row := visible_to(actor).filter(pk=following).first()):
        after.append(info(row, now))
        following = row.replaced_by_id
    return [*reversed(before), here, *after]


def may_revoke(actor: Actor, result: ResultInfo) -> bool:
    """Whether `actor` may end this result now: it is in force, and they lead the issuing unit or the ministry."""
    if result.state not in {State.VALID, State.EXPIRED}:
        return False
    try:
        rules.may_end(actor, result.unit_id, result.procedure)
    except Forbidden:
        return False
    return True


def history(actor: Actor, result_id: int, *, now: datetime) -> list[HistoryEntry]:
    """What happened to one result, oldest first; NotFound as in `get_for`."""
    get_for(actor, result_id, now=now)
    return [
        HistoryEntry(EventKind(e.kind), e.at, e.by_name, e.reason, {k: (v[0], v[1]) for k, v in e.changes.items()})
        for e in ResultEvent.objects.filter(agency_id=actor.agency_id, result_id=result_id).order_by("id")
    ]


def by_token(token: str, *, now: datetime) -> PublicVerdict:
    """What the public may know of the result with this code, typed in any case, with spaces or hyphens.

    Needs no actor: the look-up goes through a function of the database that opens one row for its exact code.
    """
    stored = rules.read_token(token)
    return _verdict("select * from results_public(%s)", stored, now) if stored else rules.NOT_FOUND


def by_digest(digest: str, *, now: datetime) -> PublicVerdict:
    """The same, for one who holds the file: `digest` is its SHA-256 in hex."""
    asked = digest.strip().lower()
    return _verdict("select * from results_public_file(%s)", asked, now) if len(asked) == 64 else rules.NOT_FOUND


def info(result: Result, now: datetime) -> ResultInfo:
    return ResultInfo(
        id=result.pk,
        register_code=result.register_code,
        token=result.token,
        kind=result.kind,
        kind_code=result.kind_code,
        title=result.title,
        number=result.number,
        holder_name=result.holder_name,
        unit_id=result.unit_id,
        procedure=result.procedure,
        issuer_name=result.issuer_name,
        subject_code=result.subject_code,
        file_id=result.file_id,
        digest=result.digest,
        signed_by=result.signed_by,
        signed_title=result.signed_title,
        signed_at=result.signed_at,
        issued_at=result.issued_at,
        valid_from=result.valid_from,
        valid_to=result.valid_to,
        state=rules.state_on(State(result.state), result.valid_to, now),
        revoked_at=result.revoked_at,
        revoke_reason=result.revoke_reason,
        replaced_by_id=result.replaced_by_id,
        held_for=result.held_for,
    )


def _verdict(statement: str, key: str, now: datetime) -> PublicVerdict:
    with connection.cursor() as cursor:
        cursor.execute(statement, [key])
        row: tuple[Any, ...] | None = cursor.fetchone()
    if row is None:
        return rules.NOT_FOUND
    *facts, state, revoked_at, replaced_by, token, number = row
    return rules.verdict_of(
        PublicFacts(*facts),
        State(state),
        revoked_at=revoked_at,
        replaced_by=replaced_by or "",
        now=now,
        successor_token=token or "",
        successor_number=number or "",
    )
