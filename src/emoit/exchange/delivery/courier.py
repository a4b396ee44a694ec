"""One courier's run to one partner: lend a batch, carry it over a few lines, settle it, until nothing may go."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path

from django.conf import settings

from emoit.exchange import keys
from emoit.exchange.delivery import waking
from emoit.exchange.delivery.lending import BATCH, NOTHING, Lent, Loan, lend
from emoit.exchange.delivery.lines import Lines
from emoit.exchange.delivery.settling import Try, judge, settle
from emoit.exchange.envelopes import MEDIA_TYPES
from emoit.exchange.models import Certificate, Partner
from emoit.exchange.rules.retrying import UNPACKED, Blame, away
from emoit.exchange.transports import Away, Tls, Transport, open_line
from emoit.exchange.types import Format, Use
from emoit.exchange.types import Transport as Kind
from emoit.kernel.access import Actor, acting_as
from emoit.lib import crashpoints

logger = logging.getLogger(__name__)

Clock = Callable[[], datetime]

MOST_LINES = 4  # messages on their way to one partner at once; never two of one conversation, never two lanes
LONGEST_UNSETTLED = 0.25  # seconds that an answer waits for others to be written down with
LONGEST_RUN = 5.0  # seconds; then others that wait for a worker have their turn
MOST_COURIERS = 2  # to one partner from one process, so that a slow one leaves places for the rest


def run(*, by: Actor, partner_id: int, clock: Clock) -> int:
    """Bring what may go now. Returns how many messages were tried. No transaction is open while a partner answers."""
    with _one_of_few(partner_id) as may:
        return _run(by, partner_id, clock) if may else 0


def _run(by: Actor, partner_id: int, clock: Clock) -> int:
    with acting_as(by):
        partner = Partner.objects.get(pk=partner_id)
        tls = tls_of(partner, clock())
    tried, end = 0, time.monotonic() + LONGEST_RUN
    with Lines(lambda: line_to(partner, tls), MOST_LINES) as lines:
        while True:
            with acting_as(by):
                now_known = Partner.objects.get(pk=partner_id)  # it may have been stopped or changed meanwhile
                is_same = (now_known.address, now_known.transport) == (partner.address, partner.transport)
                is_same = is_same and tls_of(now_known, clock()) == tls  # a certificate may have been retired
                partner = now_known if is_same else partner
                loan = lend(partner, clock()) if is_same else NOTHING
            if not loan.messages:
                return tried
            crashpoints.reach("deliver.claimed")
            tried += _carry(by, partner, lines, loan, clock)
            if time.monotonic() > end:
                with acting_as(by):
                    waking.wake(partner.agency_id, partner.pk)
                return tried


def line_to(partner: Partner, tls: Tls) -> Transport:
    return open_line(Kind(partner.transport), partner.address, tls, settings.EMOIT_EXCHANGE_TIMEOUT)


def _carry(by: Actor, partner: Partner, lines: Lines, loan: Loan, clock: Clock) -> int:
    """All of the loan, lane by lane; what has not left when the partner fails or the time is over is given back."""
    trip = _Trip(partner, loan, clock)
    left = {lent.id: lent for lent in loan.messages}
    done: list[Try] = []
    began = time.monotonic()

    def write_down(*, rest: tuple[Lent, ...] = ()) -> None:
        with acting_as(by):
            settle(partner, done, rest, clock(), has_failures=loan.has_failures)
        done.clear()
        crashpoints.reach("deliver.settled")

    # A partner that failed just now is asked by one message at a time.
    most = 1 if loan.has_failures else MOST_LINES
    try:
        for _, lane in groupby(loan.messages, key=lambda lent: lent.priority):
            for one in lines.each(trip.attempt, lane, most):
                if one is None:
                    continue  # it did not leave
                done.append(one)
                del left[one.lent.id]
                if time.monotonic() - began > LONGEST_UNSETTLED:
                    write_down()
                    began = time.monotonic()
    except Exception:  # what was answered counts, and the lease of the others ends by itself
        if done:
            write_down()
        raise
    if done or left:
        write_down(rest=tuple(left.values()))
    if len(loan.messages) == BATCH and not trip.is_over():
        with acting_as(by):
            waking.wake(partner.agency_id, partner.pk)  # there may be enough for another courier
    return len(loan.messages) - len(left)


class _Trip:
    """What the lines share while one loan is carried. They never look into the database."""

    def __init__(self, partner: Partner, loan: Loan, clock: Clock) -> None:
        self._partner, self._loan, self._clock = partner, loan, clock
        self._media_type = MEDIA_TYPES[Format(partner.format)]
        self._timeout = timedelta(seconds=settings.EMOIT_EXCHANGE_TIMEOUT)
        self._has_failed = False

    def is_over(self) -> bool:
        until = self._loan.until
        return self._has_failed or until is None or self._clock() + self._timeout > until

    def attempt(self, line: Transport, lent: Lent) -> Try | None:
        """None where the message may not leave any more."""
        if self.is_over():
            return None
        if not lent.envelope:
            return Try(lent, UNPACKED)
        try:
            reply = line.post(lent.envelope, self._media_type)
            crashpoints.reach("deliver.answered")
            one = judge(self._partner, lent, reply, self._loan.signers)
        except Away as error:
            one = Try(lent, away(error.code))
        except Exception:  # an answer that we did not think of must not keep the others
            logger.exception("what came of message %s cannot be judged", lent.message_id)
            one = Try(lent, away("bad_receipt"))
        self._has_failed = self._has_failed or one.outcome.blame is Blame.PARTNER
        return one


_running: Counter[int] = Counter()
_counting = threading.Lock()


@contextmanager
def _one_of_few(partner_id: int) -> Iterator[bool]:
    with _counting:
        may = _running[partner_id] < MOST_COURIERS
        _running[partner_id] += may
    try:
        yield may
    finally:
        with _counting:
            _running[partner_id] -= may


# The partner's certificates and our own. By hand, since every run and every question asks for them.
_TLS_IN_USE = """
    select * from exchange_certificate where agency_id = %s and use = %s and retired_at is null
        and (partner_id = %s or partner_id is null)
    order by id
"""


def tls_of(partner: Partner, now: datetime) -> Tls:
    """Whom we trust on the line, and as whom we come."""
    in_use = list(Certificate.objects.raw(_TLS_IN_USE, [partner.agency_id, Use.TLS.value, partner.pk]))
    trusted = tuple(keys.alone(one.pem) for one in in_use if one.partner_id is not None)
    ours = [one for one in in_use if one.partner_id is None and one.valid_from <= now <= one.valid_to]
    if not ours:
        return Tls(trusted)
    newest = max(ours, key=lambda one: (one.valid_from <= now - keys.EARLY, one.pk))
    key = Path(settings.EMOIT_KEYS) / newest.reference
    return Tls(trusted, key.with_suffix(".crt"), key, settings.EMOIT_KEY_PASSPHRASE)
