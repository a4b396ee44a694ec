"""Make a new key by which this installation signs messages and opens lines; prints the certificate for partners.

--as4: an RSA key for AS4 instead. --token URI: sign with a key that is on a token already (PKCS#11, RFC 7512).
"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from emoit.exchange import actions, own
from emoit.exchange.models import Certificate
from emoit.exchange.types import Use
from emoit.kernel.access import Refusal, acting_as, process


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--days", type=int, default=730)
        kinds = parser.add_mutually_exclusive_group()
        kinds.add_argument("--as4", action="store_true")
        kinds.add_argument("--token", default="", metavar="URI")

    def handle(self, *_args: Any, days: int, as4: bool, token: str, **_options: Any) -> None:
        now = timezone.now()
        with acting_as(process("make_exchange_key", own.agency_id())) as by:
            try:
                if token:
                    fingerprint = actions.use_token_key(by=by, now=now, reference=token, days=days)
                else:
                    make = actions.make_as4_key if as4 else actions.make_key
                    fingerprint = make(by=by, now=now, days=days)
            except Refusal as refusal:
                raise CommandError(refusal.message) from None
            use = Use.AS4 if as4 else Use.SIGN
            row = Certificate.objects.get(agency_id=by.agency_id, fingerprint=fingerprint, use=use.value)
        self.stdout.write(f"{fingerprint}\n{row.pem}")
