"""The virus scanner's conversation, with a daemon that speaks the protocol; silence means no."""

from __future__ import annotations

import io
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from emoit.files import actions
from emoit.files.models import Content, File
from emoit.kernel.access import Actor, Refusal
from tests.files import samples

NOW = datetime(2026, 5, 4, 2, 0, tzinfo=UTC)


def _read(conversation: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        part = conversation.recv(count - len(data))
        if not part:
            raise ConnectionError
        data += part
    return data


def _serve(listener: socket.socket, answer: bytes, heard: list[bytes]) -> None:
    conversation, _ = listener.accept()
    with conversation:
        assert _read(conversation, 10) == b"zINSTREAM\0"
        content = b""
        while size := struct.unpack("!I", _read(conversation, 4))[0]:
            content += _read(conversation, size)
        heard.append(content)
        conversation.sendall(answer)


@contextmanager
def daemon(address: str, answer: bytes) -> Iterator[list[bytes]]:
    """Listens once on a Unix socket; yields the list of what it was sent."""
    heard: list[bytes] = []
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(address.removeprefix("unix:"))
        listener.listen(1)
        thread = threading.Thread(target=_serve, args=(listener, answer, heard), daemon=True)
        thread.start()
        yield heard
        thread.join(5)


def receive(by: Actor, content: bytes) -> None:
    actions.receive(
        by=by, now=NOW, name="a.pdf", content=io.BytesIO(content), accept=frozenset({"pdf"}), max_bytes=10**7
    )


@pytest.mark.parametrize(
    ("answer", "code", "state"),
    [
        (b"stream: OK\0", "", "clean"),
        (b"stream: Eicar-Signature FOUND\0", "infected", "refused"),
        (b"INSTREAM size limit exceeded. ERROR\0", "uninspected", "quarantined"),
        (b"", "uninspected", "quarantined"),
    ],
)
def test_the_scanners_word_counts(
    lan: Actor, settings: Any, tmp_path: Path, answer: bytes, code: str, state: str
) -> None:
    settings.EMOIT_CLAMD = f"unix:{tmp_path}/clamd"
    content = samples.pdf(40)
    refused = ""
    with daemon(settings.EMOIT_CLAMD, answer) as heard:
        try:
            receive(lan, content)
        except Refusal as refusal:
            refused = refusal.code
    assert (refused, heard, Content.objects.get().state) == (code, [content], state)
    assert File.objects.count() == (1 if code == "" else 0)


@pytest.mark.parametrize("address", ["unix:/nonexistent/clamd", "127.0.0.1:1", "nonsense"])
def test_a_scanner_that_is_not_there_fails_closed(lan: Actor, settings: Any, address: str) -> None:
    settings.EMOIT_CLAMD = address
    with pytest.raises(Refusal) as refused:
        receive(lan, samples.pdf())
    assert refused.value.code == "uninspected"
    assert File.objects.count() == 0
