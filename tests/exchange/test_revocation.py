"""A partner's certificate is revoked where it was issued: what becomes of its trust, its messages and our trail."""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import override_settings

from emoit.exchange import actions, jobs, queries
from emoit.exchange.models import Certificate, Gate, RevocationCheck
from emoit.exchange.revocation import checking
from emoit.exchange.revocation.facts import facts_of
from emoit.exchange.types import Revocation, Use
from emoit.kernel import audit
from emoit.kernel.access import Refusal, acting_as, platform
from tests.exchange.conftest import AGENCY, Place, now, settle_in
from tests.support.jobs import run_jobs, waiting_jobs
from tests.support.partner import PEM, Partner, Served, serving
from tests.support.small_ca import DAY, SmallCa, answering, pem

BY = platform("test")
Reason = x509.ReasonFlags
HOUR = timedelta(hours=1)


@pytest.fixture
def ca() -> Iterator[SmallCa]:
    with (
        answering() as found,
        override_settings(EMOIT_REVOCATION_NETWORKS="127.0.0.0/8", EMOIT_REVOCATION_TIMEOUT=60.0),
    ):
        found.answers["/list.crl"] = found.crl()
        yield found


class Issued(Partner):
    """One whose key the authority certified, for messages and for its line."""

    def certify(self, ca: SmallCa) -> None:
        self.own = ca.issue(self.code, self.key, lists=("/list.crl",))
        self.chain = pem(self.own, ca.own)

    def tls(self) -> ssl.SSLContext:
        raw = self.key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        (self.folder / "line.pem").write_bytes(raw + pem(self.own).encode())
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.folder / "line.pem")
        return context


@pytest.fixture
def place(db: None, own_settings: None, ca: SmallCa, tmp_path: Path) -> Iterator[Place]:
    """Its only certificate is the authority's, for messages and for its line."""
    partner = Issued(tmp_path / "issued")
    first = partner.pem
    partner.certify(ca)
    with serving(partner, partner.tls()) as served:
        made = settle_in(Served(partner, served.address))
        with acting_as(made.by):
            actions.add_certificate(by=made.by, now=now(), code="P01", use=Use.TLS, pem=partner.chain)
            row = Certificate.objects.get(partner__isnull=False, use=Use.SIGN.value)
            row.pem = partner.chain
            row.save()
        assert partner.pem != first
        yield made


def print_of(place: Place) -> str:
    with acting_as(place.by):
        return Certificate.objects.get(partner__isnull=False, use=Use.SIGN.value).fingerprint


def check(place: Place, later: timedelta = timedelta()) -> dict[Revocation, int]:
    return dict(checking.check_due(by=place.by, clock=lambda: now() + later))


def facts(place: Place, later: timedelta = timedelta()) -> Any:
    with acting_as(place.by):
        return facts_of(AGENCY, now() + later)[print_of(place)]


def revoke(ca: SmallCa, place: Place, reason: Reason | None = Reason.key_compromise) -> None:
    ca.answers["/list.crl"] = ca.crl((place.partner.own, reason))


def told(place: Place) -> list[audit.Entry]:
    with acting_as(place.by):
        return audit.entries(place.by, verbs=[checking.VERB], limit=10)


def in_force(place: Place) -> list[str]:
    with acting_as(place.by):
        rows = Certificate.objects.filter(partner__isnull=False, retired_at=None)
        return list(rows.order_by("use").values_list("use", flat=True))


def test_from_the_authority_to_the_door(place: Place, ca: SmallCa) -> None:
    """Revoked there; our job asks; its next message is refused, its line and its receipts no longer count."""
    partner, print_ = place.partner, print_of(place)
    assert place.accept(partner.envelope(partner.message()), tls=print_).is_receipt
    one = place.send()
    place.run()
    assert place.outbound(one).state == "delivered"
    revoke(ca, place)
    with acting_as(BY):
        assert checking.wake_due(now()) == 1
        assert checking.wake_due(now()) == 0  # one waits
    assert waiting_jobs()[-1] == ("exchange.check_certificates", {"agency_id": AGENCY})
    run_jobs()
    assert in_force(place) == []
    answer = place.accept(partner.envelope(partner.message()), tls=print_)
    assert (answer.status, answer.code) == (401, "retired_certificate")
    assert json.loads(answer.body)["title"] == "Chứng thư số ký thông điệp đã ngừng dùng hoặc bị thu hồi."
    two = place.send()
    place.run()
    assert (place.outbound(two).state, place.outbound(two).error) == ("waiting", "tls")
    assert len(partner.effects()) == 1
    seen = facts(place)
    assert (seen.state, seen.reason, seen.error) == (Revocation.REVOKED, "keyCompromise", "")
    assert seen.revoked_at < datetime.now(UTC) - timedelta(minutes=50)
    (entry,) = told(place)
    assert entry.subject_id == "P01"
    assert entry.details["fingerprint"] == print_
    assert entry.details["reason"] == "keyCompromise"
    assert entry.details["source"] == f"{ca.base}/list.crl"


