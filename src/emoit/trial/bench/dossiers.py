"""The measurements of dossiers, put together: who asks, what is asked, in what order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.utils import timezone

from emoit.dossiers import queries
from emoit.kernel.access import Actor, acting_as, process
from emoit.people import queries as people
from emoit.procedures import queries as procedures
from emoit.trial import answers, loading, tables
from emoit.trial.bench import harness, inside, over_http, server, statements
from emoit.trial.bench import people as askers
from emoit.trial.bench.harness import Row

BUFFERS = "list of 100: buffers touched at "
# The measurement must not be turned away by the limit that guards the service.
SERVED_WITH = {"EMOIT_OFFICER_TOTP": "offered", "EMOIT_API_RATE": "100000000"}


@dataclass(frozen=True, slots=True)
class Plan:
    runs: int
    rounds: int
    items: int


@dataclass(frozen=True, slots=True)
class Declaration:
    """A declaration that the form accepts, of a procedure that officers decide and that asks for no paper."""

    procedure: str
    answers: dict[str, Any]


def loaded() -> bool:
    return tables.begun(tables.agency_id(), loading.LOADED) is not None


def measure(plan: Plan, earlier: list[Row], *, over_http: bool, say: Callable[[str], object]) -> list[Row]:
    agency, now = tables.agency_id(), timezone.now()
    size = int((tables.begun(agency, loading.LOADED) or {})["dossiers"])
    account, enterprise = askers.heaviest_enterprise(agency)
    by = people.actor_for(account, now=now)
    declared = declaration(by, enterprise, now)
    rows = _buffers(by, size, earlier)  # before anything is added to the year
    if over_http:
        say("Đo qua HTTP.")
        rows += _over_http(plan, by, enterprise, declared, size, now)
    else:
        say("Chưa có API nên bỏ qua các phép đo qua API.")
    say("Đo trong một tiến trình.")
    rows.append(inside.workflow_step(agency, rounds=max(2, plan.rounds // 2), runs=plan.runs))
    rows += inside.actions_against_sql(
        by,
        procedure=declared.procedure,
        enterprise_id=enterprise,
        answers=declared.answers,
        now=now,
        rounds=plan.rounds,
        runs=plan.runs,
    )
    return rows


def _over_http(plan: Plan, by: Actor, enterprise: int, declared: Declaration, size: int, now: datetime) -> list[Row]:
    box = askers.busy_officer(by.agency_id, plan.items)
    cookie, key = askers.session_of(box.account_id, now), askers.key_of(by, now)
    try:
        with server.running(SERVED_WITH) as running:
            subject = over_http.Subject(running, key, declared.procedure, enterprise, declared.answers)
            return [
                *over_http.list_of_100(subject, dossiers=size, clients=4, each=plan.rounds, runs=plan.runs),
                *over_http.inbox(running, cookie, items=box.items, dossiers=size, rounds=plan.rounds, runs=plan.runs),
                *over_http.create_set_read(subject, rounds=plan.rounds, runs=plan.runs),
                over_http.create_by_many(subject, clients=10, each=max(1, plan.rounds // 2), runs=plan.runs),
            ]
    finally:
        askers.tidy(by.agency_id)


def _buffers(by: Actor, size: int, earlier: list[Row]) -> list[Row]:
    touched = statements.buffers(by, lambda: queries.list_for(by, limit=100))
    rows = [harness.row(f"{BUFFERS}{size:,}", [float(touched)], "pages")]
    before = next((row for row in earlier if row.name.startswith(BUFFERS)), None)
    if before is not None and before.value:
        ratio = touched / before.value
        rows.append(harness.row(f"{BUFFERS}{size:,}, against {before.name[len(BUFFERS) :]}", [ratio], "×", goal=1.2))
    return rows


def declaration(by: Actor, enterprise: int, now: datetime) -> Declaration:
    """The first such procedure by its code. LookupError where there is none."""
    with acting_as(process("bench", by.agency_id)):
        party = _values(enterprise)
        for card in sorted(procedures.catalogue(at=now), key=lambda card: card.code):
            if card.automatic or "enterprise" not in card.applicants:
                continue
            procedure = procedures.version(card.version_id)
            if procedure.level != "central" or procedure.amends or any(paper.required for paper in procedure.papers):
                continue
            if procedure.process_key == "standard" and not answers.template_of(procedure).faults:
                return Declaration(procedure.code, answers.clear(procedure, party, now.date()))
    raise LookupError("no procedure that officers decide and that asks for no paper")


def _values(enterprise: int) -> dict[str, str]:
    row = apps.get_model("people.Enterprise").objects.get(pk=enterprise)
    return {
        "party.name": row.name,
        "party.identity": row.tax_code,
        "party.address": row.address,
        "party.phone": row.phone,
        "party.email": row.email,
        "party.representative": row.legal_representative,
        "account.full_name": row.legal_representative,
        "account.phone": row.phone,
        "account.email": row.email,
    }
