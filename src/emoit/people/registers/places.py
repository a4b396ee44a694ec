"""Where the registers are and by which codes and keys we may ask: one file outside the project, EMOIT_REGISTERS."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from emoit.kernel.access import Refusal
from emoit.lib.saying import say
from emoit.people.types import REGISTER_NAMES, Register

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class OfficerKey:
    """An officer as the population database knows them: code, and the name and word of the key given to them."""

    code: str
    key_name: str
    key_pass: str


@dataclass(frozen=True)
class PopulationPlace:
    """`partner`: its code in the exchange. `services`: our procedures' codes to the service codes registered there."""

    partner: str
    path: str
    service_code: str
    access_token: str
    portal: OfficerKey
    integration_code: str = "037"
    lgsp: Mapping[str, str] = field(default_factory=dict)
    officers: Mapping[str, OfficerKey] = field(default_factory=dict)
    services: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class EnterprisePlace:
    partner: str
    path: str
    api_key: str


class NotConnected(Refusal):
    code = "not_connected"
    status = 409


def population() -> PopulationPlace:
    """NotConnected where the file does not name it, or not all that it takes."""
    row = dict(_row(Register.POPULATION))
    with _whole(Register.POPULATION):
        row["portal"] = OfficerKey(**row["portal"])
        row["officers"] = {login: OfficerKey(**key) for login, key in row.get("officers", {}).items()}
        return PopulationPlace(**row)


def enterprises() -> EnterprisePlace:
    """NotConnected where the file does not name it, or not all that it takes."""
    row = _row(Register.ENTERPRISES)
    with _whole(Register.ENTERPRISES):
        return EnterprisePlace(**row)


def is_connected(register: Register) -> bool:
    return register.value in _read()


def _row(register: Register) -> Mapping[str, Any]:
    found = _read().get(register.value)
    if found is None:
        raise _not_connected(register)
    return found


def _not_connected(register: Register) -> NotConnected:
    return NotConnected(say("Chưa kết nối với {register}.", register=say(REGISTER_NAMES[register])))


@contextmanager
def _whole(register: Register) -> Iterator[None]:
    try:
        yield
    except (AttributeError, KeyError, TypeError):
        logger.error("EMOIT_REGISTERS: %s lacks a field, or has one too many", register)  # its keys are secret
        raise _not_connected(register) from None


def _read() -> Mapping[str, Mapping[str, Any]]:
    """The file as it is now; no register where there is no file, or one that cannot be read: drafts go on without."""
    path = Path(settings.EMOIT_REGISTERS)
    try:
        return _parsed(path, path.stat().st_mtime_ns)
    except FileNotFoundError:
        return {}
    except (OSError, ValueError):
        logger.exception("EMOIT_REGISTERS cannot be read: no register is connected")
        return {}


@lru_cache(maxsize=4)
def _parsed(path: Path, changed_at: int) -> Mapping[str, Mapping[str, Any]]:  # noqa: ARG001 - the key of the cache
    content = json.loads(path.read_text("utf-8"))
    if not isinstance(content, dict) or not all(isinstance(row, dict) for row in content.values()):
        raise ValueError("no object of objects")
    return content
