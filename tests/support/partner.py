"""A partner system of the tests: a real server with a store of its own (SQLite), knowing nothing of our code.

It speaks the JSON form. What it does is told by its file `mode`, also while it runs in a process of its own:

    up              takes the message in once, answers the stored receipt
    html            answers 200 with a page
    down            503
    cut             takes the message in and closes the line without a word
    forged          a receipt signed by nobody known
    other           a receipt that names another message
    refuse          422 with the code `refused`
    slow <seconds>  waits before it answers

python -m tests.support.partner FOLDER PORT
"""

from __future__ import annotations

import base64
import hashlib
import json
import sqlite3
import ssl
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from joserfc import jws
from joserfc.jwk import ECKey

OUR_CODE = "G02"
FIELDS = (
    "id",
    "sender",
    "recipient",
    "kind",
    "conversation",
    "sequence",
    "in_reply_to",
    "media_type",
    "digest",
    "size",
)
PEM = serialization.Encoding.PEM


def b64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def certificate(
    name: str, key: ec.EllipticCurvePrivateKey, *, since: datetime | None = None, until: datetime | None = None
) -> x509.Certificate:
    """Its own issuer; of 127.0.0.1 too, so that it serves for connections."""
    import ipaddress

    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(since or datetime(2026, 1, 1, tzinfo=UTC))
        .not_valid_after(until or datetime(2036, 1, 1, tzinfo=UTC))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )


def pem_of(found: x509.Certificate) -> str:
    return found.public_bytes(PEM).decode()


def of_no_version(found: x509.Certificate) -> bytes:
    """The certificate's DER with a version that there is not: `cryptography` has an error of its own for it."""
    third = bytes.fromhex("a003020102")
    return found.public_bytes(serialization.Encoding.DER).replace(third, third[:-1] + b"\x07", 1)


def sign(kind: str, fields: dict[str, str], key: ec.EllipticCurvePrivateKey, own: x509.Certificate) -> dict[str, Any]:
    protected = {
        "alg": "ES256",
        "typ": f"emoit-{kind}+json",
        "x5t#S256": b64url(own.fingerprint(hashes.SHA256())),
    }
    payload = json.dumps(fields, ensure_ascii=False).encode()
    return dict(jws.serialize_json({"protected": protected}, payload, ECKey.import_key(key)))  # type: ignore[call-overload]


def identity(fields: dict[str, str]) -> str:
    return hashlib.sha256("\n".join(fields[name] for name in FIELDS).encode()).hexdigest()


def moment(at: datetime | None = None) -> str:
    return (at or datetime.now(UTC)).isoformat(timespec="microseconds").replace("+00:00", "Z")


