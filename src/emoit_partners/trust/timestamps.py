"""RFC 3161 tokens, one for each well-formed request."""

from __future__ import annotations

import datetime as dt
import hashlib

from asn1crypto import algos, cms, core, tsp, x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15

from emoit_partners.trust.certificates import Issuer

POLICY = "2.25.184467440737095516.1"  # a UUID-based arc of the sandbox
HASHES = {"sha256": 32, "sha384": 48, "sha512": 64}


def answer(request_der: bytes, tsa: Issuer, chain: list[bytes], serial: int, at: dt.datetime) -> bytes:
    """The DER answer: a token for the moment `at` (aware), or a rejection that says what is wrong.

    `chain` holds DER certificates to send along when the request asks for certificates.
    """
    try:
        request = tsp.TimeStampReq.load(request_der, strict=True)
        imprint = request["message_imprint"]
        algorithm = imprint["hash_algorithm"]["algorithm"].native
        digest = imprint["hashed_message"].native
    except (ValueError, KeyError, TypeError):
        return _rejection("bad_data_format")
    if HASHES.get(algorithm) != len(digest):
        return _rejection("bad_alg")
    certificate = x509.Certificate.load(tsa.certificate.public_bytes(serialization.Encoding.DER))
    token_info = _token_info(request, certificate, serial, at)
    token = _signed(token_info.dump(), tsa, certificate, chain if request["cert_req"].native else None, at)
    granted = tsp.PKIStatusInfo({"status": "granted"})
    return bytes(tsp.TimeStampResp({"status": granted, "time_stamp_token": token}).dump())


def _rejection(reason: str) -> bytes:
    """The library insists on a token; RFC 3161 leaves it out of a rejection."""
    status = tsp.PKIStatusInfo({"status": "rejection", "fail_info": {reason}})
    return bytes(core.SequenceOf(spec=tsp.PKIStatusInfo, value=[status]).dump())


def _token_info(request: tsp.TimeStampReq, tsa: x509.Certificate, serial: int, at: dt.datetime) -> tsp.TSTInfo:
    fields = {
        "version": "v1",
        "policy": POLICY,
        "message_imprint": request["message_imprint"],
        "serial_number": serial,
        "gen_time": core.GeneralizedTime(at.astimezone(dt.UTC).replace(microsecond=0)),
        "accuracy": tsp.Accuracy({"seconds": 1}),
        "tsa": x509.GeneralName(name="directory_name", value=tsa.subject),
    }
    if request["nonce"].native is not None:
        fields["nonce"] = request["nonce"]
    return tsp.TSTInfo(fields)


def _attribute(kind: str, value: object) -> cms.CMSAttribute:
    return cms.CMSAttribute({"type": kind, "values": (value,)})


def _signed(
    content: bytes, tsa: Issuer, certificate: x509.Certificate, chain: list[bytes] | None, at: dt.datetime
) -> cms.ContentInfo:
    sha256 = algos.DigestAlgorithm({"algorithm": "sha256"})
    certificate_id = tsp.ESSCertIDv2({"cert_hash": hashlib.sha256(certificate.dump()).digest()})
    attributes = cms.CMSAttributes(
        [
            _attribute("content_type", "tst_info"),
            _attribute("signing_time", cms.Time({"utc_time": core.UTCTime(at.astimezone(dt.UTC))})),
            _attribute("signing_certificate_v2", tsp.SigningCertificateV2({"certs": [certificate_id]})),
            _attribute("message_digest", hashlib.sha256(content).digest()),
        ]
    )
    who = cms.IssuerAndSerialNumber({"issuer": certificate.issuer, "serial_number": certificate.serial_number})
    signer = cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier({"issuer_and_serial_number": who}),
            "digest_algorithm": sha256,
            "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": "sha256_rsa"}),
            "signed_attrs": attributes,
            "signature": tsa.key.sign(attributes.dump(), PKCS1v15(), hashes.SHA256()),
        }
    )
    fields = {
        "version": "v3",
        "digest_algorithms": cms.DigestAlgorithms((sha256,)),
        "encap_content_info": cms.EncapsulatedContentInfo(
            {"content_type": "tst_info", "content": cms.ParsableOctetString(content)}
        ),
        "signer_infos": [signer],
    }
    if chain is not None:
        fields["certificates"] = [certificate, *map(x509.Certificate.load, chain)]
    return cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(fields)})
