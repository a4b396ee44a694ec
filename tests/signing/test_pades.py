"""The pure core: what is signed, what is refused before signing, how it looks."""

from __future__ import annotations

import io
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest
from pypdf import PdfReader

from emoit.signing import keys, pades
from emoit.signing.faults import LastingFault, PassingFault
from emoit.signing.screen import screen
from emoit.signing.stamps import iso, rectangle
from emoit.signing.types import Box
from tests.support.signed import SignedLetter
from tests.support.tokens import SOFTHSM, new_token
from tests.support.trust import AGENCY, NAME, Enrolled, Signatures, TrustSandbox, letter


def words_of(annotation: object) -> str:
    """The words in the appearance of one annotation, by way of the form inside it."""
    page = pikepdf.new()
    page.add_blank_page(page_size=(300, 300))
    form = annotation["/AP"]["/N"]  # type: ignore[index]
    copied = page.copy_foreign(form)
    page.pages[0]["/Resources"] = pikepdf.Dictionary({"/XObject": pikepdf.Dictionary({"/S": copied})})
    page.pages[0]["/Contents"] = page.make_stream(b"/S Do")
    output = io.BytesIO()
    page.save(output)
    done = subprocess.run(["pdftotext", "-", "-"], input=output.getvalue(), capture_output=True, check=True)
    return " ".join(done.stdout.decode().split())


def test_drawn_signatures_stand_on_the_last_page_with_their_words(signed: SignedLetter) -> None:
    with pikepdf.open(io.BytesIO(signed.drawn)) as document:
        first, last = document.pages
        assert "/Annots" not in first or not [a for a in first["/Annots"] if a["/FT"] == "/Sig" and _is_drawn(a)]
        drawn = [annotation for annotation in last["/Annots"] if _is_drawn(annotation)]
        leader, seal = sorted(drawn, key=lambda a: str(a["/T"]))
        assert (str(leader["/T"]), str(seal["/T"])) == (pades.LEADER_FIELD, pades.SEAL_FIELD)
        assert f"Ký bởi: {NAME}" in words_of(leader)
        assert "+07:00" in words_of(leader)
        assert AGENCY in words_of(seal)
        assert "+07:00" in words_of(seal)
        left, _, right, _ = (float(n) for n in seal["/Rect"])
        leader_left, _, leader_right, _ = (float(n) for n in leader["/Rect"])
        assert left < leader_left < right
        assert right == pytest.approx(leader_left + (leader_right - leader_left) / 3, abs=1)


def _is_drawn(annotation: pikepdf.Object) -> bool:
    left, bottom, right, top = (float(n) for n in annotation["/Rect"])
    return right > left and top > bottom


def test_invisible_signatures_leave_the_pages_as_they_were(signed: SignedLetter) -> None:
    with pikepdf.open(io.BytesIO(signed.invisible)) as document:
        assert not [a for page in document.pages for a in page.get("/Annots", []) if _is_drawn(a)]
    assert signed.invisible.startswith(signed.original)


def test_the_signed_revisions_are_pades_with_an_archive_stamp_last(signed: SignedLetter) -> None:
    fields = PdfReader(io.BytesIO(signed.drawn)).get_fields() or {}
    kinds = {name: field["/V"].get_object()["/SubFilter"] for name, field in fields.items()}
    assert kinds == {
        pades.LEADER_FIELD: "/ETSI.CAdES.detached",
        pades.SEAL_FIELD: "/ETSI.CAdES.detached",
        pades.ARCHIVE_FIELD: "/ETSI.RFC3161",
    }


@pytest.mark.parametrize(("page", "words"), [(3, "không có trang 3"), (-3, "không có trang -3"), (1, None), (-1, None)])
def test_the_box_must_be_on_a_page(
    signatures: Signatures, leader: Enrolled, seal: Enrolled, page: int, words: str | None
) -> None:
    if words is None:
        assert signatures.sign(letter(), leader, seal, Box(page=page))
        return
    with pytest.raises(LastingFault, match=words):
        signatures.sign(letter(), leader, seal, Box(page=page))


@pytest.mark.parametrize(
    ("box", "expected"),
    [
        ((0, 0, 60, 25), (0, 771, 170, 842)),
        ((110, 200, 60, 25), (312, 204, 482, 275)),
        ((200, 290, 60, 25), (425, 0, 595, 71)),
    ],
)
def test_millimetres_from_the_top_left_become_points(box: tuple[float, ...], expected: tuple[int, ...]) -> None:
    """A box that would leave the page is moved back onto it."""
    assert rectangle(*box, page=(595, 842)) == expected


