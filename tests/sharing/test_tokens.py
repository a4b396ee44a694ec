"""Who comes in: secrets and signed assertions; and that what is revoked opens nothing at once."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from emoit.kernel.access import Refusal, acting_as
from emoit.sharing import actions, queries
from emoit.sharing.actions.tokens import ASSERTION_TYPE
from tests.sharing.asker import CODE, Asker, granted, items, new_asker, post_form, ready, refused, told
from tests.support.world import World

ADMINISTRATOR = "quantri"


def oauth_refused(response: Any, status: int, error: str) -> None:
    assert (response.status_code, told(response)["error"]) == (status, error), response.content
    assert told(response)["error_description"].isascii(), "RFC 6749, 5.2"
    assert response["Cache-Control"] == "no-store"


def test_a_token_for_a_secret(world: World) -> None:
    asker = new_asker(world)
    granted(world)
    answer = told(asker.ask_token())
    assert (answer["token_type"], answer["expires_in"]) == ("Bearer", 600)
    asker.token = answer["access_token"]
    assert items(asker.look_up()) == []
    world.go("2026-05-04 09:41")
    refused(asker.look_up(), 401, "bad_token")


@pytest.mark.parametrize(
    ("given", "status", "error"),
    [
        ({"secret": "emoit_cs_wrong"}, 401, "invalid_client"),
        ({"client_id": "nobody"}, 401, "invalid_client"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"secret": "x" * 300}, 401, "invalid_client"),
    ],
)
def test_a_wrong_request_gets_none(world: World, given: dict[str, str], status: int, error: str) -> None:
    asker = new_asker(world)
    oauth_refused(asker.ask_token(**given), status, error)


def test_the_endpoint_takes_forms_alone(world: World) -> None:
    asker = new_asker(world)
    oauth_refused(
        asker.client.post("/chia-se/v1/oauth/token", {}, content_type="application/json"), 400, "invalid_request"
    )
    oauth_refused(post_form(asker.client, "oauth/token", {"grant_type": "client_credentials"}), 401, "invalid_client")
    oauth_refused(
        post_form(asker.client, "oauth/token", {"grant_type": "client_credentials"}, Authorization="Basic %%"),
        401,
        "invalid_client",
    )


def test_nobody_and_another_s_token(world: World) -> None:
    asker = new_asker(world)
    nobody = asker.look_up()
    assert refused(nobody, 401, "no_token")["title"] == "Chưa xưng danh"
    assert nobody["WWW-Authenticate"] == 'Bearer realm="emoit"'
    asker.token = "emoit_at_" + "a" * 43
    response = asker.look_up()
    refused(response, 401, "bad_token")
    assert response["WWW-Authenticate"] == 'Bearer realm="emoit", error="invalid_token"'
    asker.token = "x" * 5000
    refused(asker.look_up(), 401, "bad_token")


def test_a_revoked_credential_ends_its_tokens_at_once(world: World) -> None:
    asker = ready(world)
    assert items(asker.look_up()) == []
    (credential,) = world.do(ADMINISTRATOR, _credentials)
    world.do(ADMINISTRATOR, actions.revoke_credential, code=CODE, credential_id=credential.id)
    refused(asker.look_up(), 401, "bad_token")
    oauth_refused(asker.ask_token(), 401, "invalid_client")


def _credentials(*, by: Any, now: Any) -> Any:
    return queries.credentials(by, CODE)


def test_a_rotation_overlaps(world: World) -> None:
    asker = ready(world)
    _, newer = world.do(ADMINISTRATOR, actions.rotate_secret, code=CODE, overlap_days=3)
    assert asker.ask_token().status_code == 200
    assert asker.ask_token(secret=newer).status_code == 200
    world.go("2026-05-07 09:31")
    oauth_refused(asker.ask_token(), 401, "invalid_client")
    assert asker.ask_token(secret=newer).status_code == 200
    _, newest = world.do(ADMINISTRATOR, actions.rotate_secret, code=CODE, overlap_days=0)
    oauth_refused(asker.ask_token(secret=newer), 401, "invalid_client")
    assert asker.ask_token(secret=newest).status_code == 200


def test_a_second_rotation_leaves_the_first_overlap_as_it_was(world: World) -> None:
    """The first secret ends three days after the first rotation, the second three days after the second."""
    asker = new_asker(world)
    _, second = world.do(ADMINISTRATOR, actions.rotate_secret, code=CODE, overlap_days=3)
    world.go("2026-05-06 09:30")
    _, third = world.do(ADMINISTRATOR, actions.rotate_secret, code=CODE, overlap_days=3)
    opens = {
        text: [asker.ask_token(secret=one).status_code for one in (asker.secret, second, third)]
        for text in ("2026-05-06 09:31", "2026-05-07 09:29", "2026-05-07 09:30", "2026-05-09 09:29", "2026-05-09 09:30")
        if world.go(text)
    }
    assert opens == {
        "2026-05-06 09:31": [200, 200, 200],
        "2026-05-07 09:29": [200, 200, 200],
        "2026-05-07 09:30": [401, 200, 200],
        "2026-05-09 09:29": [401, 200, 200],
        "2026-05-09 09:30": [401, 401, 200],
    }


def test_a_client_gives_its_token_back(world: World) -> None:
    asker, other = ready(world), new_asker(world, "VN.G07")
    for who, status in ((other, 200), (asker, 401)):
        pair = base64.b64encode(f"{who.info.client_id}:{who.secret}".encode()).decode()
        response = post_form(who.client, "oauth/revoke", {"token": asker.token}, Authorization=f"Basic {pair}")
        assert response.status_code == 200
        assert asker.look_up().status_code == status


# -- assertions (RFC 7523)

EC, RSA = ec.generate_private_key(ec.SECP256R1()), rsa.generate_private_key(65537, 2048)


def public_pem(key: Any) -> str:
    kind = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(serialization.Encoding.PEM, kind).decode()


def assertion(asker: Asker, key: Any, settings: Any, alg: str = "ES256", **changed: Any) -> str:
    now = int(asker.world.now.timestamp())
    claims = {
        "iss": asker.info.client_id,
        "sub": asker.info.client_id,
        "aud": f"{settings.PUBLIC_URL}/chia-se/v1/oauth/token",
        "exp": now + 120,
        "iat": now,
        "jti": "one",
    } | changed
    claims = {name: value for name, value in claims.items() if value is not None}
    jwk = ECKey.import_key(key) if isinstance(key, ec.EllipticCurvePrivateKey) else RSAKey.import_key(key)
    return jwt.encode({"alg": alg}, claims, jwk, algorithms=[alg])


def ask(asker: Asker, signed: str) -> Any:
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": ASSERTION_TYPE,
        "client_assertion": signed,
    }
    return post_form(asker.client, "oauth/token", form)


@pytest.mark.parametrize(("key", "alg"), [(EC, "ES256"), (RSA, "PS256"), (RSA, "RS256")])
def test_a_token_for_a_signed_assertion(world: World, settings: Any, key: Any, alg: str) -> None:
    asker = new_asker(world)
    world.do(ADMINISTRATOR, actions.add_key, code=CODE, jwk=public_pem(key))
    signed = assertion(asker, key, settings, alg)
    assert ask(asker, signed).status_code == 200
    oauth_refused(ask(asker, signed), 401, "invalid_client")
    assert ask(asker, assertion(asker, key, settings, alg, jti="two")).status_code == 200


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"iss": "another"}, "In the client_assertion, iss and sub must be the client_id."),
        ({"aud": "https://elsewhere.example/token"}, "In the client_assertion, aud must be http"),
        ({"aud": None}, "In the client_assertion, aud must be http"),
        ({"exp": None}, "The client_assertion has expired"),
        ({"exp": 0}, "The client_assertion has expired"),
        ({"exp": 99999999999}, "The client_assertion has expired"),
        ({"exp": "soon"}, "The client_assertion has expired"),
        ({"exp": 1e300}, "The client_assertion has expired"),
        ({"jti": None}, "The client_assertion lacks a jti"),
        ({"jti": ""}, "The client_assertion lacks a jti"),
        ({"jti": "x" * 101}, "The client_assertion lacks a jti"),
        ({"nbf": 99999999999}, "The client_assertion has expired"),
        ({"sub": "nobody"}, "The client id or the credential is wrong."),
    ],
)
def test_a_wrong_assertion_gets_none(world: World, settings: Any, changed: dict[str, Any], words: str) -> None:
    asker = new_asker(world)
    world.do(ADMINISTRATOR, actions.add_key, code=CODE, jwk=public_pem(EC))
    response = ask(asker, assertion(asker, EC, settings, **changed))
    oauth_refused(response, 401, "invalid_client")
    assert told(response)["error_description"].startswith(words)


def test_an_assertion_of_another_key_or_of_none(world: World, settings: Any) -> None:
    asker = new_asker(world)
    world.do(ADMINISTRATOR, actions.add_key, code=CODE, jwk=public_pem(EC))
    oauth_refused(
        ask(asker, assertion(asker, ec.generate_private_key(ec.SECP256R1()), settings)), 401, "invalid_client"
    )
    head, body, _ = assertion(asker, EC, settings).split(".")
    none = base64.urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")
    for forged in (f"{none}.{body}.", f"{head}.{body}.", "a.b", "", "....", f"{head}.!!.x"):
        oauth_refused(ask(asker, forged), 401, "invalid_client")


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("", "bad_key"),
        ("not a key", "bad_key"),
        ("{}", "bad_key"),
        (public_pem(ec.generate_private_key(ec.SECP384R1())), "bad_key"),
        (json.dumps(ECKey.import_key(EC).as_dict(private=True)), "bad_key"),
    ],
)
def test_a_key_that_cannot_be_registered(world: World, written: str, code: str) -> None:
    new_asker(world)
    with pytest.raises(Refusal) as refusal:
        world.do(ADMINISTRATOR, actions.add_key, code=CODE, jwk=written)
    assert refusal.value.code == code


def test_a_key_is_registered_once(world: World) -> None:
    new_asker(world)
    world.do(ADMINISTRATOR, actions.add_key, code=CODE, jwk=public_pem(EC))
    with pytest.raises(Refusal) as refusal:
        world.do(ADMINISTRATOR, actions.add_key, code=CODE, jwk=public_pem(EC))
    assert refusal.value.code == "known_key"


def test_what_ended_is_forgotten(world: World, tmp_path: Path) -> None:
    asker = ready(world)
    world.go("2026-05-06 09:30")
    with acting_as(world.process):
        assert actions.forget(by=world.process, now=datetime.now(UTC)) == 1
    refused(asker.look_up(), 401, "bad_token")


DEEP = "[" * 12_000


@pytest.mark.parametrize("name", ["\0", "x\0y", "\ud800", "%00", "A" * 5000, "", " ", "'; select 1 --"])
def test_a_client_that_cannot_be_one_is_unknown(world: World, name: str) -> None:
    """Not a failure of ours: nothing that a stranger writes reaches the database as it is."""
    asker = new_asker(world)
    pair = base64.b64encode(f"{name}:x".encode("utf-8", "surrogatepass")).decode()
    for form, headers in (
        ({}, {"Authorization": f"Basic {pair}"}),
        ({"client_assertion_type": ASSERTION_TYPE, "client_assertion": _unsigned({"sub": name})}, {}),
    ):
        told_form = {"grant_type": "client_credentials", **form}
        oauth_refused(post_form(asker.client, "oauth/token", told_form, **headers), 401, "invalid_client")


@pytest.mark.parametrize("payload", [DEEP, "{" + '"a":{' * 3000, "null", "1", '"x"', "[]", "{}", "\udcff"])
def test_an_assertion_that_is_nonsense(world: World, payload: str) -> None:
    asker = new_asker(world)
    coded = base64.urlsafe_b64encode(payload.encode("utf-8", "surrogateescape")).decode().rstrip("=")
    for written in (f"e30.{coded}.x", f"{coded}.{coded}.{coded}", coded, "..", "."):
        form = {"grant_type": "client_credentials", "client_assertion_type": ASSERTION_TYPE}
        answer = post_form(asker.client, "oauth/token", form | {"client_assertion": written[:19_000]})
        oauth_refused(answer, 401, "invalid_client")


def test_a_header_of_an_assertion_that_is_nonsense(world: World) -> None:
    """The key is known, so that the library reads the header."""
    asker = new_asker(world)
    world.do(ADMINISTRATOR, actions.add_key, code=CODE, jwk=public_pem(EC))
    coded = base64.urlsafe_b64encode(DEEP.encode()).decode().rstrip("=")
    payload = _unsigned({"sub": asker.info.client_id}).split(".")[1]
    form = {"grant_type": "client_credentials", "client_assertion_type": ASSERTION_TYPE}
    answer = post_form(asker.client, "oauth/token", form | {"client_assertion": f"{coded}.{payload}.x"})
    oauth_refused(answer, 401, "invalid_client")


def _unsigned(claims: dict[str, str]) -> str:
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"e30.{payload}.x"


@pytest.mark.parametrize("purpose", ["\0", "x\0", "a" * 3000, "procedure\0", "\ufffe"])
def test_a_purpose_that_is_none(world: World, purpose: str) -> None:
    asker = ready(world)
    refused(asker.look_up(purpose=purpose), 422, "invalid")
    asker.token = "emoit_at_nobody"
    refused(asker.look_up(purpose=purpose), 401, "bad_token")


@pytest.mark.parametrize(
    "written",
    [
        "{" + '"a":' * 4000,
        "{}",
        '{"kty": 5}',
        '{"kty": "EC", "crv": "P-256", "x": 5, "y": 5}',
        '{"kty": "EC", "crv": 7}',
        '{"kty": "RSA", "n": "", "e": ""}',
        '{"kty": "RSA", "n": [], "e": {}}',
        '{"kty": "oct", "k": "AAAA"}',
        "{\0",
        "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----",
        "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----",
        '{"kty": "EC", "crv": "P-256", "x": "AAAA", "y": "AAAA"}',
        '{"kty": "EC", "crv": "P-384", "x": "AAAA", "y": "AAAA"}',
    ],
)
def test_a_key_that_is_nonsense(world: World, written: str) -> None:
    new_asker(world)
    with pytest.raises(Refusal) as refusal:
        world.do(ADMINISTRATOR, actions.add_key, code=CODE, jwk=written)
    assert refusal.value.code == "bad_key"
