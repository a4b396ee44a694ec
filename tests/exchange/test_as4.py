"""AS4: the assertions of eDelivery's test description (TA…), run against a partner that judges with the package alone.

What is asserted of a retry, a duplicate or a missing receipt is done by the exchange's own core.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from as4.core.receipt import AS4Receipt
from as4.models.dsig.reference import ComparableReferenceFields
from as4.models.soap.envelope import Envelope
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client

from emoit.exchange import actions, receiving
from emoit.exchange.envelopes.as4 import mime
from emoit.exchange.envelopes.as4.shape import DSIG, EBMS
from emoit.exchange.models import Certificate, Evidence
from emoit.exchange.types import AS4_PATH, Format, Header, Message, OutState, Transport, Use
from emoit.kernel.access import Actor, Refusal, acting_as
from emoit.kernel.models import Event
from emoit.lib.xml import parse_xml
from tests.exchange.conftest import BROKEN, REFUSED, Place, broken, now, settle_in
from tests.support.as4_partner import PLAIN, As4Partner, Twist, names
from tests.support.partner import Served, certificate, pem_of, serving

PAYLOAD = b'{"a": 1}'
EB = f"{{{EBMS}}}"
seen: list[Header] = []


@receiving.receives("test.seen")
def see(message: Message, by: Actor, now: Any) -> None:
    seen.append(message.header)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    seen.clear()
    with serving(As4Partner(tmp_path / "partner")) as found:
        yield found


@pytest.fixture
def place(db: None, own_settings: None, served: Served) -> Place:
    made = settle_in(served)
    made.change(transport=Transport.AS4, format=Format.AS4)
    theirs = partner(made)
    with acting_as(made.by):
        actions.make_as4_key(by=made.by, now=now(), days=30)
        actions.add_certificate(by=made.by, now=now(), code="P01", use=Use.AS4, pem=pem_of(theirs.rsa_own))
        theirs.knows_as4(Certificate.objects.get(partner=None, use=Use.AS4.value).pem)
    return made


def partner(place: Place) -> As4Partner:
    assert isinstance(place.partner, As4Partner)
    return place.partner


def post(content: bytes, media_type: str = "") -> Any:
    return Client().post(AS4_PATH, content, content_type=media_type or mime.content_type(content))


def push(place: Place, twist: Twist = PLAIN, payload: bytes = PAYLOAD, **changed: Any) -> Any:
    return post(partner(place).push(place.partner.message(payload, **changed), payload, twist))


def receipt_of(place: Place, content: bytes, body: bytes) -> AS4Receipt:
    """The receipt, verified by the package against our certificate and what the partner signed."""
    receipt = AS4Receipt.parse(body, partner(place).ours_as4)
    envelope = Envelope.model_validate_etree(parse_xml(mime.split(content).soap))
    signed = envelope.header.security.signature.signed_info.references
    receipt.verify_non_repudiation([ComparableReferenceFields.from_reference(one) for one in signed])
    return receipt


def error_of(place: Place, response: Any) -> tuple[str, str]:
    """(EBMS code, our code) of a signed error."""
    receipt = AS4Receipt.parse(response.content, partner(place).ours_as4)
    assert receipt.error is not None
    return receipt.error.error_code, receipt.error.error_detail.value


def nothing_happened(place: Place) -> bool:
    with acting_as(place.by):
        return not (place.inbound() or place.notes() or Evidence.objects.exists())


def failures(place: Place) -> list[str]:
    """What the producer was told."""
    with acting_as(place.by):
        events = Event.objects.filter(kind="exchange.MessageFailed").order_by("id")
        return [event.payload["code"] for event in events]


class TestSending:
    @pytest.mark.parametrize("mode", ["cut", "quiet"])
    def test_ta09_without_a_receipt_it_is_sent_again(self, place: Place, mode: str) -> None:
        partner(place).behave(mode)
        name = place.send(PAYLOAD)
        place.run()
        place.run(later=timedelta(minutes=1))
        row = place.outbound(name)
        assert (row.state, row.attempts) == (OutState.WAITING.value, 2)
        assert names(partner(place)) == [name]

    def test_ta10_restored_receipts_end_the_retries_and_one_message_is_delivered(self, place: Place) -> None:
        partner(place).behave("cut")
        name = place.send(PAYLOAD)
        place.run()
        first = place.outbound(name).envelope
        partner(place).behave("up")
        # Later than other envelopes would be signed anew: these bytes stay, and the partner compares the digests.
        assert place.run(later=timedelta(minutes=20)) == 1
        row = place.outbound(name)
        assert (row.state, row.attempts, row.envelope) == (OutState.DELIVERED.value, 2, first)
        assert partner(place).effects() == [(f"{name}@G02", PAYLOAD)]
        assert place.run(later=timedelta(hours=1)) == 0

    def test_ta14_ta21_ta22_a_receipt_in_any_success_is_verified_and_kept(self, place: Place) -> None:
        partner(place).behave("accepted")
        name = place.send(PAYLOAD)
        place.run()
        row = place.outbound(name)
        assert (row.state, row.error) == (OutState.DELIVERED.value, "")
        assert row.receipt is not None
        assert row.receipt.media_type == "application/soap+xml"

    @pytest.mark.parametrize("mode", ["cut", "quiet", "down"])
    def test_ta15_a_missing_receipt_is_told_to_producer_and_operator(self, place: Place, mode: str) -> None:
        place.change(transport=Transport.AS4, format=Format.AS4, max_attempts=2)
        partner(place).behave(mode)
        name = place.send(PAYLOAD)
        place.run()
        assert failures(place) == []
        place.run(later=timedelta(minutes=1))
        row = place.outbound(name)
        assert (row.state, row.error, row.attempts) == (OutState.FAILED.value, "ebms_0301", 2)
        assert failures(place) == ["ebms_0301"]

    def test_ta31_an_error_from_the_partner_is_told_to_the_producer(self, place: Place) -> None:
        partner(place).behave("ebms EBMS:0303")
        name = place.send(PAYLOAD)
        place.run()
        assert (place.outbound(name).state, place.outbound(name).error) == (OutState.FAILED.value, "ebms_0303")
        assert failures(place) == ["ebms_0303"]

    def test_ta12_ta13_signed_whole_and_encrypted(self, place: Place) -> None:
        name = place.send(PAYLOAD)
        place.run()
        envelope = place.outbound(name).envelope
        assert envelope is not None
        parts = mime.split(bytes(envelope.content))
        root = parse_xml(parts.soap)
        algorithms = {node.get("Algorithm") for node in root.iter() if node.get("Algorithm")}
        assert {
            "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
            "http://www.w3.org/2001/04/xmlenc#sha256",
            "http://www.w3.org/2009/xmlenc11#aes128-gcm",
            "http://www.w3.org/2009/xmlenc11#rsa-oaep",
        } <= algorithms
        named = [one.get("URI") or "" for one in root.iter(f"{{{DSIG}}}Reference")]
        assert len(named) == 3
        assert sum(uri.startswith("cid:") for uri in named) == 1
        assert PAYLOAD not in bytes(envelope.content)
        assert gzip.compress(PAYLOAD, mtime=0) not in bytes(envelope.content)

    def test_ta18_ta19_conversation_and_reference_to_the_message(self, place: Place) -> None:
        alone = place.send(PAYLOAD)
        assert push(place, kind="test.seen", conversation="case-7").status_code == 200
        answer = place.send(PAYLOAD, conversation=seen[0].conversation, in_reply_to=seen[0].id)
        place.run()
        told = {}
        for name in (alone, answer):
            envelope = place.outbound(name).envelope
            assert envelope is not None
            root = parse_xml(mime.split(bytes(envelope.content)).soap)
            told[name] = (root.findtext(f".//{EB}ConversationId"), root.findtext(f".//{EB}RefToMessageId"))
        assert told[alone] == (alone, None)
        assert told[answer] == ("case-7", seen[0].id)

    @pytest.mark.parametrize(
        ("mode", "error"),
        [
            ("html", "no_receipt"),
            ("quiet", "http_202"),
            ("bare", "no_receipt"),
            ("forged", "bad_receipt"),
            ("other", "bad_receipt"),
            ("half", "bad_receipt"),
        ],
    )
    def test_what_is_no_receipt(self, place: Place, mode: str, error: str) -> None:
        partner(place).behave(mode)
        name = place.send(PAYLOAD)
        place.run()
        row = place.outbound(name)
        assert (row.state, row.error) == (OutState.WAITING.value, error)

    def test_without_the_partners_certificate_it_waits(self, place: Place) -> None:
        with acting_as(place.by):
            Certificate.objects.filter(partner__code="P01", use=Use.AS4.value).update(retired_at=now())
        name = place.send(PAYLOAD)
        assert place.run() == 0
        assert place.outbound(name).attempts == 0

    def test_as4_wants_rsa(self, place: Place) -> None:
        with acting_as(place.by), pytest.raises(Refusal) as refusal:
            actions.add_certificate(by=place.by, now=now(), code="P01", use=Use.AS4, pem=place.partner.pem)
        assert refusal.value.code == "bad_certificate"


class TestReceiving:
    def test_ta14_a_message_has_its_effect_and_a_receipt_of_what_was_signed(self, place: Place) -> None:
        fields = place.partner.message(PAYLOAD)
        content = partner(place).push(fields, PAYLOAD)
        response = post(content)
        assert (response.status_code, response["Content-Type"]) == (200, "application/soap+xml; charset=utf-8")
        receipt = receipt_of(place, content, response.content)
        assert receipt.original_message_id == f"{fields['id']}@partner.example"
        assert place.notes() == [f"{fields['id']}@partner.example"]

    def test_ta10_a_duplicate_gets_the_identical_receipt_and_is_not_delivered(self, place: Place) -> None:
        content = partner(place).push(place.partner.message(PAYLOAD), PAYLOAD)
        first, second = post(content), post(content)
        assert (second.status_code, second.content) == (200, first.content)
        assert len(place.notes()) == 1
        (row,) = place.inbound()
        assert row.duplicates == 1

    def test_an_id_with_another_payload_is_refused(self, place: Place) -> None:
        fields = place.partner.message(PAYLOAD)
        post(partner(place).push(fields, PAYLOAD))
        other = place.partner.message(b"{}", id=fields["id"], conversation=fields["conversation"])
        response = post(partner(place).push(other, b"{}"))
        assert error_of(place, response) == ("EBMS:0004", "id_reused")
        assert len(place.notes()) == 1

    @pytest.mark.parametrize("size", [str(len(PAYLOAD)), "none"], ids=["with a payload", "without"])
    def test_ta16_ta17_a_ping_is_receipted_and_brought_to_nobody(self, place: Place, size: str) -> None:
        content = partner(place).push(place.partner.message(PAYLOAD, kind="ping", size=size), PAYLOAD)
        response = post(content)
        assert (response.status_code, receipt_of(place, content, response.content).success) == (200, True)
        assert place.notes() == []

    def test_ta16_we_ping_too(self, place: Place) -> None:
        name = place.send(PAYLOAD, kind="ping")
        place.run()
        assert place.outbound(name).state == OutState.DELIVERED.value

    def test_without_a_payload_only_pings_come(self, place: Place) -> None:
        assert error_of(place, push(place, size="none")) == ("EBMS:0003", "missing_field")

    @pytest.mark.parametrize(
        "damage",
        [
            lambda content: content[:-9],
            lambda _content: b"no gzip at all",
            lambda content: content[:10] + b"\xff" * 8 + content[18:],
            lambda _content: b"",
            lambda _content: gzip.compress(b"\0" * (21 * 1024 * 1024)),
        ],
        ids=["cut", "other", "overwritten", "empty", "bomb"],
    )
    def test_ta30_ta31_a_damaged_compressed_payload(self, place: Place, damage: Any) -> None:
        response = push(place, Twist(compressed=damage))
        assert (response.status_code, error_of(place, response)) == (400, ("EBMS:0303", "bad_compression"))
        assert nothing_happened(place)
        assert place.rejections() == {"bad_compression": 1}

    def test_ta08_a_payload_behind_a_link(self, place: Place) -> None:
        def elsewhere(user: Any) -> None:
            user.payload_info.part_info[0].href = "https://example.org/payload"

        response = push(place, Twist(user=elsewhere))
        assert error_of(place, response) == ("EBMS:0011", "external_payload")
        assert nothing_happened(place)

    @pytest.mark.parametrize("name", ["MimeType"])
    def test_ta26_without_a_mime_type(self, place: Place, name: str) -> None:
        def leave_out(user: Any) -> None:
            told = user.payload_info.part_info[0].part_properties
            told.properties = [one for one in told.properties if one.name != name]

        assert error_of(place, push(place, Twist(user=leave_out))) == ("EBMS:0003", "bad_field")
        assert nothing_happened(place)

    @pytest.mark.parametrize("charset", ["klingon", "utf-7"])
    def test_ta29_a_character_set_that_is_none(self, place: Place, charset: str) -> None:
        from as4.models.ebms.user_message import Property

        def add(user: Any) -> None:
            told = user.payload_info.part_info[0].part_properties
            told.properties = [*told.properties, Property(name="CharacterSet", value=charset)]

        assert error_of(place, push(place, Twist(user=add))) == ("EBMS:0003", "bad_field")
        assert nothing_happened(place)

    @pytest.mark.parametrize(
        ("twist", "code"),
        [
            (Twist(signed=lambda plain, _compressed: plain), "EBMS:0101"),
            (Twist(attachments=lambda parts: {name: gzip.compress(c) for name, c in parts.items()}), "EBMS:0102"),
        ],
        ids=["signed before compression", "compressed after encryption"],
    )
    def test_ta35_ta37_the_wrong_order(self, place: Place, twist: Twist, code: str) -> None:
        assert error_of(place, push(place, twist))[0] == code
        assert nothing_happened(place)

    def test_a_refusal_of_the_business_and_a_failure_of_ours(self, place: Place) -> None:
        assert error_of(place, push(place, kind=REFUSED)) == ("EBMS:0004", "refused")
        content = partner(place).push(place.partner.message(PAYLOAD, kind=BROKEN), PAYLOAD)
        response = post(content)
        assert (response.status_code, error_of(place, response)) == (503, ("EBMS:0004", "not_processed"))
        broken["on"] = False
        assert post(content).status_code == 200

    def test_an_operator_processes_again(self, place: Place) -> None:
        content = partner(place).push(place.partner.message(PAYLOAD, kind=BROKEN), PAYLOAD)
        post(content)
        broken["on"] = False
        (row,) = place.inbound()
        assert actions.process_again(by=place.by, now=now(), inbound_id=row.pk) is True
        assert receipt_of(place, content, post(content).content).success
        assert len(place.notes()) == 1

    @pytest.mark.parametrize(("minutes", "code"), [(-60 * 24, ""), (9.9, ""), (20, "future_envelope")])
    def test_clocks(self, place: Place, minutes: float, code: str) -> None:
        response = push(place, at=now() + timedelta(minutes=minutes))
        assert (response.status_code == 200) is not bool(code)
        if code:
            assert error_of(place, response) == ("EBMS:0003", code)

    def test_by_the_common_door_it_does_not_come(self, place: Place) -> None:
        content = partner(place).push(place.partner.message(PAYLOAD), PAYLOAD)
        response = Client().post("/lien-thong/v1/messages", content, content_type=mime.content_type(content))
        assert response.json()["code"] == "media_type"
        assert nothing_happened(place)

    def test_without_a_key_of_ours_the_error_is_not_signed(self, place: Place) -> None:
        with acting_as(place.by):
            Certificate.objects.filter(partner=None, use=Use.AS4.value).update(retired_at=now())
        response = push(place)
        assert (response.status_code, response.json()["code"]) == (503, "no_key")


def test_an_old_key_whose_file_is_gone_does_not_shut_the_door(place: Place, settings: Any) -> None:
    content = partner(place).push(place.partner.message(PAYLOAD), PAYLOAD)
    with acting_as(place.by):
        print_ = actions.make_as4_key(by=place.by, now=now(), days=30)
        row = Certificate.objects.get(fingerprint=print_)
        row.valid_from, row.valid_to = now() - timedelta(days=9), now() - timedelta(hours=1)
        row.save()
    (settings.EMOIT_KEYS / row.reference).unlink()
    assert post(content).status_code == 200


@pytest.mark.parametrize("whose", ["theirs", "ours"])
def test_a_key_that_is_replaced_while_messages_wait(place: Place, whose: str) -> None:
    """What was encrypted to the old key, or signed with it, could never be taken: it is packed anew under its id."""
    found = partner(place)
    found.behave("down")
    name = place.send(PAYLOAD)
    place.run()
    first = place.outbound(name).envelope_id
    with acting_as(place.by):
        old = Certificate.objects.get(partner__code="P01" if whose == "theirs" else None, use=Use.AS4.value)
        if whose == "theirs":
            found.rsa_key = rsa.generate_private_key(65537, 2048)
            found.rsa_own = certificate("P01", found.rsa_key)  # type: ignore[arg-type]
            actions.add_certificate(by=place.by, now=now(), code="P01", use=Use.AS4, pem=pem_of(found.rsa_own))
        else:
            print_ = actions.make_as4_key(by=place.by, now=now(), days=30)
            found.knows_as4(Certificate.objects.get(fingerprint=print_).pem)
        actions.retire_certificate(by=place.by, now=now(), fingerprint=old.fingerprint)
    found.behave("up")
    place.run(later=timedelta(minutes=1))
    row = place.outbound(name)
    assert (row.state, row.attempts, row.envelope_id != first) == ("delivered", 2, True)
    assert names(found) == [name]
