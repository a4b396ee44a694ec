"""One courier's run to one partner: lend a batch, carry each message, settle each, until nothing may go."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from emoit.exchange.delivery import waking
from emoit.exchange.delivery.lending import BATCH, NOTHING, Lent, Loan, lend
from emoit.exchange.delivery.settling import Proof, judge, settle
from emoit.exchange.envelopes import MEDIA_TYPES
from emoit.exchange.models import Certificate, Outbound, Partner
from emoit.exchange.rules.retrying import Blame, Outcome, away
from emoit.exchange.transports import Away, Tls, Transport, open_line
from emoit.exchange.types import Format, OutState, Use
from emoit.exchange.types import Transport as Name
from emoit.kernel.access import Actor, acting_as
from emoit.lib import crashpoints

Clock = Callable[[], datetime]


def run(*, by: Actor, partner_id: int, clock: Clock) -> int:
    """Bring what may go now. Returns how many messages were tried. No transaction is open while a partner answers."""
    with acting_as(by):
        partner = Partner.objects.get(pk=partner_id)
        tls = tls_of(partner, clock())
    tried = 0
    with open_line(Name(partner.transport), partner.address, tls, settings.EMOIT_EXCHANGE_TIMEOUT) as line:
        while True:
            with acting_as(by):
                partner = Partner.objects.get(pk=partner_id)  # it may have been stopped or changed meanwhile
                loan = lend(partner, clock()) if partner.address == line.address else NOTHING
                if len(loan.messages) == BATCH:
                    waking.wake(partner.agency_id, partner.pk)  # there may be enough for another courier
            if not loan.messages:
                return tried
            crashpoints.reach("deliver.claimed")
            tried += _carry_all(by, partner, line, loan, clock)


def _carry_all(by: Actor, partner: Partner, line: Transport, loan: Loan, clock: Clock) -> int:
    timeout = timedelta(seconds=settings.EMOIT_EXCHANGE_TIMEOUT)
    for place, lent in enumerate(loan.messages):
        if loan.until is None or clock() + timeout > loan.until:
            _give_back(by, loan.messages[place:])
            return place
        outcome = _carry(by, partner, line, lent, loan, clock)
        crashpoints.reach("deliver.settled")
        if outcome.blame is Blame.PARTNER:
            _give_back(by, loan.messages[place + 1 :])
            return place + 1
    return len(loan.messages)


def _carry(by: Actor, partner: Partner, line: Transport, lent: Lent, loan: Loan, clock: Clock) -> Outcome:
    outcome: Outcome
    proof: Proof | None = None
    try:
        reply = line.post(lent.envelope, MEDIA_TYPES[Format(partner.format)])
    except Away as error:
        outcome = away(error.code)
        with acting_as(by):
            settle(partner, lent, outcome, proof, clock(), has_failures=loan.has_failures)
        return outcome
    crashpoints.reach("deliver.answered")
    with acting_as(by):
        outcome, proof = judge(partner, lent, reply, loan.signers)
        settle(partner, lent, outcome, proof, clock(), has_failures=loan.has_failures)
    return outcome


def _give_back(by: Actor, rest: tuple[Lent, ...]) -> None:
    """What was lent but never left waits again, as if it had not been lent."""
    with acting_as(by):
        for lent in rest:
            Outbound.objects.filter(pk=lent.id, state=OutState.SENDING.value, attempts=lent.attempt).update(
                state=OutState.WAITING.value, claimed_until=None, attempts=lent.attempt - 1
            )


def tls_of(partner: Partner, now: datetime) -> Tls:
    """Whom we trust on the line, and as whom we come."""
    in_use = Certificate.objects.filter(agency_id=partner.agency_id, use=Use.TLS.value, retired_at=None)
    trusted = tuple(in_use.filter(partner=partner).order_by("id").values_list("pem", flat=True))
    own = in_use.filter(partner=None, valid_from__lte=now, valid_to__gte=now).order_by("-id").first()
    if own is None:
        return Tls(trusted)
    key = Path(settings.EMOIT_KEYS) / own.reference
    return Tls(trusted, key.with_suffix(".crt"), key, settings.EMOIT_KEY_PASSPHRASE)
