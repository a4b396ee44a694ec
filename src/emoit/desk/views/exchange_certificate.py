"""A partner's certificate is read, compared and registered; or no longer counts."""

from __future__ import annotations

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from emoit.desk import frame
from emoit.desk.http import actor_of, officer_only
from emoit.exchange import actions, queries
from emoit.exchange.types import Use
from emoit.kernel.access import Refusal
from emoit.lib.saying import vi
from emoit.ui.language import said

MOST_TYPED = 20_000  # a little more than is taken, so that what is too long is told
NO_USE = vi("Chọn việc dùng chứng thư số.")


@officer_only
def add(request: HttpRequest, code: str) -> HttpResponse:
    """First what was read is shown beside the partner's words; the second press registers it."""
    actor, now = actor_of(request), timezone.now()
    queries.require_operator(actor)
    facts = queries.partner(actor, code, now=now)
    context: dict[str, object] = {"profile": facts.profile, "uses": queries.USE_WORDS.items(), "errors": {}}
    if request.method != "POST":
        return frame.show(request, "exchange/certificate_add.html", context)
    pem, chosen = request.POST.get("pem", "")[:MOST_TYPED], request.POST.get("use", "")
    use = next((one for one in Use if one.value == chosen), None)
    errors = {"use": said(NO_USE)} if use is None else {}
    try:
        read = queries.read_certificate(actor, _content(request, pem), use)
        if use is not None and request.POST.get("viec") == "dang-ky":
            actions.add_certificate(by=actor, now=now, code=code, use=use, pem=read.pem)
            messages.success(request, _("Đã đăng ký chứng thư số."))
            return redirect("desk:exchange-partner", code=code)
    except Refusal as refusal:
        if refusal.status in {403, 404}:
            raise
        errors["pem"] = said(refusal.message)
        pem = "" if refusal.code == "private_key" else pem
    if use is None or errors:
        typed = {"errors": errors, "use": chosen, "pem": pem}
        return frame.show(request, "exchange/certificate_add.html", {**context, **typed}, status=422)
    told = {
        "read": read,
        "use": use,
        "use_words": queries.USE_WORDS[use],
        "remarks": queries.certificate_remarks(read, now=now),
    }
    return frame.show(request, "exchange/certificate_check.html", {**context, **told})


def _content(request: HttpRequest, pem: str) -> bytes:
    """The file, if one was chosen; else what was pasted."""
    file = request.FILES.get("tep")
    return file.read(MOST_TYPED) if isinstance(file, UploadedFile) else pem.encode()


@officer_only
def retire(request: HttpRequest, code: str, fingerprint: str) -> HttpResponse:
    """What stops when the certificate no longer counts; then the end of it."""
    actor, now = actor_of(request), timezone.now()
    queries.require_operator(actor)
    rows = queries.certificate(actor, code, fingerprint, now=now)
    if request.method == "POST":
        actions.retire_certificate(by=actor, now=now, fingerprint=fingerprint)
        messages.success(request, _("Chứng thư số không còn được dùng."))
        return redirect("desk:exchange-partner", code=code)
    facts = queries.partner(actor, code, now=now)
    return frame.show(
        request,
        "exchange/certificate_retire.html",
        {
            "profile": facts.profile,
            "text": rows[0].text,
            "uses": [queries.USE_WORDS[one.use] for one in rows],
            "losses": [
                (queries.USE_WORDS[use], queries.loss_words(use))
                for use in queries.last_uses(fingerprint, facts.certificates)
            ],
        },
    )
