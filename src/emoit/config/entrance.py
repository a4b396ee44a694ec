"""What is refused before any screen sees it: bodies beyond every limit, and characters that no text holds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse

from emoit.api.types import is_for_programs
from emoit.config import failures
from emoit.exchange.types import is_for_partners
from emoit.kernel.access import Actor, Refusal
from emoit.lib.saying import vi
from emoit.sharing.types import is_for_consumers

# Signed in: a whole set of papers at once. Others have one file to send, for checking.
MOST_BYTES = 200 * 1024 * 1024
MOST_BYTES_ANONYMOUS = 24 * 1024 * 1024
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")

TOO_LARGE = vi("Nội dung gửi lên lớn hơn mức hệ thống nhận trong một lần. Hãy gửi ít tệp hơn trong mỗi lần.")
TOO_MANY = vi("Biểu mẫu gửi lên có quá nhiều mục so với mức hệ thống nhận trong một lần.")
UNREADABLE = vi("Nội dung gửi lên có ký tự điều khiển không đọc được. Hãy xóa các ký tự lạ rồi gửi lại.")


class Entrance:
    """Outermost of our own: says from which address the request comes, and turns away what cannot be served.

    Behind reverse proxies (settings.EMOIT_PROXIES counts them) the address is the one that the outermost of them saw.
    The body is judged by its announced length, before any of it is read.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.META["REMOTE_ADDR"] = client_address(request)
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: Any) -> HttpResponse | None:
        """Before the forgery check, which reads the body; the actor is known."""
        path = request.path_info
        if is_for_programs(path) or is_for_partners(path) or is_for_consumers(path):
            return None  # they judge bodies themselves, and refuse in their own form
        actor: Actor | None = getattr(request, "actor", None)
        known = actor is not None and actor.account_id is not None
        if _announced(request) > (MOST_BYTES if known else MOST_BYTES_ANONYMOUS):
            return _turned_away(request, TOO_LARGE, 413)
        try:
            texts = [request.path_info, *_texts(request.GET), *_texts(request.POST)]
        except RequestDataTooBig:
            return _turned_away(request, TOO_LARGE, 413)
        except (TooManyFieldsSent, TooManyFilesSent):
            return _turned_away(request, TOO_MANY, 413)
        if any(_CONTROLS.search(text) for text in texts):
            return _turned_away(request, UNREADABLE, 400)
        return None


def client_address(request: HttpRequest) -> str:
    """Who asks, as far as our own proxies tell; what a client writes into the header itself counts for nothing."""
    direct = str(request.META.get("REMOTE_ADDR", ""))
    if not settings.EMOIT_PROXIES:
        return direct
    told = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    return told[-settings.EMOIT_PROXIES] if len(told) >= settings.EMOIT_PROXIES else direct


def _announced(request: HttpRequest) -> int:
    text = str(request.META.get("CONTENT_LENGTH") or "0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0


def _texts(fields: Any) -> Iterable[str]:
    for name, values in fields.lists():
        yield name
        yield from values


def _turned_away(request: HttpRequest, words: str, status: int) -> HttpResponse:
    refusal = Refusal(words, code="unreadable")
    refusal.status = status
    return failures.refused(request, refusal)
