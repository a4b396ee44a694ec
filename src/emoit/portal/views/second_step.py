from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from emoit.kernel.access import Refusal
from emoit.people import actions as people
from emoit.portal import signing_in
from emoit.portal.http import actor_of, local_address
from emoit.portal.views.sign_in import enter
from emoit.ui.language import said


@sensitive_post_parameters("code")
def show(request: HttpRequest) -> HttpResponse:
    """The code of the authenticator, or a recovery code, after the password."""
    known = signing_in.waiting(request)
    if actor_of(request).account_id is not None or known is None:
        return redirect("portal:sign-in")
    onward = local_address(request, request.POST.get("tiep", ""))
    context = {"onward": onward, "kept": request.POST.get("giu", ""), "files_lost": "mat_tep" in request.POST}
    if request.method != "POST":
        return render(request, "portal/second_step.html", context)
    code = request.POST.get("code", "").strip()[:40]
    errors = {} if code else {"code": _("Nhập mã xác thực")}
    if code:
        account_id, stamp, notice = known
        answer = people.pass_second_factor(
            by=actor_of(request), now=timezone.now(), account_id=account_id, stamp=stamp, code=code
        )
        if not isinstance(answer, Refusal):
            signing_in.forget(request)
            answer.sign_in_notice = " ".join(filter(None, (notice, said(answer.sign_in_notice))))
            return enter(request, answer, onward)
        if answer.code == "start_again":
            signing_in.forget(request)
            return render(request, "portal/sign_in.html", {**context, "errors": {"login": answer.message}}, status=422)
        errors = {"code": answer.message}
    return render(request, "portal/second_step.html", {**context, "errors": errors}, status=422)