def test_moments_are_written_as_the_decree_asks() -> None:
    assert iso(datetime(2026, 5, 12, 7, 0, 0, 5, tzinfo=UTC)) == "2026-05-12T14:00:00+07:00"


# Refused before signing


def _saved(document: pikepdf.Pdf, **options: object) -> bytes:
    output = io.BytesIO()
    document.save(output, **options)  # type: ignore[arg-type]
    return output.getvalue()


def _with(change: object) -> bytes:
    with pikepdf.open(io.BytesIO(letter())) as document:
        change(document)  # type: ignore[operator]
        return _saved(document)


def _script(document: pikepdf.Pdf) -> None:
    action = pikepdf.Dictionary({"/S": pikepdf.Name("/JavaScript"), "/JS": "app.alert(1)"})
    document.Root["/OpenAction"] = action


def _attachment(document: pikepdf.Pdf) -> None:
    document.attachments["a.txt"] = b"x"


def _field(document: pikepdf.Pdf) -> None:
    document.Root["/AcroForm"] = pikepdf.Dictionary({"/Fields": pikepdf.Array()})


def _layer(document: pikepdf.Pdf) -> None:
    document.Root["/OCProperties"] = pikepdf.Dictionary({"/OCGs": pikepdf.Array()})


def _launch(document: pikepdf.Pdf) -> None:
    action = pikepdf.Dictionary({"/S": pikepdf.Name("/Launch"), "/F": "x.exe"})
    note = pikepdf.Dictionary({"/Subtype": pikepdf.Name("/Link"), "/Rect": [0, 0, 9, 9], "/A": action})
    document.pages[0]["/Annots"] = pikepdf.Array([note])


def _deep_script(document: pikepdf.Pdf) -> None:
    nested = pikepdf.Dictionary({"/S": pikepdf.Name("/JavaScript"), "/JS": "x"})
    for _ in range(20):
        nested = pikepdf.Dictionary({"/X": pikepdf.Array([nested])})
    document.Root["/Names"] = nested


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: _with(_script), "JavaScript"),
        (lambda: _with(_deep_script), "JavaScript"),
        (lambda: _with(_attachment), "tệp đính kèm"),
        (lambda: _with(_field), "trường biểu mẫu"),
        (lambda: _with(_layer), "lớp nội dung"),
        (lambda: _with(_launch), "lệnh mở chương trình"),
        (lambda: b"khong phai pdf", "không phải là PDF"),
        (lambda: b"", "không phải là PDF"),
        (lambda: letter()[:2000], "không phải là PDF"),
        (lambda: letter() + b"\n%more\nstartxref\n0\n%%EOF\n", "đã bị sửa thêm"),
    ],
)
def test_what_must_not_be_signed(make: object, words: str) -> None:
    with pytest.raises(LastingFault, match=words):
        screen(make())  # type: ignore[operator]


def test_an_encrypted_document_is_not_signed() -> None:
    with pikepdf.open(io.BytesIO(letter())) as document:
        for user in ("", "secret"):
            locked = _saved(document, encryption=pikepdf.Encryption(owner="o", user=user))
            with pytest.raises(LastingFault, match="mật khẩu"):
                screen(locked)


def test_a_signed_document_is_not_signed_again(
    signatures: Signatures, leader: Enrolled, seal: Enrolled, signed: SignedLetter
) -> None:
    with pytest.raises(LastingFault, match="đã bị sửa thêm"):
        signatures.sign(signed.drawn, leader, seal)
    with (
        pikepdf.open(io.BytesIO(signed.drawn)) as document,
        pytest.raises(LastingFault, match=r"chữ ký số|trường biểu"),
    ):
        screen(_saved(document))


# Services and certificates


def test_a_revoked_signer_is_refused(sandbox: TrustSandbox, signatures: Signatures, seal: Enrolled) -> None:
    revoked = signatures.enrol("Trần Thị Thu Hồi")
    sandbox.post("revoke", serial=revoked.serial, reason="keyCompromise")
    with pytest.raises(LastingFault, match="đã bị thu hồi"):
        signatures.sign(letter(), revoked, seal)


def test_a_revoked_seal_is_refused(sandbox: TrustSandbox, signatures: Signatures, leader: Enrolled) -> None:
    revoked = signatures.enrol("Dấu cũ", "agency")
    sandbox.post("revoke", serial=revoked.serial, reason="superseded")
    with pytest.raises(LastingFault, match="đã bị thu hồi"):
        signatures.sign(letter(), leader, revoked)


