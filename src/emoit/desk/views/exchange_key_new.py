from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from emoit.desk import frame, lending
from emoit.desk.days import read_day, write_day
from emoit.desk.http import actor_of, officer_only
from emoit.desk.sheets import clean
from emoit.exchange import actions, queries
from emoit.exchange.types import Standing, Use
from emoit.kernel.access import Actor, Refusal
from emoit.lib.saying import vi
from emoit.ui.language import said, said_all

BAD_DAY = vi("Nhập ngày đúng, ví dụ 01/06/2026")
KINDS = {Use.SIGN.value: vi("Ký thông điệp và mở kết nối (EC P-256)"), Use.AS4.value: vi("AS4 (RSA 3072)")}
YEARS = {"1": vi("1 năm"), "2": vi("2 năm"), "3": vi("3 năm")}
OVERLAP = timedelta(days=14)  # what partners usually need to register a certificate
YEAR = 365


@officer_only
def show(request: HttpRequest) -> HttpResponse:
    """A new key from a day on: until then partners register its certificate, and the one before goes on."""
    actor, now = actor_of(request), timezone.now()
    queries.require_operator(actor)
    ends = _ends(actor, now)
    typed = {"kind": Use.SIGN.value, "years": "2", "starts_at": write_day(_proposed(ends[Use.SIGN], now))}
    errors: dict[str, str] = {}
    if request.method == "POST":
        typed = {name: clean(request.POST.get(name, ""))[:20] for name in typed}
        try:
            _make(actor, now, typed)
        except Refusal as refusal:
            errors = said_all({name.strip("/"): words for name, words in refusal.fields.items()})
            errors = errors or {"": said(refusal.message)}
        else:
            messages.success(request, _("Đã tạo khóa. Hãy tải chứng thư số và gửi cho các bên kết nối."))
            return redirect("desk:exchange-keys")
    return frame.show(
        request,
        "exchange/key_new.html",
        {
            "kinds": KINDS.items(),
            "years": YEARS.items(),
            "ends_sign": ends[Use.SIGN],
            "ends_as4": ends[Use.AS4],
            "typed": typed,
            "errors": errors,
        },
        status=422 if errors else 200,
    )


def _ends(actor: Actor, now: datetime) -> dict[Use, datetime | None]:
    """When our last key in force ends, for each use; None where there is none."""
    in_force = {Standing.IN_FORCE, Standing.ENDING}
    rows = [one for one in queries.own_keys(actor, now=now) if one.standing in in_force]
    return {use: max((one.text.valid_to for one in rows if one.use is use), default=None) for use in Use}


def _proposed(ends_at: datetime | None, now: datetime) -> datetime:
    """At once where there is no key yet; else when partners had time to register the new one."""
    return now if ends_at is None else min(now + OVERLAP, max(now, ends_at))


def _make(actor: Actor, now: datetime, typed: dict[str, str]) -> None:
    wrong = {}
    if typed["kind"] not in KINDS:
        wrong["kind"] = vi("Chọn loại khóa.")
    if typed["years"] not in YEARS:
        wrong["years"] = vi("Chọn thời hạn của khóa.")
    starts_at = lending.midnight(read_day(typed["starts_at"]))
    if starts_at is None:
        wrong["starts_at"] = BAD_DAY
    if starts_at is None or wrong:
        raise Refusal(next(iter(wrong.values())), code="invalid", fields=wrong)
    make = actions.make_as4_key if typed["kind"] == Use.AS4.value else actions.make_key
    is_today = timezone.localdate(starts_at) == timezone.localdate(now)
    make(by=actor, now=now, days=YEAR * int(typed["years"]), starts_at=now if is_today else starts_at)
