from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from emoit.kernel.access import Refusal
from emoit.people import actions as people
from emoit.people import queries
from emoit.people.types import SESSION_KEY
from emoit.portal import kept, signing_in
from emoit.portal.http import actor_of, local_address
from emoit.ui.language import said

BACKEND = "emoit.people.backends.AccountBackend"


@sensitive_post_parameters("password")
def show(request: HttpRequest) -> HttpResponse:
    """Sign in and go back to the step one came from, with what was posted there when the session had ended."""
    onward = local_address(request, request.POST.get("tiep") or request.GET.get("tiep") or "")
    if request.method != "POST":
        if actor_of(request).account_id is not None:
            return HttpResponseRedirect(onward or _home(officer=actor_of(request).is_officer))
        return render(request, "portal/sign_in.html", {"onward": onward})
    typed, password = request.POST.get("login", "").strip(), request.POST.get("password", "")
    context = {
        "onward": onward,
        "login": typed,
        "kept": request.POST.get("giu", ""),
        "files_lost": "mat_tep" in request.POST,
    }
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
            if answer.second_factor and answer.second_factor.enrolled:
                signing_in.begin(request, answer)
                return render(request, "portal/second_step.html", context)
            return enter(request, answer, onward)
        errors = {"login": answer.message}
    return render(request, "portal/sign_in.html", {**context, "errors": errors}, status=422)


def enter(request: HttpRequest, account: Any, onward: str) -> HttpResponse:
    """The person is known: a session with a new key begins, and they go on where they wanted to."""
    login(request, account, backend=BACKEND)
    request.session[SESSION_KEY] = people.begin_session(
        by=queries.actor_for(account.pk, now=timezone.now()),
        now=timezone.now(),
        address=request.META.get("REMOTE_ADDR", ""),
        user_agent=request.headers.get("User-Agent", ""),
    )
    if account.sign_in_notice:
        messages.warning(request, said(account.sign_in_notice))
    return _go_on(request, onward, officer=account.kind == "officer")


def _missing(typed: str, password: str) -> dict[str, str]:
    missing = {}
    if not typed:
        missing["login"] = _("Nhập tên đăng nhập")
    if not password:
        missing["password"] = _("Nhập mật khẩu")
    return missing


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
    if actor_of(request).account_id is not None:
        people.sign_out(by=actor_of(request), now=timezone.now(), sid=request.session.get(SESSION_KEY, ""))
    logout(request)
    return redirect("portal:front")
