"""./emoit test stops at the first failing stage and lets pytest have the last word."""

from __future__ import annotations

import sys

import pytest

from launcher.places import Places
from launcher.setup import Ready
from launcher.stages import Outcome, Stage, run_stages, totals


def stage(name: str, code: str) -> Stage:
    return Stage(name, [sys.executable, "-c", code])


def test_the_first_failing_stage_is_the_last(checkout: Places, capsys: pytest.CaptureFixture[str]) -> None:
    stages = [
        stage("one", "print('fine')"),
        stage("two", "print('E501 too long'); raise SystemExit(3)"),
        stage("three", "open('third', 'w')"),
    ]
    assert run_stages(stages, Ready(checkout, {}, None)) == 3
    out = capsys.readouterr().out
    assert "E501 too long" in out
    assert "fine" not in out
    words = [line.split()[0] for line in out.splitlines() if " s" in line and not line.startswith("E501")]
    assert words == ["one", "two", "total"]
    assert not (checkout.root / "third").exists()


@pytest.mark.parametrize(
    ("closing", "summary"),
    [
        ("== 3 passed in 0.10s ==\n", "3 passed in 0.10s"),
        ("12 passed, 1 skipped in 3.10s\n", "12 passed, 1 skipped in 3.10s"),
        (
            "=== 1 failed, 2 passed, 1 error in 61.00s (0:01:01) ===\n",
            "1 failed, 2 passed, 1 error in 61.00s (0:01:01)",
        ),
        ("nothing of the kind\n", ""),
    ],
)
def test_pytests_closing_line(closing: str, summary: str) -> None:
    assert Outcome(stage("tests", ""), 1.0, 0, "....\n" + closing).summary == summary


def test_the_total_over_several_runs() -> None:
    closings = ["5 passed, 1 skipped in 1.0s\n", "== 1 failed, 2 passed, 1 error in 2.00s ==\n", "ruff says nothing"]
    outcomes = [Outcome(stage("tests", ""), 1.0, 0, closing) for closing in closings]
    assert totals(outcomes) == "7 passed, 2 failed, 1 skipped"
    assert totals(outcomes[2:]) == ""
