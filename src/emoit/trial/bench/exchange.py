"""The measurements of messages, put together: ours to another agency, its to us, and what a backlog costs others."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from django.conf import settings

from emoit.exchange.types import PATH, Priority
from emoit.kernel.access import process
from emoit.trial import tables
from emoit.trial.bench import exchange_register, harness, mailbag, processes, server
from emoit.trial.bench.client import Client
from emoit.trial.bench.harness import Row, Spent
from emoit.trial.bench.mailbag import Bag
from emoit.trial.bench.processes import Agency, Worker
from emoit.trial.bench.server import Server

LANES = (Priority.BULK, Priority.NORMAL, Priority.URGENT, Priority.NORMAL, Priority.BULK)
PAGES = ("/", "/thu-tuc/")
SERVED_WITH = {"EMOIT_OFFICER_TOTP": "offered", "EMOIT_API_RATE": "100000000"}
SECONDS_EACH = 0.05  # a drain that needs more for a message has failed


@dataclass(frozen=True, slots=True)
class Plan:
    """`runs` of `messages` each; `many` for the memory's slope; `backlog` for what it costs others."""

    runs: int
    messages: int
    many: int
    backlog: int


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything runs: our web server and worker, the other agency, and what we write to it."""

    bag: Bag
    agency: Agency
    worker: Worker
    web: Server
    plan: Plan

    def patience(self, messages: int) -> float:
        return 60 + messages * SECONDS_EACH


Part = Callable[[Scene], list[Row]]


def measure(plan: Plan, say: Callable[[str], object], parts: Sequence[Part] | None = None) -> list[Row]:
    by = process("bench", tables.agency_id())
    certificate = mailbag.our_certificate(by)
    with (
        tempfile.TemporaryDirectory(prefix="emoit-bench-") as folder,
        server.running(SERVED_WITH) as web,
        processes.agency(
            Path(folder),
            code=mailbag.CODE,
            peer=_our_code(),
            certificate=certificate,
            ours=f"http://{server.HOST}:{web.port}{PATH}",
        ) as agency,
        processes.worker() as worker,
    ):
        scene = Scene(mailbag.settle_in(by, agency.address, agency.certificate), agency, worker, web, plan)
        rows: list[Row] = []
        try:
            for part in PARTS if parts is None else parts:
                say((part.__doc__ or "").splitlines()[0])
                rows += part(scene)
        finally:
            mailbag.leave(by)
    return rows


def _our_code() -> str:
    return str(settings.EMOIT_AGENCY_CODE)


def idle(scene: Scene) -> list[Row]:
    """Nothing else goes on: from the sender's commit until the receipt is committed."""
    found = []
    scene.bag.release()
    for _ in range(scene.plan.runs):
        seconds = []
        for _ in range(20):
            message_id = scene.bag.send()
            began = time.perf_counter()
            while scene.bag.state(message_id) != "delivered":
                if time.perf_counter() - began > scene.patience(1):
                    raise RuntimeError("a single message was not delivered")
                time.sleep(0.005)
            seconds.append(time.perf_counter() - began)
        found.append(harness.percentile(seconds, 0.95) * 1000)
    return [harness.row("delivery when idle, receipt committed: p95", found, "ms", goal=1000)]


def drain(scene: Scene) -> list[Row]:
    """Small documents, each a conversation of its own: signed, sent, receipted, written down, sealed."""
    rates, ours, database, theirs = [], [], [], []
    for _ in range(scene.plan.runs):
        count, first = scene.plan.messages, scene.bag.newest()
        scene.bag.hold()
        scene.bag.fill(count)
        before = harness.cpu_seconds(scene.agency.processes())
        spent = _spent_draining(scene, count)
        theirs.append((harness.cpu_seconds(scene.agency.processes()) - before) / count * 1000)
        rates.append(scene.bag.rate_after(first))
        ours.append(spent.served / count * 1000)
        database.append(spent.database / count * 1000)
    return [
        harness.row("messages drained, signed and receipted", rates, "/s", goal=300, better="higher"),
        harness.row("… CPU of our worker for each", ours, "CPU-ms"),
        harness.row("… of the database", database, "CPU-ms"),
        harness.row("… of the partner", theirs, "CPU-ms"),
    ]


def _spent_draining(scene: Scene, count: int) -> Spent:
    def work() -> None:
        scene.bag.release()
        scene.bag.wait(seconds=scene.patience(count))

    return harness.spent(work, scene.worker.processes)


