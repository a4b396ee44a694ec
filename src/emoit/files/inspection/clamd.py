"""The INSTREAM conversation with ClamAV's daemon."""

from __future__ import annotations

import socket
import struct
from pathlib import Path

CHUNK = 64 * 1024
SECONDS = 30


class ScanFailed(Exception):
    """The daemon was not reached or did not give a verdict: nothing is known of the file."""


def scan(path: Path, address: str) -> str:
    """The name of the malware found, '' for none. `address` is `host:port` or `unix:/path`. Raises ScanFailed."""
    try:
        with _connect(address) as conversation:
            conversation.sendall(b"zINSTREAM\0")
            with path.open("rb") as file:
                while chunk := file.read(CHUNK):
                    conversation.sendall(struct.pack("!I", len(chunk)) + chunk)
            conversation.sendall(struct.pack("!I", 0))
            answer = _receive(conversation)
    except OSError as error:
        raise ScanFailed(f"clamd at {address}: {error}") from error
    if answer == "stream: OK":
        return ""
    if answer.startswith("stream: ") and answer.endswith(" FOUND"):
        return answer.removeprefix("stream: ").removesuffix(" FOUND")
    raise ScanFailed(f"clamd at {address} said {answer[:200]!r}")


def _connect(address: str) -> socket.socket:
    if address.startswith("unix:"):
        conversation = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        conversation.settimeout(SECONDS)
        conversation.connect(address.removeprefix("unix:"))
        return conversation
    host, _, port = address.rpartition(":")
    try:
        return socket.create_connection((host, int(port)), timeout=SECONDS)
    except ValueError as error:
        raise ScanFailed(f"EMOIT_CLAMD is host:port or unix:/path, not {address!r}") from error


def _receive(conversation: socket.socket) -> str:
    answer = b""
    while b"\0" not in answer and len(answer) < 4096:
        part = conversation.recv(4096)
        if not part:
            break
        answer += part
    return answer.split(b"\0", 1)[0].decode("utf-8", "replace").strip()
