"""An exchange with one partner: our key is made, the partner's certificate known, its server answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Sum
from django.test import override_settings

from emoit.exchange import actions, own, receiving
from emoit.exchange.delivery import courier
from emoit.exchange.models import Certificate, Inbound, Outbound, Rejection
from emoit.exchange.types import Answer, Message, Profile, Use
from emoit.kernel import audit
from emoit.kernel.access import Actor, Refusal, acting_as, process
from tests.support.authority import Authority, authority
from tests.support.committed import committed_database
from tests.support.partner import Partner, Served, serving

AGENCY = 1
NOTE = "test.note"
REFUSED = "test.refused"
BROKEN = "test.broken"


@receiving.receives(NOTE)
def note(message: Message, by: Actor, now: datetime) -> None:
    """Its effect is one row of the trail."""
    audit.record(
        by=by,
        now=now,
        verb="test.note",
        subject_kind="note",
        subject_id=message.header.id,
        details={"text": message.payload.decode()},
    )


@receiving.receives(REFUSED)
def refused(message: Message, by: Actor, now: datetime) -> None:
    note(message, by, now)
    raise Refusal("Không có hồ sơ này.", code="no_dossier")


broken = {"on": True}


@receiving.receives(BROKEN)
def breaks(message: Message, by: Actor, now: datetime) -> None:
    note(message, by, now)
    if broken["on"]:
        raise ValueError("meant to fail")


@dataclass
class Place:
    """What a test may do. Times come from the real clock unless it passes its own."""

    served: Served
    by: Actor

    @property
    def partner(self) -> Partner:
        return self.served.partner

    def profile(self, **changed: Any) -> Profile:
        return Profile(**{"code": "P01", "name": "Hệ thống thử", "address": self.served.address} | changed)

    def change(self, **changed: Any) -> None:
        with acting_as(self.by):
            actions.change_partner(by=self.by, now=now(), profile=self.profile(**changed))

    def send(self, payload: bytes = b'{"n": 1}', **more: Any) -> str:
        given: dict[str, Any] = {"by": self.by, "now": now(), "partner": "P01", "kind": NOTE} | more
        with acting_as(given["by"]):
            return actions.send(payload=payload, **given)

    def run(self, later: timedelta = timedelta(), *, at: datetime | None = None) -> int:
        """A courier's run; `at`: while its clock stands still."""
        with acting_as(self.by):
            (partner_id,) = Outbound.objects.values_list("partner_id", flat=True).distinct()
        return courier.run(by=self.by, partner_id=partner_id, clock=lambda: at or now() + later)

    def outbound(self, message_id: str) -> Outbound:
        with acting_as(self.by):
            return Outbound.objects.select_related("receipt", "envelope").get(message_id=message_id)

    def accept(self, content: bytes, *, media_type: str = "application/json", tls: str = "") -> Answer:
        return actions.accept(by=self.by, now=now(), content=content, media_type=media_type, tls=tls)

    def inbound(self) -> list[Inbound]:
        with acting_as(self.by):
            return list(Inbound.objects.order_by("id"))

    def notes(self) -> list[str]:
        """Ids of the messages that had their effect, once for each effect."""
        with acting_as(self.by):
            return [e.subject_id for e in reversed(audit.entries(self.by, verbs=["test.note"], limit=1000))]

    def rejections(self) -> dict[str, int]:
        """How many of each code, whoever sent them."""
        with acting_as(self.by):
            counted = Rejection.objects.values_list("code").annotate(Sum("count"))
            return dict(counted.values_list("code", "count__sum"))

    def our_certificate(self) -> str:
        with acting_as(self.by):
            return Certificate.objects.get(partner=None, use=Use.SIGN.value).pem


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def own_settings(tmp_path: Path) -> Iterator[None]:
    """Keys and files in a folder of the test's, no time stamps, an agency without people's table."""
    values = {
        "EMOIT_KEYS": tmp_path / "keys",
        "EMOIT_KEY_PASSPHRASE": "only for tests",
        "EMOIT_FILES": tmp_path / "files",
        "EMOIT_TSA_URL": "",
        "EMOIT_EXCHANGE_TIMEOUT": 5.0,
    }
    before = list(own._id_of)
    own.bind_agencies(lambda _code: AGENCY)
    with override_settings(**values):
        yield
    own._id_of[:] = before
    broken["on"] = True


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """One run brings all that may go, however busy the machine is."""
    monkeypatch.setattr(courier, "LONGEST_RUN", 600.0)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with serving(Partner(tmp_path / "partner")) as found:
        yield found


@pytest.fixture
def place(db: None, own_settings: None, served: Served) -> Place:
    return settle_in(served)


@pytest.fixture
def committed_place(
    django_db_setup: None, django_db_blocker: Any, own_settings: None, served: Served
) -> Iterator[Place]:
    """The same, where everything is committed: for several connections and killed processes."""
    with committed_database(django_db_blocker):
        yield settle_in(served)


@pytest.fixture
def tsa(place: Place, tmp_path: Path, settings: Any) -> Iterator[Authority]:
    folder = tmp_path / "tsa"
    folder.mkdir()
    with authority(folder) as found:
        settings.EMOIT_TSA_URL = found.url
        yield found


def settle_in(served: Served) -> Place:
    made = Place(served, process("test", AGENCY))
    with acting_as(made.by):
        actions.make_key(by=made.by, now=now())
        actions.register_partner(by=made.by, now=now(), profile=made.profile())
        actions.add_certificate(by=made.by, now=now(), code="P01", use=Use.SIGN, pem=served.partner.pem)
    served.partner.knows(made.our_certificate())
    return made
