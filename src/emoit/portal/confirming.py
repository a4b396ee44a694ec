"""Whoever changes how an account is secured says its password again; how often that may go wrong is counted."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.http import HttpRequest
from django.utils import timezone

from emoit.kernel.access import Refusal
from emoit.lib.saying import vi
from emoit.people import actions as people
from emoit.portal.http import actor_of

T = TypeVar("T")
_TOO_OFTEN = vi("Bạn đã nhập sai mật khẩu nhiều lần. Vui lòng thử lại sau 15 phút.")


def with_password(request: HttpRequest, field: str, act: Callable[[], T]) -> T | dict[str, str]:
    """What `act` returns, or what is wrong by field. A wrong password (`field`) is kept as a guess."""
    actor, now = actor_of(request), timezone.now()
    guess = {"subject": f"own password {actor.account_id}", "address": "", "by": actor, "now": now}
    if not people.may_guess(**guess):  # type: ignore[arg-type]
        return {field: _TOO_OFTEN}
    try:
        done = act()
    except Refusal as refusal:
        faults = refusal.fields or {"": refusal.message}
        if field in faults:
            people.note_guess(**guess, right=False)  # type: ignore[arg-type]
        return faults
    people.note_guess(**guess, right=True)  # type: ignore[arg-type]
    return done
