"""What the exchange's fault tests do in processes of their own: -m tests.support.exchange_roles ROLE FOLDER [ARGUMENT].

setup PORT      an agency, our key, one partner at that port of this machine
send COUNT      that many deeds, each with its message in the same transaction; waits for leave by FOLDER/allowed
send-late COUNT the same with the mistake that the tests must catch: the message is written after the deed's commit
archive FILE    the evidence, as `manage export_exchange` writes it
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import django

KIND = "fault.note"
TALKS = 20  # conversations over which the messages are spread
DEED = "fault.deed"
EFFECT = "fault.effect"


def main() -> None:
    django.setup()
    register()
    role, folder, *rest = sys.argv[1:]
    argument = rest[0] if rest else ""
    roles: dict[str, Callable[[], None]] = {
        "setup": lambda: setup(Path(folder), int(argument)),
        "send": lambda: send(Path(folder), int(argument), deed_and_message),
        "send-late": lambda: send(Path(folder), int(argument), deed_then_message),
        "archive": lambda: archive(Path(argument)),
    }
    roles[role]()


def register() -> None:
    from emoit.exchange import receiving
    from emoit.exchange.types import Message
    from emoit.kernel import audit
    from emoit.kernel.access import Actor

    @receiving.receives(KIND)
    def note(message: Message, by: Actor, now: datetime) -> None:
        audit.record(by=by, now=now, verb=EFFECT, subject_kind="message", subject_id=message.header.id)


def patiently(step: Callable[[], Any]) -> Any:
    """Again and again while the database is away."""
    from django.db import InterfaceError, OperationalError, connections
    from psycopg_pool import PoolTimeout

    while True:
        try:
            return step()
        except (OperationalError, InterfaceError, PoolTimeout):
            with suppress(Exception):
                connections.close_all()
            time.sleep(0.2)


def setup(folder: Path, port: int) -> None:
    from django.utils import timezone

    from emoit.exchange import actions
    from emoit.exchange.models import Certificate
    from emoit.exchange.types import Profile, Use
    from emoit.kernel.access import acting_as, process
    from emoit.people.models import Agency
    from tests.support.partner import Partner

    agency = Agency.objects.using("owner").create(code="G02", name="Bộ", abbr="BCT", dossier_code="G02")
    partner, now = Partner(folder / "partner"), timezone.now()
    with acting_as(process("setup", agency.pk)) as by:
        actions.make_key(by=by, now=now)
        profile = Profile(code="P01", name="P01", address=f"http://127.0.0.1:{port}/messages", max_attempts=10_000)
        actions.register_partner(by=by, now=now, profile=profile)
        actions.add_certificate(by=by, now=now, code="P01", use=Use.SIGN, pem=partner.pem)
        partner.knows(Certificate.objects.get(partner=None, use=Use.SIGN.value).pem)


def us() -> Any:
    from emoit.exchange import own
    from emoit.kernel.access import process

    return process("faults", patiently(own.agency_id))


# -- the sender


def send(folder: Path, count: int, do: Callable[[Any, int], None]) -> None:
    """Every deed that is not done yet; after a death, what was committed is known from the deeds themselves."""
    from emoit.kernel.access import acting_as
    from emoit.kernel.models import AuditEntry

    by = us()

    def done() -> set[int]:
        with acting_as(by):
            return {int(n) for n in AuditEntry.objects.filter(verb=DEED).values_list("subject_id", flat=True)}

    while missing := sorted(set(range(count)) - patiently(done)):
        for n in missing:
            while n >= int((folder / "allowed").read_text() or 0):
                time.sleep(0.02)
            try:
                do(by, n)
            except Exception as error:  # noqa: BLE001 - whether it was committed is looked up
                sys.stderr.write(f"deed {n}: {error}\n")
                time.sleep(0.1)
                break


def deed(by: Any, n: int) -> None:
    from django.utils import timezone

    from emoit.kernel import audit

    audit.record(by=by, now=timezone.now(), verb=DEED, subject_kind="deed", subject_id=n)


def message(by: Any, n: int) -> None:
    from django.utils import timezone

    from emoit.exchange import actions

    actions.send(
        by=by,
        now=timezone.now(),
        partner="P01",
        kind=KIND,
        payload=b"%d" % n,
        media_type="text/plain",
        conversation=f"talk-{n % TALKS}",
    )


def deed_and_message(by: Any, n: int) -> None:
    from emoit.kernel.access import acting_as

    with acting_as(by):
        deed(by, n)
        message(by, n)


def deed_then_message(by: Any, n: int) -> None:
    """The planted mistake: whoever dies between the two has done the deed and told nobody."""
    from emoit.kernel.access import acting_as
    from emoit.lib import crashpoints

    with acting_as(by):
        deed(by, n)
    crashpoints.reach("send.written")
    with acting_as(by):
        message(by, n)


def archive(file: Path) -> None:
    from django.core.management import call_command
    from django.utils import timezone

    from emoit.exchange import sealing
    from emoit.kernel.access import platform

    while sealing.seal(by=platform("faults"), now=timezone.now(), agency_id=us().agency_id):
        pass
    call_command("export_exchange", str(file))


if __name__ == "__main__":
    main()
