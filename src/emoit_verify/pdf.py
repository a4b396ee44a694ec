"""Tells whether a signed PDF is genuine: python -m emoit_verify.pdf FILE --ca CA.pem [--json] [--offline]

Exit 0: genuine: at least one signature, all valid and trusted, the whole document covered, nothing changed after.
Exit 1: not genuine. Exit 2: no PDF that can be read (also: encrypted), or wrong use.
FILE - reads standard input. Without --ca: EMOIT_CA, else var/demo/ca.pem, else var/trust/ca.pem.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import resource
import sys
from collections.abc import Sequence
from pathlib import Path

from asn1crypto import pem, x509

from emoit_verify.pdf_check import SignatureVerdict, Trouble, Verdict, verify_pdf
from emoit_verify.pdf_words import as_json, as_text

__all__ = ["SignatureVerdict", "Trouble", "Verdict", "load_certificates", "main", "verify_pdf"]

GENUINE, NOT_GENUINE, UNREADABLE = 0, 1, 2
MOST_BYTES = 256 * 1024 * 1024
USUAL_PLACES = (Path("var/demo/ca.pem"), Path("var/trust/ca.pem"))


def load_certificates(content: bytes) -> list[x509.Certificate]:
    """Certificates of a PEM file. ValueError if it holds none."""
    found = [
        x509.Certificate.load(der) for kind, _, der in pem.unarmor(content, multiple=True) if kind == "CERTIFICATE"
    ]
    for certificate in found:
        _ = certificate.native  # reads every field now, so that nonsense is told here
    if not any(certificate.self_issued for certificate in found):
        raise ValueError("no root certificate")
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="emoit_verify.pdf", description=__doc__.splitlines()[0])
    parser.add_argument("file", help="the PDF; - reads standard input")
    parser.add_argument("--ca", type=Path, help="trusted roots and intermediate certificates, PEM")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--offline", action="store_true", help="ask no service: the file must prove itself")
    options = parser.parse_args(arguments)
    try:
        certificates = load_certificates(_ca(options.ca).read_bytes())
    except (OSError, ValueError, TypeError) as error:
        return _refuse(f"Không đọc được chứng thư gốc (--ca): {error}")
    try:
        content = _content(options.file)
    except OSError as error:
        return _refuse(f"Không đọc được tệp {options.file}: {error.strerror}")
    if len(content) > MOST_BYTES:
        return _refuse("Tệp lớn quá, không kiểm tra.")
    verdict = verify_pdf(content, certificates, online=not options.offline)
    text = json.dumps(as_json(verdict), ensure_ascii=False, indent=2) if options.json else as_text(verdict)
    sys.stdout.write(text + "\n")
    if verdict.genuine:
        return GENUINE
    return NOT_GENUINE if verdict.readable else UNREADABLE


def _ca(given: Path | None) -> Path:
    named = given or (Path(os.environ["EMOIT_CA"]) if os.environ.get("EMOIT_CA") else None)
    return named or next((place for place in USUAL_PLACES if place.exists()), USUAL_PLACES[0])


def _content(name: str) -> bytes:
    """At most one byte more than is allowed."""
    if name == "-":
        return sys.stdin.buffer.read(MOST_BYTES + 1)
    with Path(name).open("rb") as file:
        return file.read(MOST_BYTES + 1)


def _refuse(sentence: str) -> int:
    sys.stderr.write(sentence + "\n")
    return UNREADABLE


def _limit() -> None:
    """A hostile file may not take the machine: 3 GB of addresses, 60 s of processor."""
    resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))
    resource.setrlimit(resource.RLIMIT_CPU, (60, 60))


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)  # what libraries say is not for whoever verifies
    _limit()
    sys.exit(main())
