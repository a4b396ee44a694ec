"""The authority: its keys in DIR, what it issued in DIR/issued.sqlite.

DIR is made beside its place and renamed into it, so that a killed start leaves no half of an authority behind.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509 import ocsp

from emoit_partners.trust import certificates
from emoit_partners.trust.certificates import Addresses, Issuer

STORE = "issued.sqlite"
REVOCATION_LIFE = dt.timedelta(days=7)
SCHEMA = """
create table issued (serial text primary key, common_name text not null, organization text not null,
                     kind text not null, issued_at text not null, pem text not null,
                     revoked_at text, reason text);
create table counters (name text primary key, value integer not null);
insert into counters values ('crl', 0), ('token', 0);
"""


class Rejected(ValueError):
    """The request cannot be answered; the message says why."""


@dataclass(frozen=True)
class Authority:
    """One test PKI, open for use."""

    folder: Path
    addresses: Addresses
    root: Issuer
    issuing: Issuer
    ocsp: Issuer
    tsa: Issuer

    def enrol(self, csr_pem: str, common_name: str, organization: str, kind: str, now: dt.datetime) -> bytes:
        """A certificate for the key that signed the request: leaf, issuing, root as PEM.

        The subject is what the caller says, not what the request says: the authority decides on names.
        """
        if kind not in {"person", "agency"}:
            raise Rejected("kind is person or agency")
        if not common_name.strip() or not organization.strip() or max(len(common_name), len(organization)) > 64:
            raise Rejected("common_name and organization are 1 to 64 characters")
        certificate = certificates.signer(
            self.issuing,
            certificates.name(common_name.strip(), organization.strip()),
            _proven_key(csr_pem),
            self.addresses,
            now,
        )
        row = (_hex(certificate.serial_number), common_name, organization, kind, now.isoformat())
        with self._store() as store:
            store.execute(
                "insert into issued (serial, common_name, organization, kind, issued_at, pem) values (?,?,?,?,?,?)",
                (*row, certificates.pem(certificate).decode()),
            )
        return b"".join(map(certificates.pem, (certificate, self.issuing.certificate, self.root.certificate)))

    def revoke(self, serial: str, reason: str, now: dt.datetime) -> None:
        """Revoke a certificate by its serial number in hexadecimal. Repeating changes nothing."""
        if reason not in {flag.value for flag in x509.ReasonFlags}:
            raise Rejected("unknown reason")
        with self._store() as store:
            if not store.execute("select 1 from issued where serial = ?", (serial.lower(),)).fetchone():
                raise Rejected("no such certificate")
            store.execute(
                "update issued set revoked_at = ?, reason = ? where serial = ? and revoked_at is null",
                (now.isoformat(), reason, serial.lower()),
            )

    def crl(self, issuer_name: str, now: dt.datetime) -> bytes:
        """The CRL (DER) of `root` or `issuing`."""
        issuer = {"root": self.root, "issuing": self.issuing}[issuer_name]
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(issuer.certificate.subject)
            .last_update(now)
            .next_update(now + REVOCATION_LIFE)
            .add_extension(x509.CRLNumber(self.next_number("crl")), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key()), critical=False)
        )
        for serial, at, reason in self._revoked() if issuer_name == "issuing" else ():
            builder = builder.add_revoked_certificate(
                x509.RevokedCertificateBuilder()
                .serial_number(serial)
                .revocation_date(at)
                .add_extension(x509.CRLReason(x509.ReasonFlags(reason)), critical=False)
                .build()
            )
        return builder.sign(issuer.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)

    def answer_ocsp(self, request_der: bytes, now: dt.datetime) -> bytes:
        """The OCSP answer (DER) about one certificate of the issuing CA; `unauthorized` about any other."""
        request = ocsp.load_der_ocsp_request(request_der)
        certificate = self._find(request.serial_number)
        if certificate is None:
            refusal = ocsp.OCSPResponseBuilder.build_unsuccessful(ocsp.OCSPResponseStatus.UNAUTHORIZED)
            return refusal.public_bytes(serialization.Encoding.DER)
        revoked = {serial: (at, reason) for serial, at, reason in self._revoked()}.get(request.serial_number)
        builder = (
            ocsp.OCSPResponseBuilder()
            .add_response(
                cert=certificate,
                issuer=self.issuing.certificate,
                algorithm=request.hash_algorithm,
                cert_status=ocsp.OCSPCertStatus.REVOKED if revoked else ocsp.OCSPCertStatus.GOOD,
                this_update=now,
                next_update=now + REVOCATION_LIFE,
                revocation_time=revoked[0] if revoked else None,
                revocation_reason=x509.ReasonFlags(revoked[1]) if revoked else None,
            )
            .responder_id(ocsp.OCSPResponderEncoding.HASH, self.ocsp.certificate)
            .certificates([self.ocsp.certificate])
        )
        for extension in request.extensions:
            if isinstance(extension.value, x509.OCSPNonce):
                builder = builder.add_extension(extension.value, critical=False)
        return builder.sign(self.ocsp.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)

    def next_number(self, counter: str) -> int:
        with self._store() as store:
            return int(
                store.execute(
                    "update counters set value = value + 1 where name = ? returning value", (counter,)
                ).fetchone()[0]
            )

    @contextmanager
    def _store(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self.folder / STORE, timeout=10)) as connection, connection:
            yield connection

    def _find(self, serial: int) -> x509.Certificate | None:
        if serial == self.tsa.certificate.serial_number:
            return self.tsa.certificate
        with self._store() as store:
            row = store.execute("select pem from issued where serial = ?", (_hex(serial),)).fetchone()
        return x509.load_pem_x509_certificate(row[0].encode()) if row else None

    def _revoked(self) -> list[tuple[int, dt.datetime, str]]:
        with self._store() as store:
            query = "select serial, revoked_at, reason from issued where revoked_at is not null"
            rows = store.execute(query).fetchall()
        return [(int(serial, 16), dt.datetime.fromisoformat(at), reason) for serial, at, reason in rows]


def open_authority(folder: Path, base_url: str, now: dt.datetime) -> Authority:
    """The authority of `folder`, made on the first call. Safe when two processes call at once.

    Where the service has moved to another address, the certificates that name addresses are issued anew for the same
    keys; the root, and with it all trust, stays.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with _locked(folder.parent / f".{folder.name}.lock"):
        if not (folder / "root.pem").exists():
            _make(folder, now)
        if not (folder / "base").exists() or (folder / "base").read_text() != base_url:
            _settle(folder, base_url, now)
    return Authority(folder, Addresses(base_url), *(_load(folder, who) for who in ("root", "issuing", "ocsp", "tsa")))