def test_a_receipt_under_a_revoked_certificate_proves_nothing(place: Place, ca: SmallCa) -> None:
    """The line has a certificate of its own that stays good."""
    print_ = print_of(place)
    revoke(ca, place)
    with acting_as(place.by):
        Certificate.objects.filter(use=Use.TLS.value, partner__isnull=False).delete()
    with serving(place.partner) as plain:
        place.change(address=plain.address)
        check(place)
        name = place.send()
        place.run()
        assert (place.outbound(name).state, place.outbound(name).error) == ("waiting", "bad_receipt")
    assert print_ not in in_force(place)


def test_the_queue_of_the_partner_tells(place: Place, ca: SmallCa) -> None:
    revoke(ca, place)
    check(place)
    with acting_as(place.by):
        (state,) = queries.partners(place.by, now=now())
    assert state.last_error == "revoked_certificate"
    assert queries.error_words(state.last_error) == "Chứng thư số đã bị nơi cấp thu hồi"
    assert state.last_failure_at is not None


def test_good_stays_in_force(place: Place, ca: SmallCa) -> None:
    assert facts(place).state is Revocation.UNCHECKED
    assert check(place) == {Revocation.GOOD: 1, Revocation.UNNAMED: 1}  # the partner's, and ours
    seen = facts(place)
    assert (seen.state, seen.error) == (Revocation.GOOD, "")
    assert abs(seen.checked_at - now()) < timedelta(minutes=1)
    assert in_force(place) == ["sign", "tls"]
    assert told(place) == []
    assert ca.asked == ["/list.crl"]


def test_on_hold_is_retired_and_stays_so(place: Place, ca: SmallCa) -> None:
    revoke(ca, place, Reason.certificate_hold)
    check(place)
    assert (facts(place).state, in_force(place)) == (Revocation.ON_HOLD, [])
    ca.answers["/list.crl"] = ca.crl()
    assert check(place, later=5 * HOUR) == {Revocation.UNNAMED: 1}  # it is not asked about any more
    assert (facts(place).state, in_force(place)) == (Revocation.ON_HOLD, [])
    with acting_as(place.by), pytest.raises(Refusal) as refusal:
        actions.add_certificate(by=place.by, now=now(), code="P01", use=Use.TLS, pem=place.partner.chain)  # type: ignore[attr-defined]
    assert refusal.value.code == "certificate_exists"


def test_a_revoked_one_is_not_registered_for_another_use(place: Place, ca: SmallCa) -> None:
    with acting_as(place.by):
        Certificate.objects.filter(use=Use.TLS.value, partner__isnull=False).delete()
    revoke(ca, place)
    check(place)
    with acting_as(place.by), pytest.raises(Refusal) as refusal:
        actions.add_certificate(by=place.by, now=now(), code="P01", use=Use.TLS, pem=place.partner.chain)  # type: ignore[attr-defined]
    assert refusal.value.code == "certificate_revoked"
    assert in_force(place) == []


def test_a_list_that_is_away_stops_nothing(place: Place, ca: SmallCa) -> None:
    check(place)
    ca.answers["/list.crl"] = (503, {}, b"")
    check(place, later=5 * HOUR)
    seen = facts(place, later=5 * HOUR)
    assert (seen.state, seen.error, in_force(place)) == (Revocation.GOOD, "http_503", ["sign", "tls"])
    assert facts(place, later=9 * DAY).state is Revocation.GOOD  # the list held for seven days, and three more
    assert facts(place, later=10 * DAY + HOUR).state is Revocation.OVERDUE
    assert abs(facts(place, later=11 * DAY).checked_at - now()) < timedelta(minutes=1)
    assert place.accept(place.partner.envelope(place.partner.message()), tls=print_of(place)).is_receipt


