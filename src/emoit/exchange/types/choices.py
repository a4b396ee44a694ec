"""What profiles, certificates and messages may be: the values of their columns."""

from __future__ import annotations

import enum


class Priority(enum.IntEnum):
    """The less the sooner: a lane is only emptied while those before it are empty."""

    URGENT = 0
    NORMAL = 1
    BULK = 2


class Transport(enum.StrEnum):
    HTTPS = "https"  # signed envelopes over (m)TLS, receipts in the answer
    SOAP = "soap"  # the same in XML, in the Body of SOAP 1.1
    AS4 = "as4"  # AS4 (ebMS 3.0), one-way push; signed, compressed and encrypted


class Format(enum.StrEnum):
    JSON = "json"  # JWS, flattened JSON serialisation (RFC 7515)
    XML = "xml"  # XML-DSig, enveloped
    AS4 = "as4"  # SOAP 1.2 with attachments, WS-Security


class Use(enum.StrEnum):
    """What a certificate is for."""

    SIGN = "sign"
    TLS = "tls"
    AS4 = "as4"  # RSA: signs AS4 messages and receipts, and opens what is encrypted to it


class Standing(enum.StrEnum):
    """Where a certificate stands now."""

    IN_FORCE = "in_force"
    ENDING = "ending"  # in force, for 30 days at most
    NOT_YET = "not_yet"
    EXPIRED = "expired"
    RETIRED = "retired"


class Revocation(enum.StrEnum):
    """What is known of whether its issuer has revoked a certificate."""

    UNCHECKED = "unchecked"  # not asked yet
    GOOD = "good"
    REVOKED = "revoked"
    ON_HOLD = "on_hold"  # the issuer may release it; we do not by ourselves
    UNNAMED = "unnamed"  # the certificate names nobody to ask
    UNKNOWN = "unknown"  # it could not be checked yet
    OVERDUE = "overdue"  # it was good, but has not been checked for too long; only shown


class Direction(enum.StrEnum):
    """Who called whom."""

    IN = "in"  # a partner called us
    OUT = "out"  # we called a partner


class OutState(enum.StrEnum):
    WAITING = "waiting"  # for its first try or the next one
    SENDING = "sending"  # lent to one courier until `claimed_until`
    DELIVERED = "delivered"  # a valid receipt is here
    FAILED = "failed"  # dead letter: an operator decides; its conversation waits
    GIVEN_UP = "given_up"  # will never be sent; its conversation goes on


class OutVerb(enum.StrEnum):
    CLAIM = "claim"
    DELIVER = "deliver"
    RETRY = "retry"
    FAIL = "fail"
    TRY_AGAIN = "try_again"
    GIVE_UP = "give_up"


class InState(enum.StrEnum):
    DELIVERED = "delivered"  # effect and receipt are committed
    FAILED = "failed"  # kept, without effect and without receipt


class BreakerState(enum.StrEnum):
    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"  # one message tries whether the partner is back
