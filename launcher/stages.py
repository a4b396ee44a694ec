"""./emoit test: every check that CI runs, one stage after the other, ending at the first that fails."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from launcher import frontend
from launcher.debian import FOR_NIGHTLY, FOR_TEST
from launcher.locks import exclusive
from launcher.places import Places
from launcher.progress import say
from launcher.setup import Needs, Ready, prepared

BROWSER_TIMEOUT = "900"  # seconds: one test may open thirty screens at two widths, on a busy machine
NO_TESTS = 5  # pytest's exit code when it collected none
_SUMMARY = re.compile(r"^(?:=+ )?(\d+ [a-z]+(?:, \d+ [a-z]+)* in [\d.]+s.*?)(?: =+)?$", re.MULTILINE)
_COUNT = re.compile(r"(\d+) (passed|failed|errors?|skipped)")


@dataclass(frozen=True)
class Stage:
    """One check. `shown`: its output is passed on as it comes; else only when it fails."""

    name: str
    command: Sequence[str | Path]
    env: dict[str, str] = field(default_factory=dict)
    shown: bool = False


@dataclass(frozen=True)
class Outcome:
    stage: Stage
    seconds: float
    code: int
    output: str

    @property
    def summary(self) -> str:
        """pytest's closing line, without its rule."""
        found = _SUMMARY.findall(self.output)
        return str(found[-1]) if found else ""


def static_checks(ready: Ready) -> list[Stage]:
    """Everything that runs no test."""
    python = ready.places.python
    in_service = {
        "EMOIT_DEBUG": "",
        "EMOIT_PUBLIC_URL": "https://emoit.example.gov.vn",
        "EMOIT_HOSTS": "emoit.example.gov.vn",
    }
    return [
        Stage("ruff check", [python, "-m", "ruff", "check", "."]),
        Stage("ruff format", [python, "-m", "ruff", "format", "--check", "."]),
        Stage("mypy", [python, "-m", "mypy"]),
        Stage("lint-imports", [ready.places.venv / "bin" / "lint-imports"]),
        Stage("migrations are complete", ready.manage("makemigrations", "--check", "--dry-run")),
        Stage("deployment check", ready.manage("check", "--deploy", "--fail-level", "WARNING"), in_service),
        Stage("static files", ready.manage("collectstatic", "--noinput")),
    ]


def pytest(ready: Ready, name: str, *arguments: str) -> Stage:
    return Stage(name, [ready.places.python, "-m", "pytest", *arguments], shown=True)


def test_stages(ready: Ready) -> list[Stage]:
    # A file stays on one worker: what a package sets up is set up once.
    shared = ("-n", "2", "--dist", "loadfile", "-q", "-m")
    return [
        pytest(ready, "tests", *shared, "not journey and not nightly"),
        pytest(ready, "browser", "--timeout", BROWSER_TIMEOUT, *shared, "journey and not nightly"),
    ]


def sweep(ready: Ready) -> Stage:
    """The browser tests once more, every screen at every width."""
    browser = test_stages(ready)[-1]
    return replace(browser, name="every width", env={"EMOIT_SWEEP": "whole"})


def run_stage(stage: Stage, ready: Ready) -> Outcome:
    begun = time.monotonic()
    process = subprocess.Popen(
        [str(part) for part in stage.command], cwd=ready.places.root, env=ready.env | stage.env,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
    )  # fmt: skip
    lines = []
    assert process.stdout  # noqa: S101 - asked for above
    try:
        for line in process.stdout:
            lines.append(line)
            if stage.shown:
                sys.stdout.write(line)
                sys.stdout.flush()
        code = process.wait()
    except BaseException:
        process.terminate()
        process.wait()
        raise
    return Outcome(stage, time.monotonic() - begun, code, "".join(lines))


def totals(outcomes: Sequence[Outcome]) -> str:
    """`N passed, N failed, N skipped` over all pytest stages; empty when none ran."""
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    summaries = [outcome.summary for outcome in outcomes if outcome.summary]
    for number, kind in (pair for summary in summaries for pair in _COUNT.findall(summary)):
        counts["failed" if kind.startswith("error") else kind] += int(number)
    return ", ".join(f"{number} {kind}" for kind, number in counts.items()) if summaries else ""


def run_stages(stages: Sequence[Stage], ready: Ready) -> int:
    """Run until one fails; print what each took, and pytest's own last words last."""
    begun, outcomes = time.monotonic(), []
    for stage in stages:
        say(stage.name)
        outcome = run_stage(stage, ready)
        outcomes.append(outcome)
        if outcome.code:
            if not stage.shown:
                print(outcome.output)
            break
    print()
    for outcome in outcomes:
        words = "ok" if outcome.code == 0 else "no test was found" if outcome.code == NO_TESTS else "FAILED"
        print(f"{outcome.stage.name:<26}{outcome.seconds:7.1f} s  {words}  {outcome.summary}".rstrip())
    print(f"{'total':<26}{time.monotonic() - begun:7.1f} s")
    if totals(outcomes):
        print(totals(outcomes))
    sys.stdout.flush()
    return outcomes[-1].code if outcomes else 0


def for_tests(ready: Ready) -> Ready:
    """Tests write to a folder of their own and keep out of the newcomer's data.

    Playwright's own Node wants a library that a bare Debian lacks; the pinned one serves as well.
    """
    folder = ready.places.var / "test"
    folder.mkdir(parents=True, exist_ok=True)
    node = frontend.node_folder(ready.places) / "node"
    return replace(ready, env=ready.env | {"EMOIT_VAR": str(folder), "PLAYWRIGHT_NODEJS_PATH": str(node)})


def run(places: Places, arguments: Sequence[str]) -> int:
    """No arguments: all stages. Arguments: pytest with them and nothing else. --nightly: the long ones."""
    nightly = "--nightly" in arguments
    rest = [argument for argument in arguments if argument != "--nightly"]
    packages = FOR_TEST + (FOR_NIGHTLY if nightly else ())
    with prepared(
        places, Needs("test", lock="dev", packages=packages, frontend=True, partners=True)
    ) as prepared_for_all:
        ready = for_tests(prepared_for_all)
        if nightly:
            stages = [pytest(ready, "nightly", "-m", "nightly", "-s", *rest), *([] if rest else [sweep(ready)])]
        elif rest:
            stages = [static_checks(ready)[-1], pytest(ready, "tests", *rest)]
        else:
            stages = [*static_checks(ready), *test_stages(ready)]
        # Two at once would share databases, static files and the build.
        with exclusive(places.var / "test.lock", "test"):
            return run_stages(stages, ready)
