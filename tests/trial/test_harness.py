"""The harness that every measurement uses: medians, percentiles, the table, one form of JSON."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from emoit.trial.bench import harness


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [
        ([5.0], 0.95, 5.0),
        ([3.0, 1.0, 2.0], 0.5, 2.0),
        (list(map(float, range(1, 101))), 0.95, 95.0),
        ([1.0, 9.0], 1, 9.0),
    ],
)
def test_percentile(values: list[float], share: float, expected: float) -> None:
    assert harness.percentile(values, share) == expected


def test_a_row_is_the_median_of_its_runs() -> None:
    row = harness.row("x", [3.0, 100.0, 1.0, 2.0, 4.0], "ms", goal=3)
    assert (row.value, row.runs, row.reached) == (3.0, [3.0, 100.0, 1.0, 2.0, 4.0], True)
    assert harness.row("x", [1.0], "/s", goal=2, better="higher").reached is False
    assert harness.row("x", [1.0], "").reached is None
    with pytest.raises(ValueError, match="nothing was run"):
        harness.row("x", [], "ms")


def test_json_has_its_six_names_and_comes_back(tmp_path: Path) -> None:
    rows = [harness.row("a", [1.0, 2.0, 3.0], "ms", goal=2)]
    harness.write_json(tmp_path / "rows.json", rows)
    told = json.loads((tmp_path / "rows.json").read_text())
    assert told == [{"name": "a", "value": 2.0, "unit": "ms", "goal": 2, "better": "lower", "runs": [1.0, 2.0, 3.0]}]
    assert harness.read_json(tmp_path / "rows.json") == rows
    assert list(tmp_path.iterdir()) == [tmp_path / "rows.json"]


def test_the_table_says_what_was_reached() -> None:
    rows = [harness.row("a", [1.0], "ms", goal=2), harness.row("b", [1.0], "/s", goal=2, better="higher")]
    assert harness.table(rows).splitlines()[2:] == ["| a | 1 ms | ≤ 2 ms | yes |", "| b | 1 /s | ≥ 2 /s | no |"]


def test_cpu_of_a_process_that_is_gone_is_nothing() -> None:
    assert harness.cpu_seconds([2**22 + 1]) == 0
    assert harness.cpu_seconds([os.getpid()]) > 0
    assert os.getpid() in harness.family(os.getpid())


def test_a_family_is_found_whichever_thread_started_it() -> None:
    found: list[subprocess.Popen[bytes]] = []
    over = threading.Event()

    def start() -> None:
        found.append(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]))
        over.wait(30)

    thread = threading.Thread(target=start)
    thread.start()
    try:
        while not found:
            time.sleep(0.01)
        assert found[0].pid in harness.family(os.getpid())
    finally:
        over.set()
        thread.join()
        found[0].kill()
        found[0].wait()


def test_memory_and_its_slope() -> None:
    assert harness.resident([os.getpid()]) > 5
    assert harness.resident([2**22 + 1]) == 0
    assert harness.slope([(0, 100), (10_000, 101), (20_000, 102)]) * 10_000 == pytest.approx(1)
