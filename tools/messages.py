"""The English of every module: src/emoit/<module>/locale/en/LC_MESSAGES/django.po.

python tools/messages.py            finds the texts, writes the .po files, keeps every translation that is still used
python tools/messages.py --check    exits 1 if a text has no English, a placeholder differs, or an entry is stale
python tools/messages.py --compile  makes the .mo files that are missing or older than their .po
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from babel.messages import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from tools import msgids  # noqa: E402 - run as a script, the root is not on the path yet
from tools.msgids import Message, Unfit  # noqa: E402

SOURCE = ROOT / "src/emoit"
PO = Path("locale/en/LC_MESSAGES/django.po")
_PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%[sd%]|(?<!\{)\{(\w*)[^{}]*\}(?!\})")
_HEADER = "# English texts of emoit. The key is the Vietnamese sentence; see docs/how-to/translate.md."


# Has no screens: it makes a trial year.
WITHOUT_SCREENS = {"trial"}


def modules(source: Path = SOURCE) -> list[Path]:
    return sorted(path.parent for path in source.glob("*/__init__.py") if path.parent.name not in WITHOUT_SCREENS)


def found_in(module: Path, refusals: set[str]) -> tuple[dict[str, list[Message]], list[Unfit]]:
    """msgid -> where it stands; and the sentences that cannot be translated as they are written."""
    found: dict[str, list[Message]] = {}
    unfit: list[Unfit] = []
    for one in msgids.of_module(module, refusals):
        if isinstance(one, Unfit):
            unfit.append(one)
        else:
            found.setdefault(one.msgid, []).append(one)
    return found, unfit


def read(module: Path) -> Catalog:
    path = module / PO
    if not path.exists():
        return _empty()
    with path.open("rb") as file:
        return read_po(file, locale="en")


def _empty() -> Catalog:
    return Catalog(locale="en", header_comment=_HEADER, project="emoit", fuzzy=False)


# -- writing


def merged(found: dict[str, list[Message]], known: dict[str, Catalog], own: Catalog) -> Catalog:
    """The module's catalogue anew: its own English first, else what another module says for the same text."""
    made = _empty()
    for msgid, uses in sorted(found.items()):
        plural = next((use.plural for use in uses if use.plural), "")
        key = (msgid, plural) if plural else msgid
        english = next(filter(None, (_english(catalog, msgid) for catalog in (own, *known.values()))), "")
        if bool(plural) != isinstance(english, tuple):
            english = (english, english) if plural else english[0] if english else ""
        made.add(key, english, locations=sorted({(use.place, None) for use in uses}))  # type: ignore[arg-type]
    return made


def _english(catalog: Catalog, msgid: str) -> str | tuple[str, ...]:
    entry = catalog.get(msgid)
    if entry is None:
        return ""
    text = entry.string
    return (tuple(text) if all(text) else "") if isinstance(text, (tuple, list)) else text


def as_text(catalog: Catalog) -> str:
    """The file: sorted, without dates and line numbers, so that it changes only where a text does."""
    held = io.BytesIO()
    write_po(held, catalog, width=0, sort_output=True, include_lineno=False, omit_header=True)
    head = (
        f'{_HEADER}\nmsgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n"Language: en\\n"\n\n'
    )
    return head + held.getvalue().decode().strip() + "\n"


def write_all(source: Path = SOURCE) -> int:
    """Write every module's file; gives how many texts have no English yet."""
    refusals = msgids.refusal_classes(source)
    known = {module.name: read(module) for module in modules(source)}
    missing = 0
    for module in modules(source):
        found, _ = found_in(module, refusals)
        path = module / PO
        if not found:
            path.unlink(missing_ok=True)
            continue
        catalog = merged(found, known, known[module.name])
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(as_text(catalog), "utf-8")
        lacking = sum(not _english(catalog, msgid) for msgid in found)
        missing += lacking
        print(f"{module.name:<12}{len(found):5} texts{f', {lacking} without English' if lacking else ''}")
    return missing


# -- checking


def faults(source: Path = SOURCE) -> list[str]:
    """What is wrong, one line each; empty when every text has its English."""
    refusals = msgids.refusal_classes(source)
    said: dict[str, tuple[str, str]] = {}
    wrong: list[str] = []
    for module in modules(source):
        found, unfit = found_in(module, refusals)
        catalog = read(module)
        wrong += [f"{module.name}/{fault}" for fault in unfit]
        wrong += [f"{module.name}: {fault}" for fault in _of_module(found, catalog)]
        wrong += list(_of_two_modules(module.name, found, catalog, said))
    return wrong


def _of_module(found: dict[str, list[Message]], catalog: Catalog) -> Iterator[str]:
    for msgid in found:
        english = _english(catalog, msgid)
        if catalog.get(msgid) is None:
            yield f"not in the catalogue: {msgid!r}"
        elif not english:
            yield f"no English: {msgid!r}"
        else:
            for text in [english] if isinstance(english, str) else english:
                # "One file" needs not say its number.
                lacking = placeholders(msgid) - placeholders(text) if isinstance(english, str) else set()
                if lacking or not placeholders(text) <= placeholders(msgid):
                    yield f"other placeholders: {msgid!r} → {text!r}"
    for entry in catalog:
        msgid = entry.id if isinstance(entry.id, str) else entry.id[0]
        if msgid and msgid not in found:
            yield f"no longer used: {msgid!r}"
    yield from (f"no longer used: {key!r}" for key in catalog.obsolete)


def _of_two_modules(
    name: str, found: Iterable[str], catalog: Catalog, said: dict[str, tuple[str, str]]
) -> Iterator[str]:
    """All modules share one table when they run: a text may have one English only."""
    for msgid in found:
        english = str(_english(catalog, msgid))
        if english and said.setdefault(msgid, (english, name))[0] != english:
            yield f"{name}: {msgid!r} is {english!r} here and {said[msgid][0]!r} in {said[msgid][1]}"


def placeholders(text: str) -> set[str]:
    """The names of values in a text: %(name)s and {name}."""
    return {found.group(0).replace(" ", "") for found in _PLACEHOLDER.finditer(text) if found.group(0) != "%%"}


# -- compiling


def compile_all(source: Path = SOURCE) -> int:
    """Make the .mo files that are missing or older than their .po; gives how many. Safe beside another that does it."""
    made = 0
    for path in sorted(source.glob(f"*/{PO}")):
        target = path.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= path.stat().st_mtime_ns:
            continue
        with path.open("rb") as file:
            catalog = read_po(file, locale="en")
        held = io.BytesIO()
        write_mo(held, catalog)
        draft = target.with_name(f"{target.name}.{path.stat().st_ino}.{id(held)}.draft")
        draft.write_bytes(held.getvalue())
        draft.replace(target)
        made += 1
    return made


def main(arguments: list[str]) -> int:
    match arguments:
        case []:
            return 1 if write_all() else 0
        case ["--check"]:
            wrong = faults()
            print("\n".join(wrong) or "every text has its English")
            return 1 if wrong else 0
        case ["--compile"]:
            compile_all()
            return 0
    print(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
