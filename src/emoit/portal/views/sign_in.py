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
from emoit.portal import kept
from emoit.portal.http import actor_of

BACKEND = "emoit.people.backends.AccountBackend"


@sensitive_post_parameters("password")
def show(request: HttpRequest) -> HttpResponse:
    """Sign in and go back to the step one came from, with what was posted there when the session had ended."""
    onward = _local(request, request.POST.get("tiep") or request.GET.get("tiep") or "")
    if request.method != "POST":
        if actor_of(request).account_id is not None:
            return HttpResponseRedirect(onward or _home(officer=actor_of(request).is_officer))
        return render(request, "portal/sign_in.html", {"onward": onward})
    typed, password = request.POST.get("login", "").strip(), request.POST.get("password", "")
    errors = _missing(typed, password)
    if not errors:
        answer = people.sign_in(
            by=actor_of(request),
            now=timezone.now(),
            login=typed,
            password=password,
            address=request.META.get("REMOTE_ADDR", ""),
        )
        if not isinstance(answer, Refusal):
            login(request, answer, backend=BACKEND)
            return _go_on(request, onward, officer=answer.kind == "officer")
        errors = {"login": answer.message}
    context = {
        "errors": errors,
        "onward": onward,
        "login": typed,
        "kept": request.POST.get("giu", ""),
        "files_lost": "mat_tep" in request.POST,
    }
    return render(request, "portal/sign_in.html", context, status=422)


def _missing(typed: str, password: str) -> dict[str, str]:
    missing = {}
    if not typed:
        missing["login"] = "Nhập tên đăng nhập"
    if not password:
        missing["password"] = "Nhập mật khẩu"  # noqa: S105 - a sentence
    return missing


def _local(request: HttpRequest, address: str) -> str:
    """An address of this site, else ""."""
    ours = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return address if ours else ""


def _home(*, officer: bool) -> str:
    return "/nghiep-vu/" if officer else "/ho-so/"


def _go_on(request: HttpRequest, onward: str, *, officer: bool) -> HttpResponse:
    fields = kept.unpack(request.POST.get("giu", ""))
    if fields is not None and onward and not officer:
        context = {"onward": onward, "fields": fields, "files_lost": "mat_tep" in request.POST}
        return render(request, "portal/resume.html", context)
    return HttpResponseRedirect(onward or _home(officer=officer))


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("portal:front")
