"""Medians of runs, CPU time beside wall time, a table with goals, and one form of JSON.

A measurement is run several times (five, unless told otherwise) and told as the median of its runs; the runs stay
beside it. CPU time is that of the processes that serve: the web server's and, where they run on this machine, the
database's backends.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal

from django.db import connection

RUNS = 5
Better = Literal["lower", "higher"]
_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. `goal` None: told for its own sake. `value` is the median of `runs`."""

    name: str
    value: float
    unit: str
    goal: float | None
    better: Better
    runs: list[float] = field(default_factory=list)

    @property
    def reached(self) -> bool | None:
        if self.goal is None:
            return None
        return self.value <= self.goal if self.better == "lower" else self.value >= self.goal


def row(name: str, runs: Sequence[float], unit: str, *, goal: float | None = None, better: Better = "lower") -> Row:
    """The median of the runs, as a row. ValueError for no run."""
    if not runs:
        raise ValueError(f"{name}: nothing was run")
    rounded = [_rounded(value) for value in runs]
    return Row(name, _rounded(statistics.median(runs)), unit, goal, better, rounded)


def _rounded(value: float) -> float:
    return float(f"{value:.4g}")


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` (0 < share ≤ 1) of the values do not exceed. ValueError for none."""
    if not values:
        raise ValueError("no values")
    ordered = sorted(values)
    place = max(0, -(-len(ordered) * share // 1) - 1)
    return ordered[int(min(place, len(ordered) - 1))]


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds: of the clock, of the serving processes' CPU, of the database's CPU (0 where it runs elsewhere)."""

    wall: float
    served: float
    database: float

    @property
    def cpu(self) -> float:
        return self.served + self.database


def spent(work: Callable[[], object], serving: Callable[[], Iterable[int]]) -> Spent:
    """Do the work; what it took. `serving` tells the process ids, before and after."""
    served, database = cpu_seconds(serving()), cpu_seconds(backends())
    began = time.perf_counter()
    work()
    wall = time.perf_counter() - began
    return Spent(wall, cpu_seconds(serving()) - served, max(0.0, cpu_seconds(backends()) - database))


def cpu_seconds(pids: Iterable[int]) -> float:
    """User and system time of these processes since they began; those that are gone count nothing."""
    total = 0.0
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        total += (int(fields[11]) + int(fields[12])) / _TICK
    return total


def resident(pids: Iterable[int]) -> float:
    """Megabytes of memory that these processes hold by themselves (RssAnon)."""
    total = 0
    for pid in pids:
        with suppress(OSError):
            for line in Path(f"/proc/{pid}/status").read_text().splitlines():
                if line.startswith("RssAnon:"):
                    total += int(line.split()[1])
    return total / 1024


def slope(points: Sequence[tuple[float, float]]) -> float:
    """How much y grows as x grows by 1: least squares. ValueError for fewer than two places."""
    return statistics.linear_regression([x for x, _ in points], [y for _, y in points]).slope


def family(pid: int) -> list[int]:
    """A process and all that it has started, by whichever of its threads."""
    found = [pid]
    for parent in found:
        for task in Path(f"/proc/{parent}/task").glob("*/children"):
            with suppress(OSError):
                found += [int(child) for child in task.read_text().split()]
    return found


def backends() -> list[int]:
    """Processes of the database that serve this database, where they run on this machine."""
    with connection.cursor() as cursor:
        cursor.execute("select pid from pg_stat_activity where datname = current_database()")
        pids = [int(found) for (found,) in cursor.fetchall()]
    return [pid for pid in pids if _is_postgres(pid)]


def _is_postgres(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip().startswith("postgres")
    except OSError:
        return False


def machine() -> str:
    """Processors, memory, Python, PostgreSQL and whether its commits are durable: what a number must stand beside."""
    with connection.cursor() as cursor:
        told = []
        for name in ("server_version", "synchronous_commit", "fsync", "shared_buffers"):
            cursor.execute(f"show {name}")
            told.append(str(cursor.fetchone()[0]))
    version, commits, fsync, buffers = told
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    load = os.getloadavg()[0]
    return (
        f"{os.cpu_count()} CPU ({platform.machine()}), {memory:.0f} GB, Python {platform.python_version()}, "
        f"PostgreSQL {version.split()[0]} (synchronous_commit {commits}, fsync {fsync}, shared_buffers {buffers}), "
        f"load {load:.1f}"
    )


def table(rows: Sequence[Row]) -> str:
    """The rows as a Markdown table."""
    lines = ["| What | Measured | Reach | |", "|---|---:|---:|---|"]
    for one in rows:
        sign = "≤" if one.better == "lower" else "≥"
        goal = f"{sign} {one.goal:g} {one.unit}" if one.goal is not None else "–"
        verdict = {True: "yes", False: "no", None: ""}[one.reached]
        lines.append(f"| {one.name} | {one.value:g} {one.unit} | {goal} | {verdict} |")
    return "\n".join(lines)


def write_json(path: Path, rows: Sequence[Row]) -> None:
    """A list of {name, value, unit, goal, better, runs}; never half written."""
    draft = path.with_name(path.name + ".draft")
    draft.write_text(json.dumps([asdict(one) for one in rows], ensure_ascii=False, indent=1) + "\n", "utf-8")
    draft.replace(path)


def read_json(path: Path) -> list[Row]:
    return [Row(**one) for one in json.loads(path.read_text("utf-8"))]
