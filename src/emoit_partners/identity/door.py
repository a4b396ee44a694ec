"""The provider's door: passes requests on to the provider's process, and lies where it is told to."""

from __future__ import annotations

import base64
import http.client
import json
import threading
from collections.abc import Iterable
from contextlib import suppress
from urllib.parse import parse_qsl, urlencode, urlsplit

from emoit_partners.kit import App, Behaviour, Request, Response, Store, json_response
from emoit_partners.kit.pages import STYLE
from emoit_partners.kit.web import Environ, StartResponse, answer

LIES = {
    "signature": "chữ ký của ID token sai",
    "subject": "userinfo nói về một người khác",
    "state": "trả về sai tham số state",
}
_SECONDS = 30.0
_DROPPED = {"connection", "keep-alive", "transfer-encoding", "content-length", "date", "server"}
Headers = list[tuple[str, str]]


def make_app(store: Store, behaviour: Behaviour) -> App:
    door = Door(store)

    def app(environ: Environ, start: StartResponse) -> Iterable[bytes]:
        request = Request(environ)
        if request.path == "/style.css":
            return answer(Response(200, STYLE.encode(), "text/css"), start)
        status, headers, body = door.pass_on(request)
        lie = behaviour.lie
        if lie != "no":
            headers, body = _lied(lie, request, status, headers, body)
        start(
            f"{status} {http.client.responses.get(status, 'Unknown')}", [*headers, ("Content-Length", str(len(body)))]
        )
        return [body]

    return app


class Door:
    """A kept connection for each thread."""

    def __init__(self, store: Store) -> None:
        self._port = int(store.fact("inner") or 0)
        self._own = threading.local()

    def pass_on(self, request: Request) -> tuple[int, Headers, bytes]:
        """Status, headers, body of the provider's answer; 502 where there is none."""
        query = str(request.environ.get("QUERY_STRING", ""))
        path = str(request.environ["PATH_INFO"]) + (f"?{query}" if query else "")
        try:
            return self._ask(request, path)
        except (OSError, http.client.HTTPException):
            self._forget()
        try:  # the kept connection was closed meanwhile
            return self._ask(request, path)
        except (OSError, http.client.HTTPException):
            self._forget()
            found = json_response({"error": "Bộ phận định danh không trả lời."}, 502)
            return found.status, [("Content-Type", found.media_type)], found.body

    def _ask(self, request: Request, path: str) -> tuple[int, Headers, bytes]:
        line: http.client.HTTPConnection | None = getattr(self._own, "line", None)
        if line is None:
            line = self._own.line = http.client.HTTPConnection("127.0.0.1", self._port, timeout=_SECONDS)
        line.request(request.method, path, request.body or None, _headers(request))
        found = line.getresponse()
        body = found.read()
        headers = [(name, value) for name, value in found.getheaders() if name.lower() not in _DROPPED]
        return found.status, headers, body

    def _forget(self) -> None:
        with suppress(OSError):
            self._own.line.close()
        self._own.line = None


def _headers(request: Request) -> dict[str, str]:
    """The client's, and how it reached us."""
    own = {
        name[5:].replace("_", "-").title(): str(value)
        for name, value in request.environ.items()
        if name.startswith("HTTP_") and name != "HTTP_CONNECTION"
    }
    host = own.pop("Host", "127.0.0.1")
    own |= {"X-Forwarded-Proto": str(request.environ["wsgi.url_scheme"]), "X-Forwarded-Host": host, "Host": host}
    if request.environ.get("CONTENT_TYPE"):
        own["Content-Type"] = str(request.environ["CONTENT_TYPE"])
    return own


def _lied(lie: str, request: Request, status: int, headers: Headers, body: bytes) -> tuple[Headers, bytes]:
    if lie == "signature" and status == 200 and request.path == "/token":
        told = json.loads(body)
        if "id_token" in told:
            told["id_token"] = _other_signature(told["id_token"])
        return headers, json.dumps(told).encode()
    if lie == "subject" and status == 200 and request.path == "/me":
        return headers, json.dumps(json.loads(body) | {"sub": "0" * 32}).encode()
    if lie == "state":
        return [(name, _other_state(value) if name.lower() == "location" else value) for name, value in headers], body
    return headers, body


def _other_signature(token: str) -> str:
    head, payload, signature = token.split(".")
    raw = bytearray(base64.urlsafe_b64decode(signature + "=="))
    raw[0] ^= 1
    return ".".join((head, payload, base64.urlsafe_b64encode(bytes(raw)).rstrip(b"=").decode()))


def _other_state(address: str) -> str:
    """The same where the address carries no code: only the last step back to the client is meant."""
    parts = urlsplit(address)
    query = dict(parse_qsl(parts.query))
    if "code" not in query or "state" not in query:
        return address
    return parts._replace(query=urlencode(query | {"state": f"{query['state']}x"})).geturl()
