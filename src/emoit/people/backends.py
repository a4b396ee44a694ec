"""Django's door to sign-in."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest
from django.utils import timezone

from emoit.kernel.access import Refusal
from emoit.people import actions, queries
from emoit.people.models import Account


class AccountBackend(BaseBackend):
    """Accounts of the agency that this installation serves. Screens call `actions.sign_in` for the sentence to show."""

    def authenticate(
        self, request: HttpRequest | None, login: str | None = None, password: str | None = None, **_: Any
    ) -> Account | None:
        if not login or not password:
            return None
        answer = actions.sign_in(
            by=queries.anonymous_actor(),
            now=timezone.now(),
            login=login,
            password=password,
            address=request.META.get("REMOTE_ADDR", "") if request else "",
        )
        if isinstance(answer, Refusal) or (answer.second_factor and answer.second_factor.enrolled):
            return None  # a second step has to be passed, which this door does not have
        return answer

    def get_user(self, user_id: int) -> Account | None:
        """The account of a session, None where it was closed: the session then counts for nothing."""
        return queries.account_for_session(user_id, now=timezone.now())
