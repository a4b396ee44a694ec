"""Access tokens by client credentials (RFC 6749 §4.4): secret, assertion (RFC 7523) or certificate (RFC 8705)."""

from __future__ import annotations

import base64
import binascii
import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote_plus

from django.conf import settings
from django.db import IntegrityError, transaction
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from emoit.kernel.access import Actor, Refusal, acting_as
from emoit.lib.saying import say, vi
from emoit.sharing import rules
from emoit.sharing.models import Assertion, Consumer, Credential, Token
from emoit.sharing.types import PREFIX, ConsumerState, CredentialKind
from emoit.sharing.types import Token as GivenToken

TOKEN_PATH = f"{PREFIX}oauth/token"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ALGORITHMS = {"EC": ["ES256"], "RSA": ["PS256", "RS256"]}
LONGEST_ASSERTION = timedelta(minutes=10)
LEEWAY = timedelta(seconds=60)


class TokenRefused(Refusal):
    """`error` is a code of RFC 6749 §5.2."""

    status = 400

    def __init__(self, words: str, *, error: str) -> None:
        super().__init__(words, code=error)
        self.status = 401 if error == "invalid_client" else 400


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """What came to the token endpoint. `authorization`: the header; `certificate`: fingerprint of the line, or ""."""

    form: dict[str, str]
    authorization: str
    certificate: str


def issue_token(*, by: Actor, now: datetime, request: TokenRequest) -> GivenToken:
    """A token for ten minutes, bound to the line's certificate where there was one. `by`: a process of the agency.

    TokenRefused: invalid_request, invalid_client, unsupported_grant_type. It does not tell an unknown client from a
    wrong secret.
    """
    if request.form.get("grant_type") != "client_credentials":
        raise TokenRefused(vi("Chỉ nhận grant_type=client_credentials."), error="unsupported_grant_type")
    with acting_as(by):
        credential = _credential(by, now, request)
        value = rules.new_secret(rules.TOKEN_PREFIX)
        Token.objects.create(
            agency_id=by.agency_id,
            credential=credential,
            digest=rules.digest(value),
            bound_to=request.certificate,
            issued_at=now,
            expires_at=now + rules.TOKEN_LIFE,
        )
    return GivenToken(value, int(rules.TOKEN_LIFE.total_seconds()))


def client_of(authorization: str) -> str:
    """The client that a header Authorization names, whether its secret is right or not; "" where it names none."""
    try:
        return _pair(authorization)[0]
    except TokenRefused:
        return ""


def revoke_token(*, by: Actor, now: datetime, request: TokenRequest) -> None:
    """The client's own token opens nothing any more (RFC 7009); another's or an unknown one changes nothing."""
    with acting_as(by):
        credential = _credential(by, now, request)
        own = Token.objects.filter(
            credential__consumer=credential.consumer_id, digest=rules.digest(request.form.get("token", ""))
        )
        own.update(expires_at=now)


def forget(*, by: Actor, now: datetime) -> int:
    """Drop tokens and assertions that ended a day ago. Returns how many; for the clock."""
    with acting_as(by):
        tokens, _ = Token.objects.filter(expires_at__lt=now - timedelta(days=1)).delete()
        assertions, _ = Assertion.objects.filter(expires_at__lt=now - timedelta(days=1)).delete()
    return tokens + assertions


def _credential(by: Actor, now: datetime, request: TokenRequest) -> Credential:
    if request.authorization:
        found = _by_secret(by, now, request.authorization)
    elif request.form.get("client_assertion_type") == ASSERTION_TYPE:
        found = _by_assertion(by, now, request.form.get("client_assertion", ""))
    elif request.certificate:
        found = _by_certificate(by, now, request.certificate, request.form.get("client_id", ""))
    else:
        words = vi("Không rõ ai gọi: cần Authorization Basic, client_assertion hoặc chứng thư số.")
        raise TokenRefused(words, error="invalid_client")
    if found is None or found.consumer.state != ConsumerState.ACTIVE.value:
        raise TokenRefused(vi("Mã hệ thống hoặc khóa không đúng."), error="invalid_client")
    return found


def _by_secret(by: Actor, now: datetime, authorization: str) -> Credential | None:
    name, secret = _pair(authorization)
    asked = rules.digest(secret)
    known = _of(by, now, CredentialKind.SECRET, name)
    return next((one for one in known if hmac.compare_digest(one.digest, asked)), None)


