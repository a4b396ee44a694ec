"""The language of the screens: a cookie that the visitor sets with one button; Vietnamese without it.

What the browser asks for (Accept-Language) is not followed: on borrowed and foreign computers it says nothing about
the reader, and one address shows one thing to everybody. The API follows it, see emoit.api.rest.problems.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from emoit.api.types import is_for_programs
from emoit.sharing.types import is_for_consumers

COOKIE = "emoit_language"
_DAYS = 365
_KNOWN = {code for code, _ in settings.LANGUAGES}


class LanguageMiddleware:
    """Makes the whole answer, error pages too, in the chosen language."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if is_for_programs(request.path_info) or is_for_consumers(request.path_info):
            return self.get_response(request)
        language = chosen(request)
        with translation.override(language):
            response = self.get_response(request)
        patch_vary_headers(response, ("Cookie",))
        response.headers.setdefault("Content-Language", language)
        return response


def chosen(request: HttpRequest) -> str:
    """The language of the cookie; Vietnamese for a visitor without one, or with one that is not ours."""
    wanted = request.COOKIES.get(COOKIE, "")
    return wanted if wanted in _KNOWN else settings.LANGUAGE_CODE


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Keep the choice for a year and show the same page again, read anew. A language that is not known changes nothing.

    `next` is followed within this site only.
    """
    response = HttpResponseRedirect(_own(request, request.POST.get("next", "")) or "/")
    wanted = request.POST.get("language", "")
    if wanted in _KNOWN:
        response.set_cookie(
            COOKIE,
            wanted,
            max_age=_DAYS * 86_400,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response


def here(request: HttpRequest) -> str:
    """Where the switch leads back to. An answer to a POST has no address of its own: the page with the form has."""
    if request.method in {"GET", "HEAD"}:
        return request.get_full_path()
    return _own(request, request.headers.get("Referer", "")) or "/"


def _own(request: HttpRequest, address: str) -> str:
    safe = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return address if safe else ""