def _make(folder: Path, now: dt.datetime) -> None:
    """Keys, root and the empty store; everything that depends on no address."""
    if folder.exists() and any(folder.iterdir()):
        raise Rejected(f"{folder} is not empty and holds no authority")
    made = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        for who, bits in {"root": 3072, "issuing": 3072, "ocsp": 2048, "tsa": 2048}.items():
            path = made / f"{who}.key"
            path.touch(mode=0o600)
            path.write_bytes(certificates.key_pem(certificates.new_key(bits)))
        root = certificates.root(_key(made, "root"), now)
        with closing(sqlite3.connect(made / STORE)) as store:
            store.executescript(SCHEMA)
        (made / "root.pem").write_bytes(certificates.pem(root))
        made.replace(folder)
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _settle(folder: Path, base_url: str, now: dt.datetime) -> None:
    """Certificates that name the service's address, and ca.pem; `base` is written last and so says "done"."""
    addresses = Addresses(base_url)
    root = _load(folder, "root")
    issuing = Issuer(
        certificates.issuing(root, _key(folder, "issuing").public_key(), addresses, now), _key(folder, "issuing")
    )
    tsa = certificates.time_stamper(issuing, _key(folder, "tsa").public_key(), addresses, now)
    responder = certificates.ocsp_responder(issuing, _key(folder, "ocsp").public_key(), now)
    _write(folder / "issuing.pem", certificates.pem(issuing.certificate))
    _write(folder / "ocsp.pem", certificates.pem(responder))
    _write(folder / "tsa.pem", certificates.pem(tsa))
    _write(folder / "ca.pem", certificates.pem(root.certificate) + certificates.pem(issuing.certificate))
    _write(folder / "base", base_url.encode())


def _write(path: Path, content: bytes) -> None:
    beside = path.with_name(f".{path.name}.new")
    beside.write_bytes(content)
    beside.replace(path)


def _key(folder: Path, who: str) -> rsa.RSAPrivateKey:
    key = serialization.load_pem_private_key((folder / f"{who}.key").read_bytes(), password=None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError(f"{who}.key is not an RSA key")
    return key


def _load(folder: Path, who: str) -> Issuer:
    return Issuer(x509.load_pem_x509_certificate((folder / f"{who}.pem").read_bytes()), _key(folder, who))


def _proven_key(csr_pem: str) -> certificates.PublicKey:
    """The public key of a request whose signature proves that the sender holds the private one."""
    try:
        request = x509.load_pem_x509_csr(csr_pem.encode())
    except ValueError as error:
        raise Rejected("the request is not a PEM certificate request") from error
    key = request.public_key()
    if not request.is_signature_valid:
        raise Rejected("the request is not signed by its own key")
    if isinstance(key, rsa.RSAPublicKey) and key.key_size >= 2048:
        return key
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1 | ec.SECP384R1):
        return key
    raise Rejected("keys are RSA of 2048 bits or more, or EC on P-256 or P-384")


def _hex(serial: int) -> str:
    return f"{serial:x}"


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
