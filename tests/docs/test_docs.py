"""Documents that say what is no longer so fail here."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from django.core.management import get_commands

from emoit.dossiers.rules import TRANSITIONS
from launcher.commands import COMMANDS
from tests.docs.reading import DOCS, MODULES, ROOT, commands, glossary, links, management_commands, name, paths

# Written by a command of its own; may be named before it is there.
GENERATED = {"docs/map.md"}
EACH = pytest.mark.parametrize("document", DOCS, ids=name)


def _text(document: Path) -> str:
    return document.read_text(encoding="utf-8")


@EACH
def test_every_link_leads_somewhere(document: Path) -> None:
    targets = [(document.parent / target).resolve() for target in links(_text(document))]
    lost = [name(t) for t in targets if not t.exists() and name(t) not in GENERATED]
    assert lost == []


@EACH
def test_every_path_exists(document: Path) -> None:
    lost = [p for p in paths(_text(document)) if not (ROOT / p).exists() and p not in GENERATED]
    assert lost == []


@EACH
def test_every_command_of_the_launcher_exists(document: Path) -> None:
    words = {word for word, _ in commands(_text(document))}
    assert words - set(COMMANDS) - {"help"} == set()


@EACH
def test_every_management_command_exists(document: Path) -> None:
    assert set(management_commands(_text(document))) - set(get_commands()) == set()


@EACH
def test_plain_lines(document: Path) -> None:
    """No line too long to be read in a terminal, but those of tables, which cannot be broken."""
    wide = [line for line in _text(document).splitlines() if len(line) > 130 and not line.startswith("|")]
    assert wide == []


def test_the_readme_is_one_screen() -> None:
    assert len(_text(ROOT / "README.md").splitlines()) <= 60


def test_every_loader_is_told_of() -> None:
    told = set(management_commands(_text(ROOT / "docs/how-to/load-data.md")))
    loaders = {c for c, app in get_commands().items() if c.startswith("load_") and app.startswith("emoit")}
    assert loaders - told == set()


def test_every_setting_is_told_of() -> None:
    found = set()
    for folder in ("src/emoit", "src/emoit_verify", "launcher"):
        for path in (ROOT / folder).rglob("*.py"):
            found |= set(re.findall(r"""(?:environ(?:\.get\(|\[)|_required\(|_flag\()["'](\w+)""", _text(path)))
    ours = {v for v in found if v.startswith(("EMOIT_", "DATABASE_"))}
    told = set(re.findall(r"`(\w+)`", _text(ROOT / "docs/how-to/configure.md")))
    assert ours - told == set()
    assert {v for v in told if v.startswith(("EMOIT_", "DATABASE_"))} - ours == set()


def test_decisions_are_numbered_listed_and_short() -> None:
    pages = sorted(p.name for p in (ROOT / "docs/adr").glob("0*.md"))
    assert [p[:4] for p in pages] == [f"{n:04}" for n in range(1, len(pages) + 1)]
    assert sorted(links(_text(ROOT / "docs/adr/README.md"))) == pages
    assert {p: n for p in pages if (n := len(_text(ROOT / "docs/adr" / p).splitlines())) > 40} == {}


def test_a_fault_that_is_mended_is_no_longer_told() -> None:
    """docs/how-to/operate.md tells that pg_dump fails under forced row security: until the launcher lets it through."""
    mended = "--enable-row-security" in _text(ROOT / "launcher/backup.py")
    assert mended != ("Known fault" in _text(ROOT / "docs/how-to/operate.md"))


# -- glossary ---------------------------------------------------------------------------------------------------------
def test_one_name_for_one_thing() -> None:
    rows = glossary()
    for column in (0, 1):
        counts = Counter(row[column].casefold() for row in rows)
        assert [word for word, n in counts.items() if n > 1] == []
    assert all(all(row) for row in rows)


def test_the_glossary_is_in_order() -> None:
    terms = [row[0] for row in glossary()]
    assert terms == sorted(terms, key=str.casefold)


def test_every_module_has_its_words() -> None:
    assert set(MODULES) - {row[3] for row in glossary()} == set()
    assert {row[3] for row in glossary()} - set(MODULES) == set()


@pytest.mark.parametrize("module", MODULES)
def test_the_code_still_says_so(module: str) -> None:
    """Each term occurs in its module, be it written TimeStamp, time_stamp, time-stamp or "time stamp"."""
    files = [p for p in (ROOT / "src/emoit" / module).rglob("*") if p.suffix in {".py", ".json", ".bpmn", ".typ"}]
    said = re.sub(r"[_\s-]", "", "\n".join([module, *(p.stem for p in files), *map(_text, files)]).casefold())
    lost = [row[0] for row in glossary() if row[3] == module and row[0].replace(" ", "").casefold() not in said]
    assert lost == []


# -- the life of a dossier --------------------------------------------------------------------------------------------
def test_the_diagram_is_the_table_of_transitions() -> None:
    drawn = re.findall(r"^    (\w+) --> (\w+): (\w+)$", _text(ROOT / "docs/architecture.md"), re.MULTILINE)
    assert sorted(drawn) == sorted((s.value, t.value, v.value) for (s, v), t in TRANSITIONS.items())
