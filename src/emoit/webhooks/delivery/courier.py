"""One run to one receiver: lend a few, post each, settle each, until nothing may go."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings

from emoit.kernel.access import Actor, acting_as
from emoit.webhooks.delivery.lending import Lent, Loan, give_back, lend
from emoit.webhooks.delivery.posting import Away, post
from emoit.webhooks.delivery.settling import settle
from emoit.webhooks.envelope import MEDIA_TYPE
from emoit.webhooks.rules import signatures
from emoit.webhooks.rules.retrying import Outcome, Verdict, answered, away, challenged

Clock = Callable[[], datetime]
AGENT = "emoit-webhooks/1"


def run(*, by: Actor, subscription_id: int, clock: Clock) -> int:
    """Bring what may go now. Returns how many tries were made. No transaction is open while a receiver answers."""
    tried = 0
    while True:
        with acting_as(by):
            loan = lend(subscription_id, clock())
        if not loan.lent:
            return tried
        tried += _carry_all(by, subscription_id, loan, clock)


def _carry_all(by: Actor, subscription_id: int, loan: Loan, clock: Clock) -> int:
    """After a try that failed the others wait: the receiver is left alone for a while."""
    timeout = timedelta(seconds=settings.EMOIT_WEBHOOKS_TIMEOUT)
    for place, lent in enumerate(loan.lent):
        failed = loan.until is None or clock() + timeout > loan.until
        if not failed:
            outcome = _try(loan, lent, clock())
            with acting_as(by):
                settle(by, subscription_id, lent, outcome, clock())
            failed, place = outcome.verdict is not Verdict.DELIVERED, place + 1  # noqa: PLW2901
        if failed:
            with acting_as(by):
                give_back(subscription_id, loan.lent[place:], clock())
            return place
    return len(loan.lent)


def _try(loan: Loan, lent: Lent, at: datetime) -> Outcome:
    headers = {
        "Content-Type": f"{MEDIA_TYPE}; charset=utf-8",
        "User-Agent": AGENT,
        **signatures.headers(list(loan.secrets), message_id=lent.event_id, at=at, body=lent.body),
    }
    try:
        answer = post(
            loan.address,
            lent.body,
            headers,
            seconds=settings.EMOIT_WEBHOOKS_TIMEOUT,
            loopback=settings.EMOIT_WEBHOOKS_LOOPBACK,
        )
    except Away as error:
        return away(error.code)
    outcome = answered(answer.status, answer.media_type, answer.body, answer.retry_after)
    return challenged(outcome, answer.body, lent.challenge) if lent.challenge else outcome
