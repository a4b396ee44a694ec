"""One trust service and one signed document for a whole test session: making keys is the slow part."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from emoit.signing import keys
from emoit.signing.types import Box
from tests.support.trust import AGENCY, NAME, Enrolled, Signatures, TrustSandbox, letter, running


@dataclass(frozen=True)
class SignedLetter:
    original: bytes
    drawn: bytes
    invisible: bytes
    sealed_only: bytes


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TrustSandbox]:
    with running(tmp_path_factory.mktemp("trust") / "ca") as sandbox:
        yield sandbox


@pytest.fixture(autouse=True)
def services_up(sandbox: TrustSandbox) -> Iterator[None]:
    yield
    sandbox.all_up()


@pytest.fixture(scope="session")
def signatures(sandbox: TrustSandbox, tmp_path_factory: pytest.TempPathFactory) -> Signatures:
    return Signatures(sandbox, keys.KeyStore(Path(tmp_path_factory.mktemp("keys")), "passphrase"))


@pytest.fixture(scope="session")
def leader(signatures: Signatures) -> Enrolled:
    return signatures.enrol(NAME)


@pytest.fixture(scope="session")
def seal(signatures: Signatures) -> Enrolled:
    return signatures.enrol(AGENCY, "agency")


@pytest.fixture(scope="session")
def signed(signatures: Signatures, leader: Enrolled, seal: Enrolled) -> SignedLetter:
    original = letter()
    return SignedLetter(
        original,
        signatures.sign(original, leader, seal, Box()),
        signatures.sign(original, leader, seal),
        signatures.sign(original, None, seal, Box()),
    )
