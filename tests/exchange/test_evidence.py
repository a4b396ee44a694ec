"""The log that proves what was exchanged: sealed, stamped, archived, judged by a program that knows nothing of us."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.db.models import Sum
from django.db.models.functions import Length

import emoit_verify
from emoit.exchange import archive, evidence, queries
from emoit.exchange.models import Certificate, Evidence, Seal
from emoit.exchange.types import Use
from emoit.kernel.access import Refusal, acting_as
from emoit.lib.working_time import VIET_NAM
from emoit_verify import exchange as verifier
from tests.exchange.conftest import AGENCY, NOTE, Place, now
from tests.exchange.sealed import BY, archived, exchange_some, seal, signer
from tests.support.authority import Authority, authority


def test_sealed_stamped_archived_and_genuine(place: Place, tsa: Authority, tmp_path: Path) -> None:
    exchange_some(place)
    assert seal(place) == 12
    path, ours = archived(place, tmp_path), signer(place, tmp_path)
    report = verifier.verify([path], ours, tsa.pem)
    assert (report.findings, report.notes) == ([], [])
    assert (report.entries, report.seals, report.stamps) == (12, 1, 1)
    done = subprocess.run(
        [sys.executable, "-m", "emoit_verify.exchange", path, "--signer", ours, "--ca", tsa.pem],
        env={"PYTHONPATH": str(Path(emoit_verify.__file__).parents[1])},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "genuine: 12 entries, 1 seals, 1 time stamps\n")


def test_what_is_sealed_is_counted_once(place: Place) -> None:
    exchange_some(place)
    place.send(b"never tried")
    place.accept(b"{}")
    seal(place)
    seal(place)
    today = now().astimezone(VIET_NAM).date()
    with acting_as(BY):
        counted = {m.direction.value: m for m in queries.metered(place.by, today - timedelta(days=1), today)}
        sizes = dict(Evidence.objects.values_list("kind").annotate(bytes=Sum(Length("content"))))
    assert [(m.partner, m.service, m.calls, m.failures) for m in counted.values()] == [("P01", NOTE, 3, 0)] * 2
    assert (counted["out"].bytes_out, counted["out"].bytes_in) == (sizes["sent"], sizes["sent_receipt"])
    assert (counted["in"].bytes_in, counted["in"].bytes_out) == (sizes["received"], sizes["received_receipt"])


def test_the_chain_is_the_verifiers_own_words(place: Place) -> None:
    exchange_some(place, 1)
    seal(place)
    with acting_as(BY):
        rows = list(Evidence.objects.order_by("seq"))
    chain = bytes(32)
    for row in rows:
        link = json.dumps(evidence.facts(row), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        chain = hashlib.sha256(chain + (row.seq or 0).to_bytes(8, "big") + hashlib.sha256(link).digest()).digest()
        assert chain == bytes(row.chain or b"")


def test_archives_go_on_where_the_last_one_ended(place: Place, tmp_path: Path) -> None:
    exchange_some(place, 1)
    seal(place)
    one = archived(place, tmp_path)
    exchange_some(place, 2)
    seal(place)
    two = archived(place, tmp_path, after=4)
    ours = signer(place, tmp_path)
    report = verifier.verify([one, two], ours)
    assert (report.findings, report.entries) == ([], 12)
    assert verifier.verify([two], ours).genuine
    assert verifier.verify([two, one], ours).codes == {"gap"}
    with pytest.raises(Refusal) as refusal:
        archive.export(io.StringIO(), by=place.by, now=now(), after=3)
    assert refusal.value.code == "no_seal"


def test_the_command(place: Place, tmp_path: Path) -> None:
    exchange_some(place, 1)
    seal(place)
    out = io.StringIO()
    call_command("export_exchange", str(tmp_path / "a.jsonl"), stdout=out)
    assert "4 entries written" in out.getvalue()
    assert (tmp_path / "a.jsonl").stat().st_mode & 0o777 == 0o600  # it holds what the messages say
    assert verifier.verify([tmp_path / "a.jsonl"]).genuine


@pytest.mark.parametrize(
    "statement",
    [
        "update exchange_evidence set content = ''",
        "update exchange_evidence set seq = 99 where seq = 1",
        "delete from exchange_evidence",
        "update exchange_seal set signature = ''",
        "delete from exchange_seal",
        "update exchange_seal set time_stamp = '' where time_stamp is not null",
        "update exchange_outbound set state = 'waiting', receipt_id = null",
        "delete from exchange_outbound",
        "update exchange_inbound set state = 'failed', receipt_id = null",
        "delete from exchange_inbound",
    ],
)
def test_nothing_of_it_is_changed(place: Place, tsa: Authority, statement: str) -> None:
    exchange_some(place, 1)
    seal(place)
    with acting_as(BY), pytest.raises(DatabaseError) as error:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert "permission denied" in str(error.value) or "not changed" in str(error.value) or "keeps" in str(error.value)


def test_without_time_stamps_for_four_hours_nothing_is_signed_and_everything_is_taken(
    place: Place, tmp_path: Path, settings: Any
) -> None:
    folder = tmp_path / "tsa"
    folder.mkdir()
    start = datetime.now(UTC)
    with authority(folder) as found:
        url = found.url
    settings.EMOIT_TSA_URL = url  # nobody answers there
    with time_machine.travel(start, tick=False) as clock:
        first = place.send()
        assert place.run() == 1
        assert seal(place) == 2
        with acting_as(BY):
            assert evidence.oldest_unstamped(AGENCY) == start
        clock.shift(timedelta(hours=4))
        second = place.send()
        assert place.run() == 1
        assert place.outbound(second).state == "delivered"
        clock.shift(timedelta(seconds=1))
        third = place.send()
        assert place.run() == 0
        row = place.outbound(third)
        assert (row.state, row.attempts, row.envelope_id) == ("waiting", 0, None)
        fields = place.partner.message(at=now())
        assert place.accept(place.partner.envelope(fields)).is_receipt
        assert place.notes() == [fields["id"]]
        clock.shift(timedelta(hours=1))
        seal(place)
        assert place.run() == 0
    with authority(folder) as found, time_machine.travel(start + timedelta(hours=5, minutes=1), tick=False):
        settings.EMOIT_TSA_URL = found.url
        seal(place)
        with acting_as(BY):
            assert evidence.oldest_unstamped(AGENCY) is None
        assert place.run() == 1
        assert place.outbound(third).state == "delivered"
        seal(place)
        with acting_as(BY):
            assert evidence.oldest_unstamped(AGENCY) is None
            assert not Evidence.objects.filter(seq=None).exists()
    assert [name for name, _ in place.partner.effects()] == [first, second, third]


def test_without_an_authority_nothing_waits(place: Place) -> None:
    place.send()
    assert place.run() == 1
    seal(place)
    with acting_as(BY):
        assert Seal.objects.get().time_stamp is None
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=9), tick=False):
        place.send()
        assert place.run() == 1


def test_without_a_key_the_seal_waits(place: Place) -> None:
    place.send()
    place.run()
    with acting_as(place.by):
        Certificate.objects.filter(partner=None, use=Use.SIGN.value).update(retired_at=now())
    assert seal(place) == 0
    with acting_as(BY):
        assert Evidence.objects.filter(seq=None).count() == 2
