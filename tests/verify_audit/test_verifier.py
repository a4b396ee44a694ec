"""Every way of falsifying a sealed trail is found, wherever it is done, and the place is named."""

from __future__ import annotations

import random
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from emoit_verify.audit import main, verify
from tests.verify_audit.trail import MADE_AT, Trail, entry, genuine, relink, reseal, row_of

LENGTH = 120
TRAIL = genuine(LENGTH)
FIELDS = (
    "at",
    "account_id",
    "on_behalf_of_id",
    "actor_name",
    "verb",
    "subject_kind",
    "subject_id",
    "details",
    "agency_id",
)


def change(trail: Trail, at: int) -> int:
    field = FIELDS[at % len(FIELDS)]
    old = trail.rows[at]["entry"][field]
    trail.rows[at]["entry"][field] = {"forged": True} if field == "details" else f"{old}x"
    return at + 1


def change_with_digest(trail: Trail, at: int) -> int:
    """The row and its digest fit each other; the chain does not."""
    trail.rows[at]["entry"]["verb"] = "forged"
    chains = [row["chain"] for row in trail.rows]
    relink(trail.rows, at)
    for row, chain in zip(trail.rows, chains, strict=True):
        row["chain"] = chain
    return at + 1


def delete_entry(trail: Trail, at: int) -> int:
    trail.rows[at]["entry"] = None
    return at + 1


def delete_row(trail: Trail, at: int) -> int:
    del trail.rows[at]
    return at + 2


def insert(trail: Trail, at: int) -> int:
    forged = {**trail.rows[at], "entry": entry(10_000), "entry_id": 10_000}
    trail.rows.insert(at, forged)
    return at + 1


def swap(trail: Trail, at: int) -> int:
    """Two entries change places, each under the other's link."""
    other = (at + 7) % LENGTH
    a, b = trail.rows[at], trail.rows[other]
    a["entry"], b["entry"] = b["entry"], a["entry"]
    a["entry_id"], b["entry_id"] = b["entry_id"], a["entry_id"]
    return min(at, other) + 1


def reorder(trail: Trail, at: int) -> int:
    """Two whole links change places and numbers."""
    other = (at + 1) % LENGTH
    rows = trail.rows
    rows[at], rows[other] = rows[other], rows[at]
    rows[at]["seq"], rows[other]["seq"] = rows[other]["seq"], rows[at]["seq"]
    return min(at, other) + 1


def cut_tail(trail: Trail, at: int) -> int:
    """Everything after a point is gone, seals too, as if it had never been."""
    keep = min(at, LENGTH - 1)
    del trail.rows[keep:]
    reseal(trail)
    return LENGTH


def rewrite(trail: Trail, at: int) -> int:
    """One row is changed and the whole chain after it made anew, with the seals: only the anchors know."""
    trail.rows[at]["entry"]["actor_name"] = "Người khác"
    relink(trail.rows, at)
    reseal(trail)
    return at - at % 20 + 20


def remove_and_rewrite(trail: Trail, at: int) -> int:
    del trail.rows[at]
    relink(trail.rows, at)
    reseal(trail)
    return LENGTH


KINDS = [
    change, change_with_digest, delete_entry, delete_row, insert, swap, reorder, cut_tail, rewrite, remove_and_rewrite,
]  # fmt: skip


@pytest.mark.parametrize("falsify", KINDS, ids=lambda kind: kind.__name__)
def test_fifty_forgeries_of_each_kind_are_all_found_and_placed(
    tmp_path: Path, falsify: Callable[[Trail, int], int]
) -> None:
    chance = random.Random(falsify.__name__)
    found = 0
    for at in chance.sample(range(LENGTH), 50):
        trail = TRAIL.copy()
        named = falsify(trail, at)
        report = verify(*trail.write(tmp_path))
        places = {int(place) for place in re.findall(r"^#(\d+):", "\n".join(report.findings), re.MULTILINE)}
        # A row gone from the very end shows only as a tail that anchors name.
        found += bool(report.findings) and min(named, LENGTH) in places
    assert found == 50


def test_a_genuine_trail_is_genuine(tmp_path: Path) -> None:
    report = verify(*TRAIL.write(tmp_path))
    assert (report.rows, report.anchors, report.findings, report.notes) == (LENGTH, 6, [], [])


