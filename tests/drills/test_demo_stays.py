"""./emoit demo stays up until Ctrl-C, which ends everything; the next one works on the same data."""

from __future__ import annotations

import json
import signal
import urllib.request
from pathlib import Path

import pytest

from emoit_demo.browser import Browser
from launcher.children import started_at
from launcher.family import others
from tests.drills.conftest import Servers
from tests.drills.installation import wait_for

pytestmark = [pytest.mark.nightly, pytest.mark.timeout(600)]


def belonging_to(var: Path) -> list[str]:
    """Command lines of all processes that were started for this installation."""
    mark = f"EMOIT_VAR={var}".encode()
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and started_at(int(entry.name)):
            try:
                here = str((entry / "cwd").readlink()).startswith(str(var))
                if here or mark in (entry / "environ").read_bytes().split(b"\0"):
                    found.append((entry / "cmdline").read_bytes().replace(b"\0", b" ").decode())
            except OSError:
                continue
    return found


def test_up_then_interrupted_then_again(all_servers: Servers) -> None:
    all_servers.end_all()
    installation = all_servers.installation
    demo = installation.start("demo")
    demo.says("Ctrl-C stops everything", seconds=300)
    url = demo.says(r"\nemoit: (http\S+)")[1]
    accounts = json.loads((installation.var / "demo" / "accounts.json").read_text())
    for account in accounts:
        assert account["login"] in demo.words
        assert account["password"] in demo.words
    assert Browser(url).get("/").status == 200
    with urllib.request.urlopen(f"{url}/he-thong/san-sang", timeout=10) as answer:
        assert answer.status == 200
    (record,) = [r for r in others(installation.places) if r.command == "demo"]
    assert len(record.servers) == 3
    assert installation.emoit("status").stdout.count("running:    demo") == 1

    assert demo.end(signal.SIGINT) == 130
    assert "Traceback" not in demo.words
    wait_for(lambda: not belonging_to(installation.var), "all processes to end", seconds=10)
    assert others(installation.places) == []

    done = installation.emoit("demo", "--exit")
    assert "transcript.json" in done.stdout
    assert belonging_to(installation.var) == []
