from __future__ import annotations

from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from emoit.kernel.access import Refusal
from emoit.people import actions as people
from emoit.portal.http import actor_of

BACKEND = "emoit.people.backends.AccountBackend"


@sensitive_post_parameters("password")
def show(request: HttpRequest) -> HttpResponse:
    """Sign in and go back to the step one came from."""
    onward = request.POST.get("tiep") or request.GET.get("tiep") or ""
    errors: dict[str, str] = {}
    if request.method == "POST":
        answer = people.sign_in(
            by=actor_of(request),
            now=timezone.now(),
            login=request.POST.get("login", ""),
            password=request.POST.get("password", ""),
            address=request.META.get("REMOTE_ADDR", ""),
        )
        if isinstance(answer, Refusal):
            errors = {"login": answer.message}
        else:
            login(request, answer, backend=BACKEND)
            if not url_has_allowed_host_and_scheme(onward, allowed_hosts={request.get_host()}):
                onward = "/nghiep-vu/" if answer.kind == "officer" else "/ho-so/"
            return HttpResponseRedirect(onward)
    elif actor_of(request).account_id is not None:
        return redirect("portal:dossiers")
    context = {"errors": errors, "onward": onward, "login": request.POST.get("login", "")}
    return render(request, "portal/sign_in.html", context, status=422 if errors else 200)


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("portal:front")
