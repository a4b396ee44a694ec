"""A full disk, that of files or of the database: nothing is half done, and all goes on once there is room."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import pytest
from django.conf import settings

from emoit.exchange.models import Outbound
from emoit.kernel.access import Refusal, acting_as
from launcher import database
from tests.drills.installation import Installation
from tests.drills.test_full_disk import fill
from tests.exchange.conftest import Place
from tests.support.committed import subprocess_environment
from tests.support.exchange_battery import Battery
from tests.support.exchange_roles import EFFECT, KIND
from tests.support.jobs import waiting_jobs

pytestmark = [
    pytest.mark.nightly,
    pytest.mark.timeout(600),
    pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a small disk"),
]

LARGE = b"x" * (200 * 1024)


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size},mode=0755", "tmpfs", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def test_a_large_message_is_not_written_while_the_files_have_no_room(place: Place) -> None:
    with small_disk(Path(settings.EMOIT_FILES), "2m") as folder:
        first = place.send(LARGE)
        filler = fill(folder)
        with pytest.raises(Refusal) as refusal:
            place.send(LARGE + b"2")
        assert refusal.value.code == "storage_full"
        with acting_as(place.by):
            assert (Outbound.objects.count(), len(waiting_jobs())) == (1, 1)
        small = place.send(b"3")  # what fits into the row needs no file
        filler.unlink()
        again = place.send(LARGE + b"2")
        assert place.run() == 3
    assert sorted(name for name, _ in place.partner.effects()) == sorted([first, small, again])


@pytest.fixture
def full_soon() -> Iterator[tuple[Battery, Installation, Path]]:
    """A private database on a small disk, and the web server over it."""
    top = Path(tempfile.mkdtemp(prefix="emoit-full-", dir="/var/tmp"))
    top.chmod(0o755)
    installation = Installation(top)
    try:
        with small_disk(top / "var", "400m") as disk, database.available(installation.places, {}) as found:
            environment = {**subprocess_environment(), **found.environment}
            words = [sys.executable, "manage.py", "prepare_database", "--verbosity", "0"]
            subprocess.run(words, env=environment, cwd=installation.root, check=True)
            made = Battery(top / "battery", environment, found.url)
            try:
                made.set_up()
                made.start("web", made.web())
                made.wait_for_the_web()
                yield made, installation, disk
            finally:
                made.end()
    finally:
        shutil.rmtree(top, ignore_errors=True)


def test_what_was_receipted_is_there_and_the_rest_comes_again(
    full_soon: tuple[Battery, Installation, Path],
) -> None:
    """Evidence lies in the database. A receipt that left before its disk was full stands for what is there."""
    battery, installation, disk = full_soon
    messages = [(battery.partner.message(b"%d" % n, kind=KIND), b"%d" % n) for n in range(400)]
    taken = [fields["id"] for fields, payload in messages[:20] if battery.post(fields, payload)]
    assert len(taken) == 20
    filler = fill(disk)
    refused = [fields["id"] for fields, payload in messages[20:] if not battery.post(fields, payload)]
    filler.unlink()
    with suppress(psycopg.OperationalError):
        battery.value("select 1")
    installation.mend_database()  # it may have ended for want of room for its log
    battery.revive()
    battery.wait_for_the_web()
    for _ in range(10):
        waiting = [(fields, payload) for fields, payload in messages if fields["id"] not in battery.receipts]
        for fields, payload in waiting:
            battery.post(fields, payload)
    effects = battery.rows("select subject_id, count(*) from kernel_audit_entry where verb = %s group by 1", EFFECT)
    counts = {
        "messages": len(messages),
        "refused while full": len(refused),
        "lost": len(messages) - len(effects),
        "doubled": sum(times > 1 for _, times in effects),
        "receipts": len(battery.receipts),
    }
    sys.stdout.write(json.dumps(counts) + "\n")
    assert counts["refused while full"] > 0
    assert (counts["lost"], counts["doubled"], counts["receipts"]) == (0, 0, len(messages))
    assert all(len(kept) == 1 for kept in battery.receipts.values())
