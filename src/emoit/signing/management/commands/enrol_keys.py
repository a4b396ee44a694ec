"""Keys and certificates for the agency's seal and for everyone who signs (leaders and heads of units).

Safe to repeat: keys in use stay. Runs as the process `enrol_keys` of the agency EMOIT_AGENCY_CODE.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from emoit.kernel.access import Refusal, acting_as, process
from emoit.people import queries as people
from emoit.people.types import Role
from emoit.signing import actions

SIGNING_ROLES = (Role.LEADER, Role.UNIT_HEAD)


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--automatic",
            action="append",
            default=[],
            metavar="UNIT",
            help="code of a unit whose head has agreed that automatic answers are signed with their key",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        agency = people.agency(settings.EMOIT_AGENCY_CODE)
        now = timezone.now()
        with acting_as(process("enrol_keys", agency.id)) as by:
            wanted: dict[int | None, str] = {None: agency.name}
            agreed: set[int | None] = set()
            for unit in people.units(agency.id, on=timezone.localdate(now)):
                for role in SIGNING_ROLES:
                    officers = people.officers_in(unit.id, role, now=now)
                    wanted |= {o.account_id: o.name for o in officers}
                    agreed |= {o.account_id for o in officers if unit.code in options["automatic"]}
            try:
                for account_id, name in wanted.items():
                    actions.enrol(
                        by=by,
                        now=now,
                        holder_account_id=account_id,
                        common_name=name,
                        organization=agency.name,
                        allows_automatic=account_id in agreed,
                    )
            except Refusal as refusal:
                raise CommandError(refusal.message) from refusal
        self.stdout.write(f"{len(wanted)} khóa ký sẵn sàng.")
