"""The log that proves what was exchanged: sealed, stamped, archived, judged by a program that knows nothing of us."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
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
from emoit.exchange import archive, evidence, keys, queries, sealing
from emoit.exchange.models import Certificate, Evidence, Seal
from emoit.exchange.types import Use
from emoit.kernel.access import Refusal, acting_as, platform
from emoit.lib.working_time import VIET_NAM
from emoit_verify import exchange as verifier
from tests.exchange.conftest import AGENCY, NOTE, Place, now
from tests.support.authority import Authority, authority

BY = platform("test")
Line = dict[str, Any]


@pytest.fixture
def tsa(place: Place, tmp_path: Path, settings: Any) -> Iterator[Authority]:
    folder = tmp_path / "tsa"
    folder.mkdir()
    with authority(folder) as found:
        settings.EMOIT_TSA_URL = found.url
        yield found


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
    assert verifier.verify([tmp_path / "a.jsonl"]).genuine


# -- damages


def entries(lines: list[Line]) -> list[int]:
    return [n for n, line in enumerate(lines) if line["kind"] == "entry"]


def relink(lines: list[Line]) -> None:
    """Compute the chain anew, as whoever rules the database could."""
    chain = bytes(32)
    for line in lines:
        if line["kind"] == "entry":
            link = json.dumps(line["facts"], sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
            seq = line["seq"].to_bytes(8, "big")
            chain = hashlib.sha256(chain + seq + hashlib.sha256(link).digest()).digest()
            line["chain"] = chain.hex()


def flip_a_bit(lines: list[Line]) -> None:
    line = lines[entries(lines)[1]]
    raw = bytearray(base64.b64decode(line["content"]))
    raw[10] ^= 1
    line["content"] = base64.b64encode(bytes(raw)).decode()


def change_the_time(lines: list[Line]) -> None:
    lines[entries(lines)[1]]["facts"]["at"] = "2020-01-01T00:00:00.000000+00:00"


def delete_one(lines: list[Line]) -> None:
    del lines[entries(lines)[1]]


def swap_two(lines: list[Line]) -> None:
    one, two = entries(lines)[1:3]
    lines[one], lines[two] = lines[two], lines[one]


def insert_again(lines: list[Line]) -> None:
    one = entries(lines)[1]
    lines.insert(one + 1, json.loads(json.dumps(lines[one])))


def cut_the_tail(lines: list[Line]) -> None:
    del lines[entries(lines)[-1] :]


def cut_the_tail_and_end_it(lines: list[Line]) -> None:
    del lines[entries(lines)[-1] :]
    lines.append({"kind": "end", "entries": len(entries(lines)), "seq": len(entries(lines))})


def remove_the_seal(lines: list[Line]) -> None:
    lines[:] = [line for line in lines if line["kind"] != "seal"]


def rewrite(lines: list[Line]) -> None:
    """Change a fact and compute everything anew, but for the seal, which needs our key."""
    change_the_time(lines)
    relink(lines)


def rewrite_bytes(lines: list[Line]) -> None:
    """Another payload with a right digest and a right chain: the message's own signature tells."""
    line = lines[entries(lines)[0]]
    content = json.loads(base64.b64decode(line["content"]))
    content["body"] = base64.b64encode(b"other").decode()
    raw = json.dumps(content).encode()
    line["content"], line["facts"]["digest"] = base64.b64encode(raw).decode(), hashlib.sha256(raw).hexdigest()
    relink(lines)


def another_seals_stamp(lines: list[Line]) -> None:
    for line in lines:
        if line["kind"] == "seal":
            line["signature"] += " "


def no_stamp(lines: list[Line]) -> None:
    for line in lines:
        if line["kind"] == "seal":
            line["stamp"] = None


def seal_by_another_key(lines: list[Line]) -> None:
    from cryptography.hazmat.primitives.asymmetric import ec

    from emoit.exchange.envelopes import json_form
    from tests.support.partner import certificate, pem_of

    private = ec.generate_private_key(ec.SECP256R1())
    own = certificate("G02", private)
    key = keys.OwnKey(keys.fingerprint(own), private, own, pem_of(own))
    lines.insert(1, {"kind": "certificate", "partner": "", "use": "sign", "pem": key.pem})
    change_the_time(lines)
    relink(lines)
    last = lines[entries(lines)[-1]]
    fields = {"agency_id": "1", "seq": str(last["seq"]), "chain": last["chain"], "sealed_at": "x"}
    for line in lines:
        if line["kind"] == "seal":
            line["signature"], line["stamp"] = json_form.seal("seal", fields, None, key).decode(), None


