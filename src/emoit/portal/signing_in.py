"""Between the two steps of signing in: who has said the right password, for ten minutes, in the anonymous session."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from emoit.ui.language import said

_KEY = "second_step"
_LASTS_SECONDS = 600


def begin(request: HttpRequest, account: Any) -> None:
    """Keep who it is, under a new session key."""
    request.session.cycle_key()
    request.session[_KEY] = [
        account.pk,
        account.session_stamp,
        timezone.now().timestamp(),
        said(account.sign_in_notice),
    ]


def waiting(request: HttpRequest) -> tuple[int, str, str] | None:
    """(account id, its stamp at the first step, what is to be told), None where nobody waits or it took too long."""
    kept = request.session.get(_KEY)
    if not kept or timezone.now().timestamp() - kept[2] > _LASTS_SECONDS:
        return None
    return kept[0], kept[1], kept[3]


def forget(request: HttpRequest) -> None:
    request.session.pop(_KEY, None)
