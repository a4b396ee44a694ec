"""Ask the issuers of certificates now whether they revoked any of ours or of our partners; revoked ones are retired."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from emoit.exchange import own
from emoit.exchange.revocation import checking
from emoit.kernel.access import process


class Command(BaseCommand):
    help = __doc__

    def handle(self, *_args: Any, **_options: Any) -> None:
        by = process("check_certificates", own.agency_id())
        found = checking.check_all(by=by, clock=timezone.now)
        for state, count in sorted(found.items()):
            self.stdout.write(f"{state.value}: {count}")
