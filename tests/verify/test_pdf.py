"""What the stand-alone verifier calls genuine, and what not."""

from __future__ import annotations

import io
import json
import os
import random
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pikepdf
import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer

from emoit_verify.pdf import Trouble, Verdict, load_certificates, main, verify_pdf
from emoit_verify.pdf_check import Level
from tests.support.signed import SignedLetter
from tests.support.trust import AGENCY, NAME, Enrolled, Signatures, TrustSandbox, letter, running

SOURCE = Path(__file__).parents[2] / "src"


def judge(sandbox: TrustSandbox, content: bytes, **options: object) -> Verdict:
    return verify_pdf(content, load_certificates(sandbox.ca.read_bytes()), **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["drawn", "invisible"])
def test_leader_then_seal_is_genuine(sandbox: TrustSandbox, signed: SignedLetter, kind: str) -> None:
    verdict = judge(sandbox, getattr(signed, kind))
    assert verdict.genuine
    assert [(s.signer, s.organization, s.level, s.time_proved, s.whole_document) for s in verdict.signatures] == [
        (NAME, AGENCY, Level.ARCHIVED, True, True),
        (AGENCY, AGENCY, Level.ARCHIVED, True, True),
    ]
    for signature in verdict.signatures:
        assert signature.signed_at is not None
        assert abs(signature.signed_at - datetime.now(UTC)) < timedelta(minutes=10)


def test_a_document_sealed_by_the_agency_alone_is_genuine(sandbox: TrustSandbox, signed: SignedLetter) -> None:
    verdict = judge(sandbox, signed.sealed_only)
    assert verdict.genuine
    assert [s.signer for s in verdict.signatures] == [AGENCY]


@pytest.mark.parametrize(("years", "genuine"), [(1, True), (6, True), (14, True), (16, False)])
def test_the_file_proves_itself_while_the_archive_stamp_stands(
    sandbox: TrustSandbox, signed: SignedLetter, years: int, genuine: bool
) -> None:
    """Signers' certificates last 5 years, revocation data a week, the time-stamping authority 15 years."""
    verdict = judge(sandbox, signed.drawn, at=datetime.now(UTC) + timedelta(days=365 * years))
    assert verdict.genuine is genuine
    assert verdict.troubles == (() if genuine else (Trouble.UNTRUSTED, Trouble.UNTRUSTED, Trouble.TIME_STAMP))


def test_twenty_flipped_bytes_are_all_seen(sandbox: TrustSandbox, signed: SignedLetter) -> None:
    places = random.Random(20).sample(range(len(signed.drawn)), 20)
    for place in places:
        flipped = bytearray(signed.drawn)
        flipped[place] ^= 0x01
        verdict = judge(sandbox, bytes(flipped))
        assert not verdict.genuine, f"a flipped byte at {place} went unseen"
        assert verdict.readable


def test_a_flip_inside_the_signed_text_says_so(sandbox: TrustSandbox, signed: SignedLetter) -> None:
    place = signed.drawn.index(b"/MediaBox")
    flipped = signed.drawn[:place] + b"/MediaBoy" + signed.drawn[place + 9 :]
    assert Trouble.CHANGED in judge(sandbox, flipped).troubles


def overlay(signed: bytes) -> bytes:
    """An incremental update that writes other words over the first page."""
    writer = IncrementalPdfFileWriter(io.BytesIO(signed))
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    stream = generic.StreamObject(stream_data=b"BT /F1 40 Tf 100 500 Td (GIA MAO) Tj ET")
    page[generic.NameObject("/Contents")] = writer.add_object(stream)
    writer.update_container(page)
    return _written(writer)


def annotation(signed: bytes) -> bytes:
    """An incremental update that lays a picture of words over the page as an annotation."""
    writer = IncrementalPdfFileWriter(io.BytesIO(signed))
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    note = generic.DictionaryObject(
        {
            generic.pdf_name("/Type"): generic.pdf_name("/Annot"),
            generic.pdf_name("/Subtype"): generic.pdf_name("/FreeText"),
            generic.pdf_name("/Rect"): generic.ArrayObject(map(generic.NumberObject, (0, 0, 200, 200))),
            generic.pdf_name("/Contents"): generic.pdf_string("GIẢ MẠO"),
        }
    )
    page[generic.pdf_name("/Annots")] = generic.ArrayObject([writer.add_object(note)])
    writer.update_container(page)
    return _written(writer)


