"""Where signing finds its keys, roots and services: from the settings."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from emoit.lib.saying import vi
from emoit.signing.faults import LastingFault, PassingFault
from emoit.signing.keys import KeyStore, chain_of
from emoit.signing.pades import Trust
from emoit.signing.tsa import time_stamper


def key_store() -> KeyStore:
    if not settings.EMOIT_KEY_PASSPHRASE:
        raise ImproperlyConfigured("EMOIT_KEY_PASSPHRASE is not set; it opens the signing keys kept in files")
    return KeyStore(Path(settings.EMOIT_KEYS), settings.EMOIT_KEY_PASSPHRASE, settings.EMOIT_PKCS11_PIN)


def trust() -> Trust:
    """PassingFault if the roots or the time-stamping address are not there (yet)."""
    if not settings.EMOIT_TSA_URL:
        raise LastingFault(vi("Chưa khai báo dịch vụ cấp dấu thời gian; hãy báo quản trị hệ thống."))
    path = Path(settings.EMOIT_CA)
    try:
        return _trust(path, path.stat().st_mtime_ns, settings.EMOIT_TSA_URL)
    except (OSError, ValueError) as error:
        raise PassingFault(vi("Không đọc được chứng thư gốc của tổ chức chứng thực.")) from error


@lru_cache(maxsize=4)
def _trust(path: Path, _changed: int, tsa_url: str) -> Trust:
    certificates = chain_of(path.read_text())
    return Trust(
        roots=tuple(c for c in certificates if c.self_issued),
        others=tuple(c for c in certificates if not c.self_issued),
        time_stamper=time_stamper(tsa_url),
    )
