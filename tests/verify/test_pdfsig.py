"""poppler's pdfsig, with our CA in an NSS database, must agree: see docs/how-to/verify-a-result.md."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.signed import SignedLetter
from tests.support.trust import TrustSandbox

pytestmark = pytest.mark.skipif(
    not (shutil.which("pdfsig") and shutil.which("certutil")),
    reason="poppler-utils and libnss3-tools are not installed",
)
VALID = "Signature Validation: Signature is Valid."
TRUSTED = "Certificate Validation: Certificate is Trusted."


def nss_database(folder: Path, ca: Path, flags: str) -> Path:
    """The database with every certificate of ca.pem: the roots under the flags, the others under none."""
    folder.mkdir()
    subprocess.run(["certutil", "-N", "-d", f"sql:{folder}", "--empty-password"], check=True)
    blocks = ca.read_text().split("-----END CERTIFICATE-----\n")[:-1]
    for number, block in enumerate(blocks):
        subprocess.run(
            ["certutil", "-A", "-d", f"sql:{folder}", "-n", f"emoit-{number}", "-t", ",," if number else flags],
            input=f"{block}-----END CERTIFICATE-----\n",
            text=True,
            check=True,
        )
    return folder


@pytest.fixture
def nss(sandbox: TrustSandbox, tmp_path: Path) -> Path:
    return nss_database(tmp_path / "nss", sandbox.ca, "CT,C,C")


def pdfsig(content: bytes, nss: Path, tmp_path: Path) -> list[str]:
    """What it says of the signatures of persons and agencies, in order: validity, then trust, of each."""
    path = tmp_path / "file.pdf"
    path.write_bytes(content)
    done = subprocess.run(["pdfsig", "-nssdir", str(nss), str(path)], capture_output=True, text=True, check=False)
    said = []
    for part in done.stdout.split("Signature #")[1:]:
        if "ETSI.CAdES.detached" in part:
            said += [line.strip(" -") for line in part.splitlines() if "Validation:" in line]
    return said


@pytest.mark.parametrize("kind", ["drawn", "invisible"])
def test_both_signatures_are_valid_and_trusted(signed: SignedLetter, nss: Path, tmp_path: Path, kind: str) -> None:
    assert pdfsig(getattr(signed, kind), nss, tmp_path) == [VALID, TRUSTED, VALID, TRUSTED]


def test_the_services_need_not_be_up(sandbox: TrustSandbox, signed: SignedLetter, nss: Path, tmp_path: Path) -> None:
    for service in ("ocsp", "crl", "tsa"):
        sandbox.switch(service, "down")
    assert pdfsig(signed.drawn, nss, tmp_path) == [VALID, TRUSTED, VALID, TRUSTED]


def test_a_flipped_byte_of_the_text_fails_both(signed: SignedLetter, nss: Path, tmp_path: Path) -> None:
    flipped = bytearray(signed.drawn)
    flipped[len(signed.original) // 2] ^= 0x01
    said = pdfsig(bytes(flipped), nss, tmp_path)
    assert VALID not in said


@pytest.mark.parametrize(("flags", "trusted"), [("CT,C,C", True), ("T,C,C", True), (",C,", True), ("C,,", False)])
def test_it_is_the_flag_for_mail_that_counts(
    sandbox: TrustSandbox, signed: SignedLetter, tmp_path: Path, flags: str, trusted: bool
) -> None:
    said = pdfsig(signed.drawn, nss_database(tmp_path / "nss", sandbox.ca, flags), tmp_path)
    assert (said == [VALID, TRUSTED, VALID, TRUSTED]) is trusted
