"""As much of HTTP as the partners need: a request read once, a response, a table of routes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, quote

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
App = Callable[[Environ, StartResponse], Iterable[bytes]]
MOST_BODY = 64 * 1024 * 1024


class Refused(Exception):
    """Answered as `{"error": message}` under `status`."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


@dataclass(frozen=True)
class Response:
    status: int
    body: bytes
    media_type: str = "application/json"
    headers: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class Request:
    """A WSGI request. `parts` are the named groups of the route's pattern."""

    environ: Environ
    parts: Mapping[str, str] = field(default_factory=dict)

    @property
    def method(self) -> str:
        return str(self.environ["REQUEST_METHOD"])

    @property
    def path(self) -> str:
        """Percent-decoded, as UTF-8."""
        return str(self.environ["PATH_INFO"]).encode("latin-1", "replace").decode("utf-8", "replace")

    @property
    def query(self) -> dict[str, str]:
        """The last value of each name."""
        return dict(parse_qsl(str(self.environ.get("QUERY_STRING", "")), keep_blank_values=True))

    def number(self, name: str, otherwise: int) -> int:
        """A whole number of the query, `otherwise` where it is not named. Refused 422 for anything else."""
        text = self.query.get(name, "")
        if text and not _is_whole(text):
            raise Refused(422, f"«{name}» là số nguyên.")
        return int(text) if text else otherwise

    @cached_property
    def body(self) -> bytes:
        """Read at most once. Refused 413 beyond 64 MB."""
        length = str(self.environ.get("CONTENT_LENGTH") or "")
        if length and not _is_whole(length):
            raise Refused(400, "Content-Length không phải số nguyên.")
        if length and int(length) > MOST_BODY:
            raise Refused(413, "Nội dung quá lớn.")
        content: bytes = self.environ["wsgi.input"].read(int(length)) if length else self._unmeasured()
        return content

    def _unmeasured(self) -> bytes:
        if not self.environ.get("wsgi.input_terminated") or self.method in {"GET", "HEAD"}:
            return b""
        content: bytes = self.environ["wsgi.input"].read(MOST_BODY + 1)
        if len(content) > MOST_BODY:
            raise Refused(413, "Nội dung quá lớn.")
        return content

    @property
    def media_type(self) -> str:
        return str(self.environ.get("CONTENT_TYPE", "")).partition(";")[0].strip().lower()

    def header(self, name: str) -> str:
        return str(self.environ.get("HTTP_" + name.upper().replace("-", "_"), ""))

    def json(self) -> dict[str, Any]:
        """The body as a JSON object, whose texts can be stored: half a surrogate pair cannot. Refused 400 otherwise."""
        try:
            found = json.loads(self.body)
            json.dumps(found, ensure_ascii=False).encode()
        except (ValueError, RecursionError) as error:
            raise Refused(400, "Nội dung không phải JSON.") from error
        if not isinstance(found, dict):
            raise Refused(400, "Nội dung phải là một đối tượng JSON.")
        return found

    def form(self) -> dict[str, str]:
        """The last value of each name of a posted form."""
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))

    @property
    def base(self) -> str:
        """Scheme and host as the client named them, e.g. "https://127.0.0.1:9001"."""
        return f"{self.environ['wsgi.url_scheme']}://{self.environ.get('HTTP_HOST', '127.0.0.1')}"


View = Callable[[Request], Response]
# (method, pattern of the whole path) -> view; "GET" answers HEAD too.
Routes = Mapping[tuple[str, str], View]


def _is_whole(text: str) -> bool:
    """Digits of ASCII, as many as a column of the store holds."""
    return text.isascii() and text.isdigit() and len(text) <= 18


def json_response(value: Any, status: int = 200) -> Response:
    return Response(status, json.dumps(value, ensure_ascii=False).encode(), "application/json")


def text_response(text: str, status: int = 200) -> Response:
    return Response(status, text.encode(), "text/plain; charset=utf-8")


def html_response(text: str, status: int = 200) -> Response:
    return Response(status, text.encode(), "text/html; charset=utf-8")


def see_other(address: str) -> Response:
    return Response(303, b"", "text/plain", [("Location", address)])


def told(sentence: str) -> Response:
    """Back to the control page, which shows the sentence."""
    return see_other(f"/control/?told={quote(sentence)}")


def application(routes: Routes) -> App:
    """The WSGI application of a table of routes: 404 for other paths, 405 for other methods of a known one."""
    compiled = [(method, re.compile(pattern), view) for (method, pattern), view in routes.items()]

    def find(request: Request) -> Response:
        known = False
        method = "GET" if request.method == "HEAD" else request.method
        for own, pattern, view in compiled:
            found = pattern.fullmatch(request.path)
            if found and own == method:
                return view(Request(request.environ, found.groupdict()))
            known = known or found is not None
        raise Refused(405, "Không nhận phương thức này.") if known else Refused(404, "Không có địa chỉ này.")

    def app(environ: Environ, start: StartResponse) -> Iterable[bytes]:
        try:
            response = find(Request(environ))
        except Refused as refused:
            response = json_response({"error": refused.message}, refused.status)
        return answer(response, start)

    return app


def answer(response: Response, start: StartResponse) -> list[bytes]:
    headers = [
        ("Content-Type", response.media_type),
        ("Content-Length", str(len(response.body))),
        ("X-Content-Type-Options", "nosniff"),
        *response.headers,
    ]
    start(f"{response.status} {HTTPStatus(response.status).phrase}", headers)
    return [response.body]
