"""A log of exchanged messages: sealed, stamped, archived."""

from __future__ import annotations

import io
from pathlib import Path

from emoit.exchange import archive, sealing
from emoit.kernel.access import platform
from tests.exchange.conftest import AGENCY, Place, now

BY = platform("test")


def exchange_some(place: Place, count: int = 3) -> None:
    """Messages out and in, each with its receipt."""
    for n in range(count):
        place.send(b"%d" % n)
        place.accept(place.partner.envelope(place.partner.message()))
    place.run()


def seal(place: Place) -> int:
    done = sealing.seal(by=BY, now=now(), agency_id=AGENCY)
    sealing.stamp(by=BY, agency_id=AGENCY)
    return done


def archived(place: Place, folder: Path, after: int = 0) -> Path:
    target = io.StringIO()
    archive.export(target, by=place.by, now=now(), after=after)
    path = folder / f"archive-{after}.jsonl"
    path.write_text(target.getvalue())
    return path


def signer(place: Place, folder: Path) -> Path:
    path = folder / "signer.pem"
    path.write_text(place.our_certificate())
    return path
