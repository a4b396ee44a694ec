"""The sandbox trust services as their users meet them."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import threading
import time
import urllib.error
from pathlib import Path

import pytest
from asn1crypto import algos, core, tsp
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509 import ocsp

from emoit_partners.trust import open_authority
from emoit_partners.trust.authority import Rejected
from tests.support.trust import AGENCY, Enrolled, TrustSandbox, running

NOW = dt.datetime(2026, 5, 12, 7, 0, tzinfo=dt.UTC)


def make_csr(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
    request = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([])).sign(key, hashes.SHA256())
    return request.public_bytes(serialization.Encoding.PEM).decode()


def certificates(chain: str) -> list[x509.Certificate]:
    return x509.load_pem_x509_certificates(chain.encode())


def test_a_second_start_finds_the_same_authority(tmp_path: Path) -> None:
    with running(tmp_path / "ca") as first:
        root = (first.folder / "root.pem").read_bytes()
        base = first.url
    again = open_authority(tmp_path / "ca", base, NOW)
    assert (again.folder / "root.pem").read_bytes() == root
    assert again.issuing.certificate == x509.load_pem_x509_certificate((again.folder / "issuing.pem").read_bytes())


def test_two_starts_at_once_make_one_authority(tmp_path: Path) -> None:
    made = []
    threads = [
        threading.Thread(target=lambda: made.append(open_authority(tmp_path / "ca", "http://127.0.0.1:1", NOW)))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({authority.root.certificate.serial_number for authority in made}) == 1
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".ca.")] == [".ca.lock"]


def test_a_start_killed_half_way_leaves_nothing_in_the_way(tmp_path: Path) -> None:
    (tmp_path / ".ca.killed").mkdir()
    (tmp_path / ".ca.killed" / "root.key").write_text("half")
    assert open_authority(tmp_path / "ca", "http://127.0.0.1:1", NOW).root.certificate.issuer


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "ca").mkdir()
    (tmp_path / "ca" / "letter.txt").write_text("x")
    with pytest.raises(Rejected):
        open_authority(tmp_path / "ca", "http://127.0.0.1:1", NOW)
    assert [p.name for p in (tmp_path / "ca").iterdir()] == ["letter.txt"]


def test_after_a_move_the_root_stays_and_addresses_change(tmp_path: Path) -> None:
    first = open_authority(tmp_path / "ca", "http://127.0.0.1:1", NOW)
    moved = open_authority(tmp_path / "ca", "http://127.0.0.1:2", NOW)
    assert moved.root.certificate == first.root.certificate
    assert moved.issuing.certificate.public_key() == first.issuing.certificate.public_key()
    points = moved.issuing.certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    assert points[0].full_name[0].value == "http://127.0.0.1:2/crl/root.crl"


def test_private_keys_are_for_the_owner_only(sandbox: TrustSandbox) -> None:
    modes = {path.name: path.stat().st_mode & 0o777 for path in sandbox.folder.glob("*.key")}
    assert modes == {"root.key": 0o600, "issuing.key": 0o600, "ocsp.key": 0o600, "tsa.key": 0o600}


def test_enrolment_answers_with_a_chain_to_the_root(sandbox: TrustSandbox, leader: Enrolled) -> None:
    leaf, issuing, root = certificates(leader.chain)
    leaf.verify_directly_issued_by(issuing)
    issuing.verify_directly_issued_by(root)
    assert leaf.subject.rfc4514_string() == "CN=Nguyễn Thị Ẳng Ượm,O=Bộ Công Thương,C=VN"
    assert sandbox.ca.read_text() == "".join(
        c.public_bytes(serialization.Encoding.PEM).decode() for c in (root, issuing)
    )


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"csr": "nonsense", "common_name": "A", "organization": "B", "kind": "person"}, "PEM"),
        ({"csr": "", "common_name": "A", "organization": "B", "kind": "robot"}, "kind"),
        ({"csr": "", "common_name": " ", "organization": "B", "kind": "person"}, "common_name"),
        ({"common_name": "A", "organization": "B", "kind": "person"}, "csr"),
        (
            {
                "csr": make_csr(rsa.generate_private_key(65537, 1024)),  # noqa: S505 - the point of this row
                "common_name": "A",
                "organization": "B",
                "kind": "person",
            },
            "2048",
        ),
    ],
)
def test_bad_enrolments_are_told_why(sandbox: TrustSandbox, body: dict[str, str], reason: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        sandbox.post("enrol", **body)
    assert refused.value.code == 400
    assert reason in refused.value.read().decode()


def test_an_elliptic_key_may_enrol_too(sandbox: TrustSandbox) -> None:
    csr = make_csr(ec.generate_private_key(ec.SECP256R1()))
    got = sandbox.post("enrol", csr=csr, common_name="Lê Đức", organization=AGENCY, kind="person")
    assert isinstance(certificates(got["chain"])[0].public_key(), ec.EllipticCurvePublicKey)


def ask_ocsp(sandbox: TrustSandbox, chain: str) -> ocsp.OCSPResponse:
    leaf, issuing, _ = certificates(chain)
    builder = ocsp.OCSPRequestBuilder().add_certificate(leaf, issuing, hashes.SHA1())  # noqa: S303 - as clients do
    request = builder.add_extension(x509.OCSPNonce(b"12345678"), critical=False).build()
    body = request.public_bytes(serialization.Encoding.DER)
    reply = sandbox.fetch("ocsp", body)
    return ocsp.load_der_ocsp_response(reply)


def read_crl(sandbox: TrustSandbox) -> x509.CertificateRevocationList:
    return x509.load_der_x509_crl(sandbox.fetch("crl/issuing.crl"))


def test_revocation_shows_in_ocsp_and_crl(sandbox: TrustSandbox) -> None:
    got = sandbox.post(
        "enrol",
        csr=make_csr(rsa.generate_private_key(65537, 2048)),
        common_name="Trần Thị Thu Hồi",
        organization=AGENCY,
        kind="person",
    )
    before = ask_ocsp(sandbox, got["chain"])
    assert before.certificate_status is ocsp.OCSPCertStatus.GOOD
    assert before.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce == b"12345678"
    assert read_crl(sandbox).get_revoked_certificate_by_serial_number(int(got["serial"], 16)) is None

    sandbox.post("revoke", serial=got["serial"], reason="keyCompromise")
    assert ask_ocsp(sandbox, got["chain"]).certificate_status is ocsp.OCSPCertStatus.REVOKED
    entry = read_crl(sandbox).get_revoked_certificate_by_serial_number(int(got["serial"], 16))
    assert entry is not None
    assert entry.extensions.get_extension_for_class(x509.CRLReason).value.reason is x509.ReasonFlags.key_compromise


def test_ocsp_knows_nothing_of_strangers(sandbox: TrustSandbox, tmp_path: Path) -> None:
    stranger = open_authority(tmp_path / "other", "http://127.0.0.1:1", NOW)
    csr = make_csr(rsa.generate_private_key(65537, 2048))
    chain = stranger.enrol(csr, "Người lạ", "Nơi khác", "person", NOW).decode()
    assert ask_ocsp(sandbox, chain).response_status is ocsp.OCSPResponseStatus.UNAUTHORIZED


def ask_time(sandbox: TrustSandbox, body: bytes) -> tsp.TimeStampResp:
    reply = sandbox.fetch("tsa", body)
    return tsp.TimeStampResp.load(reply)


def time_query(algorithm: str, digest: bytes) -> bytes:
    imprint = {"hash_algorithm": algos.DigestAlgorithm({"algorithm": algorithm}), "hashed_message": digest}
    query = {"version": 1, "message_imprint": tsp.MessageImprint(imprint), "cert_req": True, "nonce": 77}
    return bytes(tsp.TimeStampReq(query).dump())


@pytest.mark.parametrize(
    ("body", "failure"),
    [
        (b"nonsense", {"bad_data_format"}),
        (time_query("sha1", bytes(20)), {"bad_alg"}),
        (time_query("sha256", bytes(20)), {"bad_alg"}),
    ],
)
def test_bad_time_queries_are_rejected(sandbox: TrustSandbox, body: bytes, failure: set[str]) -> None:
    reply = sandbox.fetch("tsa", body)
    status = core.SequenceOf.load(reply, spec=tsp.PKIStatusInfo)[0]
    assert status["status"].native == "rejection"
    assert status["fail_info"].native == failure


def test_a_token_answers_the_query(sandbox: TrustSandbox) -> None:
    answer = ask_time(sandbox, time_query("sha256", bytes(range(32))))
    info = answer["time_stamp_token"]["content"]["encap_content_info"]["content"].parsed
    assert info["nonce"].native == 77
    assert info["message_imprint"]["hashed_message"].native == bytes(range(32))
    assert abs(info["gen_time"].native - dt.datetime.now(dt.UTC)) < dt.timedelta(seconds=5)


def test_openssl_accepts_a_token(sandbox: TrustSandbox, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.write_bytes(b"noi dung")
    query, reply = tmp_path / "q.tsq", tmp_path / "r.tsr"
    subprocess.run(["openssl", "ts", "-query", "-data", data, "-sha256", "-cert", "-out", query], check=True)
    answered = sandbox.fetch("tsa", query.read_bytes())
    reply.write_bytes(answered)
    done = subprocess.run(
        ["openssl", "ts", "-verify", "-data", data, "-in", reply, "-CAfile", sandbox.ca],
        capture_output=True,
        check=False,
    )
    assert b"Verification: OK" in done.stdout + done.stderr


def test_control_switches_services(sandbox: TrustSandbox) -> None:
    sandbox.switch("tsa", "down")
    with pytest.raises(urllib.error.HTTPError) as refused:
        ask_time(sandbox, time_query("sha256", bytes(32)))
    assert refused.value.code == 503
    sandbox.switch("tsa", "slow", seconds=0.3)
    begun = time.monotonic()
    ask_time(sandbox, time_query("sha256", bytes(32)))
    assert time.monotonic() - begun >= 0.3


def test_the_command_runs_and_stops_when_told(tmp_path: Path) -> None:
    source = Path(__file__).parents[2] / "src"
    command = [sys.executable, "-m", "emoit_partners.trust", "--dir", str(tmp_path / "ca"), "--port", "0"]
    with subprocess.Popen(command, cwd=source, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        url = line.split(" at ")[1].split(",")[0]
        assert TrustSandbox(url, tmp_path / "ca").fetch("health") == b'{"ok": true}'
        process.terminate()
        assert process.wait(10) == 0
    assert (tmp_path / "ca" / "ca.pem").exists()


def test_the_command_says_when_the_port_is_taken(sandbox: TrustSandbox, tmp_path: Path) -> None:
    port = sandbox.url.rsplit(":", 1)[1]
    source = Path(__file__).parents[2] / "src"
    command = [sys.executable, "-m", "emoit_partners.trust", "--dir", str(tmp_path / "ca"), "--port", port]
    done = subprocess.run(command, cwd=source, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert "Cannot listen" in done.stderr
    assert not (tmp_path / "ca").exists()
