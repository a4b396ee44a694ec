"""The audit trail after real work: genuine within 60 s of the last action; one row changed behind its back is found."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from tests.drills.conftest import Servers
from tests.drills.installation import wait_for
from tests.drills.people import Cast

pytestmark = [pytest.mark.nightly, pytest.mark.timeout(300)]
CHANGE = 'update kernel_audit_entry set details = details || \'{"number": "99"}\'::jsonb where id = %s'


def test_genuine_then_one_row_is_changed(servers: Servers, cast: Cast, tmp_path: Path) -> None:
    installation = servers.installation
    dossier = cast.draft()
    cast.applicant.submit(dossier)
    last_action = time.monotonic()
    wait_for(
        lambda: installation.value("select not exists (select from kernel_audit_pending)"), "the sealer", seconds=60
    )
    trail = tmp_path / "trail.jsonl"
    installation.emoit("manage", "export_audit", trail)
    done = installation.emoit("verify", "audit", trail)
    assert time.monotonic() - last_action < 60
    assert "genuine: " in done.stdout
    assert " 0 not yet sealed" in done.stdout
    assert "note:" not in done.stdout  # anchored and stamped
    rows = [line for line in map(json.loads, trail.read_text().splitlines()) if line["kind"] == "row"]
    assert any(row["entry"]["verb"] == "dossiers.submit" for row in rows[-20:])

    entry = rows[len(rows) // 2]["entry"]["id"]
    with installation.connect() as owner:  # whoever rules the database can do that; not unseen
        owner.execute(CHANGE, [entry])
        installation.emoit("manage", "export_audit", trail)
    found = installation.emoit("verify", "audit", trail, code=1)
    assert f"NOT GENUINE #{rows[len(rows) // 2]['seq']}: entry {entry} was changed" in found.stdout