@dataclass
class Partner:
    """Its keys, its store, and how it answers. `folder` holds all of it."""

    folder: Path
    code: str = "P01"
    key: ec.EllipticCurvePrivateKey = field(init=False)
    own: x509.Certificate = field(init=False)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        at = self.folder / "key.pem"
        if not at.exists():
            made = ec.generate_private_key(ec.SECP256R1())
            raw = made.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
            at.write_bytes(raw)
            (self.folder / "own.pem").write_text(pem_of(certificate(self.code, made)))
            self.behave("up")
        loaded = serialization.load_pem_private_key(at.read_bytes(), None)
        assert isinstance(loaded, ec.EllipticCurvePrivateKey)
        self.key = loaded
        self.own = x509.load_pem_x509_certificate((self.folder / "own.pem").read_bytes())
        with self._store() as store:
            store.execute("pragma journal_mode = wal")
            store.execute("create table if not exists message (id text primary key, identity text, receipt blob)")
            store.execute("create table if not exists effect (n integer primary key, id text, payload blob)")

    # -- what tests tell it and ask of it --------------------------------------------------------------------------

    def behave(self, mode: str) -> None:
        new = self.folder / "mode.new"
        new.write_text(mode)
        new.replace(self.folder / "mode")

    def knows(self, our_certificate: str) -> None:
        (self.folder / "ours.pem").write_text(our_certificate)

    @property
    def pem(self) -> str:
        return pem_of(self.own)

    def effects(self) -> list[tuple[str, bytes]]:
        """(message id, payload) of everything that had its effect, in order."""
        with self._store() as store:
            return list(store.execute("select id, payload from effect order by n"))

    def message(self, payload: bytes = b'{"a": 1}', *, at: datetime | None = None, **changed: str) -> dict[str, str]:
        """The fields of a message to us."""
        name = str(uuid.uuid4())
        return {
            "id": name,
            "sender": self.code,
            "recipient": OUR_CODE,
            "kind": "test.note",
            "conversation": name,
            "sequence": "1",
            "after": "",
            "in_reply_to": "",
            "media_type": "application/json",
            "digest": hashlib.sha256(payload).hexdigest(),
            "size": str(len(payload)),
            "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "signed_at": moment(at),
        } | changed

    def envelope(self, fields: dict[str, str], payload: bytes = b'{"a": 1}') -> bytes:
        signed = sign("message", fields, self.key, self.own)
        return json.dumps({**signed, "body": base64.b64encode(payload).decode()}).encode()

    # -- how it answers --------------------------------------------------------------------------------------------

    def answer(self, content: bytes) -> tuple[int, str, bytes] | None:
        """Status, media type, body; None closes the line without a word."""
        mode, _, amount = (self.folder / "mode").read_text().partition(" ")
        if mode == "html":
            return 200, "text/html", b"<html><body>Welcome</body></html>"
        if mode == "down":
            return 503, "text/plain", b"down"
        if mode == "refuse":
            return 422, "application/problem+json", b'{"code": "refused"}'
        if mode == "slow":
            time.sleep(float(amount))
        receipt = self._take_in(content)
        if mode == "cut":
            return None
        if mode == "other":
            fields = json.loads(base64.urlsafe_b64decode(receipt["payload"] + "=="))
            receipt = sign("receipt", fields | {"message_id": str(uuid.uuid4())}, self.key, self.own)
        if mode == "forged":
            fields = json.loads(base64.urlsafe_b64decode(receipt["payload"] + "=="))
            receipt = sign("receipt", fields, ec.generate_private_key(ec.SECP256R1()), self.own)
        return 200, "application/json", json.dumps(receipt).encode()

    def _take_in(self, content: bytes) -> dict[str, Any]:
        envelope = json.loads(content)
        public: Any = self.ours.public_key()
        signed = {name: envelope[name] for name in ("protected", "payload", "signature")}
        fields = json.loads(jws.deserialize_json(signed, ECKey.import_key(public)).payload)  # type: ignore[arg-type]
        stored = self.remember(
            fields,
            base64.b64decode(envelope["body"]),
            lambda told: json.dumps(sign("receipt", told, self.key, self.own)).encode(),
        )
        return dict(json.loads(stored))

    @property
    def ours(self) -> x509.Certificate:
        return x509.load_pem_x509_certificate((self.folder / "ours.pem").read_bytes())

    def remember(self, fields: dict[str, str], payload: bytes, seal: Callable[[dict[str, str]], bytes]) -> bytes:
        """Effect and receipt in one transaction of its store; the stored receipt for what it has already."""
        assert hashlib.sha256(payload).hexdigest() == fields["digest"]
        with self._store() as store:
            store.execute("begin immediate")
            row = store.execute("select identity, receipt from message where id = ?", [fields["id"]]).fetchone()
            if row:
                assert row[0] == identity(fields), "same id, other content"
                store.execute("rollback")
                return bytes(row[1])
            receipt = seal(
                {
                    "message_id": fields["id"],
                    "identity": identity(fields),
                    "sender": self.code,
                    "recipient": fields["sender"],
                    "received_at": moment(),
                }
            )
            store.execute("insert into message values (?, ?, ?)", [fields["id"], identity(fields), receipt])
            store.execute("insert into effect (id, payload) values (?, ?)", [fields["id"], payload])
            store.execute("commit")
        return receipt

    @contextmanager
    def _store(self) -> Iterator[sqlite3.Connection]:
        store = sqlite3.connect(self.folder / "store.sqlite", timeout=30, isolation_level=None)
        try:
            yield store
        finally:
            store.close()


def server_of(partner: Partner, port: int = 0, tls: ssl.SSLContext | None = None) -> ThreadingHTTPServer:
    class Door(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            answer = partner.answer(content)
            if answer is None:
                self.close_connection = True
                self.connection.close()
                return
            status, media_type, body = answer
            self.send_response(status)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            """Lines that break are what is being tested."""

    server = Server(("127.0.0.1", port), Door)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    return server


@dataclass
class Served:
    partner: Partner
    address: str


@contextmanager
def serving(partner: Partner, tls: ssl.SSLContext | None = None) -> Iterator[Served]:
    """The partner answers in a thread of this process."""
    server = server_of(partner, tls=tls)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    scheme = "https" if tls else "http"
    try:
        yield Served(partner, f"{scheme}://127.0.0.1:{server.server_port}/messages")
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


YEAR = timedelta(days=365)

if __name__ == "__main__":
    server_of(Partner(Path(sys.argv[1])), int(sys.argv[2])).serve_forever()
