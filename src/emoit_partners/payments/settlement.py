"""The file of a day by which both sides compare what was paid: CSV in UTF-8, whole VND, Viet Nam's day."""

from __future__ import annotations

import csv
import datetime as dt
import io

from emoit_partners.kit import Store
from emoit_partners.payments.till import PAID

VIET_NAM = dt.timezone(dt.timedelta(hours=7))
COLUMNS = ("transaction_id", "payment_reference", "trans_amount", "addition_fee", "paid_at")


def day_of(text: str) -> dt.date:
    """A day of Viet Nam as `2026-05-12`. ValueError for other texts, and for days that no payment is of."""
    day = dt.date.fromisoformat(text)
    if not 2000 <= day.year <= 2999:
        raise ValueError(text)
    return day


def file_of(store: Store, client_id: str, day: dt.date, *, lies: bool) -> bytes:
    """One line a payment in the order of paying, then `TOTAL` with their number and sums.

    A lying file leaves out its first payment and adds 1,000 VND to the next, in the totals too.
    """
    start = dt.datetime.combine(day, dt.time(), VIET_NAM).astimezone(dt.UTC)
    rows = store.all(
        "select transaction_id, reference, amount, fee, settled_at from payment"
        " where client_id = ? and status = ? and settled_at >= ? and settled_at < ? order by settled_at, n",
        [client_id, PAID, start.isoformat(), (start + dt.timedelta(days=1)).isoformat()],
    )
    paid = [tuple(row) for row in rows]
    if lies and paid:
        paid = paid[1:]
        paid[:1] = [(*row[:2], row[2] + 1000, *row[3:]) for row in paid[:1]]
    written = io.StringIO()
    table = csv.writer(written, lineterminator="\r\n")
    table.writerow(COLUMNS)
    table.writerows(paid)
    table.writerow(("TOTAL", len(paid), sum(row[2] for row in paid), sum(row[3] for row in paid), day.isoformat()))
    return written.getvalue().encode()