def test_never_checked_is_said(place: Place, ca: SmallCa) -> None:
    ca.answers["/list.crl"] = b"<html>"
    assert check(place) == {Revocation.UNKNOWN: 1, Revocation.UNNAMED: 1}
    seen = facts(place)
    assert (seen.state, seen.error, seen.checked_at) == (Revocation.UNKNOWN, "not_a_list", None)
    assert queries.revocation_words(seen.state) == ("Không kiểm tra được", "warning")
    assert queries.check_words(seen.error) == "Câu trả lời không phải danh sách thu hồi"


def test_an_older_list_is_no_answer(place: Place, ca: SmallCa) -> None:
    check(place)
    ca.answers["/list.crl"] = ca.crl(at=-2 * DAY)
    check(place, later=5 * HOUR)
    assert facts(place).error == "older_than_known"
    revoke(ca, place)
    check(place, later=10 * HOUR)
    assert facts(place).state is Revocation.REVOKED


@pytest.mark.parametrize(
    ("answer", "later", "is_asked"),
    [
        ("good", 3 * HOUR + timedelta(minutes=59), False),
        ("good", 4 * HOUR + timedelta(minutes=1), True),
        ("away", timedelta(minutes=59), False),
        ("away", timedelta(minutes=61), True),
    ],
)
def test_when_the_next_is_due(place: Place, ca: SmallCa, answer: str, later: timedelta, is_asked: bool) -> None:
    if answer == "away":
        del ca.answers["/list.crl"]
    check(place)
    ca.asked.clear()
    check(place, later=later)
    assert bool(ca.asked) is is_asked


def test_by_hand_all_are_asked(place: Place, ca: SmallCa) -> None:
    check(place)
    revoke(ca, place)
    out = StringIO()
    call_command("check_certificates", stdout=out)
    assert out.getvalue() == "revoked: 1\nunnamed: 1\n"
    assert in_force(place) == []


def test_the_clock_asks(place: Place, ca: SmallCa) -> None:
    jobs.wake_checks(by=BY, now=now())
    assert run_jobs() == 1
    assert ca.asked == ["/list.crl"]
    jobs.wake_checks(by=BY, now=now())
    assert waiting_jobs() == []


def test_a_run_that_was_slower_does_not_unsay_it(place: Place, ca: SmallCa) -> None:
    """Two runs at once: the one that asked before comes home after."""
    said = checking._ask(checking.Asker(), checking._Subject(print_of(place), place.partner.chain), now())  # type: ignore[attr-defined]
    revoke(ca, place)
    check(place)
    with acting_as(place.by):
        assert checking.write_down(place.by, now(), print_of(place), said) is Revocation.REVOKED
    assert (facts(place).state, in_force(place), len(told(place))) == (Revocation.REVOKED, [], 1)


def test_the_database_keeps_it_too(place: Place, ca: SmallCa) -> None:
    revoke(ca, place)
    check(place)
    for change in ("update exchange_revocation set state = 'good'", "delete from exchange_revocation"):
        with (
            acting_as(place.by),
            pytest.raises(IntegrityError, match="stays so"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"{change} where fingerprint = %s", [print_of(place)])


def test_every_partner_that_uses_it_is_told(place: Place, ca: SmallCa) -> None:
    """One certificate, its line known at a second partner."""
    with acting_as(place.by):
        actions.register_partner(by=place.by, now=now(), profile=place.profile(code="P02"))
        Certificate.objects.filter(use=Use.TLS.value, partner__isnull=False).update(
            partner=Gate.objects.exclude(partner__code="P01").get().partner
        )
    revoke(ca, place)
    check(place)
    assert {entry.subject_id for entry in told(place)} == {"P01", "P02"}
    with acting_as(place.by):
        assert set(Gate.objects.values_list("last_error", flat=True)) == {"revoked_certificate"}
        assert RevocationCheck.objects.filter(state="revoked").count() == 1


def test_an_odd_certificate_does_not_keep_the_others(place: Place, ca: SmallCa) -> None:
    with acting_as(place.by):
        Certificate.objects.filter(partner=None).update(pem="-----BEGIN CERTIFICATE-----\nAA==")
    assert check(place) == {Revocation.GOOD: 1, Revocation.UNKNOWN: 1}


def test_retired_ones_are_not_asked_about(place: Place, ca: SmallCa) -> None:
    with acting_as(place.by):
        actions.retire_certificate(by=place.by, now=now(), fingerprint=print_of(place))
    assert check(place) == {Revocation.UNNAMED: 1}
    assert ca.asked == []
    assert facts(place).state is Revocation.UNCHECKED
