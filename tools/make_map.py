"""Draws docs/map.md from the import contract of pyproject.toml and from what the modules really import.

python tools/make_map.py            writes docs/map.md
python tools/make_map.py --check    exits 1 if docs/map.md is not current
"""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src/emoit"
PAGE = ROOT / "docs/map.md"

PURPOSE = {
    "config": "settings, addresses, what binds the modules",
    "trial": "a made-up year to try the platform on, and its measurements",
    "portal": "citizens' and enterprises' site",
    "desk": "officers' workbench",
    "api": "/api/v1 for other people's programs, its keys and its pages",
    "gateways": "one folder for each other system: its messages to our verbs, our news to its messages",
    "sharing": "services of ours for the systems of other agencies",
    "dossiers": "cases: from the draft to the result",
    "payments": "fees asked for and received",
    "results": "what was issued: number, holder, digest, state",
    "signing": "digital signatures, keys, requests",
    "work": "open work: one inbox, one row type",
    "printing": "templates to PDF",
    "procedures": "the catalogue as data",
    "forms": "JSON Schema forms: pages, checking, rendering",
    "workflow": "BPMN processes",
    "people": "citizens, enterprises, units, officers, roles, delegation",
    "codes": "calendars and legal limits",
    "exchange": "messages to and from other systems, their receipts, the log that proves them",
    "webhooks": "events for other people's systems: the log, subscriptions, signed deliveries",
    "files": "content by hash, quarantine, inspection",
    "kernel": "access, audit, outbox, jobs, numbering, search, personal data",
    "ui": "design system: base templates, components",
    "lib": "plain Python: working time, state, money, Vietnamese, XML",
}


@dataclass(frozen=True)
class Import:
    """One import of another module of ours. `target` is the dotted name below `emoit`, e.g. "people.queries"."""

    path: Path
    line: int
    importer: str
    target: str

    @property
    def imported(self) -> str:
        return self.target.split(".")[0]


def layers() -> list[list[str]]:
    """The lines of the contract, the highest first, without the modules that are still to come."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    lines = next(c["layers"] for c in contracts if c["type"] == "layers")
    named = [[name.strip(" ()") for name in line.split("|")] for line in lines]
    there = [[name for name in line if (SOURCE / name / "__init__.py").exists()] for line in named]
    return [line for line in there if line]


def planned() -> list[str]:
    """Modules that have a place on the map and are not written yet."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    lines = next(c["layers"] for c in contracts if c["type"] == "layers")
    names = [name for line in lines for name in re.findall(r"\w+", line)]
    return [name for name in names if not (SOURCE / name / "__init__.py").exists()]


def imports() -> Iterator[Import]:
    """Every import between modules, also those within functions; not those of migrations."""
    for path in sorted(SOURCE.rglob("*.py")):
        importer = path.relative_to(SOURCE).parts[0]
        if "migrations" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            for name in _targets(node):
                target = name.removeprefix("emoit.")
                if name.startswith("emoit.") and target.split(".")[0] != importer:
                    yield Import(path, getattr(node, "lineno", 0), importer, target)


def _targets(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        return [f"{node.module}.{alias.name}" for alias in node.names]
    return []


def render() -> str:
    uses: dict[str, set[str]] = {}
    for found in imports():
        uses.setdefault(found.importer, set()).add(found.imported)
    order = [name for line in layers() for name in line]
    rows = [f"| {' · '.join(f'`{n}`' for n in line)} | {'; '.join(PURPOSE[n] for n in line)} |" for line in layers()]
    used = [f"| `{n}` | {', '.join(f'`{o}`' for o in order if o in uses.get(n, ()))} |" for n in order if uses.get(n)]
    return "\n".join(
        [
            "# The map",
            "",
            "Made by `python tools/make_map.py` from the import contract in `pyproject.toml`; a test fails when it is",
            "stale. Each line imports only from the lines below it; names on one line do not import each other.",
            "",
            "| Modules | What they are |",
            "|---|---|",
            *rows,
            "",
            "Modules meet only at `types`, `events`, `queries` and `actions`; `tests/structure` holds the exceptions,",
            "each with its reason. Foreign keys across modules point down.",
            "",
            "## Who uses whom",
            "",
            "| Module | imports from |",
            "|---|---|",
            *used,
            "",
            "Places kept for modules to come:",
            "",
            *(f"- `{n}`" for n in planned()),
            "",
        ]
    )


def main() -> int:
    text = render()
    if "--check" in sys.argv:
        return 0 if PAGE.read_text("utf-8") == text else 1
    PAGE.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
