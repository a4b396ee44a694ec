"""What comes in: the truth table on the real tables, effects, receipts, order."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from emoit.exchange import actions, keys
from emoit.exchange.actions.accept import problem
from emoit.exchange.envelopes import open_receipt, pack_message
from emoit.exchange.models import Certificate, Evidence
from emoit.exchange.types import Format, Header, InState, Use
from emoit.kernel import audit
from emoit.kernel.access import acting_as
from tests.exchange.conftest import BROKEN, NOTE, REFUSED, Place, broken, now
from tests.support.partner import certificate, identity, pem_of

PAYLOAD = b'{"a": 1}'


def bent(content: bytes) -> bytes:
    """The same envelope, one bit of its signature turned."""
    value = json.loads(content)
    raw = bytearray(base64.urlsafe_b64decode(value["signature"] + "=="))
    raw[5] ^= 1
    value["signature"] = base64.urlsafe_b64encode(bytes(raw)).rstrip(b"=").decode()
    return json.dumps(value).encode()


def receipt_of(place: Place, body: bytes, form: Format = Format.JSON) -> Any:
    """The receipt, verified under our own certificate."""
    with acting_as(place.by):
        row = Certificate.objects.get(partner=None, use=Use.SIGN.value)
    signer = keys.Signer(None, keys.read(row.pem))  # type: ignore[arg-type]
    return open_receipt(body, form, find=lambda print_: signer if print_ == row.fingerprint else 1 / 0)[0]  # type: ignore[arg-type,return-value]


def evidence(place: Place) -> list[tuple[str, str]]:
    with acting_as(place.by):
        return list(Evidence.objects.order_by("id").values_list("kind", "message_id"))


def test_new_and_valid_has_its_effect_and_a_receipt(place: Place) -> None:
    fields = place.partner.message(PAYLOAD)
    answer = place.accept(place.partner.envelope(fields, PAYLOAD))
    assert (answer.status, answer.code, answer.media_type) == (200, "", "application/json")
    receipt = receipt_of(place, answer.body)
    assert (receipt.message_id, receipt.identity) == (fields["id"], identity(fields))
    assert (receipt.sender, receipt.recipient) == ("G02", "P01")
    assert place.notes() == [fields["id"]]
    (row,) = place.inbound()
    assert (row.state, row.kind, row.duplicates, row.error) == (InState.DELIVERED.value, NOTE, 0, "")
    assert row.traceparent == fields["traceparent"]
    assert evidence(place) == [("received", fields["id"]), ("received_receipt", fields["id"])]


def test_a_duplicate_of_a_delivered_gets_the_identical_receipt_and_no_effect(place: Place) -> None:
    fields = place.partner.message(PAYLOAD)
    first = place.accept(place.partner.envelope(fields, PAYLOAD))
    # A retry is signed anew, as ECDSA always differs, and perhaps later.
    again = place.accept(place.partner.envelope(fields | {"signed_at": fields["signed_at"][:-2] + "1Z"}, PAYLOAD))
    assert again == first
    assert place.notes() == [fields["id"]]
    (row,) = place.inbound()
    assert (row.state, row.duplicates) == (InState.DELIVERED.value, 1)
    assert len(evidence(place)) == 2


def test_a_duplicate_of_a_failed_is_delivered_now(place: Place) -> None:
    fields = place.partner.message(PAYLOAD, kind=BROKEN)
    content = place.partner.envelope(fields, PAYLOAD)
    first = place.accept(content)
    assert (first.status, first.code) == (503, "not_processed")
    assert place.notes() == []
    (row,) = place.inbound()
    assert (row.state, row.error, row.receipt_id) == (InState.FAILED.value, "not_processed", None)
    broken["on"] = False
    second = place.accept(content)
    assert second.status == 200
    assert receipt_of(place, second.body).message_id == fields["id"]
    assert place.notes() == [fields["id"]]
    (row,) = place.inbound()
    assert (row.state, row.attempts) == (InState.DELIVERED.value, 2)


@pytest.mark.parametrize("kind", [NOTE, BROKEN])
def test_an_id_with_another_content_is_an_alarm(place: Place, kind: str) -> None:
    fields = place.partner.message(PAYLOAD, kind=kind)
    place.accept(place.partner.envelope(fields, PAYLOAD))
    before = (place.notes(), evidence(place))
    other = b'{"a": 2}'
    changed = place.partner.message(other, id=fields["id"], conversation=fields["conversation"], kind=kind)
    answer = place.accept(place.partner.envelope(changed, other))
    assert (answer.status, answer.code) == (409, "id_reused")
    assert (place.notes(), evidence(place)) == before
    (row,) = place.inbound()
    assert (row.alarms, row.identity) == (1, identity(fields))
    with acting_as(place.by):
        (alarm,) = audit.entries(place.by, verbs=["exchange.id_reused"])
    assert alarm.subject_id == fields["id"]


@pytest.mark.parametrize("known", ["new", "delivered", "failed", "other"])
def test_an_invalid_signature_never_reaches_the_table(place: Place, known: str) -> None:
    fields = place.partner.message(PAYLOAD, kind=BROKEN if known == "failed" else NOTE)
    content = place.partner.envelope(fields, PAYLOAD)
    if known != "new":
        place.accept(content)
    broken["on"] = False
    before = [(r.state, r.duplicates, r.attempts, r.alarms) for r in place.inbound()], place.notes(), evidence(place)
    if known == "other":
        fields = place.partner.message(b"{}", id=fields["id"])
        content = place.partner.envelope(fields, b"{}")
    answer = place.accept(bent(content))
    assert (answer.status, answer.code) == (403, "bad_signature")
    after = [(r.state, r.duplicates, r.attempts, r.alarms) for r in place.inbound()], place.notes(), evidence(place)
    assert after == before
    assert place.rejections() == {"bad_signature": 1}


def test_a_refusal_of_the_business_leaves_no_effect_and_tells_why(place: Place) -> None:
    fields = place.partner.message(PAYLOAD, kind=REFUSED)
    answer = place.accept(place.partner.envelope(fields, PAYLOAD))
    assert (answer.status, answer.code) == (422, "refused")
    problem = json.loads(answer.body)
    assert (problem["reason"], problem["detail"]) == ("no_dossier", "Không có hồ sơ này.")
    assert place.notes() == []
    (row,) = place.inbound()
    assert (row.state, row.error) == (InState.FAILED.value, "no_dossier")


def test_words_of_a_refusal_may_repeat_what_is_no_text() -> None:
    """JSON may carry half a letter (a lone surrogate), which no answer can be written with."""
    assert json.loads(problem("refused", "Không có hồ sơ \ud800").body)["detail"] == "Không có hồ sơ ?"


def test_an_operator_replays_what_failed_and_the_sender_then_gets_the_receipt(place: Place) -> None:
    fields = place.partner.message(PAYLOAD, kind=BROKEN)
    content = place.partner.envelope(fields, PAYLOAD)
    place.accept(content)
    broken["on"] = False
    (row,) = place.inbound()
    assert actions.process_again(by=place.by, now=now(), inbound_id=row.pk) is True
    assert place.notes() == [fields["id"]]
    answer = place.accept(content)
    assert receipt_of(place, answer.body).message_id == fields["id"]
    assert place.notes() == [fields["id"]]


def test_order_within_a_conversation(place: Place) -> None:
    """The second says which one must have had its effect before it."""
    one = place.partner.message(PAYLOAD, conversation="case-1")
    two = place.partner.message(PAYLOAD, conversation="case-1", sequence="2", after=one["id"])
    early = place.accept(place.partner.envelope(two, PAYLOAD))
    assert (early.status, early.code) == (409, "too_early")
    assert (place.inbound(), place.notes(), evidence(place)) == ([], [], [])
    assert place.accept(place.partner.envelope(one, PAYLOAD)).is_receipt
    assert place.accept(place.partner.envelope(two, PAYLOAD)).is_receipt
    assert place.notes() == [one["id"], two["id"]]


def test_ping_is_receipted_and_brought_to_nobody(place: Place) -> None:
    fields = place.partner.message(PAYLOAD, kind="ping")
    answer = place.accept(place.partner.envelope(fields, PAYLOAD))
    assert receipt_of(place, answer.body).message_id == fields["id"]
    assert place.notes() == []


def test_two_partners_may_use_the_same_id(place: Place) -> None:
    from tests.support.partner import Partner

    other = Partner(place.partner.folder.parent / "second", code="P02")
    with acting_as(place.by):
        actions.register_partner(by=place.by, now=now(), profile=place.profile(code="P02"))
        actions.add_certificate(by=place.by, now=now(), code="P02", use=Use.SIGN, pem=other.pem)
    one = place.partner.message(PAYLOAD)
    two = other.message(PAYLOAD, id=one["id"])
    assert place.accept(place.partner.envelope(one, PAYLOAD)).is_receipt
    assert place.accept(other.envelope(two, PAYLOAD)).is_receipt
    assert place.notes() == [one["id"], one["id"]]


def test_xml_is_taken_and_receipted_in_xml(place: Place) -> None:
    fields = place.partner.message(PAYLOAD)
    known = {name: value for name, value in fields.items() if name not in {"sequence", "size", "signed_at"}}
    header = Header(**known, sequence=1, size=len(PAYLOAD), signed_at=now())
    key = keys.OwnKey(keys.fingerprint(place.partner.own), place.partner.key, place.partner.own, place.partner.pem)
    content = pack_message(header, PAYLOAD, Format.XML, key)
    answer = place.accept(content, media_type="application/xml; charset=utf-8")
    assert (answer.status, answer.media_type) == (200, "application/xml")
    assert receipt_of(place, answer.body, Format.XML).identity == identity(fields)
    assert place.accept(content, media_type="text/xml").code == "media_type"
    assert place.accept(content, media_type="application/xml") == answer
    assert place.notes() == [fields["id"]]
    broken_text = content.replace(b"<kind>test.note</kind>", b"<kind>test.notf</kind>")
    assert place.accept(broken_text, media_type="application/xml").code == "bad_signature"


class TestTheLine:
    """A partner that registered certificates for its connections must use one of them."""

    def add(self, place: Place, **period: Any) -> str:
        found = certificate("line", ec.generate_private_key(ec.SECP256R1()), **period)
        with acting_as(place.by):
            return actions.add_certificate(by=place.by, now=now(), code="P01", use=Use.TLS, pem=pem_of(found))

    def test_its_own(self, place: Place) -> None:
        print_ = self.add(place)
        content = place.partner.envelope(place.partner.message(PAYLOAD), PAYLOAD)
        assert place.accept(content, tls=print_).is_receipt

    def test_none_or_anothers(self, place: Place) -> None:
        self.add(place)
        content = place.partner.envelope(place.partner.message(PAYLOAD), PAYLOAD)
        assert place.accept(content).code == "tls_certificate"
        assert place.accept(content, tls="0" * 64).code == "tls_certificate"
        assert place.inbound() == []

    def test_expired(self, place: Place) -> None:
        print_ = self.add(place, until=now() - timedelta(days=1))
        content = place.partner.envelope(place.partner.message(PAYLOAD), PAYLOAD)
        assert place.accept(content, tls=print_).code == "tls_certificate"
