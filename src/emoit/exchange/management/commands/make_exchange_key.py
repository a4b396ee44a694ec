"""Make a new key by which this installation signs messages and opens lines; prints the certificate for partners."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from emoit.exchange import actions, own
from emoit.exchange.models import Certificate
from emoit.exchange.types import Use
from emoit.kernel.access import acting_as, process


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--days", type=int, default=730)

    def handle(self, *_args: Any, days: int, **_options: Any) -> None:
        with acting_as(process("make_exchange_key", own.agency_id())) as by:
            fingerprint = actions.make_key(by=by, now=timezone.now(), days=days)
            row = Certificate.objects.get(agency_id=by.agency_id, fingerprint=fingerprint, use=Use.SIGN.value)
        self.stdout.write(f"{fingerprint}\n{row.pem}")
