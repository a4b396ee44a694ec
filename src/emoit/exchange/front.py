"""Which certificate the other side of the line showed, as the front server that ends TLS says."""

from __future__ import annotations

import base64
import hmac
from urllib.parse import unquote

from cryptography import x509
from django.conf import settings
from django.http import HttpRequest

from emoit.exchange import keys


def fingerprint_of(request: HttpRequest) -> str:
    """SHA-256 (hex) of the client's certificate; "" where none was shown or nobody may say so.

    The header `Client-Cert` (RFC 9440: `:base64 of DER:`; nginx: URL-escaped PEM) is believed only beside the secret
    that our front server alone knows (settings.EMOIT_FRONT_SECRET); it sets or removes both in every request.
    """
    told = request.headers.get("Client-Cert", "")
    if not told or not _is_from_front(request):
        return ""
    try:
        if told.startswith(":") and told.endswith(":"):
            return keys.fingerprint(x509.load_der_x509_certificate(base64.b64decode(told.strip(":"), validate=True)))
        return keys.fingerprint(x509.load_pem_x509_certificate(unquote(told).encode()))
    except (ValueError, x509.InvalidVersion):
        return ""


def _is_from_front(request: HttpRequest) -> bool:
    """Whoever reaches the application past the front server does not know its secret. None set: nobody's word."""
    secret: str = settings.EMOIT_FRONT_SECRET
    told = request.headers.get("Emoit-Front", "")
    return bool(secret) and hmac.compare_digest(told.encode("utf-8", "surrogateescape"), secret.encode())
