"""The front server of `deploy/nginx.conf` on loopback, before an application on loopback."""

from __future__ import annotations

import http.client
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from emoit_partners.kit.host import free_port
from tests.support.partner import certificate, pem_of

CONFIGURATION = Path(__file__).resolve().parents[2] / "deploy/nginx.conf"
SITE, MACHINES = "dvc.example.vn", "lien-thong.dvc.example.vn"
SECRET = "a secret of the front server in tests"
_AROUND = """
daemon off;
pid {folder}/pid;
error_log {folder}/error.log info;
worker_processes 1;
events {{ }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""


@dataclass(frozen=True)
class Identity:
    """A certificate with its key, as files of PEM."""

    own: x509.Certificate
    chain: Path
    key: Path


def identity(folder: Path, name: str, **period: object) -> Identity:
    key = ec.generate_private_key(ec.SECP256R1())
    own = certificate(name, key, **period)  # type: ignore[arg-type]
    folder.mkdir(parents=True, exist_ok=True)
    found = Identity(own, folder / f"{name}.pem", folder / f"{name}.key")
    found.chain.write_text(pem_of(own))
    found.key.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return found


@dataclass(frozen=True)
class Front:
    port: int

    def ask(
        self,
        path: str,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
        *,
        shows: Identity | None = None,
        name: str = MACHINES,
        host: str = "",
        seconds: float = 60,
    ) -> tuple[int, bytes]:
        """Status and body. `name` is asked for by TLS, `host` (the same) by the header. TimeoutError."""
        with self.line(shows, name, seconds) as line:
            connection = http.client.HTTPConnection(name)
            connection.sock = line
            return asked(connection, path, body, {"Host": host or name, **(headers or {})})

    @contextmanager
    def line(self, shows: Identity | None = None, name: str = MACHINES, seconds: float = 60) -> Iterator[ssl.SSLSocket]:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        if shows:
            context.load_cert_chain(shows.chain, shows.key)
        with (
            socket.create_connection(("127.0.0.1", self.port), timeout=seconds) as plain,
            context.wrap_socket(plain, server_hostname=name) as line,
        ):
            yield line


def asked(
    connection: http.client.HTTPConnection, path: str, body: bytes | None, headers: dict[str, str]
) -> tuple[int, bytes]:
    connection.request("GET" if body is None else "POST", path, body, headers)
    answer = connection.getresponse()
    try:
        return answer.status, answer.read()
    finally:
        connection.close()


@contextmanager
def running_front(folder: Path, application_port: int) -> Iterator[Front]:
    """The very file, with ports and paths of the test's."""
    folder.mkdir(parents=True)
    made = identity(folder, "site")
    (folder / "front.conf").write_text(f'proxy_set_header Emoit-Front "{SECRET}";\n')
    port, plain = free_port(), free_port()
    text = CONFIGURATION.read_text("utf-8")
    for written, here in (
        ("listen 443", f"listen 127.0.0.1:{port}"),
        ("listen 80;", f"listen 127.0.0.1:{plain};"),
        ("server 127.0.0.1:8000;", f"server 127.0.0.1:{application_port};"),
        ("/etc/emoit/tls/site.pem", str(made.chain)),
        ("/etc/emoit/tls/site.key", str(made.key)),
        ("include /etc/emoit/front.conf", f"include {folder / 'front.conf'}"),
    ):
        assert written in text, written
        text = text.replace(written, here)
    (folder / "site.conf").write_text(text)
    (folder / "nginx.conf").write_text(_AROUND.format(folder=folder))
    program = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
    assert program, "nginx is not installed; ./emoit test installs it"
    process = subprocess.Popen([program, "-p", str(folder), "-c", str(folder / "nginx.conf")], stderr=subprocess.PIPE)
    try:
        _wait(process, port)
        yield Front(port)
    finally:
        process.terminate()
        process.wait(60)
        if process.stderr:
            process.stderr.close()


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    for _ in range(1200):
        if process.poll() is not None:
            raise AssertionError(process.stderr.read().decode() if process.stderr else "nginx ended")
        if is_open(port):
            return
        time.sleep(0.1)
    raise AssertionError("nginx does not listen")


def is_open(port: int) -> bool:
    with socket.socket() as line:
        line.settimeout(10)
        return line.connect_ex(("127.0.0.1", port)) == 0
