"""Our own keys among partners: which there are, their certificates for partners, the end of one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from emoit.desk import catalogue, frame
from emoit.desk.http import actor_of, officer_only
from emoit.desk.views.exchange_partner import history, shown
from emoit.exchange import actions, queries
from emoit.exchange.types import Standing, Use
from emoit.kernel.access import NotFound

PEM = "application/x-pem-file"


@officer_only
def show(request: HttpRequest) -> HttpResponse:
    """Our certificates and what happened to them."""
    actor, now = actor_of(request), timezone.now()
    rows = queries.own_keys(actor, now=now)
    signs = any(one.use is Use.SIGN and one.standing in {Standing.IN_FORCE, Standing.ENDING} for one in rows)
    return frame.show(
        request,
        "exchange/keys.html",
        {
            "keys": shown(rows),
            "lacking": "" if signs else queries.own_loss_words(Use.SIGN),
            **history(request, queries.own_code()),
            "own_code": queries.own_code(),
            "may_operate": queries.may_operate(actor),
        },
    )


@officer_only
def download(request: HttpRequest, fingerprint: str) -> HttpResponse:
    """The certificate in PEM, for partners to register. The private key never leaves the server."""
    one = queries.own_key(actor_of(request), fingerprint, now=timezone.now())[0]
    return catalogue.download(f"{queries.own_code()}-{fingerprint[:16]}.pem", one.text.pem.encode(), PEM)


@officer_only
def retire(request: HttpRequest, fingerprint: str) -> HttpResponse:
    """What stops when the key is no longer used; then the end of it."""
    actor, now = actor_of(request), timezone.now()
    queries.require_operator(actor)
    rows = [one for one in queries.own_key(actor, fingerprint, now=now) if one.retired_at is None]
    if not rows:
        raise NotFound("Khóa này đã ngừng dùng.")
    if request.method == "POST":
        actions.retire_certificate(by=actor, now=now, fingerprint=fingerprint)
        messages.success(request, _("Khóa không còn được dùng."))
        return redirect("desk:exchange-keys")
    last = queries.last_uses(fingerprint, queries.own_keys(actor, now=now))
    return frame.show(
        request,
        "exchange/key_retire.html",
        {
            "text": rows[0].text,
            "uses": [queries.USE_WORDS[one.use] for one in rows],
            "losses": [(queries.USE_WORDS[use], queries.own_loss_words(use)) for use in last],
        },
    )