def test_rows_not_yet_sealed_are_counted_and_old_ones_are_found(tmp_path: Path) -> None:
    trail = TRAIL.copy()
    trail.waiting.append({"kind": "waiting", "entry": entry(500, at=MADE_AT.isoformat())})
    assert (verify(*trail.write(tmp_path)).waiting, verify(*trail.write(tmp_path)).findings) == (1, [])
    trail.waiting.append({"kind": "waiting", "entry": entry(501, at="2026-05-04T11:54:59+00:00")})
    assert len(verify(*trail.write(tmp_path)).findings) == 1


def test_a_row_both_waiting_and_sealed_was_sealed_meanwhile(tmp_path: Path) -> None:
    trail = TRAIL.copy()
    trail.waiting.append({"kind": "waiting", "entry": trail.rows[-1]["entry"]})
    report = verify(*trail.write(tmp_path))
    assert (report.waiting, report.findings) == (0, [])


def erase(trail: Trail, at: int) -> None:
    from hashlib import sha256

    from emoit_verify.audit import canonical

    row = trail.rows[at]
    remains = sha256(bytes.fromhex(row["salt"]) + canonical(row["entry"]["details"])).hexdigest()
    row["entry"]["details"], row["salt"] = {"erased": remains}, ""


def with_erasure_row(at: int) -> Trail:
    trail = genuine(30)
    told = entry(31, verb="audit.erase", subject_kind="audit_entry", subject_id=str(at + 1), details={"reason": "r"})
    trail.rows.append(row_of(told, b"s" * 16))
    relink(trail.rows, 30)
    trail.seals.append({**trail.seals[-1], "seq": 31, "chain": trail.rows[30]["chain"]})
    trail.anchored.append((31, trail.rows[30]["chain"]))
    return trail


def test_erased_details_are_allowed_only_where_a_row_tells_of_it(tmp_path: Path) -> None:
    trail = with_erasure_row(4)
    erase(trail, 4)
    report = verify(*trail.write(tmp_path))
    assert (report.erased, report.findings) == (1, [])
    erase(trail, 9)
    report = verify(*trail.write(tmp_path))
    assert report.findings == ["#10: details of entry 10 are gone, but no row tells of a lawful erasure"]


@pytest.mark.parametrize("field", [f for f in FIELDS if f != "details"])
def test_an_erasure_does_not_hide_a_change_of_the_rest(tmp_path: Path, field: str) -> None:
    trail = with_erasure_row(4)
    erase(trail, 4)
    trail.rows[4]["entry"][field] = "forged"
    assert verify(*trail.write(tmp_path)).findings == ["#5: entry 5 was changed"]


def test_exit_codes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    export, anchors = TRAIL.write(tmp_path)
    assert main([str(export), "--anchors", str(anchors)]) == 0
    assert (
        capsys.readouterr().out
        == "genuine: 120 sealed rows, 0 not yet sealed, 0 lawfully erased, 6 anchors, 0 time stamps\n"
    )
    trail = TRAIL.copy()
    change(trail, 40)
    forged, _ = trail.write(tmp_path)
    assert main([str(forged), "--anchors", str(anchors)]) == 1
    assert "NOT GENUINE #41: entry 41 was changed\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("export", "anchors"),
    [
        ("not json", None),
        ("[]", None),
        ("{}", None),
        ('{"kind": "row", "seq": "x"}', None),
        ('{"kind": "row"}', None),
        (None, "not json"),
        (None, ""),
        (None, '{"seq": 1}'),
        ("\x00\udcff", None),
    ],
)
def test_what_cannot_be_read_is_told_so(tmp_path: Path, export: str | None, anchors: str | None) -> None:
    paths = TRAIL.write(tmp_path)
    for path, text in zip(paths, (export, anchors), strict=True):
        if text is not None:
            path.write_bytes(text.encode("utf-8", "surrogateescape"))
    assert main([str(paths[0]), "--anchors", str(paths[1])]) == 2
    assert main([str(tmp_path / "absent"), "--anchors", str(paths[1])]) == 2


def test_it_stands_alone_without_django(tmp_path: Path) -> None:
    export, anchors = TRAIL.write(tmp_path)
    program = (
        "import sys; sys.modules['django'] = None; sys.modules['emoit'] = None\n"
        f"from emoit_verify.audit import main; sys.exit(main([{str(export)!r}, '--anchors', {str(anchors)!r}]))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd="src", capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_hundred_thousand_rows_are_judged_in_seconds(tmp_path: Path) -> None:
    paths = genuine(100_000, every=5000).write(tmp_path)
    begun = time.thread_time()
    report = verify(*paths)
    took = time.thread_time() - begun
    assert (report.rows, report.findings) == (100_000, [])
    assert took < 20  # 2.1 s alone on 2 cores
    sys.stderr.write(f"100,000 rows verified in {took:.2f} s\n")
