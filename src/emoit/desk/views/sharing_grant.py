"""Grants: proposed by an administrator, approved by another person, revoked with a reason."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from emoit.desk import frame
from emoit.desk.days import read_day, write_day
from emoit.desk.http import actor_of, number, officer_only
from emoit.desk.shared import purpose_name, service_name
from emoit.desk.sheets import clean
from emoit.kernel.access import Actor, Refusal
from emoit.sharing import actions, queries
from emoit.ui.language import current, said, said_all

TYPED = ("purpose", "first_day", "last_day", "per_minute", "per_day", "procedures", "note")


@officer_only
def propose(request: HttpRequest, code: str, service: str, version: str) -> HttpResponse:
    """The form for one service: fields, purpose, period, quotas."""
    actor = actor_of(request)
    queries.require_keeper(actor)
    consumer, known = queries.consumer(actor, code), queries.service(service, version)
    typed = {name: clean(request.POST.get(name, ""))[:500] for name in TYPED}
    chosen = request.POST.getlist("fields")
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            made = actions.propose(
                by=actor,
                now=timezone.now(),
                code=code,
                service=service,
                version=version,
                purpose=typed["purpose"],
                fields=chosen,
                first_day=read_day(typed["first_day"]),
                last_day=read_day(typed["last_day"]),
                per_minute=number(typed["per_minute"]),
                per_day=number(typed["per_day"]),
                procedures=typed["procedures"].replace(",", " ").split() or typed["procedures"].split(),
                note=typed["note"],
            )
        except Refusal as refusal:
            errors = said_all(refusal.fields) or {"": said(refusal.message)}
        else:
            messages.success(request, _("Đã đề nghị. Người khác duyệt thì quyền mới có hiệu lực."))
            return redirect("desk:sharing-grant", grant_id=made.id)
    else:
        today = timezone.localdate()
        typed |= {"first_day": write_day(today), "last_day": write_day(today.replace(month=12, day=31))}
        typed |= {"per_minute": "60", "per_day": "10000"}
    language = current()
    context = {
        "consumer": consumer,
        "service": known,
        "name": known.name(language),
        "fields": [
            (one.name, one.en if language == "en" else one.vi, one.personal, one.name in chosen) for one in known.fields
        ],
        "purposes": [
            (one.code, one.name(language), one.ground(language), one.code == typed["purpose"])
            for one in queries.purposes().values()
        ],
        "typed": typed,
        "errors": errors,
    }
    return frame.show(request, "sharing/desk_propose.html", context, status=422 if errors else 200)


@officer_only
def show(request: HttpRequest, grant_id: int) -> HttpResponse:
    """One grant and what may be decided about it."""
    actor = actor_of(request)
    grant, consumer = queries.grant(actor, grant_id)
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            done = _decide(request, actor, grant_id)
        except Refusal as refusal:
            if refusal.status == 404 or refusal.code == "forbidden":
                raise
            errors = said_all(refusal.fields) or {"": said(refusal.message)}
        else:
            messages.success(request, done)
            return redirect("desk:sharing-grant", grant_id=grant_id)
    known = queries.services().get((grant.service, grant.version))
    labels = {one.name: one.en if current() == "en" else one.vi for one in known.fields} if known else {}
    names = frame.names_of({grant.proposed_by, grant.decided_by})
    return frame.show(
        request,
        "sharing/desk_grant.html",
        {
            "grant": grant,
            "consumer": consumer,
            "service": service_name(grant),
            "purpose": purpose_name(grant.purpose),
            "fields": [(name, labels.get(name, "")) for name in grant.fields],
            "proposer": names.get(grant.proposed_by, ""),
            "decider": names.get(grant.decided_by, ""),
            "verbs": queries.verbs(actor, grant),
            "errors": errors,
            "typed": clean(request.POST.get("reason", "")),
        },
        status=422 if errors else 200,
    )


def _decide(request: HttpRequest, actor: Actor, grant_id: int) -> str:
    now, verb, reason = timezone.now(), request.POST.get("viec", ""), clean(request.POST.get("reason", ""))
    if verb == "duyet":
        actions.approve(by=actor, now=now, grant_id=grant_id)
        return _("Đã duyệt. Quyền có hiệu lực trong thời hạn đã ghi.")
    if verb == "khong-duyet":
        actions.refuse(by=actor, now=now, grant_id=grant_id, reason=reason)
        return _("Đã từ chối đề nghị.")
    actions.revoke_grant(by=actor, now=now, grant_id=grant_id, reason=reason)
    return _("Đã thu hồi quyền khai thác.")
