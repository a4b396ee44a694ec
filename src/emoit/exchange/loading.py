"""Partners as data: what a JSON file says of them, made so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from emoit.exchange import keys
from emoit.exchange.actions.certificates import add_certificate
from emoit.exchange.actions.partners import change_partner, register_partner
from emoit.exchange.models import Certificate, Partner
from emoit.exchange.profiles import profile_of
from emoit.exchange.rules.profiles import FORMATS
from emoit.exchange.types import Format, Profile, Transport, Use, Window
from emoit.kernel.access import Actor

_PLAIN = ("max_bytes", "rate_per_minute", "max_attempts", "give_up_after_hours")
_KNOWN = {"code", "name", "address", "transport", "format", "windows", "certificates", *_PLAIN}


@dataclass(frozen=True, slots=True)
class Loaded:
    added: int
    changed: int
    certificates: int


def load(rows: Any, *, by: Actor, now: datetime) -> Loaded:
    """All of it or nothing. ValueError where a row is no partner; refusals of the actions otherwise."""
    if not isinstance(rows, list):
        raise ValueError("a list of partners is expected")
    added = changed = certificates = 0
    for row in rows:
        profile, trusted = _profile(row), _certificates(row)
        present = Partner.objects.filter(agency_id=by.agency_id, code=profile.code).first()
        if present is None:
            register_partner(by=by, now=now, profile=profile)
            added += 1
        elif profile_of(present) != profile:
            change_partner(by=by, now=now, profile=profile)
            changed += 1
        for use, pem in trusted:
            fingerprint = keys.fingerprint(keys.read(pem))
            if not Certificate.objects.filter(agency_id=by.agency_id, use=use.value, fingerprint=fingerprint).exists():
                add_certificate(by=by, now=now, code=profile.code, use=use, pem=pem)
                certificates += 1
    return Loaded(added, changed, certificates)


def _profile(row: Any) -> Profile:
    if not isinstance(row, dict) or not {"code", "name"} <= set(row) <= _KNOWN:
        raise ValueError(f"a partner has code and name, and no more than {', '.join(sorted(_KNOWN))}")
    try:
        return _read(row)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{row['code']}: {error!r}") from error


def _certificates(row: dict[str, Any]) -> list[tuple[Use, str]]:
    try:
        return [(Use(one["use"]), str(one["pem"])) for one in row.get("certificates", [])]
    except (KeyError, TypeError) as error:
        raise ValueError(f"{row['code']}: a certificate has use and pem") from error


def _read(row: dict[str, Any]) -> Profile:
    transport = Transport(row.get("transport", Transport.HTTPS))
    plain = {name: int(row[name]) for name in _PLAIN if name in row}
    return Profile(
        code=str(row["code"]),
        name=str(row["name"]),
        address=str(row.get("address", "")),
        transport=transport,
        format=Format(row.get("format", FORMATS[transport][0])),
        windows=tuple(_window(one) for one in row.get("windows", [])),
        **plain,
    )


def _window(row: dict[str, Any]) -> Window:
    days = frozenset(int(day) for day in row["days"])
    if not days <= set(range(7)):
        raise ValueError("days are 0 (Monday) to 6")
    return Window(days, time.fromisoformat(row["from"]), time.fromisoformat(row["to"]))
