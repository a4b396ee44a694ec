"""The register query of other agencies: with authorisation, quota, metering and log on, over HTTP.

Part of `./emoit bench exchange`.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from typing import Any
from urllib.parse import quote

from django.apps import apps
from django.utils import timezone

from emoit.kernel.access import acting_as, process
from emoit.trial import tables
from emoit.trial.bench import harness
from emoit.trial.bench.client import Client, together
from emoit.trial.bench.harness import Row
from emoit.trial.bench.server import Server, running

BENCH = "bench.register"
PATH = "/chia-se/v1/results.look-up"
GOAL = 500
# Of each client, before anything is measured: psycopg prepares a statement the fifth time that a connection runs it,
# and PostgreSQL keeps its plan five times later; until then a call costs a fifth more. After that nothing grows.
WARM_UP = 25
FIELDS = ("register_code", "number", "kind", "title", "state", "valid", "valid_from", "valid_to", "issuer_name")


@dataclass(frozen=True, slots=True)
class Plan:
    clients: int = 8
    each: int = 250
    runs: int = harness.RUNS


def measure(plan: Plan) -> list[Row]:
    """Rate, CPU and slowest answers of the register query; and that every call of it was counted."""
    agency = tables.agency_id()
    numbers = _numbers(agency)
    with _consumer(agency) as (code, token), running({}) as server:
        rows = _rows(server, token, numbers, plan)
        asked = plan.runs * plan.clients * plan.each + plan.clients * WARM_UP
        rows.append(
            harness.row("… calls that the meter lacks", [float(asked - _counted(agency, code))], "calls", goal=0)
        )
    return rows


def _rows(server: Server, token: str, numbers: list[str], plan: Plan) -> list[Row]:
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
    many = [Client(server, headers) for _ in range(plan.clients)]
    together(many, WARM_UP, lambda client: _ask(client, secrets.choice(numbers), []))
    rates, served, database, slow = [], [], [], []
    for _ in range(plan.runs):
        rate: list[float] = []
        seconds: list[float] = []

        def work(into: list[float] = rate, each: list[float] = seconds) -> None:
            into.append(together(many, plan.each, lambda client: _ask(client, secrets.choice(numbers), each)))

        took = harness.spent(work, server.processes)
        calls = plan.clients * plan.each
        rates += rate
        served.append(took.served / calls * 1000)
        database.append(took.database / calls * 1000)
        slow.append(harness.percentile(seconds, 0.95) * 1000)
    cpu = [a + b for a, b in zip(served, database, strict=True)]
    return [
        harness.row(
            f"register query, authorised, metered and logged, {plan.clients} clients, "
            f"after {plan.clients * WARM_UP} to warm up", rates, "/s", goal=GOAL, better="higher",
        ),
        harness.row("… CPU, web and database", cpu, "CPU-ms", goal=3),
        harness.row("… of it the web server's", served, "CPU-ms"),
        harness.row("… of it the database's", database, "CPU-ms"),
        harness.row("… p95", slow, "ms"),
    ]  # fmt: skip


def _ask(client: Client, number: str, seconds: list[float]) -> None:
    client.ask("GET", f"{PATH}?purpose=supervision&number={quote(number)}")
    seconds.append(client.seconds)


def _numbers(agency: int) -> list[str]:
    """Numbers of results that there are; some are made where the register is empty."""
    result = apps.get_model("results.Result")
    with acting_as(process(BENCH, agency)) as by:
        found = list(result.objects.filter(agency_id=agency).exclude(number="").values_list("number", flat=True)[:2000])
        if found:
            return found
        actions: Any = import_module("emoit.results.actions")
        now = timezone.now()
        return [
            actions.issue(
                by=by, now=now, agency_id=agency, unit_id=1, issuer_name="Đơn vị đo", kind="bench",
                title="Kết quả để đo", holder_name="Không ai", number=f"{n}/DO",
            ).number
            for n in range(1, 501)
        ]  # fmt: skip


@contextmanager
def _consumer(agency: int) -> Iterator[tuple[str, str]]:
    """A consumer with one grant and a token that outlives the measurement; suspended afterwards."""
    actions: Any = import_module("emoit.sharing.actions")
    tokens: Any = import_module("emoit.sharing.models").Token
    rules: Any = import_module("emoit.sharing.rules")
    now, code = timezone.now(), f"DO.{secrets.token_hex(4).upper()}"
    with acting_as(process(BENCH, agency)) as by:
        actions.register_consumer(by=by, now=now, code=code, name="Đo hiệu năng")
        credential, _ = actions.add_secret(by=by, now=now, code=code)
        _grant(agency, code, now.date())
        token = rules.new_secret(rules.TOKEN_PREFIX)
        tokens.objects.create(
            agency_id=agency, credential_id=credential.id, digest=rules.digest(token), issued_at=now,
            expires_at=now + timedelta(hours=1),
        )  # fmt: skip
    try:
        yield code, token
    finally:
        with acting_as(process(BENCH, agency)) as by:
            actions.suspend(by=by, now=timezone.now(), code=code)


def _grant(agency: int, code: str, day: Any) -> None:
    models: Any = import_module("emoit.sharing.models")
    now = timezone.now()
    models.Grant.objects.create(
        agency_id=agency,
        consumer=models.Consumer.objects.get(agency_id=agency, code=code),
        service="results.look-up",
        version="v1",
        purpose="supervision",
        fields=list(FIELDS),
        procedures=[],
        first_day=day - timedelta(days=1),
        last_day=day + timedelta(days=1),
        per_minute=1_000_000,
        per_day=100_000_000,
        state="granted",
        proposed_at=now,
        decided_at=now,
        note="đo hiệu năng",
    )


def _counted(agency: int, code: str) -> int:
    """Calls of the consumer by its statement: those in the meter and those on their way there."""
    queries: Any = import_module("emoit.sharing.queries")
    today = timezone.localdate()
    lines = queries.statement(process(BENCH, agency), code, today, today)
    return sum(int(line.calls) for line in lines)
