"""The tables of the exchange. None is read by a person's request: `queries` and `actions` look as processes of ours."""

from __future__ import annotations

from emoit.exchange.models.evidence import Evidence, Seal
from emoit.exchange.models.messages import Conversation, Inbound, Outbound, Rejection
from emoit.exchange.models.partners import Certificate, Gate, Partner
from emoit.exchange.models.revocation import RevocationCheck
from emoit.exchange.models.traffic import Call, Meter

__all__ = [
    "Call",
    "Certificate",
    "Conversation",
    "Evidence",
    "Gate",
    "Inbound",
    "Meter",
    "Outbound",
    "Partner",
    "Rejection",
    "RevocationCheck",
    "Seal",
]
