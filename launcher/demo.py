"""./emoit demo: set up, start everything, drive the main job over HTTP, then stay up (or end, with --exit)."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import time
from pathlib import Path
from typing import Any

from launcher import servers
from launcher.errors import FAILED
from launcher.family import Family
from launcher.locks import exclusive
from launcher.places import Places
from launcher.progress import say
from launcher.setup import Needs, Ready, prepared

LOADS = ("load_organisation", "load_holidays", "load_processes", "load_procedures", "load_demo")


def load(ready: Ready, extra: dict[str, str]) -> None:
    """Reference data, test accounts, and keys for those who sign. The head of the chemicals agency lets the system
    sign automatic answers."""
    demo = dataclasses.replace(ready, env=ready.env | extra)
    for command in LOADS:
        demo.logged(f"data: {command}", demo.manage(command))
    demo.logged("data: enrol_keys", demo.manage("enrol_keys", "--automatic", "G02.26"))


def accounts(path: Path) -> list[str]:
    """The test accounts that the demo wrote, a line each."""
    try:
        found: Any = json.loads(path.read_text())
    except (OSError, ValueError):
        return []
    rows = found if isinstance(found, list) else list(found.values())
    return ["  " + " · ".join(str(v) for v in (row.values() if isinstance(row, dict) else [row])) for row in rows]


def drive(ready: Ready, base_url: str, extra: dict[str, str]) -> int:
    out = ready.places.var / "demo"
    out.mkdir(parents=True, exist_ok=True)
    command = [ready.places.python, "-m", "emoit_demo", "--base-url", base_url, "--out", out]
    command += ["--ca", ready.places.var / "trust" / "ca.pem"]
    return subprocess.run(
        [str(part) for part in command], env=ready.env | extra, cwd=ready.places.root, check=False
    ).returncode


def run(places: Places, *, leave: bool) -> int:
    needs = Needs("demo", frontend=True, migrated=True)
    with prepared(places, needs) as ready, Family(places, "demo") as family:
        with exclusive(places.var / "demo.lock", "demo"):
            extra = {"EMOIT_TRUST_URL": servers.start_trust(family, ready), "EMOIT_DEMO": "1"}
            load(ready, extra)
            _, base_url = servers.start_web(family, ready, extra)
            servers.start_worker(family, ready, base_url, extra)
            say(f"emoit answers at {base_url}")
            code = drive(ready, base_url, extra | {"EMOIT_PUBLIC_URL": base_url})
            family.check()
        if leave:
            return code
        if code:
            say(f"the demonstration failed (exit {code}); logs are in {places.log}")
            return FAILED
        print(f"\nemoit: {base_url}\ntrust services (sandbox): {extra['EMOIT_TRUST_URL']}\nlogs: {places.log}")
        print("\n".join(["test accounts:", *accounts(places.var / "demo" / "accounts.json")]))
        print("Ctrl-C stops everything.", flush=True)
        while True:
            family.check()
            time.sleep(1)
