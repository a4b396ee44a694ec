"""Damages of an archive: the stand-alone verifier has a word for each."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from emoit.exchange import keys
from emoit_verify import exchange as verifier
from tests.exchange.conftest import Place
from tests.exchange.sealed import archived, exchange_some, seal, signer
from tests.support.authority import Authority

Line = dict[str, Any]


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


def change_an_idle_byte(lines: list[Line]) -> None:
    """One that base64 does not read: the message stays, the archive is another."""
    line = lines[entries(lines)[1]]
    line["content"] = line["content"][:40] + " " + line["content"][40:]


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


def emptied(lines: list[Line]) -> None:
    lines[:] = [line for line in lines if line["kind"] not in {"entry", "seal", "end"}]
    lines.append({"kind": "end", "entries": 0, "seq": 0})


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
    (change_an_idle_byte, {"content_changed"}),
    (change_the_time, {"chain_broken"}),
    (delete_one, {"missing", "chain_broken", "cut_tail"}),
    (swap_two, {"out_of_order", "missing", "chain_broken"}),
    (insert_again, {"out_of_order", "chain_broken", "repeated", "cut_tail"}),
    (cut_the_tail, {"cut_tail", "unsealed"}),
    (cut_the_tail_and_end_it, {"unsealed"}),
    (remove_the_seal, {"unsealed"}),
    (emptied, {"unsealed"}),
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
