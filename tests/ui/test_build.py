"""What is shipped: complete, light, ours in looks, and free of others' marks."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "src/emoit/ui/static/ui/build"


def weight(*names: str) -> int:
    return sum(len(gzip.compress((BUILD / name).read_bytes())) for name in names)


def test_a_citizens_first_visit_stays_under_100_kb_and_30_of_script() -> None:
    fonts = sum(
        (BUILD / f"fonts/noto-sans-{s}-{w}.woff2").stat().st_size for s in ("latin", "vietnamese") for w in (400, 700)
    )
    assert weight("emoit.js") <= 30 * 1024
    assert weight("portal.css", "emoit.js") + fonts <= 100 * 1024


def test_the_workbench_stays_under_200_kb() -> None:
    fonts = sum(p.stat().st_size for p in (BUILD / "fonts").glob("*.woff2") if "latin-ext" not in p.name)
    assert weight("desk.css", "emoit.js", "htmx.js") + fonts <= 200 * 1024


@pytest.mark.parametrize("name", ["portal.css", "desk.css"])
def test_styles_hold_nothing_foreign(name: str) -> None:
    style = (BUILD / name).read_text(encoding="utf-8")
    assert "GDS Transport" not in style
    assert "crown" not in style
    assert re.findall(r"url\((?!\"?fonts/noto-sans-)", style) == []
    assert "text-align:justify" not in style
    assert "italic" not in style
    assert "text-transform:uppercase" not in style


def test_scripts_evaluate_nothing() -> None:
    script = (BUILD / "emoit.js").read_text(encoding="utf-8")
    assert re.findall(r"\beval\(|new Function\(|innerHTML|insertAdjacentHTML|document\.write", script) == []


def test_the_test_tool_is_not_shipped() -> None:
    assert [p.name for p in BUILD.rglob("*axe*")] == []


def test_notices_travel_with_the_files() -> None:
    notices = (BUILD / "notices.txt").read_text(encoding="utf-8")
    for part in ("govuk-frontend", "@ministryofjustice/frontend", "htmx.org", "@fontsource/noto-sans"):
        assert part in notices


def test_the_lock_file_holds_no_addresses_and_every_hash() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: about for name, about in lock["packages"].items() if name}
    assert [name for name, about in packages.items() if "resolved" in about] == []
    assert [name for name, about in packages.items() if "integrity" not in about] == []
