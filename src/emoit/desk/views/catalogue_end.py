from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from emoit.desk import catalogue, frame
from emoit.desk.days import read_day, write_day
from emoit.desk.http import number, officer_only
from emoit.desk.sheets import clean
from emoit.dossiers import queries as dossiers
from emoit.kernel.access import NotFound, Refusal
from emoit.lib.saying import say, vi
from emoit.procedures import actions, queries
from emoit.ui.language import said

BAD_DAY = vi("Nhập ngày đúng, ví dụ 01/07/2026.")


@officer_only
def withdraw(request: HttpRequest, code: str) -> HttpResponse:
    """End a procedure from a day on (bãi bỏ), or take that back."""
    actor = catalogue.editor(request)
    day, why = queries.withdrawal(actor, code)
    today = timezone.localdate()
    typed = {"day": write_day(today), "reason": ""}
    errors: dict[str, str] = {}
    if request.method == "POST":
        typed = {"day": clean(request.POST.get("day", "")), "reason": clean(request.POST.get("reason", ""))}
        from_day = read_day(typed["day"])
        try:
            if day is not None:
                actions.reinstate(by=actor, now=timezone.now(), code=code, reason=typed["reason"])
                messages.success(request, _("Thủ tục lại nhận hồ sơ."))
                return redirect("desk:catalogue-procedure", code=code)
            if from_day is None:
                raise Refusal(BAD_DAY, code="bad_day", fields={"effective_from": BAD_DAY})
            actions.withdraw(by=actor, now=timezone.now(), code=code, from_day=from_day, reason=typed["reason"])
        except NotFound:
            raise
        except Refusal as refusal:
            errors = {"day" if k == "effective_from" else k: said(v) for k, v in refusal.fields.items()}
            errors = errors or {"": said(refusal.message)}
        else:
            messages.success(request, said(say("Thủ tục được bãi bỏ từ ngày {day}.", day=from_day)))
            return redirect("desk:catalogue-procedure", code=code)
    versions = queries.history(actor, code, on=today)
    use = dossiers.in_use(actor, [version.id for version in versions]).values()
    return frame.show(
        request,
        "desk/catalogue_withdraw.html",
        {
            "code": code,
            "withdrawn": day,
            "why": why,
            "open": sum(one.open for one in use),
            "drafts": sum(one.drafts for one in use),
            "typed": typed,
            "errors": errors,
        },
        status=422 if errors else 200,
    )


@officer_only
def republish(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """Publish an earlier version again as a new one: what that changes against the newest, from when, why."""
    actor = catalogue.editor(request)
    versions = queries.history(actor, code, on=timezone.localdate())
    earlier = queries.document_of(actor, code, version)
    newest = versions[0].number
    typed = {"day": write_day(timezone.localdate()), "reason": ""}
    errors: dict[str, str] = {}
    if request.method == "POST":
        typed = {"day": clean(request.POST.get("day", "")), "reason": clean(request.POST.get("reason", ""))}
        day = read_day(typed["day"])
        known_unit, known_process = queries.known_places(actor.agency_id)
        try:
            if day is None:
                raise Refusal(BAD_DAY, code="bad_day", fields={"effective_from": BAD_DAY})
            done = actions.republish(
                by=actor,
                now=timezone.now(),
                code=code,
                number=version,
                newest=number(request.POST.get("newest")),
                effective_from=day,
                reason=typed["reason"],
                known_unit=known_unit,
                known_process=known_process,
            )
        except NotFound:
            raise
        except Refusal as refusal:
            known = {"effective_from": "day", "reason": "reason"}
            errors = {known[k]: said(v) for k, v in refusal.fields.items() if k in known}
            errors = errors or {"": said(refusal.message)}
        else:
            messages.success(
                request,
                said(say("Đã công bố lại phiên bản {old} thành phiên bản {new}.", old=version, new=done.version)),
            )
            return redirect("desk:catalogue-procedure", code=code)
    return frame.show(
        request,
        "desk/catalogue_republish.html",
        {
            "code": code,
            "version": version,
            "newest": newest,
            "differences": queries.compare(queries.document_of(actor, code, newest), earlier),
            "typed": typed,
            "errors": errors,
        },
        status=422 if errors else 200,
    )
