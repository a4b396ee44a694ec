"""A running sandbox trust service and what tests ask of it."""

from __future__ import annotations

import json
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typst

from emoit.signing import keys, pades
from emoit.signing.tsa import UrlTimeStamper
from emoit.signing.types import Box
from emoit_partners.trust import serve

NAME = "Nguyễn Thị Ẳng Ượm"
AGENCY = "Bộ Công Thương"


@dataclass(frozen=True)
class TrustSandbox:
    url: str
    folder: Path

    @property
    def ca(self) -> Path:
        return self.folder / "ca.pem"

    def fetch(self, path: str, data: bytes | None = None) -> bytes:
        """The body of an answer: GET without data, POST with them. HTTPError unless it is 2xx."""
        request = urllib.request.Request(f"{self.url}/{path}", data=data)
        with urllib.request.urlopen(request, timeout=60) as reply:
            return bytes(reply.read())

    def post(self, path: str, **body: Any) -> Any:
        return json.loads(self.fetch(path, json.dumps(body).encode()))

    def switch(self, service: str, mode: str = "up", **settings: float) -> None:
        self.post("control", service=service, mode=mode, **settings)

    def all_up(self) -> None:
        for service in ("tsa", "ocsp", "crl", "enrol"):
            self.switch(service)


@contextmanager
def running(folder: Path) -> Iterator[TrustSandbox]:
    server = serve(folder, "127.0.0.1", 0)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield TrustSandbox(f"http://127.0.0.1:{server.server_port}", folder)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass(frozen=True)
class Enrolled:
    reference: str
    chain: str
    serial: str


@dataclass(frozen=True)
class Signatures:
    """Signs with keys of its own at one sandbox."""

    sandbox: TrustSandbox
    store: keys.KeyStore

    def enrol(self, common_name: str, kind: str = "person") -> Enrolled:
        reference, csr = keys.make(self.store, "test", common_name, AGENCY)
        got = self.sandbox.post("enrol", csr=csr, common_name=common_name, organization=AGENCY, kind=kind)
        return Enrolled(reference, got["chain"], got["serial"])

    def hand(self, name: str, who: Enrolled) -> pades.Hand:
        return pades.Hand(name, keys.open_signer(who.reference, who.chain, self.store))

    def trust(self) -> pades.Trust:
        certificates = keys.chain_of(self.sandbox.ca.read_text())
        return pades.Trust((certificates[0],), tuple(certificates[1:]), UrlTimeStamper(f"{self.sandbox.url}/tsa"))

    def sign(self, pdf: bytes, leader: Enrolled | None, seal: Enrolled, box: Box | None = None) -> bytes:
        return pades.sign(
            pdf,
            leader=self.hand(NAME, leader) if leader else None,
            seal=self.hand(AGENCY, seal),
            trust=self.trust(),
            at=datetime.now(UTC),
            reason="Ban hành 12/XTTM-KM",
            box=box,
        )


def letter(text: str = "Công văn số 12/XTTM-KM") -> bytes:
    """A two-page PDF/A-2b as the printing module makes them."""
    source = f'#set page(paper: "a4")\n{text}\n#pagebreak()\nNơi nhận'
    made = typst.compile(source.encode(), format="pdf", pdf_standards=["a-2b"])
    assert isinstance(made, bytes)
    return made