def signature_value(signed: bytes) -> bytes:
    """An update that changes the look of a field that was already signed."""
    writer = IncrementalPdfFileWriter(io.BytesIO(signed))
    field = writer.root["/AcroForm"]["/Fields"][0].get_object()
    stream = generic.StreamObject(stream_data=b"BT (Nguoi khac) Tj ET")
    field["/AP"] = generic.DictionaryObject({generic.pdf_name("/N"): writer.add_object(stream)})
    writer.update_container(field)
    return _written(writer)


def extra_field(signed: bytes) -> bytes:
    """An update that adds a text field with a value: form filling, which the usual policy would allow."""
    writer = IncrementalPdfFileWriter(io.BytesIO(signed))
    form = writer.root["/AcroForm"]
    field = generic.DictionaryObject(
        {
            generic.pdf_name("/FT"): generic.pdf_name("/Tx"),
            generic.pdf_name("/T"): generic.pdf_string("SoTien"),
            generic.pdf_name("/V"): generic.pdf_string("1.000.000.000 đ"),
        }
    )
    form["/Fields"].append(writer.add_object(field))
    writer.update_container(form["/Fields"])
    return _written(writer)


def _written(writer: IncrementalPdfFileWriter) -> bytes:
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


@pytest.mark.parametrize("attack", [overlay, annotation, signature_value, extra_field])
def test_an_update_after_signing_is_not_genuine(sandbox: TrustSandbox, signed: SignedLetter, attack: object) -> None:
    verdict = judge(sandbox, attack(signed.drawn))  # type: ignore[operator]
    assert verdict.readable
    assert not verdict.genuine


@pytest.mark.parametrize("kind", ["drawn", "sealed_only"])
@pytest.mark.parametrize("tail", [b"junk", b"\n%%EOF", b"\n<html>", b"\n1 0 obj\n<<>>\nendobj\n"])
def test_bytes_after_the_end_are_not_genuine(
    sandbox: TrustSandbox, signed: SignedLetter, kind: str, tail: bytes
) -> None:
    assert not judge(sandbox, getattr(signed, kind) + tail).genuine


def test_a_signed_file_wrapped_in_another_is_not_genuine(sandbox: TrustSandbox, signed: SignedLetter) -> None:
    """The signed file lies whole inside a new one whose own table shows other pages."""
    forged = letter("Công văn giả")
    wrapped = b"%PDF-1.7\n" + signed.drawn + b"\n" + forged
    assert not judge(sandbox, wrapped).genuine
    assert not judge(sandbox, forged + signed.drawn).genuine


def test_a_signature_copied_into_another_document_is_not_genuine(sandbox: TrustSandbox, signed: SignedLetter) -> None:
    writer = copy_into_new_writer(PdfFileReader(io.BytesIO(signed.drawn)))
    output = io.BytesIO()
    writer.write(output)
    verdict = judge(sandbox, output.getvalue())
    assert verdict.readable
    assert not verdict.genuine


def test_a_signature_cut_off_leaves_the_earlier_one_without_an_archive_stamp(
    sandbox: TrustSandbox, signed: SignedLetter
) -> None:
    """Back to the leader's revision: intact, but nothing proves when, so it is not genuine without asking."""
    end = signed.drawn.index(b"%%EOF", signed.drawn.index(b"/ByteRange")) + 6
    verdict = judge(sandbox, signed.drawn[:end])
    assert [s.trouble for s in verdict.signatures] == [Trouble.UNTRUSTED]
    online = judge(sandbox, signed.drawn[:end], online=True)
    assert online.genuine
    assert online.signatures[0].level is Level.ONLINE


def test_a_foreign_authority_is_not_trusted(signed: SignedLetter, tmp_path: Path) -> None:
    with running(tmp_path / "other") as stranger:
        verdict = judge(stranger, signed.drawn, online=True)
    assert not verdict.genuine
    assert [s.trouble for s in verdict.signatures] == [Trouble.UNTRUSTED, Trouble.UNTRUSTED]


def test_revocation_after_signing_does_not_touch_what_was_signed(
    sandbox: TrustSandbox, signatures: Signatures, seal: Enrolled
) -> None:
    short = signatures.enrol("Người sắp nghỉ")
    document = signatures.sign(letter(), short, seal)
    sandbox.post("revoke", serial=short.serial, reason="cessationOfOperation")
    assert judge(sandbox, document, online=True).genuine


