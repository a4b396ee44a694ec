"""One run to a receiver in a process of its own: python -m tests.support.webhook_run SUBSCRIPTION HOURS.

HOURS: how far its clock is ahead, so that nothing waits. Says `begun` once it will lend.
"""

from __future__ import annotations

import sys
from datetime import timedelta

import django


def main(subscription_id: int, ahead: timedelta) -> None:
    django.setup()
    from django.utils import timezone

    from emoit.kernel.access import process
    from emoit.webhooks import own
    from emoit.webhooks.delivery import courier

    own.bind_accounts(lambda _account, _now: frozenset({"a:7", "e:5"}))
    sys.stdout.write("begun\n")
    sys.stdout.flush()
    courier.run(by=process("test", 1), subscription_id=subscription_id, clock=lambda: timezone.now() + ahead)


if __name__ == "__main__":
    main(int(sys.argv[1]), timedelta(hours=float(sys.argv[2])))
