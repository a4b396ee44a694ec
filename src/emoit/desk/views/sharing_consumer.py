"""One system of another agency: its keys, its grants, and what is done with them."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from emoit.desk import frame
from emoit.desk.http import actor_of, officer_only
from emoit.desk.shared import purpose_name, service_name
from emoit.kernel.access import Actor, Refusal
from emoit.sharing import actions, queries
from emoit.ui.language import current, said, said_all


@officer_only
@sensitive_variables("secret")
def show(request: HttpRequest, code: str) -> HttpResponse:
    """The system; and, once, the secret that was made just now."""
    actor = actor_of(request)
    consumer = queries.consumer(actor, code)
    errors: dict[str, str] = {}
    if request.method == "POST":
        queries.require_keeper(actor)
        try:
            done, secret = _do(request, actor, code)
        except Refusal as refusal:
            if refusal.status in {403, 404}:
                raise
            errors = said_all(refusal.fields) or {"": said(refusal.message)}
        else:
            if secret:
                return frame.show(
                    request, "sharing/desk_secret.html", {"consumer": consumer, "secret": secret}, status=201
                )
            messages.success(request, done)
            return redirect("desk:sharing-consumer", code=code)
    now = timezone.now()
    return frame.show(
        request,
        "sharing/desk_consumer.html",
        {
            "consumer": consumer,
            "credentials": [(one, one.is_good(now)) for one in queries.credentials(actor, code)],
            "grants": [(one, service_name(one), purpose_name(one.purpose)) for one in queries.grants(actor, code)],
            "services": [(one, one.name(current())) for one in queries.services().values()],
            "may_keep": queries.may_keep(actor),
            "errors": errors,
            "key": request.POST.get("key", "")[:20_000] if errors else "",
        },
        status=422 if errors else 200,
    )


def _do(request: HttpRequest, actor: Actor, code: str) -> tuple[str, str]:
    """The verb that was posted; the words for it, and a secret that was made."""
    now, verb = timezone.now(), request.POST.get("viec", "")
    if verb == "cap-mat-khau":
        return "", actions.add_secret(by=actor, now=now, code=code)[1]
    if verb == "doi-mat-khau":
        return "", actions.rotate_secret(by=actor, now=now, code=code)[1]
    if verb == "them-khoa":
        key = request.POST.get("key", "")[:20_000]
        if "CERTIFICATE" in key:
            actions.add_certificate(by=actor, now=now, code=code, pem=key)
        else:
            actions.add_key(by=actor, now=now, code=code, jwk=key)
        return _("Đã đăng ký khóa."), ""
    if verb == "dung-lai":
        actions.resume(by=actor, now=now, code=code)
        return _("Hệ thống được dùng lại."), ""
    raise Refusal(_("Không rõ việc cần làm."), code="invalid")