def taken_in(scene: Scene) -> list[Row]:
    """The other agency sends to our web server: judged, effect and receipt committed."""
    count, rates, cpu = scene.plan.messages, [], []
    for _ in range(scene.plan.runs):
        told = {"peer": _our_code(), "kind": "ping", "payload": {"n": 1}, "count": count}

        def work(told: dict[str, object] = told) -> None:
            scene.agency.ask("POST", "/send", told)
            scene.bag.wait(seconds=scene.patience(count), until=lambda: _are_all_sent(scene.agency))

        spent = harness.spent(work, scene.web.processes)
        rates.append(count / spent.wall)
        cpu.append(spent.cpu / count * 1000)
    return [
        harness.row("messages taken in, as fast as the partner sends them", rates, "/s", better="higher"),
        harness.row("… CPU of web server and database for each", cpu, "CPU-ms"),
    ]


def _are_all_sent(agency: Agency) -> bool:
    counts = agency.ask("GET", "/messages?limit=1")["counts"]
    return not sum(count for state, count in counts.items() if state != "delivered")


def memory(scene: Scene) -> list[Row]:
    """What the worker holds in memory, as tens of thousands of messages go through it."""
    many, step = scene.plan.many, max(1, scene.plan.many // 10)
    points = []
    for done in range(0, many, step):
        scene.bag.hold()
        scene.bag.fill(min(step, many - done))
        scene.bag.release()
        scene.bag.wait(seconds=scene.patience(step))
        points.append((done + step, harness.resident(scene.worker.processes())))
    settled = points[len(points) // 5 :]  # what is loaded and cached once is there by now
    name = f"memory of the worker over {many:,} messages: {', '.join(f'{held:.0f}' for _, held in points)} MB; slope"
    return [harness.row(name, [harness.slope(settled) * 10_000], "MB/10,000", goal=1)]


def backlog(scene: Scene) -> list[Row]:
    """The partner is down and messages pile up: what others notice of it, and in what order they leave at last."""
    clear = _pages(scene)
    scene.agency.behave(down="refuse")
    first, count = scene.bag.newest(), scene.plan.backlog
    scene.bag.fill(count, LANES)
    while (left := scene.bag.open()) < count:  # some were under way when the door closed
        raise RuntimeError(f"only {left} of {count} messages wait")
    behind = _pages(scene)
    sending = [_timed(scene.bag.send) * 1000 for _ in range(100)]
    scene.agency.behave(down="no")
    scene.bag.release()
    scene.bag.wait(seconds=scene.patience(count))
    return [
        *_compared("p50", clear, behind, count, 0.5),
        *_compared("p95", clear, behind, count, 0.95),
        harness.row(f"… one more message written behind {count:,}: p95", [harness.percentile(sending, 0.95)], "ms"),
        harness.row(f"… {count:,} drained when the partner is back", [scene.bag.rate_after(first)], "/s", goal=300,
                    better="higher"),
        harness.row("… done before one of an earlier lane was", [float(scene.bag.overtakers_after(first))], "messages",
                    goal=100),
    ]  # fmt: skip


def _pages(scene: Scene) -> list[list[float]]:
    """Milliseconds of public pages that read the database, for each run."""
    client = Client(scene.web, {})
    for page in PAGES * 5:
        client.ask("GET", page)
    return [list(_milliseconds(client, 40)) for _ in range(scene.plan.runs)]


def _milliseconds(client: Client, rounds: int) -> Iterable[float]:
    for n in range(rounds):
        client.ask("GET", PAGES[n % len(PAGES)])
        yield client.seconds * 1000


def _compared(name: str, clear: list[list[float]], behind: list[list[float]], count: int, share: float) -> list[Row]:
    before = [harness.percentile(run, share) for run in clear]
    after = [harness.percentile(run, share) for run in behind]
    ratio = sorted(after)[len(after) // 2] / sorted(before)[len(before) // 2]
    return [
        harness.row(f"a page of the portal: {name}", before, "ms"),
        harness.row(f"… with {count:,} messages waiting for a partner that is down", after, "ms"),
        harness.row("… against", [ratio], "×", goal=1.2),
    ]


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def register(scene: Scene) -> list[Row]:
    """Another agency looks results up in our register."""
    plan = exchange_register.Plan(runs=scene.plan.runs)
    return exchange_register.measure(replace(plan, each=min(plan.each, max(1, scene.plan.messages // plan.clients))))


PARTS: tuple[Part, ...] = (idle, drain, taken_in, register, memory, backlog)