def _pair(authorization: str) -> tuple[str, str]:
    """client_id and secret of the header (RFC 6749 §2.3.1). TokenRefused."""
    scheme, _, coded = authorization.partition(" ")
    try:
        name, _, secret = base64.b64decode(coded, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        raise TokenRefused(vi("Tiêu đề Authorization không đúng."), error="invalid_client") from None
    if scheme.lower() != "basic" or len(secret) > rules.LONGEST:
        raise TokenRefused(vi("Tiêu đề Authorization không đúng."), error="invalid_client")
    return unquote_plus(name), unquote_plus(secret)


def _by_certificate(by: Actor, now: datetime, certificate: str, client_id: str) -> Credential | None:
    return next((one for one in _of(by, now, CredentialKind.CERTIFICATE, client_id) if one.digest == certificate), None)


def _of(by: Actor, now: datetime, kind: CredentialKind, client_id: str) -> list[Credential]:
    if not rules.CLIENT_ID.fullmatch(client_id):
        return []
    rows = Credential.objects.filter(
        agency_id=by.agency_id, kind=kind.value, consumer__client_id=client_id, revoked_at=None, expires_at__gt=now
    )
    return list(rows.select_related("consumer"))


def _by_assertion(by: Actor, now: datetime, assertion: str) -> Credential | None:
    """The signed claims judged: iss and sub the client, aud this endpoint, not too long, and used once."""
    client_id = _claimed(assertion)
    for credential in _of(by, now, CredentialKind.KEY, client_id):
        claims = _claims(assertion, credential)
        if claims is not None:
            _judge(claims, client_id, now)
            _use_once(credential.consumer, claims, now)
            return credential
    return None


def _claimed(assertion: str) -> str:
    """Who the assertion says it is of: only to find the key that must have signed it."""
    try:
        payload = assertion.split(".")[1]
        told = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return str(told["sub"])[:100]
    except (IndexError, KeyError, TypeError, ValueError, RecursionError, binascii.Error):
        raise TokenRefused(vi("Không đọc được client_assertion."), error="invalid_client") from None


def _claims(assertion: str, credential: Credential) -> dict[str, object] | None:
    stored = json.loads(credential.public)
    key = ECKey.import_key(stored) if stored["kty"] == "EC" else RSAKey.import_key(stored)
    try:
        return dict(jwt.decode(assertion, key, algorithms=ALGORITHMS[stored["kty"]]).claims)
    except (JoseError, ValueError, TypeError, RecursionError):
        return None


def _judge(claims: dict[str, object], client_id: str, now: datetime) -> None:
    """Names what is wrong: the signature is that of the client already."""
    address = f"{settings.PUBLIC_URL}{TOKEN_PATH}"
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    if claims.get("iss") != client_id or claims.get("sub") != client_id:
        fault = vi("Trong client_assertion, iss và sub phải là client_id.")
    elif not any(one in {address, f"{settings.PUBLIC_URL}/chia-se/"} for one in audiences):
        fault = say("Trong client_assertion, aud phải là {address}.", address=address)
    elif not _is_of_now(claims, now):
        fault = vi("client_assertion hết hạn, chưa đến hạn, hoặc exp xa hơn 10 phút. Kiểm tra lại đồng hồ.")
    elif not _is_name(claims.get("jti")):
        fault = vi("client_assertion thiếu jti, hoặc jti dài hơn 100 ký tự.")
    else:
        return
    raise TokenRefused(fault, error="invalid_client")


def _is_of_now(claims: dict[str, object], now: datetime) -> bool:
    ends, begins = claims.get("exp"), claims.get("nbf", claims.get("iat", 0))
    return (
        isinstance(ends, int | float)
        and not isinstance(ends, bool)
        and now - LEEWAY <= _moment(ends) <= now + LONGEST_ASSERTION + LEEWAY
        and isinstance(begins, int | float)
        and _moment(begins) <= now + LEEWAY
    )


def _is_name(jti: object) -> bool:
    return isinstance(jti, str) and 0 < len(jti) <= 100 and jti.isprintable()


def _moment(seconds: float) -> datetime:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError):
        return datetime.min.replace(tzinfo=UTC)


def _use_once(consumer: Consumer, claims: dict[str, object], now: datetime) -> None:
    try:
        with transaction.atomic():
            Assertion.objects.create(
                agency_id=consumer.agency_id,
                consumer=consumer,
                jti=str(claims["jti"]),
                expires_at=now + LONGEST_ASSERTION + 2 * LEEWAY,
            )
    except IntegrityError:
        raise TokenRefused(vi("client_assertion này đã dùng rồi."), error="invalid_client") from None
