"""Measurements over HTTP, by the API as an integrator uses it, and by the officers' screens."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from emoit.trial.bench import harness
from emoit.trial.bench.client import Client, together
from emoit.trial.bench.harness import Row
from emoit.trial.bench.server import Server

API = "/api/v1"


@dataclass(frozen=True, slots=True)
class Subject:
    """Who asks for what: a key of the API, and a declaration that can be handed in without papers."""

    server: Server
    key: str
    procedure: str
    enterprise_id: int
    answers: dict[str, Any]

    def client(self) -> Client:
        return Client(self.server, {"Authorization": f"Bearer {self.key}", "Accept": "application/json"})

    @property
    def draft(self) -> dict[str, Any]:
        return {"procedure": self.procedure, "enterprise_id": self.enterprise_id, "answers": self.answers}


def _created(client: Client, subject: Subject) -> tuple[int, str]:
    body, headers = client.ask("POST", f"{API}/dossiers", subject.draft, expect=201)
    return int(json.loads(body)["id"]), headers.get("ETag", "")


def create_set_read(subject: Subject, *, rounds: int, runs: int) -> list[Row]:
    """One client: a dossier begun, handed in (a new status, a code, work for an officer), and read."""
    client = subject.client()

    def once() -> float:
        dossier, etag = _created(client, subject)
        seconds = client.seconds
        client.ask("POST", f"{API}/dossiers/{dossier}/submit", {}, headers={"If-Match": etag} if etag else None)
        seconds += client.seconds
        client.ask("GET", f"{API}/dossiers/{dossier}")
        return seconds + client.seconds

    for _ in range(5):
        once()  # both processes have read what they keep
    walls, served, database = [], [], []
    for _ in range(runs):
        seconds: list[float] = []

        def work(into: list[float] = seconds) -> None:
            into.extend(once() for _ in range(rounds))

        took = harness.spent(work, subject.server.processes)
        walls.append(harness.percentile(seconds, 0.5) * 1000)
        served.append(took.served / rounds * 1000)
        database.append(took.database / rounds * 1000)
    cpu = [a + b for a, b in zip(served, database, strict=True)]
    name = "create + set status + read, one client"
    return [
        harness.row(f"{name}: p50 together", walls, "ms", goal=30),
        harness.row(f"{name}: CPU, web and database", cpu, "CPU-ms", goal=25),
        harness.row("… of it the web server's", served, "CPU-ms"),
        harness.row("… of it the database's", database, "CPU-ms"),
    ]


def create_by_many(subject: Subject, *, clients: int, each: int, runs: int) -> Row:
    many = [subject.client() for _ in range(clients)]
    rates = [together(many, each, lambda client: _created(client, subject)) for _ in range(runs)]
    return harness.row(f"create, {clients} clients", rates, "/s", goal=150, better="higher")


def list_of_100(subject: Subject, *, dossiers: int, clients: int, each: int, runs: int) -> list[Row]:
    many = [subject.client() for _ in range(clients)]
    for client in many:
        _listed(client)
    rates, cpu = [], []
    for _ in range(runs):
        rate: list[float] = []
        took = harness.spent(lambda into=rate: into.append(together(many, each, _listed)), subject.server.processes)  # type: ignore[misc]
        rates += rate
        cpu.append(took.cpu / (clients * each) * 1000)
    name = f"permission-filtered list of 100 at {dossiers:,}"
    return [
        harness.row(name, rates, "/s", goal=100, better="higher"),
        harness.row("… CPU, web and database", cpu, "CPU-ms"),
    ]


def _listed(client: Client) -> int:
    body, _ = client.ask("GET", f"{API}/dossiers?limit=100")
    return len(json.loads(body)["items"])


def inbox(server: Server, cookie: str, *, items: int, dossiers: int, rounds: int, runs: int) -> list[Row]:
    """The first page of an officer's inbox, as the browser asks for it."""
    client = Client(server, {"Cookie": cookie})
    ask: Callable[[], object] = lambda: client.ask("GET", "/nghiep-vu/")  # noqa: E731
    for _ in range(5):
        ask()
    slow, cpu = [], []
    for _ in range(runs):
        seconds: list[float] = []

        def work(into: list[float] = seconds) -> None:
            for _ in range(rounds):
                ask()
                into.append(client.seconds)

        took = harness.spent(work, server.processes)
        slow.append(harness.percentile(seconds, 0.95) * 1000)
        cpu.append(took.cpu / rounds * 1000)
    return [
        harness.row(f"inbox of an officer with {items:,} open items, among {dossiers:,}: p95", slow, "ms", goal=100),
        harness.row("… CPU, web and database", cpu, "CPU-ms"),
    ]
