"""A certification authority of the tests: P-256, with lists and OCSP that are right or wrong, over HTTP on 127.0.0.1.

`answers` maps a path to what is answered there: bytes, (status, headers, bytes), or a function of the request's body.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

DAY = timedelta(days=1)
Key = ec.EllipticCurvePrivateKey
Answer = bytes | tuple[int, dict[str, str], bytes] | Callable[[bytes], bytes]


def new_key() -> Key:
    return ec.generate_private_key(ec.SECP256R1())


def name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def _builder(subject: str, key: Any, issuer: str, until: timedelta = 30 * DAY) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(name(subject))
        .issuer_name(name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now() - DAY)
        .not_valid_after(now() + until)
    )


@dataclass
class SmallCa:
    """`base` is where it answers; `asked` the paths that were asked for."""

    common_name: str = "CA thử nghiệm"
    base: str = ""
    key: Key = field(default_factory=new_key)
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    own: x509.Certificate = field(init=False)

    def __post_init__(self) -> None:
        basic = x509.BasicConstraints(ca=True, path_length=0)
        builder = _builder(self.common_name, self.key, self.common_name, 365 * DAY)
        self.own = builder.add_extension(basic, critical=True).sign(self.key, hashes.SHA256())

    def issue(
        self, subject: str, key: Any, *, lists: tuple[str, ...] = (), responders: tuple[str, ...] = (), issuer: str = ""
    ) -> x509.Certificate:
        """A certificate, of 127.0.0.1 too. Paths are of this authority's own; whole addresses stay as they are."""
        builder = _builder(subject, key, self.common_name)
        if lists:
            points = [x509.DistributionPoint([self._at(path)], None, None, None) for path in lists]
            builder = builder.add_extension(x509.CRLDistributionPoints(points), critical=False)
        access = [(AuthorityInformationAccessOID.OCSP, path) for path in responders]
        access += [(AuthorityInformationAccessOID.CA_ISSUERS, issuer)] if issuer else []
        if access:
            described = [x509.AccessDescription(method, self._at(path)) for method, path in access]
            builder = builder.add_extension(x509.AuthorityInformationAccess(described), critical=False)
        hosts = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
        return builder.add_extension(hosts, critical=False).sign(self.key, hashes.SHA256())

    def _at(self, path: str) -> x509.UniformResourceIdentifier:
        return x509.UniformResourceIdentifier(path if ":" in path else f"{self.base}{path}")

    def crl(
        self,
        *revoked: tuple[x509.Certificate, x509.ReasonFlags | None],
        at: timedelta = timedelta(),
        until: timedelta | None = 7 * DAY,
        key: Key | None = None,
        issuer: str = "",
        extensions: tuple[tuple[x509.ExtensionType, bool], ...] = (),
    ) -> bytes:
        """`at` and `until` are from now."""
        builder = x509.CertificateRevocationListBuilder().issuer_name(name(issuer or self.common_name))
        builder = builder.last_update(now() + at).next_update(now() + (until or 7 * DAY))
        for certificate, reason in revoked:
            entry = x509.RevokedCertificateBuilder().serial_number(certificate.serial_number)
            entry = entry.revocation_date(now() - timedelta(hours=1))
            if reason:
                entry = entry.add_extension(x509.CRLReason(reason), critical=False)
            builder = builder.add_revoked_certificate(entry.build())
        for value, critical in extensions:
            builder = builder.add_extension(value, critical=critical)
        return builder.sign(key or self.key, hashes.SHA256()).public_bytes(Encoding.DER)

    def responder(self, key: Key, *, usage: bool = True, until: timedelta = 30 * DAY) -> x509.Certificate:
        builder = _builder("OCSP thử nghiệm", key, self.common_name, until)
        if usage:
            extended = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING])
            builder = builder.add_extension(extended, critical=False)
        return builder.sign(self.key, hashes.SHA256())

    def ocsp(
        self,
        request: bytes,
        certificate: x509.Certificate,
        *,
        status: ocsp.OCSPCertStatus = ocsp.OCSPCertStatus.GOOD,
        reason: x509.ReasonFlags | None = None,
        at: timedelta = timedelta(),
        until: timedelta | None = DAY,
        key: Key | None = None,
        delegate: x509.Certificate | None = None,
        nonce: bytes | None = b"",
    ) -> bytes:
        """`nonce` b"": the request's own, None: left out."""
        asked = ocsp.load_der_ocsp_request(request)
        builder = ocsp.OCSPResponseBuilder().add_response(
            cert=certificate,
            issuer=self.own,
            algorithm=asked.hash_algorithm,
            cert_status=status,
            this_update=now() + at,
            next_update=None if until is None else now() + until,
            revocation_time=now() - timedelta(hours=1) if status is ocsp.OCSPCertStatus.REVOKED else None,
            revocation_reason=reason,
        )
        builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, delegate or self.own)
        if delegate is not None:
            builder = builder.certificates([delegate])
        if nonce is not None:
            told = nonce or asked.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce
            builder = builder.add_extension(x509.OCSPNonce(told), critical=False)
        return builder.sign(key or self.key, hashes.SHA256()).public_bytes(Encoding.DER)


def pem(*certificates: x509.Certificate) -> str:
    return b"".join(one.public_bytes(Encoding.PEM) for one in certificates).decode()


@contextmanager
def answering() -> Iterator[SmallCa]:
    ca = SmallCa()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            ca.asked.append(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            answer = ca.answers.get(self.path, (404, {}, b"nothing here"))
            if callable(answer):
                answer = answer(body)
            status, headers, content = answer if isinstance(answer, tuple) else (200, {}, answer)
            self.send_response(status)
            for key, value in headers.items():
                self.send_header(key, value)
            if "Endless" in headers:
                self.end_headers()
                with suppress(OSError):
                    while True:
                        self.wfile.write(bytes(64 * 1024))
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_GET  # noqa: N815 - the library's name

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            """Lines that break are what is being tested."""

    server = Server(("127.0.0.1", 0), Handler)
    ca.base = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield ca
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
