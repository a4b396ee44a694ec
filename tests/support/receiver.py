"""A receiver of webhooks: a real server, whose behaviour a test changes while it runs.

It keeps every request that came. `mode`:

    up            204; a challenge is answered
    500, 410, 302, html, endless, hang, cut, mute   what the name says; `mute` answers a challenge with nothing

In a process of its own: python -m tests.support.receiver FOLDER PORT. There `FOLDER/mode` says how it answers, and
`FOLDER/requests` holds one JSON line for each request.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Got:
    headers: dict[str, str]
    body: bytes

    @property
    def event(self) -> dict[str, Any]:
        return dict(json.loads(self.body))

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]


@dataclass
class Receiver:
    mode: str = "up"
    got: list[Got] = field(default_factory=list)
    address: str = ""
    folder: Path | None = None
    arrived: threading.Event = field(default_factory=threading.Event)
    released: threading.Event = field(default_factory=threading.Event)

    def keep(self, got: Got) -> None:
        self.got.append(got)
        if self.folder is not None:
            with (self.folder / "requests").open("a") as file:
                file.write(json.dumps({"headers": got.headers, "body": got.body.decode()}) + "\n")
        self.arrived.set()

    def how(self) -> str:
        return (self.folder / "mode").read_text().strip() if self.folder is not None else self.mode

    def events(self) -> list[Got]:
        """What came, without challenges."""
        return [one for one in self.got if not one.event["type"].endswith("webhook.challenge")]

    def subjects(self) -> list[str]:
        return [one.event["subject"] for one in self.events()]


def server_of(receiver: Receiver, port: int = 0) -> ThreadingHTTPServer:
    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.keep(Got({name.lower(): value for name, value in self.headers.items()}, body))
            mode = receiver.how()
            challenge = json.loads(body)["data"].get("challenge")
            if mode == "up" and challenge:
                self.answer(200, "application/json", json.dumps({"challenge": challenge}).encode())
            elif mode in {"up", "mute"}:
                self.answer(204)
            elif mode.isdigit():
                self.answer(int(mode), "text/plain", b"no \x00<b>", {"Location": "/elsewhere"})
            elif mode == "html":
                self.answer(200, "text/html", b"<html>log in</html>")
            elif mode == "hang":
                receiver.released.wait(60)
            elif mode == "endless":
                self.endless()
            elif mode == "cut":
                self.connection.close()

        def answer(
            self, status: int, media_type: str = "", content: bytes = b"", headers: dict[str, str] | None = None
        ) -> None:
            self.send_response(status)
            if media_type:
                self.send_header("Content-Type", media_type)
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def endless(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/plain")
            self.end_headers()
            while not receiver.released.is_set():
                self.wfile.write(b"a" * 1000)
                time.sleep(0.01)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            """Lines that break are what is being tested."""

    return Server(("127.0.0.1", port), Door)


@contextmanager
def receiving() -> Iterator[Receiver]:
    """The receiver answers in threads of this process."""
    receiver = Receiver()
    server = server_of(receiver)
    receiver.address = f"http://127.0.0.1:{server.server_port}/hooks"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        receiver.released.set()
        server.shutdown()
        server.server_close()
        thread.join()


if __name__ == "__main__":
    server_of(Receiver(folder=Path(sys.argv[1])), int(sys.argv[2])).serve_forever()