def bent_seal(lines: list[Line]) -> None:
    for line in lines:
        if line["kind"] == "seal":
            signed = json.loads(line["signature"])
            signed["payload"] = signed["payload"][:-2] + ("AA" if signed["payload"][-2:] != "AA" else "BB")
            line["signature"] = json.dumps(signed)


def surplus(lines: list[Line]) -> None:
    lines.append({"kind": "entry"})


def unknown_line(lines: list[Line]) -> None:
    lines.insert(-1, {"kind": "note", "text": "x"})


def renamed(lines: list[Line]) -> None:
    """The entry says that the message was another one, and the chain follows."""
    lines[entries(lines)[0]]["facts"]["message_id"] = "another-message"
    relink(lines)


def other_kind(lines: list[Line]) -> None:
    lines[entries(lines)[0]]["facts"]["kind"] = "note"
    relink(lines)


DAMAGES: list[tuple[Callable[[list[Line]], None], set[str]]] = [
    (flip_a_bit, {"content_changed", "message_signature"}),
    (change_the_time, {"chain_broken"}),
    (delete_one, {"missing", "chain_broken", "cut_tail"}),
    (swap_two, {"out_of_order", "missing", "chain_broken"}),
    (insert_again, {"out_of_order", "chain_broken", "repeated", "cut_tail"}),
    (cut_the_tail, {"cut_tail", "unsealed"}),
    (cut_the_tail_and_end_it, {"unsealed"}),
    (remove_the_seal, {"unsealed"}),
    (rewrite, {"seal_mismatch"}),
    (rewrite_bytes, {"message_signature", "seal_mismatch"}),
    (another_seals_stamp, {"stamp"}),
    (no_stamp, {"unstamped"}),
    (seal_by_another_key, {"seal_signer", "unstamped"}),
    (bent_seal, {"seal_signature", "unsealed", "unstamped"}),
    (surplus, {"surplus"}),
    (unknown_line, {"surplus"}),
    (renamed, {"message_mismatch", "seal_mismatch"}),
    (other_kind, {"entry_changed", "seal_mismatch"}),
]


@pytest.mark.parametrize(("damage", "codes"), DAMAGES, ids=[damage.__name__ for damage, _ in DAMAGES])
def test_every_damage_has_its_word(
    place: Place, tsa: Authority, tmp_path: Path, damage: Callable[[list[Line]], None], codes: set[str]
) -> None:
    exchange_some(place, 2)
    seal(place)
    path, ours = archived(place, tmp_path), signer(place, tmp_path)
    lines = [json.loads(text) for text in path.read_text().splitlines()]
    damage(lines)
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines))
    report = verifier.verify([path], ours, tsa.pem)
    assert report.codes == codes, report.findings
    assert verifier.main([str(path), "--signer", str(ours), "--ca", str(tsa.pem)]) == 1


def test_an_archive_cut_at_a_seal_is_told_by_the_next_one(place: Place, tmp_path: Path) -> None:
    exchange_some(place, 1)
    seal(place)
    exchange_some(place, 1)
    seal(place)
    one = archived(place, tmp_path)
    exchange_some(place, 1)
    seal(place)
    two = archived(place, tmp_path, after=8)
    lines = one.read_text().splitlines()
    first_seal = next(n for n, text in enumerate(lines) if '"kind": "seal"' in text)
    cut = [*lines[: first_seal + 1], json.dumps({"kind": "end", "entries": 4, "seq": 4})]
    one.write_text("\n".join(cut) + "\n")
    ours = signer(place, tmp_path)
    assert verifier.verify([one], ours).genuine
    assert verifier.verify([one, two], ours).codes == {"gap"}


@pytest.mark.parametrize("content", ["", "{}", "x", "[]", '{"kind": "archive", "version": 2}'])
def test_what_is_no_archive_is_not_read(tmp_path: Path, content: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(content)
    assert verifier.main([str(path)]) == 2
    assert verifier.main([str(tmp_path / "none")]) == 2


# -- what the database itself forbids


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


# -- when the time-stamping authority is away


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
