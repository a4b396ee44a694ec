"""The life of a request for signature. The number is bound before and stays through every state."""

from __future__ import annotations

import enum
from datetime import timedelta

from emoit.lib.state import Machine
from emoit.signing.types import SignState


class SignVerb(enum.StrEnum):
    SIGN = "sign"
    FAIL = "fail"
    RETRY = "retry"
    CANCEL = "cancel"


MACHINE = Machine(
    {
        (SignState.PENDING, SignVerb.SIGN): SignState.SIGNED,
        (SignState.PENDING, SignVerb.FAIL): SignState.FAILED,
        (SignState.PENDING, SignVerb.CANCEL): SignState.CANCELLED,
        (SignState.FAILED, SignVerb.RETRY): SignState.PENDING,
        (SignState.FAILED, SignVerb.CANCEL): SignState.CANCELLED,
    }
)

# After a passing fault the job waits so long before its next try; then the request fails and people decide.
WAITS = (timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=2))
# A certificate that ends sooner is renewed at the next set-up.
RENEW_BEFORE = timedelta(days=60)


def wait_before_next(tries: int) -> timedelta | None:
    """How long to wait after that many vain tries, None when there were enough."""
    return WAITS[tries - 1] if tries <= len(WAITS) else None
