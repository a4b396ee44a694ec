"""The worked example of docs/how-to/add-a-gateway.md, done as it says in a copy of the source, against the agency."""

from __future__ import annotations

import base64
import difflib
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from emoit.dossiers.types import Status
from tests.docs.reading import ROOT, blocks
from tests.support.committed import subprocess_environment
from tests.support.partners import Running, running
from tests.support.world import World

BLOCKS = blocks((ROOT / "docs/how-to/add-a-gateway.md").read_text(encoding="utf-8"))
FOLDER = Path("emoit/gateways/example")
SETTINGS = Path("emoit/config/settings.py")
NOT_SOURCE = {"__pycache__", "node_modules"}
AFTER = '    "emoit.dossiers",\n'


def install(copy: Path) -> None:
    """What the page says, to the letter."""
    shutil.copytree(ROOT / "src", copy, ignore=shutil.ignore_patterns(*NOT_SOURCE))
    folder = copy / FOLDER
    folder.mkdir()
    (folder / "__init__.py").touch()
    for name in ("apps", "handlers"):
        assert BLOCKS[name].startswith(f"# src/{FOLDER}/{name}.py\n")
        (folder / f"{name}.py").write_text(BLOCKS[name], encoding="utf-8")
    settings = (copy / SETTINGS).read_text(encoding="utf-8")
    assert settings.count(AFTER) == 1
    (copy / SETTINGS).write_text(settings.replace(AFTER, AFTER + BLOCKS["line"]), encoding="utf-8")


def difference(copy: Path) -> list[str]:
    """Every line that differs outside the gateway's folder, as `+path: line` or `-path: line`."""
    found = []
    names = {path.relative_to(top) for top in (ROOT / "src", copy) for path in top.rglob("*") if path.is_file()}
    for name in sorted(
        n for n in names if FOLDER not in n.parents and not {"__pycache__", "node_modules"} & {*n.parts}
    ):
        ours, theirs = ROOT / "src" / name, copy / name
        before, after = (p.read_bytes() if p.exists() else b"" for p in (ours, theirs))
        if before != after:
            lines = difflib.ndiff(before.decode().splitlines(), after.decode().splitlines())
            found += [f"{line[0]}{name}: {line[2:]}" for line in lines if line[0] in "+-"]
    return found


class Installation:
    """The copy at work, in a process of its own."""

    def __init__(self, copy: Path, place: dict[str, Any]) -> None:
        values = {name: str(v) if isinstance(v, Path) else v for name, v in place.items()} | {"EMOIT_TSA_URL": ""}
        environment = subprocess_environment(EMOIT_TEST_SETTINGS=json.dumps(values))
        environment["PYTHONPATH"] = f"{copy}:{ROOT}"
        command = [sys.executable, "-m", "tests.support.gateway_process", str(copy)]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, env=environment, cwd=copy, stdin=pipe, stdout=pipe, text=True)
        self.address = str(self._read())

    def do(self, words: str) -> Any:
        assert self.process.stdin is not None
        self.process.stdin.write(words + "\n")
        self.process.stdin.flush()
        return self._read()

    def _read(self) -> Any:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, "the installation ended"
        return json.loads(line)

    def end(self) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def agency(tmp_path: Path) -> Iterator[Running]:
    with running("agency", tmp_path) as found:
        yield found


@pytest.fixture
def installation(committed_world: World, agency: Running, tmp_path: Path) -> Iterator[Installation]:
    copy = tmp_path / "src"
    install(copy)
    started = Installation(copy, committed_world.place.settings)
    try:
        theirs = agency.call("GET", "/certificate")
        (partner,) = json.loads(BLOCKS["partners"])
        assert partner["code"] == "EXAMPLE"
        partner |= {"address": theirs["address"], "windows": []}
        partner["certificates"] = [{"use": "sign", "pem": theirs["certificate"]}]
        (tmp_path / "partners.json").write_text(json.dumps([partner]))
        ours = started.do("make_key")
        assert started.do(f"load {tmp_path / 'partners.json'}") == "loaded"
        door = f"{started.address}/lien-thong/v1/messages"
        told = {"code": "G02", "own_code": "EXAMPLE", "certificates": [ours], "address": door}
        agency.call("PUT", "/peers", told)
        yield started
    finally:
        started.end()


def received(agency: Running) -> list[tuple[str, dict[str, Any]]]:
    """(kind, content) of everything that had its effect there, in order."""
    found = agency.call("GET", "/received")["messages"]
    return [(one["kind"], json.loads(base64.b64decode(one["payload"]))) for one in found]


def asked(agency: Running, payload: dict[str, Any], state: str) -> dict[str, Any]:
    """A question of the agency's, once it is in that state."""
    (name,) = agency.call("POST", "/send", {"peer": "G02", "kind": "example.question/1", "payload": payload})["ids"]
    for _ in range(300):
        (found,) = agency.call("GET", f"/messages?id={name}")["messages"]
        if found["state"] == state or (state == "refused" and found["attempts"]):
            return dict(found)
        time.sleep(0.1)
    raise AssertionError(found)


def test_the_page_has_its_parts() -> None:
    assert set(BLOCKS) == {"apps", "line", "handlers", "partners"}
    assert BLOCKS["line"].count("\n") == 1


def test_one_line_outside_its_folder(tmp_path: Path) -> None:
    install(tmp_path / "src")
    assert difference(tmp_path / "src") == [f"+{SETTINGS}: {BLOCKS['line'].rstrip()}"]


@pytest.mark.timeout(240)
def test_the_gateway_works(committed_world: World, installation: Installation, agency: Running) -> None:
    dossier_id = committed_world.draft()
    code = installation.do(f"submit {dossier_id}")
    assert received(agency) == []
    installation.do("work")
    assert received(agency) == [("example.dossier/1", {"dossier_id": dossier_id, "code": code})]
    asked(agency, {"dossier_id": dossier_id}, "delivered")
    installation.do("work")
    assert received(agency)[1:] == [("example.answer/1", {"code": code, "state": Status.SUBMITTED.value})]
    refused = asked(agency, {"dossier_id": 999_999}, "refused")
    assert refused["state"] != "delivered"
    installation.do("work")
    assert len(received(agency)) == 2
