"""The contract page and what hangs from it: services, purposes, codes, changes, OpenAPI. Public."""

from __future__ import annotations

import json
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from emoit.sharing import catalogue, rules
from emoit.sharing import openapi as documents
from emoit.sharing.actions.tokens import ASSERTION_TYPE, LONGEST_ASSERTION
from emoit.sharing.catalogue import Service
from emoit.sharing.changes import all_changes
from emoit.ui.language import current
from emoit.ui.types import Link


@dataclass(frozen=True, slots=True)
class Shown:
    """A service as the page shows it, in the page's language. `parameters` and `fields`: name, words, whether needed
    or personal."""

    service: Service
    name: str
    about: str
    parameters: list[tuple[str, str, bool]]
    fields: list[tuple[str, str, bool]]
    curl: str
    answer: str


@require_safe
def contract(request: HttpRequest) -> HttpResponse:
    """Everything that another agency needs to know before it writes a line."""
    language = current()
    context = {
        "services": [_shown(service, language) for service in catalogue.services().values()],
        "purposes": [(one.code, one.name(language), one.ground(language)) for one in catalogue.purposes().values()],
        "sandbox": settings.EMOIT_DEMO,
        **_refused_limits(),
        "token_minutes": int(rules.TOKEN_LIFE.total_seconds()) // 60,
        "links": ways("contract"),
        "address": settings.PUBLIC_URL,
        "assertion_type": ASSERTION_TYPE,
        "assertion_minutes": int(LONGEST_ASSERTION.total_seconds()) // 60,
    }
    return render(request, "sharing/contract.html", context)


def _refused_limits() -> dict[str, int]:
    """Refused calls in a minute that are answered with their reason."""
    most = settings.EMOIT_SHARING_REFUSED
    return {
        "refused_from_address": most,
        "guesses_from_address": rules.guesses_from("", most).most,
        "guesses_at_client": rules.GUESSES_AT_A_CLIENT,
        "refused_of_consumer": rules.CALLS_OF_A_CONSUMER,
    }


@require_safe
def openapi(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    content = json.dumps(documents.own(), ensure_ascii=False, indent=1).encode()
    response = HttpResponse(content, content_type="application/json")
    response["Cache-Control"] = "public, max-age=300"
    return response


@require_safe
def errors(request: HttpRequest) -> HttpResponse:
    """Every code with which a service refuses: what it means and what to do."""
    language = current()
    entries = [
        (entry.code, entry.status, entry.title(language), entry.meaning(language), entry.todo(language))
        for entry in catalogue.errors().values()
    ]
    return render(request, "sharing/errors.html", {"entries": entries, "links": ways("errors")})


@require_safe
def changes(request: HttpRequest) -> HttpResponse:
    return render(request, "sharing/changes.html", {"changes": all_changes(), "links": ways("changes")})


def ways(current_page: str) -> list[Link]:
    """The pages beside this one; those for tests in a sandbox alone."""
    pages = [("contract", _("Dịch vụ")), ("errors", _("Danh mục lỗi")), ("changes", _("Thay đổi"))]
    if settings.EMOIT_DEMO:
        pages += [("test", _("Đăng ký thử")), ("try", _("Gọi thử"))]
    return [Link(words, reverse(f"sharing:{page}"), current=page == current_page) for page, words in pages]


def _shown(service: Service, language: str) -> Shown:
    is_english = language == "en"
    query = "&".join(
        ["purpose=procedure", *(f"{one.name}={one.example}" for one in service.parameters[:1] if one.example)]
    )
    return Shown(
        service=service,
        name=service.name(language),
        about=service.about(language),
        parameters=[(one.name, one.en if is_english else one.vi, one.required) for one in service.parameters],
        fields=[(one.name, one.en if is_english else one.vi, one.personal) for one in service.fields],
        curl=f'curl -H "Authorization: Bearer $TOKEN" \\\n  "{settings.PUBLIC_URL}{service.path}?{query}"',
        answer=json.dumps(documents.example(service), ensure_ascii=False, indent=2),
    )
