"""The API keeps what its OpenAPI document promises: at least 5,000 made-up requests, right and wrong ones.

Every operation is called with requests that fit its description and with requests that break it in one place. Each
answer is judged: no server error, a status and a media type that the document names, a body of the described shape,
wrong requests refused as problem+json. Derandomised: the same requests every time.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import ignored_auth, negative_data_rejection, positive_data_acceptance

from emoit.api.rest import gate, site
from emoit.config.wsgi import application
from tests.api.caller import caller
from tests.support.world import World

EACH = 90  # requests an operation and kind: 28 x 2 x 90
LEAST = 5000
OPERATIONS = {d["operationId"]: (path, method) for path, m in site.schema()["paths"].items() for method, d in m.items()}
# A right form may still be refused for what it says (an unknown procedure, a field that the form does not have); that
# keys are asked for is tested in test_keys.py: here every request bears a good one.
NOT_JUDGED = [positive_data_acceptance, ignored_auth]
COUNTED: Counter[tuple[str, str]] = Counter()


@pytest.fixture(scope="module")
def document() -> Any:
    return schemathesis.openapi.from_dict(json.loads(json.dumps(site.schema())), config=None)


@pytest.fixture
def secret(world: World, settings: Any) -> Iterator[str]:
    settings.EMOIT_API_RATE = 1_000_000
    program = caller(world)
    world.draft(complete=False)
    # As Django's own test client does: the test's transaction outlives its requests.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield program.secret
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)
    gate.forget_leases()


@pytest.mark.parametrize("kind", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["right", "wrong"])
@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_every_promise(document: Any, secret: str, name: str, kind: GenerationMode) -> None:
    path, method = OPERATIONS[name]
    document.app = application
    operation = document[path][method.upper()]

    @given(case=operation.as_strategy(generation_mode=kind))
    @settings(
        max_examples=EACH,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def call(case: Any) -> None:
        COUNTED[name, kind.value] += 1
        response = case.call(headers={"Authorization": f"Bearer {secret}"})
        right = [negative_data_rejection] if _what_is_wrong_stays_here(case, response) else []
        case.validate_response(response, excluded_checks=[*NOT_JUDGED, *right])
        if response.status_code >= 400:
            assert response.headers["content-type"] == ["application/problem+json"], response.headers

    try:
        call()
    except Unsatisfiable:
        assert kind is GenerationMode.NEGATIVE, "no right request can be made"


def _what_is_wrong_stays_here(case: Any, response: Any) -> bool:
    """An unknown parameter without a value leaves no trace in the address: what was sent is right."""
    described = {one["name"] for one in case.operation.definition.raw.get("parameters", []) if one["in"] == "query"}
    sent = parse_qs(urlsplit(response.request.url).query, keep_blank_values=True)
    return bool(set(case.query or {}) - described) and not set(sent) - described


def test_five_thousand_requests_were_made() -> None:
    assert COUNTED.total() >= LEAST, COUNTED
