"""The services over HTTP (WSGI), and the switches by which a test or a demonstration disturbs them.

POST /enrol    {"csr": PEM, "common_name", "organization", "kind": "person"|"agency"} -> {"chain": PEM, "serial": hex}
POST /revoke   {"serial": hex, "reason": "keyCompromise"|…} -> {}
POST /ocsp     application/ocsp-request -> application/ocsp-response
GET  /crl/issuing.crl, /crl/root.crl, /certs/issuing.crt, /certs/root.crt, /ca.pem
POST /tsa      application/timestamp-query -> application/timestamp-reply
POST /control  {"service": "tsa"|"ocsp"|"crl"|"enrol", "mode": "up"|"down"|"slow", "seconds": 2.0, "skew_seconds": 0}
GET  /health
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from urllib.parse import unquote
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server
from wsgiref.types import StartResponse, WSGIEnvironment

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from emoit_partners.trust import timestamps
from emoit_partners.trust.authority import Authority, Rejected, open_authority

MOST_BYTES = 64 * 1024
SERVICES = ("tsa", "ocsp", "crl", "enrol")
DER = serialization.Encoding.DER


@dataclass
class Switch:
    mode: str = "up"
    seconds: float = 0.0
    skew_seconds: float = 0.0


@dataclass(frozen=True)
class Reply:
    status: str
    media_type: str
    body: bytes


@dataclass
class TrustService:
    """A WSGI application over one authority. The switches live in memory: a restart puts everything back to normal."""

    authority: Authority
    switches: dict[str, Switch] = field(default_factory=lambda: {name: Switch() for name in SERVICES})

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        try:
            reply = self._answer(environ)
        except (Rejected, ValueError, KeyError, TypeError) as error:
            reply = _json({"error": str(error)}, "400 Bad Request")
        start_response(reply.status, [("Content-Type", reply.media_type), ("Content-Length", str(len(reply.body)))])
        return [reply.body]

    def _answer(self, environ: WSGIEnvironment) -> Reply:
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"].rstrip("/")
        head, _, rest = path.lstrip("/").partition("/")
        routes: dict[tuple[str, str], Callable[[], Reply]] = {
            ("GET", "health"): lambda: _json({"ok": True}),
            ("GET", "ca.pem"): lambda: Reply(
                "200 OK", "application/x-pem-file", (self.authority.folder / "ca.pem").read_bytes()
            ),
            ("GET", "certs"): lambda: self._certificate(rest),
            ("GET", "crl"): lambda: self._crl(rest),
            ("GET", "ocsp"): lambda: self._ocsp(_from_path(rest)),
            ("POST", "ocsp"): lambda: self._ocsp(_body(environ)),
            ("POST", "tsa"): lambda: self._tsa(_body(environ)),
            ("POST", "enrol"): lambda: self._enrol(_body_json(environ)),
            ("POST", "revoke"): lambda: self._revoke(_body_json(environ)),
            ("POST", "control"): lambda: self._control(_body_json(environ)),
        }
        route = routes.get((method, head))
        if route is None:
            return _json({"error": "no such address"}, "404 Not Found")
        switch = self.switches.get(head, Switch())
        if switch.mode == "slow":
            time.sleep(switch.seconds)
        if switch.mode == "down":
            return _json({"error": f"{head} is switched off"}, "503 Service Unavailable")
        return route()

    def _now(self, service: str) -> dt.datetime:
        return dt.datetime.now(dt.UTC).replace(microsecond=0) + dt.timedelta(
            seconds=self.switches[service].skew_seconds
        )

    def _certificate(self, name: str) -> Reply:
        issuer = {"root.crt": self.authority.root, "issuing.crt": self.authority.issuing}[name]
        return Reply("200 OK", "application/pkix-cert", issuer.certificate.public_bytes(DER))

    def _crl(self, name: str) -> Reply:
        content = self.authority.crl(name.removesuffix(".crl"), self._now("crl"))
        return Reply("200 OK", "application/pkix-crl", content)

    def _ocsp(self, request: bytes) -> Reply:
        return Reply("200 OK", "application/ocsp-response", self.authority.answer_ocsp(request, self._now("ocsp")))

    def _tsa(self, request: bytes) -> Reply:
        serial = self.authority.next_number("token")
        chain = [self.authority.issuing.certificate.public_bytes(DER)]
        answer = timestamps.answer(request, self.authority.tsa, chain, serial, self._now("tsa"))
        return Reply("200 OK", "application/timestamp-reply", answer)

    def _enrol(self, asked: dict[str, Any]) -> Reply:
        chain = self.authority.enrol(
            asked["csr"], asked["common_name"], asked["organization"], asked["kind"], self._now("enrol")
        )
        serial = x509.load_pem_x509_certificate(chain).serial_number
        return _json({"chain": chain.decode(), "serial": f"{serial:x}"}, "201 Created")

    def _revoke(self, asked: dict[str, Any]) -> Reply:
        self.authority.revoke(asked["serial"], asked.get("reason", "unspecified"), self._now("enrol"))
        return _json({})

    def _control(self, asked: dict[str, Any]) -> Reply:
        if asked["mode"] not in {"up", "down", "slow"}:
            raise Rejected("mode is up, down or slow")
        self.switches[asked["service"]] = Switch(
            asked["mode"], min(float(asked.get("seconds", 0)), 60.0), float(asked.get("skew_seconds", 0))
        )
        return _json({name: vars(switch) for name, switch in self.switches.items()})


def _json(value: dict[str, Any], status: str = "200 OK") -> Reply:
    return Reply(status, "application/json", json.dumps(value, ensure_ascii=False).encode())


def _body(environ: WSGIEnvironment) -> bytes:
    length = int(environ.get("CONTENT_LENGTH") or 0)
    if not 0 < length <= MOST_BYTES:
        raise Rejected(f"a request is 1 to {MOST_BYTES} bytes long")
    return bytes(environ["wsgi.input"].read(length))


def _body_json(environ: WSGIEnvironment) -> dict[str, Any]:
    value = json.loads(_body(environ))
    if not isinstance(value, dict):
        raise Rejected("the request is a JSON object")
    return value


def _from_path(text: str) -> bytes:
    """An OCSP request by GET (RFC 6960, appendix A): base64 in the path."""
    try:
        return base64.b64decode(unquote(text), validate=True)
    except binascii.Error as error:
        raise Rejected("the path is not base64") from error


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 64


class _Quiet(WSGIRequestHandler):
    disable_nagle_algorithm = True  # headers and body are written apart: each answer would wait for an acknowledgement

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class names it so
        pass


def serve(folder: Path, host: str, port: int, *, public_url: str = "") -> WSGIServer:
    """A bound server over the authority of `folder`; the caller runs `serve_forever`. Port 0 takes a free one.

    OSError if the port is taken.
    """
    server = make_server(host, port, lambda _environ, _start: [], server_class=_Server, handler_class=_Quiet)
    base_url = public_url or f"http://{host}:{server.server_port}"
    server.set_app(TrustService(open_authority(folder, base_url, dt.datetime.now(dt.UTC).replace(microsecond=0))))
    return server
