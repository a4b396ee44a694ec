"""Asks a certification authority for a certificate. The key never leaves; only the request signed by it does."""

from __future__ import annotations

import json
import urllib.request
from dataclasses import dataclass
from datetime import datetime
from http.client import HTTPException
from urllib.parse import urlsplit

from asn1crypto import x509

from emoit.kernel.access import Refusal
from emoit.lib.saying import vi
from emoit.signing.keys import chain_of

SECONDS = 20.0
MOST_BYTES = 256 * 1024
AWAY = vi("Tổ chức cấp chứng thư số không trả lời hoặc từ chối cấp. Chưa có gì thay đổi; hãy thử lại sau.")


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a chain says of its first certificate. Moments are aware."""

    serial: str
    common_name: str
    valid_from: datetime
    valid_to: datetime
    addresses: tuple[str, ...]


def ask(url: str, *, request_pem: str, common_name: str, organization: str, kind: str) -> str:
    """The chain (PEM, leaf first) for a certificate request. `kind` is "person" or "agency". Refusal `ca_away`."""
    if urlsplit(url).scheme not in {"http", "https"}:
        raise Refusal("Chưa khai báo địa chỉ tổ chức cấp chứng thư số (EMOIT_TRUST_URL).", code="ca_unknown")
    body = {"csr": request_pem, "common_name": common_name, "organization": organization, "kind": kind}
    request = urllib.request.Request(  # noqa: S310 - the scheme was checked
        f"{url}/enrol", data=json.dumps(body).encode(), headers={"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as reply:  # noqa: S310
            chain = json.loads(reply.read(MOST_BYTES))["chain"]
        chain_of(chain)
    except (OSError, HTTPException, ValueError, KeyError, TypeError) as error:
        raise Refusal(AWAY, code="ca_away") from error
    return str(chain)


def read(chain_pem: str) -> Certificate:
    """ValueError if the text holds no certificate."""
    leaf = chain_of(chain_pem)[0]
    points = leaf.crl_distribution_points + leaf.delta_crl_distribution_points
    return Certificate(
        serial=f"{leaf.serial_number:x}",
        common_name=_common_name(leaf),
        valid_from=leaf.not_valid_before,
        valid_to=leaf.not_valid_after,
        addresses=(*leaf.ocsp_urls, *(address for point in points if (address := point.url))),
    )


def _common_name(certificate: x509.Certificate) -> str:
    name = certificate.subject.native.get("common_name", "")
    return str(name[-1] if isinstance(name, list) else name)