@pytest.mark.parametrize(
    ("service", "settings", "words"),
    [
        ("tsa", {"mode": "down"}, "dấu thời gian không trả lời"),
        ("crl", {"mode": "down"}, "tình trạng chứng thư số"),
        ("tsa", {"skew_seconds": 3600}, "lệch"),
    ],
)
def test_a_service_away_is_a_passing_fault(
    sandbox: TrustSandbox,
    signatures: Signatures,
    leader: Enrolled,
    seal: Enrolled,
    service: str,
    settings: dict[str, object],
    words: str,
) -> None:
    sandbox.switch(service, **settings)  # type: ignore[arg-type]
    with pytest.raises(PassingFault, match=words):
        signatures.sign(letter(), leader, seal)
    sandbox.all_up()
    assert signatures.sign(letter(), leader, seal)


def test_a_stranger_to_our_roots_is_refused(signatures: Signatures, seal: Enrolled, tmp_path: Path) -> None:
    from tests.support.trust import running

    with running(tmp_path / "other") as other:
        stranger = Signatures(other, signatures.store).enrol("Người lạ")
    with pytest.raises(LastingFault, match="không do tổ chức chứng thực được tin cậy"):
        signatures.sign(letter(), stranger, seal)


# Keys


def test_keys_in_files_are_encrypted_and_private(signatures: Signatures, leader: Enrolled) -> None:
    path = signatures.store.folder / leader.reference.removeprefix("file:")
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.read_bytes().startswith(b"-----BEGIN ENCRYPTED PRIVATE KEY-----")


def test_a_key_stays_open_between_signatures(signatures: Signatures, leader: Enrolled) -> None:
    first = keys.open_signer(leader.reference, leader.chain, signatures.store)
    assert keys.open_signer(leader.reference, leader.chain, signatures.store) is first


def test_keys_that_do_not_open(signatures: Signatures, leader: Enrolled, seal: Enrolled) -> None:
    wrong = keys.KeyStore(signatures.store.folder, "wrong")
    cases = [
        (leader.reference, leader.chain, wrong, "Không mở được"),
        ("file:none.pem", leader.chain, signatures.store, "Không tìm thấy"),
        ("file:../x.pem", leader.chain, signatures.store, "khai báo sai"),
        ("other:x", leader.chain, signatures.store, "khai báo sai"),
        (leader.reference, seal.chain, signatures.store, "không khớp"),
        ("pkcs11:token=a", leader.chain, signatures.store, "khai báo sai"),
        ("pkcs11:token=a;object=b?module-path=/none.so", leader.chain, signatures.store, "Không mở được thiết bị"),
    ]
    for reference, chain, store, words in cases:
        with pytest.raises(LastingFault, match=words):
            keys.open_signer(reference, chain, store)


@pytest.fixture
def token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A SoftHSM token of this test's own; its name."""
    new_token(tmp_path, monkeypatch, "emoit")
    return "emoit"


def test_a_key_on_a_token_signs(
    sandbox: TrustSandbox, signatures: Signatures, seal: Enrolled, token: str, tmp_path: Path
) -> None:
    """The key goes onto the token, the file is thrown away, and only the token can sign."""
    from emoit_verify.pdf import load_certificates, verify_pdf

    who = signatures.enrol("Lê Văn Thẻ")
    path = signatures.store.folder / who.reference.removeprefix("file:")
    plain = tmp_path / "plain.pem"
    open_key = ["openssl", "pkcs8", "-in", path, "-passin", "pass:passphrase", "-topk8", "-nocrypt", "-out", plain]
    subprocess.run(open_key, check=True, capture_output=True)
    load = ["softhsm2-util", "--import", plain, "--token", token, "--label", "leader", "--id", "01", "--pin", "1234"]
    subprocess.run(load, check=True, capture_output=True)
    plain.unlink()
    path.unlink()

    on_token = Enrolled(f"pkcs11:token={token};object=leader?module-path={SOFTHSM}", who.chain, who.serial)
    holder = Signatures(sandbox, keys.KeyStore(signatures.store.folder, "passphrase", "1234"))
    document = pades.sign(
        letter(),
        leader=holder.hand("Lê Văn Thẻ", on_token),
        seal=signatures.hand(AGENCY, seal),
        trust=signatures.trust(),
        at=datetime.now(UTC),
        reason="Ban hành",
        box=None,
    )
    verdict = verify_pdf(document, load_certificates(sandbox.ca.read_bytes()))
    assert verdict.genuine
    assert verdict.signatures[0].signer == "Lê Văn Thẻ"

    wrong_pin = Signatures(sandbox, keys.KeyStore(signatures.store.folder, "passphrase", "9999"))
    with pytest.raises(LastingFault, match="Không mở được thiết bị"):
        wrong_pin.hand("Lê Văn Thẻ", on_token)
