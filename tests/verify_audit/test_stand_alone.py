"""The verifier in a process of its own, where nothing else of ours has been imported."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import emoit_verify
from emoit.lib import timestamps
from tests.support.trust import running

CHAIN = bytes(32)


def test_a_time_stamp_holds_and_one_over_something_else_does_not(tmp_path: Path) -> None:
    with running(tmp_path / "trust") as trust:
        stamps = [timestamps.stamp(data, f"{trust.url}/tsa") for data in (CHAIN, b"else")]
    code = """
import base64, sys
from pathlib import Path
from emoit_verify.timestamp import StampInvalid, check
for token in sys.argv[2:]:
    try:
        print(check(base64.b64decode(token), bytes(32), Path(sys.argv[1])).year)
    except StampInvalid as wrong:
        print(wrong)
"""
    words = [sys.executable, "-c", code, str(tmp_path / "trust" / "ca.pem")]
    done = subprocess.run(
        [*words, *(base64.b64encode(stamp).decode() for stamp in stamps)],
        env={**os.environ, "PYTHONPATH": str(Path(emoit_verify.__file__).parents[1])},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.splitlines() == [str(datetime.now(UTC).year), "it stamps something else"]
