"""Messages in both directions while processes and the database are killed; then everything is counted.

The worker and the web server are the real ones, started as the launcher starts them, and started again when they end,
as systemd does.

What the counts mean: `lost` deeds whose message had no effect at the partner; `doubled` messages with more than one
effect, there or here; `disordered` conversations whose messages had their effects in another order; `unproven` messages
without a valid receipt, and findings of the stand-alone verifier.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count, cycle
from pathlib import Path
from typing import Any

import psycopg

from emoit.exchange.types import PATH
from emoit.lib.crashpoints import NAMES
from emoit_partners.kit.host import free_port
from emoit_verify import exchange as verifier
from tests.support.exchange_roles import DEED, EFFECT, KIND, TALKS
from tests.support.partner import Partner

ROOT = Path(__file__).resolve().parents[2]
WORKER = [sys.executable, str(ROOT / "manage.py"), "procrastinate", "worker", "--concurrency", "4"]
SELDOM = "seal.chained"


@dataclass(frozen=True)
class Dose:
    """`messages` each way, `kills` of all processes, `crashes` of the database. `late`: with the planted mistake."""

    messages: int
    kills: int
    crashes: int = 0
    late: bool = False
    seed: int = 1
    seconds: float = 240


@dataclass
class Counts:
    sent: int = 0
    received: int = 0
    kills: int = 0
    crashes: int = 0
    lost: int = 0
    doubled: int = 0
    disordered: int = 0
    unproven: int = 0
    duplicates: int = 0
    deaths: dict[str, int] = field(default_factory=dict)
    waits: dict[str, float] = field(default_factory=dict)
    seconds: float = 0.0
    hits: dict[str, int] = field(default_factory=dict)
    findings: list[str] = field(default_factory=list)


def _places() -> Iterator[str]:
    """The named places in turns; the one that the clock leads to but three times a minute comes every fourth turn."""
    for turn in count():
        yield from sorted(NAMES if turn % 4 == 0 else NAMES - {SELDOM})


def _end(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


class Battery:
    """`environment` leads our processes to their database, `url` is its owner's address, `crash` ends and mends it."""

    def __init__(
        self, folder: Path, environment: dict[str, str], url: str, crash: Callable[[], None] | None = None
    ) -> None:
        self.folder, self.url, self.crash = folder, url, crash
        self.partner_port, self.web_port = free_port(), free_port()
        for name in ("crash/hits", "crash/armed"):
            (folder / name).mkdir(parents=True)
        self.env = {
            **environment,
            "EMOIT_CRASH_DIR": str(folder / "crash"),
            "EMOIT_EXCHANGE_TIMEOUT": "2",
            "EMOIT_KEYS": str(folder / "keys"),
            "EMOIT_VAR": str(folder),
            "EMOIT_TRUST_URL": "",
            "EMOIT_TSA_URL": "",
            "EMOIT_POOL": "2",
        }
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.commands: dict[str, list[str]] = {}
        self.receipts: dict[str, set[bytes]] = {}
        self.over = threading.Event()
        self.deaths: Counter[str] = Counter()
        self.waits: defaultdict[str, float] = defaultdict(float)

    # -- processes

    def role(self, *words: object) -> list[str]:
        return [
            sys.executable,
            "-m",
            "tests.support.exchange_roles",
            str(words[0]),
            str(self.folder),
            *map(str, words[1:]),
        ]

    def run(self, *words: object) -> None:
        subprocess.run(self.role(*words), env=self.env, check=True, capture_output=True)

    def start(self, name: str, command: list[str]) -> None:
        self.commands[name] = command
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                command, env=self.env, stdout=log, stderr=log, cwd=ROOT, start_new_session=True
            )

    def revive(self) -> None:
        """Start what has ended again."""
        for name, process in list(self.processes.items()):
            code = process.poll()
            if code is None or (name == "sender" and code == 0):
                continue
            _end(process)  # what it has started may still hold its port
            self.start(name, self.commands[name])

    def kill(self, name: str) -> None:
        """The process with all that it has started, as by kill -9."""
        if self.processes[name].poll() is None:
            _end(self.processes[name])
            self.deaths[name] += 1

    def end(self) -> None:
        self.over.set()
        for process in self.processes.values():
            _end(process)

    def web(self) -> list[str]:
        return [
            sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(self.web_port),
            "--workers", "2", "--blocking-threads", "2", "--no-access-log", "tests.support.exchange_web:application",
        ]  # fmt: skip

    # -- the battery

    def set_up(self) -> None:
        """An agency, our key and the partner are known to one another; nothing is allowed to leave yet."""
        self.run("setup", self.partner_port)
        self.partner = Partner(self.folder / "partner")
        (self.folder / "allowed").write_text("0")

    def play(self, dose: Dose) -> Counts:
        began, counts = time.monotonic(), Counts()
        self.set_up()
        self.start(
            "partner",
            [sys.executable, "-m", "tests.support.partner", str(self.folder / "partner"), str(self.partner_port)],
        )
        self.start("worker", WORKER)
        self.start("second", WORKER)
        self.start("web", self.web())
        self.start("sender", self.role("send-late" if dose.late else "send", dose.messages))
        self.wait_for_the_web()
        caller = threading.Thread(target=self.call, args=(dose,), daemon=True)
        caller.start()
        try:
            self.disturb(dose, counts)
            self.allow(dose.messages)
            last = time.monotonic()
            self.settle(dose, began + dose.seconds, caller)
            self.waits["the rest"] = time.monotonic() - last
        finally:
            self.end()
        self.count(dose, counts)
        counts.deaths, counts.kills = dict(self.deaths), sum(self.deaths.values())
        counts.waits = {name: round(seconds, 1) for name, seconds in self.waits.items()}
        counts.seconds = round(time.monotonic() - began, 1)
        return counts

    def wait_for_the_web(self) -> None:
        for _ in range(1200):
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.web_port), 1):
                return
            time.sleep(0.1)

    def allow(self, count: int) -> None:
        new = self.folder / "allowed.new"
        new.write_text(str(count))
        new.replace(self.folder / "allowed")

    def disturb(self, dose: Dose, counts: Counts) -> None:
        """A share of the messages, then a death: two of three at a named place, the third whenever and whoever."""
        chance = random.Random(dose.seed)
        places = cycle(["send.written"]) if dose.late else _places()
        for n in range(dose.kills):
            self.allow(dose.messages * (n + 1) // (dose.kills + 1))
            if (
                self.crash
                and dose.crashes
                and n % max(1, dose.kills // dose.crashes) == 0
                and counts.crashes < dose.crashes
            ):
                self.crash()
                counts.crashes += 1
            if n % 3 == 2 and not dose.late:
                time.sleep(chance.random() * 0.3)
                self.kill(chance.choice(["worker", "second", "web", "partner", "sender"]))
            else:
                self.die_at(next(places))
            self.revive()

    def die_at(self, name: str) -> None:
        began = time.monotonic()
        self._die_at(name)
        self.waits[name] += time.monotonic() - began

    def _die_at(self, name: str) -> None:
        """Whoever comes to that place next dies there; nobody, when all that is allowed is done before."""
        armed = self.folder / "crash" / "armed" / name
        armed.touch()
        end, look = time.monotonic() + 60, 0.0
        while armed.exists() and time.monotonic() < end:
            time.sleep(0.01)
            if time.monotonic() > look:
                look = time.monotonic() + 0.5
                self.revive()
                if name != SELDOM and self.has_done_what_is_allowed():
                    break
        try:
            armed.unlink()
        except FileNotFoundError:
            self.deaths[name] += 1
        for process in self.processes.values():  # the signal may take a moment
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.02)

    def has_done_what_is_allowed(self) -> bool:
        allowed = int((self.folder / "allowed").read_text() or 0)
        with suppress(psycopg.OperationalError):
            deeds = self.value("select count(*) from kernel_audit_entry where verb = %s", DEED)
            left = self.value("select count(*) from exchange_outbound where state <> 'delivered'")
            return bool(deeds >= allowed and not left and len(self.receipts) >= allowed)
        return False

    def call(self, dose: Dose) -> None:
        """The partner's own messages to us: each is sent until a receipt comes, then once more."""
        made = [self.partner.message(b"%d" % n, kind=KIND) for n in range(dose.messages)]
        for n, fields in enumerate(made):
            while n >= int((self.folder / "allowed").read_text() or 0) and not self.over.is_set():
                time.sleep(0.02)
            for times in (1, 2):
                while not self.over.is_set() and not self.post(fields, b"%d" % n):
                    time.sleep(0.05)
                if n % 4 or times == 2:
                    break

    def post(self, fields: dict[str, str], payload: bytes) -> bool:
        from tests.support.partner import moment

        content = self.partner.envelope({**fields, "signed_at": moment()}, payload)
        line = http.client.HTTPConnection("127.0.0.1", self.web_port, timeout=10)
        try:
            line.request("POST", PATH, content, {"Content-Type": "application/json"})
            answer = line.getresponse()
            body = answer.read()
        except (OSError, http.client.HTTPException):
            return False
        finally:
            line.close()
        if answer.status != 200:
            return False
        self.receipts.setdefault(fields["id"], set()).add(body)
        return True

    def settle(self, dose: Dose, end: float, caller: threading.Thread) -> None:
        """Until nothing is open any more; whatever dies now is started again too."""
        while time.monotonic() < end:
            self.revive()
            with suppress(psycopg.OperationalError):
                deeds = self.value("select count(*) from kernel_audit_entry where verb = %s", DEED)
                left = self.value("select count(*) from exchange_outbound where state <> 'delivered'")
                if deeds == dose.messages and not left and not caller.is_alive() and self.is_quiet():
                    return
            time.sleep(0.1)

    def is_quiet(self) -> bool:
        sender = self.processes["sender"]
        return sender.poll() == 0

    # -- what came of it

    def value(self, statement: str, *values: object) -> Any:
        with psycopg.connect(self.url, autocommit=True) as connection:
            row = connection.execute(statement, values).fetchone()  # type: ignore[arg-type]
        return row[0] if row else None

    def rows(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.url, autocommit=True) as connection:
            return connection.execute(statement, values).fetchall()  # type: ignore[arg-type]

    def count(self, dose: Dose, counts: Counts) -> None:
        deeds = {int(n) for (n,) in self.rows("select subject_id from kernel_audit_entry where verb = %s", DEED)}
        there = [int(payload) for _, payload in self.partner.effects()]
        times = Counter(there)
        counts.sent = len(deeds)
        counts.lost = len(deeds - set(times)) + (dose.messages - len(deeds))
        counts.doubled = sum(n > 1 for n in times.values())
        for talk in range(TALKS):
            mine = [n for n in there if n % TALKS == talk]
            counts.disordered += mine != sorted(mine)
        here = Counter(
            name for (name,) in self.rows("select subject_id from kernel_audit_entry where verb = %s", EFFECT)
        )
        counts.received = len(here)
        counts.lost += dose.messages - len(here)
        counts.doubled += sum(n > 1 for n in here.values())
        counts.unproven = dose.messages - len(self.receipts) + sum(len(kept) > 1 for kept in self.receipts.values())
        counts.duplicates = int(self.value("select coalesce(sum(duplicates), 0) from exchange_inbound"))
        self.run("archive", self.folder / "archive.jsonl")
        report = verifier.verify([self.folder / "archive.jsonl"])
        counts.findings = [f"{code} {words}" for code, words in report.findings]
        receipts = self.value("select count(*) from exchange_outbound where receipt_id is not null")
        counts.unproven += len(counts.findings) + self.value("select count(*) from exchange_outbound") - receipts
        hits = self.folder / "crash" / "hits"
        counts.hits = {name: (hits / name).stat().st_size if (hits / name).exists() else 0 for name in sorted(NAMES)}


def told(counts: Counts) -> str:
    return json.dumps({name: value for name, value in vars(counts).items() if name != "findings"}, sort_keys=True)
