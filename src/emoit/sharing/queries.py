"""Reads for those who keep the services, for the consumer itself, and for the people whose records were looked at."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

from django.db import connection

from emoit.dossiers import queries as dossiers
from emoit.exchange import queries as exchange
from emoit.exchange.types import Direction
from emoit.kernel.access import Actor, Forbidden, NotFound, acting_as, process
from emoit.lib.saying import vi
from emoit.results import queries as results
from emoit.sharing import catalogue, rules
from emoit.sharing.callers import caller_of
from emoit.sharing.catalogue import Purpose, Service
from emoit.sharing.counting import LOCK
from emoit.sharing.infos import consumer_info, credential_info, grant_info
from emoit.sharing.models import Consumer, Credential, Grant, Token
from emoit.sharing.types import (
    AccessInfo,
    ConsumerInfo,
    CredentialInfo,
    GrantInfo,
    GrantState,
    GrantVerb,
    StatementLine,
    Usage,
)

__all__ = [
    "accesses_about",
    "accesses_of_dossier",
    "accesses_of_result",
    "caller_of",
    "consumer",
    "consumers",
    "credentials",
    "grant",
    "grants",
    "may_decide",
    "may_keep",
    "proposals",
    "purposes",
    "require_keeper",
    "service",
    "services",
    "statement",
    "usage",
    "verbs",
]

NAME = "sharing.look"
MOST = 500
MOST_COUNTED = 100_000
_CALLS = """
    select count(*) from (select from sharing_access where consumer_id = %s and is_call and at > %s limit %s) latest
"""
_TAIL = """
    select service || '/' || version, (at at time zone 'Asia/Ho_Chi_Minh')::date,
           count(*) filter (where is_call), sum(bytes_out)
    from sharing_access
    where agency_id = %s and consumer_id = %s and counted_at is null
      and at >= (%s::date::timestamp at time zone 'Asia/Ho_Chi_Minh')
      and at < ((%s::date + 1)::timestamp at time zone 'Asia/Ho_Chi_Minh')
    group by 1, 2
"""
# The rows are found by their records before they are put in order: most of the log is not about these.
_ABOUT = """
    with told as materialized (
        select a.id, a.subject_kind, a.subject_id, a.at, a.consumer_id, a.service, a.version, a.purpose, a.grant_id
        from sharing_access a
        where a.agency_id = %(agency)s and a.id < %(before)s and (
            (a.subject_kind = 'result' and a.subject_id = any(%(results)s::bigint[]))
            or (a.subject_kind = 'dossier' and a.subject_id = any(%(dossiers)s::bigint[])))
        order by a.id desc limit %(most)s
    )
    select t.id, t.subject_kind, t.subject_id, t.at, c.name, t.service, t.version, t.purpose, g.fields
    from told t join sharing_consumer c on c.id = t.consumer_id join sharing_grant g on g.id = t.grant_id
    order by t.id desc
