"""How many challenges are posted in an hour: for one owner, and to one host, whoever its owners are.

An address belongs to whoever answers its challenge. Until then it may be a stranger's, and we nobody's amplifier.
"""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet

from emoit.kernel.access import Refusal
from emoit.lib.saying import say
from emoit.webhooks.models import Challenge

HOUR = timedelta(hours=1)
OWNERS_OF_A_HOST = 3  # as many challenges go to one host as so many owners may ask for
LOCK = 7203024  # taken last, by whoever is about to count and to add one


class TooManyChallenges(Refusal):
    """As many as an hour allows were sent. `headers` tell when to come back."""

    code = "too_many_challenges"
    status = 429

    def __init__(self, words: str, wait: timedelta) -> None:
        super().__init__(words)
        self.headers = {"Retry-After": str(max(1, math.ceil(wait.total_seconds())))}


def note(*, agency_id: int, owner_key: str, host: str, now: datetime) -> None:
    """One more challenge, asked for by that owner and meant for that host. TooManyChallenges. Called as a process."""
    most = settings.EMOIT_WEBHOOKS_CHALLENGES
    to_host = most * OWNERS_OF_A_HOST
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [LOCK])
    lately = Challenge.objects.filter(agency_id=agency_id, at__gt=now - HOUR)
    if wait := _wait(lately.filter(owner_key=owner_key), most, now):
        raise TooManyChallenges(
            say(
                "Trong một giờ chỉ gửi được {number} thử thách cho mỗi chủ đăng ký. Hãy thử lại sau {minutes} phút.",
                number=most,
                minutes=_minutes(wait),
            ),
            wait,
        )
    if wait := _wait(lately.filter(host=host), to_host, now):
        raise TooManyChallenges(
            say(
                "Trong một giờ chỉ gửi được {number} thử thách đến {host}. Hãy thử lại sau {minutes} phút.",
                number=to_host,
                host=host,
                minutes=_minutes(wait),
            ),
            wait,
        )
    Challenge.objects.create(agency_id=agency_id, owner_key=owner_key, host=host, at=now)


def _wait(lately: QuerySet[Challenge], most: int, now: datetime) -> timedelta | None:
    """Until fewer than `most` are of the last hour; None where they are now."""
    found = list(lately.order_by("-at").values_list("at", flat=True)[most - 1 : most])
    return found[0] + HOUR - now if found else None


def _minutes(wait: timedelta) -> int:
    return max(1, math.ceil(wait.total_seconds() / 60))
