"""Sandbox trust services: a certificate authority, OCSP, CRL and RFC 3161 time stamps on the loopback.

`python -m emoit_partners.trust --dir DIR --host 127.0.0.1 --port N` keeps everything it knows in DIR; a second start
finds it there. It stands in for the government's certification service and certifies nothing in the real world.
"""

from emoit_partners.trust.authority import Authority, open_authority
from emoit_partners.trust.service import TrustService, serve

__all__ = ["Authority", "TrustService", "open_authority", "serve"]
