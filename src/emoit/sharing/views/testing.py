"""Self-service in a sandbox: a test system with a secret, a public key or a certificate of ours."""

from __future__ import annotations

from typing import cast

from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_safe

from emoit.kernel.access import ActorRequest, Refusal
from emoit.sharing import actions, rules
from emoit.sharing import authority as authorities
from emoit.sharing.actions.tokens import TOKEN_PATH
from emoit.sharing.types import CredentialKind
from emoit.sharing.views.pages import ways


@sensitive_variables("made")
def show(request: HttpRequest) -> HttpResponse:
    """The form; and, once, what was made."""
    _sandbox_only()
    typed = {name: request.POST.get(name, "") for name in ("name", "kind", "key")}
    errors: dict[str, str] = {}
    if request.method == "POST":
        actor = cast("ActorRequest", request).actor
        try:
            made = actions.register_test(by=actor, now=timezone.now(), **typed)
        except Refusal as refusal:
            errors = refusal.fields or {"": refusal.message}
        else:
            context = {
                "made": made,
                "kind": typed["kind"],
                "token_url": f"{settings.PUBLIC_URL}{TOKEN_PATH}",
                "per_minute": rules.TEST_A_MINUTE,
                "per_day": rules.TEST_A_DAY,
                "days": rules.TEST_DAYS,
                "links": ways("test"),
            }
            return render(request, "sharing/tested.html", context, status=201)
    context = {
        "typed": typed,
        "kinds": [(kind.value, kind.label, typed["kind"] == kind.value) for kind in CredentialKind],
        "errors": errors,
        "per_minute": rules.TEST_A_MINUTE,
        "per_day": rules.TEST_A_DAY,
        "days": rules.TEST_DAYS,
        "links": ways("test"),
    }
    return render(request, "sharing/test.html", context, status=422 if errors else 200)


@require_safe
def authority(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """The certificate of the sandbox's authority, for a front server that asks for those it signed."""
    _sandbox_only()
    content = authorities.certificate(timezone.now()).public_bytes(Encoding.PEM)
    return HttpResponse(content, content_type="application/x-pem-file")


def _sandbox_only() -> None:
    if not settings.EMOIT_DEMO:
        raise Http404