"""
LARGEST_ID = 2**63 - 1


@contextmanager
def _looking(actor: Actor) -> Iterator[Actor]:
    """As a process of ours: the tables are closed to people. Forbidden but for those who keep, decide or inspect."""
    if not rules.may_look(actor):
        raise Forbidden(vi("Chỉ quản trị viên, lãnh đạo Bộ và người kiểm tra, giám sát xem việc chia sẻ dữ liệu."))
    with acting_as(process(NAME, actor.agency_id)) as by:
        yield by


def may_keep(actor: Actor) -> bool:
    return actor.is_process or actor.has_role(rules.KEEPER)


def may_decide(actor: Actor) -> bool:
    return actor.is_process or any(actor.has_role(role) for role in rules.DECIDERS)


def require_keeper(actor: Actor) -> None:
    """Forbidden but for those who keep consumers."""
    rules.as_keeper(actor)


def services() -> dict[tuple[str, str], Service]:
    """(code, version) -> service, in the order of the contract page."""
    return catalogue.services()


def service(code: str, version: str) -> Service:
    """NotFound."""
    known = catalogue.services().get((code, version))
    if known is None:
        raise NotFound(vi("Không có dịch vụ này."))
    return known


def purposes() -> dict[str, Purpose]:
    return catalogue.purposes()


def verbs(actor: Actor, grant: GrantInfo) -> tuple[GrantVerb, ...]:
    """What the actor may decide about the grant now."""
    if not may_decide(actor):
        return ()
    own = grant.proposed_by == actor.account_id
    return tuple(verb for verb in rules.GRANTS.verbs(grant.state) if not (own and verb is GrantVerb.APPROVE))


def consumers(actor: Actor, *, with_tests: bool = False) -> list[ConsumerInfo]:
    """By code. Forbidden."""
    with _looking(actor) as by:
        rows = Consumer.objects.filter(agency_id=by.agency_id)
        rows = rows if with_tests else rows.filter(is_test=False)
        return [consumer_info(row) for row in rows.order_by("code")[:MOST]]


def consumer(actor: Actor, code: str) -> ConsumerInfo:
    """Forbidden, NotFound."""
    with _looking(actor) as by:
        return consumer_info(_consumer(by, code))


def _consumer(by: Actor, code: str) -> Consumer:
    row = Consumer.objects.filter(agency_id=by.agency_id, code=code).first()
    if row is None:
        raise NotFound(vi("Không có hệ thống này."))
    return row


def credentials(actor: Actor, code: str) -> list[CredentialInfo]:
    """Newest first. Forbidden, NotFound."""
    with _looking(actor) as by:
        rows = Credential.objects.filter(consumer=_consumer(by, code))
        return [credential_info(row) for row in rows.order_by("-id")]


def grants(actor: Actor, code: str) -> list[GrantInfo]:
    """Newest first. Forbidden, NotFound."""
    with _looking(actor) as by:
        rows = Grant.objects.filter(consumer=_consumer(by, code))
        return [grant_info(row) for row in rows.order_by("-id")[:MOST]]


def grant(actor: Actor, grant_id: int) -> tuple[GrantInfo, ConsumerInfo]:
    """Forbidden, NotFound."""
    with _looking(actor) as by:
        row = Grant.objects.select_related("consumer").filter(agency_id=by.agency_id, pk=grant_id).first()
        if row is None:
            raise NotFound(vi("Không có quyền khai thác này."))
        return grant_info(row), consumer_info(row.consumer)


def proposals(actor: Actor) -> list[tuple[GrantInfo, ConsumerInfo]]:
    """What waits for a decision, the oldest first. Forbidden."""
    with _looking(actor) as by:
        rows = Grant.objects.select_related("consumer").filter(agency_id=by.agency_id, state=GrantState.PROPOSED.value)
        return [(grant_info(row), consumer_info(row.consumer)) for row in rows.order_by("id")[:MOST]]


def statement(actor: Actor, code: str, since: date, until: date) -> list[StatementLine]:
    """The consumer's calls by service and day of Viet Nam, both days included: every call, up to this moment.

    For those who keep the services, and for a process that speaks for the consumer. Forbidden, NotFound.
    """
    with _looking(actor) as by:
        with connection.cursor() as cursor:
            # No one counts while we read: each call stands in the log or in the meter, never in both or neither.
            cursor.execute("select pg_advisory_xact_lock_shared(%s)", [LOCK])
            row = _consumer(by, code)
            cursor.execute(_TAIL, [by.agency_id, row.pk, since, until])
            tail = cursor.fetchall()
        found: dict[tuple[str, date], tuple[int, int, int]] = {}
        for one in exchange.metered(by, since, until):
            if one.partner == code and one.direction is Direction.IN:
                found[one.service, one.day] = (one.calls, one.failures, one.bytes_out)
        for service, day, calls, size in tail:
            known = found.get((service, day), (0, 0, 0))
            found[service, day] = (known[0] + int(calls), known[1], known[2] + int(size or 0))
    prices = {service.key: service.price for service in catalogue.services().values()}
    return [
        StatementLine(service, day, calls, refused, size, prices.get(service, 0))
        for (service, day), (calls, refused, size) in sorted(found.items(), key=lambda item: (item[0][1], item[0][0]))
    ]


def usage(actor: Actor, code: str, *, since: datetime, now: datetime, credential_id: int | None = None) -> Usage:
    """How much the consumer uses our services: what stops when it is suspended. `credential_id`: its tokens alone.

    Calls are counted up to a hundred thousand. Forbidden, NotFound.
    """
    with _looking(actor) as by, connection.cursor() as cursor:
        consumer_id = _consumer(by, code).pk
        cursor.execute(_CALLS, [consumer_id, since, MOST_COUNTED + 1])
        calls = int(cursor.fetchone()[0])
        tokens = Token.objects.filter(credential__consumer=consumer_id, expires_at__gt=now)
        tokens = tokens.filter(credential__revoked_at=None, credential__expires_at__gt=now)
        if credential_id is not None:
            tokens = tokens.filter(credential=credential_id)
        return Usage(min(calls, MOST_COUNTED), calls > MOST_COUNTED, tokens.count())


def accesses_of_result(actor: Actor, result_id: int, *, now: datetime) -> list[AccessInfo]:
    """Which agencies were told of this result, when and for what; the latest first, 500 at most.

    For whoever may see the result, its holder above all. NotFound as `results.get_for`.
    """
    results.get_for(actor, result_id, now=now)
    return _about(actor, [result_id], [])


def accesses_of_dossier(actor: Actor, dossier_id: int) -> list[AccessInfo]:
    """The same of a dossier. NotFound as `dossiers.get_for`."""
    dossiers.require_visible(actor, dossier_id)
    return _about(actor, [], [dossier_id])


def accesses_about(actor: Actor, *, before: int = 0, limit: int = 20) -> list[AccessInfo]:
    """Which agencies were told of any result or dossier of the actor's own or of an enterprise they represent.

    The latest first, `before` an access's id (0: from the latest on). Call it within `acting_as(actor)`.
    """
    return _about(actor, results.own_ids(actor), dossiers.own_ids(actor), before=before or LARGEST_ID, limit=limit)


def _about(
    actor: Actor, result_ids: list[int], dossier_ids: list[int], *, before: int = LARGEST_ID, limit: int = MOST
) -> list[AccessInfo]:
    if not result_ids and not dossier_ids:
        return []
    with acting_as(process(NAME, actor.agency_id)) as by, connection.cursor() as cursor:
        cursor.execute(
            _ABOUT,
            {
                "agency": by.agency_id,
                "before": before,
                "results": result_ids,
                "dossiers": dossier_ids,
                "most": limit,
            },
        )
        return [
            AccessInfo(pk, kind, subject_id, at, name, service, version, purpose, tuple(fields))
            for pk, kind, subject_id, at, name, service, version, purpose, fields in cursor.fetchall()
        ]