def test_a_root_given_as_intermediate_only_is_no_trust(sandbox: TrustSandbox, signed: SignedLetter) -> None:
    issuing = [c for c in load_certificates(sandbox.ca.read_bytes()) if not c.self_issued]
    assert not verify_pdf(signed.drawn, issuing).genuine


# The command


def run(tmp_path: Path, content: bytes, sandbox: TrustSandbox, *options: str) -> subprocess.CompletedProcess[str]:
    path = tmp_path / "file.pdf"
    path.write_bytes(content)
    command = [sys.executable, "-m", "emoit_verify.pdf", str(path), "--ca", str(sandbox.ca), *options]
    environment = {**os.environ, "PYTHONPATH": str(SOURCE)}
    return subprocess.run(command, capture_output=True, text=True, env=environment, cwd=tmp_path, check=False)


def encrypted(pdf: bytes) -> bytes:
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        document.save(output, encryption=pikepdf.Encryption(owner="a", user="b"))
    return output.getvalue()


def test_the_command_on_a_genuine_file(sandbox: TrustSandbox, signed: SignedLetter, tmp_path: Path) -> None:
    done = run(tmp_path, signed.drawn, sandbox)
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert lines[0].startswith("Văn bản là thật")
    assert lines[1].startswith(f"1. {NAME} ({AGENCY}) ký lúc ")
    assert lines[2].startswith(f"2. {AGENCY} ký lúc ")


def test_the_command_as_json(sandbox: TrustSandbox, signed: SignedLetter, tmp_path: Path) -> None:
    answer = json.loads(run(tmp_path, signed.drawn, sandbox, "--json", "--offline").stdout)
    assert (answer["verdict"], answer["genuine"], answer["troubles"]) == ("genuine", True, [])
    assert [one["signer"] for one in answer["signatures"]] == [NAME, AGENCY]
    assert all(one["signed_at"].endswith("+07:00") for one in answer["signatures"])


@pytest.mark.parametrize(
    ("make", "code", "words"),
    [
        (lambda signed: signed.original, 1, "Tệp không có chữ ký số nào."),
        (lambda signed: overlay(signed.drawn), 1, "KHÔNG"),
        (lambda _: b"khong phai pdf", 2, "không phải là tệp PDF"),
        (lambda _: b"", 2, "không phải là tệp PDF"),
        (lambda signed: encrypted(signed.original), 2, "có mật khẩu"),
        (lambda signed: signed.drawn[:30000], 2, "không phải là tệp PDF"),
        (lambda signed: signed.drawn[:-3000], 1, "KHÔNG"),
    ],
)
def test_exit_codes(
    sandbox: TrustSandbox, signed: SignedLetter, tmp_path: Path, make: object, code: int, words: str
) -> None:
    done = run(tmp_path, make(signed), sandbox)  # type: ignore[operator]
    assert done.returncode == code
    assert words in done.stdout
    assert done.stderr == ""


def test_a_missing_file_or_root_is_told(
    sandbox: TrustSandbox, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(tmp_path / "none.pdf"), "--ca", str(sandbox.ca)]) == 2
    assert main([str(tmp_path / "none.pdf"), "--ca", str(tmp_path / "none.pem")]) == 2
    told = capsys.readouterr().err.splitlines()
    assert told[0].startswith("Không đọc được tệp")
    assert told[1].startswith("Không đọc được chứng thư gốc")


def test_usual_place_of_the_root(
    sandbox: TrustSandbox, signed: SignedLetter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "var/demo").mkdir(parents=True)
    (tmp_path / "var/demo/ca.pem").write_bytes(sandbox.ca.read_bytes())
    (tmp_path / "a.pdf").write_bytes(signed.drawn)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("EMOIT_CA", raising=False)
    assert main(["a.pdf", "--offline"]) == 0
    monkeypatch.setenv("EMOIT_CA", str(tmp_path / "none.pem"))
    assert main(["a.pdf", "--offline"]) == 2


def test_the_verifier_needs_neither_emoit_nor_django() -> None:
    probe = "import sys, emoit_verify.pdf; print([m for m in sys.modules if m.split('.')[0] in {'emoit', 'django'}])"
    done = subprocess.run(
        [sys.executable, "-c", probe],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
        check=True,
    )
    assert done.stdout.strip() == "[]"
