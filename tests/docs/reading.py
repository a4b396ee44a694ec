"""The documents as tests read them."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
MODULES = sorted(p.parent.name for p in (ROOT / "src/emoit").glob("*/__init__.py"))

_LINK = re.compile(r"\]\(([^)\s]+)\)")
_PATH = re.compile(r"`((?:src|docs|tests|launcher|frontend|requirements|\.ci)/[\w./-]*)")
_EMOIT = re.compile(r"\./emoit ([a-z][\w-]*)(?: ([a-z_][\w-]*))?")
_MANAGE = re.compile(r"manage\.py (\w+)")
_BLOCK = re.compile(r"^```(\w+) (\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def links(text: str) -> list[str]:
    """Targets of relative links, without their anchors."""
    return [t.split("#")[0] for t in _LINK.findall(text) if not re.match(r"[a-z]+:|#", t)]


def paths(text: str) -> list[str]:
    """Paths of the repository that are named in code marks; those that a page's own example makes are left out."""
    made = set(re.findall(r"^(?:#|\{#) ((?:src|tests)/\S+)", text, re.MULTILINE))
    return [p for p in _PATH.findall(text) if p.rstrip(".") not in made]


def commands(text: str) -> list[tuple[str, str]]:
    """(word, what follows it in lower case or "") of each `./emoit …`."""
    return [(m[0], m[1]) for m in _EMOIT.findall(text)]


def management_commands(text: str) -> list[str]:
    """Django's commands that are named, in whichever way they are called."""
    named = [rest for word, rest in commands(text) if word == "manage" and rest]
    loads = [f"load_{rest}" for word, rest in commands(text) if word == "load" and rest]
    return [*named, *loads, *_MANAGE.findall(text)]


def blocks(text: str) -> dict[str, str]:
    """Fenced blocks that bear a label after their language, by label."""
    return {label: body for _, label, body in _BLOCK.findall(text)}


def glossary() -> list[tuple[str, str, str, str]]:
    """(term, Vietnamese, meaning, module) of each row, in order."""
    rows = []
    for line in (ROOT / "docs/glossary.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| ") and len(cells) == 4 and cells[0] != "Term":
            rows.append((cells[0], cells[1], cells[2], cells[3]))
    return rows
