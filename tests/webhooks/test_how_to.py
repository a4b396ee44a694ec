"""The receiver of docs/how-to/receive-webhooks.md, run as it stands."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from emoit.webhooks import actions
from emoit.webhooks.rules import signatures
from emoit_partners.kit.host import free_port
from tests.docs.reading import ROOT, blocks
from tests.webhooks.conftest import SUBMITTED, Place, now

CODE = blocks((ROOT / "docs/how-to/receive-webhooks.md").read_text("utf-8"))["receiver"]


def wait_for_port(port: int, seconds: float = 120) -> None:
    """Until somebody listens there."""
    end = time.monotonic() + seconds
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=10).close()
        except OSError:
            assert time.monotonic() < end, f"nobody listens at {port}"
            time.sleep(0.05)
        else:
            return


@contextmanager
def running(folder: Path, port: int, secret: str) -> Iterator[subprocess.Popen[str]]:
    (folder / "receiver.py").write_text(CODE)
    command = [sys.executable, "receiver.py", str(port), secret]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True) as process:
        try:
            wait_for_port(port)
            yield process
        finally:
            process.kill()


def test_it_is_verified_and_takes_each_event_once(place: Place, tmp_path: Path) -> None:
    port = free_port()
    made = place.subscribe(address=f"http://127.0.0.1:{port}/emoit")
    with running(tmp_path, port, made.secret) as process:
        place.run(made.info.id)
        assert place.row(made.info.id).state == "active"
        for n in (1, 2):
            place.announce(n)
        place.spread()
        assert place.run(made.info.id) == 2
        assert place.do(actions.replay, made.info.id, after=0) == 2
        assert place.run(made.info.id) == 2
        place.do(actions.rotate_secret, made.info.id)
        place.announce(3)
        place.spread()
        assert place.run(made.info.id) == 1  # it knows the old secret only, which still signs
        assert [row.status for row in place.deliveries(made.info.id)] == [200, 200, 200]
        process.kill()
        assert process.stdout is not None
        told = process.stdout.read().splitlines()
    assert told == [f"{SUBMITTED} dossiers/{n}" for n in (1, 2, 3)]


@pytest.mark.parametrize(
    ("secret", "age", "changed"),
    [("whsec_" + "A" * 43 + "=", 0, False), ("", 600, False), ("", 0, True)],
    ids=["another secret", "an old request", "another body"],
)
def test_it_takes_nothing_that_is_not_ours(tmp_path: Path, secret: str, age: int, *, changed: bool) -> None:
    port, ours = free_port(), signatures.new_secret()
    body = b'{"id": "1", "type": "x", "subject": "y", "data": {}}'
    at = now().fromtimestamp(now().timestamp() - age, now().tzinfo)
    headers = signatures.headers([secret or ours], message_id="1", at=at, body=body)
    sent = body.replace(b"y", b"z") if changed else body
    with running(tmp_path, port, ours):
        request = urllib.request.Request(f"http://127.0.0.1:{port}/", data=sent, headers=headers, method="POST")
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request, timeout=60)
    assert refused.value.code == 401
