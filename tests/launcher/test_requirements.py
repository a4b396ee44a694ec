"""The locks: hashes for everything, no registry's address, one version of each package in all of them."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("runtime", "newcomer", "dev")
_PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)==(\S+)(?: ; (.*?))?(?: \\)?$", re.MULTILINE)


def text(lock: str) -> str:
    return (ROOT / "requirements" / f"{lock}.txt").read_text()


def pins(lock: str) -> set[tuple[str, str, str]]:
    return {(name, version, marker) for name, version, marker in _PIN.findall(text(lock))}


def wanted(requirements: list[str]) -> set[str]:
    return {re.split(r"[\[<>=!~; ]", line)[0].lower().replace("_", "-") for line in requirements}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_has_its_hashes_and_no_line_is_anything_else(lock: str) -> None:
    for block in re.split(r"\n(?=\S)", text(lock).strip()):
        lines = [line.strip().removesuffix("\\").strip() for line in block.splitlines()]
        assert _PIN.match(block), lines[0]
        assert len(lines) > 1, lines[0]
        assert all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", line) for line in lines[1:]), lines[0]


def test_the_larger_locks_hold_the_smaller_unchanged() -> None:
    assert pins("runtime") < pins("newcomer") < pins("dev")


def test_the_locks_hold_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    asked = {
        "runtime": project["dependencies"],
        "newcomer": project["dependencies"] + extras["newcomer"],
        "dev": project["dependencies"] + extras["newcomer"] + extras["dev"],
    }
    for lock, requirements in asked.items():
        assert wanted(requirements) <= {name for name, _, _ in pins(lock)}, lock


PROVIDER = "src/emoit_partners/identity/provider"
NPM = ("package-lock.json", ".npmrc", f"{PROVIDER}/package-lock.json", f"{PROVIDER}/.npmrc")


@pytest.mark.parametrize("name", [*(f"requirements/{lock}.txt" for lock in LOCKS), *NPM])
def test_no_lock_holds_an_address(name: str) -> None:
    file = ROOT / name
    if file.exists():
        found = re.findall(r'"resolved"|index-url|find-links|registry\s*=|\S+://\S+', file.read_text())
        funding = [address for address in found if "://" in address]
        assert [each for each in found if each not in funding] == []
        if not name.endswith("package-lock.json"):  # npm copies authors' addresses for donations there
            assert funding == []
