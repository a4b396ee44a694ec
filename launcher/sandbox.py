"""The sandbox partners of ./emoit partners: their process, and what is said of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from launcher.family import Child, Family
from launcher.pg_server import port_is_free
from launcher.setup import Ready

BASE_PORT = 8100
SPAN = 40  # ports: two for each partner, and room for more partners
LAST = "all ready"


@dataclass(frozen=True)
class Address:
    """Where a partner answers, and where it is controlled."""

    name: str
    door: str
    control: str


def start(family: Family, ready: Ready) -> list[Address]:
    """Start all partners; gives their addresses once every one of them answers."""
    store = ready.places.var / "partners"
    command: list[str | Path] = [
        ready.places.python, "-m", "emoit_partners", "all", "--store", store, "--base-port", str(_base_port()),
    ]  # fmt: skip
    log = ready.places.log / "sandbox.log"
    before = log.stat().st_size if log.exists() else 0
    child = family.start("sandbox", command, env=ready.env, cwd=ready.places.root)
    family.wait_until(child, lambda: LAST in _said(child, before), 120)
    return addresses(_said(child, before))


def addresses(said: str) -> list[Address]:
    """Of the lines `control NAME ADDRESS` and `ready NAME ADDRESS`."""
    found: dict[str, dict[str, str]] = {"control": {}, "ready": {}}
    for line in said.splitlines():
        word, _, rest = line.partition(" ")
        name, _, address = rest.partition(" ")
        if word in found and address:
            found[word][name] = address
    return [Address(name, door, found["control"].get(name, "")) for name, door in found["ready"].items()]


def _said(child: Child, start: int) -> str:
    """What it has written since; from the beginning where the log was put aside as too large."""
    content = child.log.read_bytes()
    return content[start if len(content) >= start else 0 :].decode(errors="replace")


def _base_port() -> int:
    """The first of enough ports in a row that nothing listens at."""
    for base in range(BASE_PORT, 60_000, SPAN):
        if all(port_is_free(base + n) for n in range(SPAN)):
            return base
    return BASE_PORT
