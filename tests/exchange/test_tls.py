"""TLS of our lines (eDelivery TA39 to TA43): 1.2 at least, forward secret and authenticated; with a listener."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from emoit.exchange.transports import Away, Line, Reply, Tls
from tests.support.partner import PEM, Partner, certificate, pem_of, server_of


@contextmanager
def listening(
    folder: Path, lowest: ssl.TLSVersion, highest: ssl.TLSVersion, ciphers: str, *, with_rsa: bool = False
) -> Iterator[tuple[str, str]]:
    """(address, the listener's certificate). What old servers allow is allowed here."""
    key = rsa.generate_private_key(65537, 2048) if with_rsa else ec.generate_private_key(ec.SECP256R1())
    own = certificate("127.0.0.1", key)  # type: ignore[arg-type]
    raw = key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "line.pem").write_bytes(raw + pem_of(own).encode())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers(f"{ciphers}:@SECLEVEL=0")
    context.minimum_version, context.maximum_version = lowest, highest
    context.load_cert_chain(folder / "line.pem")
    server = server_of(Html(folder / "partner"), tls=context)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"https://127.0.0.1:{server.server_port}/", pem_of(own)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Html(Partner):
    def answer(self, _content: bytes) -> tuple[int, str, bytes]:
        return 200, "text/html", b"<p>reached</p>"


ONE_0, ONE_1, ONE_2, ONE_3 = (getattr(ssl.TLSVersion, f"TLSv1{end}") for end in ("", "_1", "_2", "_3"))


@pytest.mark.filterwarnings("ignore:.*deprecated.*:DeprecationWarning")
@pytest.mark.parametrize(
    ("lowest", "highest", "ciphers", "with_rsa", "is_taken"),
    [
        pytest.param(ONE_0, ONE_0, "ALL", False, False, id="TLS 1.0"),
        pytest.param(ONE_1, ONE_1, "ALL", False, False, id="TLS 1.1"),
        pytest.param(ONE_2, ONE_2, "ECDHE+AESGCM", False, True, id="TLS 1.2 with AES-GCM"),
        pytest.param(ONE_2, ONE_2, "ECDHE+CHACHA20", True, True, id="TLS 1.2 with ChaCha20"),
        pytest.param(ONE_3, ONE_3, "ALL", False, True, id="TLS 1.3"),
        pytest.param(ONE_0, ONE_3, "ALL", False, True, id="the best of all versions"),
        pytest.param(ONE_2, ONE_2, "ECDHE+AES128+SHA1", True, False, id="CBC"),
        pytest.param(ONE_2, ONE_2, "AES128-GCM-SHA256", True, False, id="no forward secrecy"),
        pytest.param(ONE_2, ONE_2, "aNULL", False, False, id="nobody's certificate"),
        pytest.param(ONE_2, ONE_2, "eNULL", True, False, id="no encryption"),
    ],
)
def test_versions_and_ciphers(
    tmp_path: Path,
    lowest: ssl.TLSVersion,
    highest: ssl.TLSVersion,
    ciphers: str,
    with_rsa: bool,
    is_taken: bool,
) -> None:
    with listening(tmp_path, lowest, highest, ciphers, with_rsa=with_rsa) as (address, pem):
        with Line(address, Tls((pem,)), 60) as line:
            if is_taken:
                assert line.post(b"{}", "application/json") == Reply(200, "text/html", b"<p>reached</p>")
                return
            with pytest.raises(Away) as away:
                line.post(b"{}", "application/json")
    assert away.value.code == "tls"
