"""What a partner is, and which there are."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import emoit_partners
from emoit_partners.kit.behaviour import Behaviour
from emoit_partners.kit.store import Store
from emoit_partners.kit.web import App, Routes

# The order in which all are started; others follow by name.
ORDER = ("population", "enterprises", "payments", "identity", "agency")


@dataclass(frozen=True)
class Table:
    """Something to see on the control page, newest first."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Field:
    """One field of a form of the control page. `kind`: `line`, `text`, `date`; `options`: value -> words, a choice."""

    name: str
    label: str
    kind: str = "line"
    hint: str = ""
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Form:
    """Posted to `action`, a route of the partner's, whose `Refused` is shown on the page."""

    title: str
    action: str
    fields: Sequence[Field]
    button: str
    method: str = "post"


class Companion(Protocol):
    """Work beside the door, in the host's process: sending, retrying. Started and stopped with the host."""

    def start(self) -> None: ...

    def stop(self) -> None: ...


def _no_routes(_store: Store, _behaviour: Behaviour) -> Routes:
    return {}


def _no_tables(_store: Store) -> Sequence[Table]:
    return ()


@dataclass(frozen=True)
class Partner:
    """One outside system.

    make_app: its own door. lies: word -> what it does then, in Vietnamese. about: what it stands in for, one sentence.
    routes: more addresses of its control API, whole paths such as `/control/api/send`. tables: what its control page
    shows of its store, forms: what can be done there besides. companion: its work beside the door.
    """

    name: str
    title: str
    make_app: Callable[[Store, Behaviour], App]
    lies: Mapping[str, str] = field(default_factory=dict)
    about: str = ""
    routes: Callable[[Store, Behaviour], Routes] = _no_routes
    tables: Callable[[Store], Sequence[Table]] = _no_tables
    companion: Callable[[Store, Behaviour], Companion] | None = None
    forms: Sequence[Form] = ()


def partners() -> dict[str, Partner]:
    """Every package here that has a PARTNER, by name, in the order of starting."""
    found: dict[str, Partner] = {}
    for module in pkgutil.iter_modules(emoit_partners.__path__):
        if module.ispkg and module.name not in {"kit", "trust"}:
            partner = getattr(importlib.import_module(f"emoit_partners.{module.name}"), "PARTNER", None)
            if isinstance(partner, Partner):
                found[partner.name] = partner
    names = [*(name for name in ORDER if name in found), *sorted(found.keys() - set(ORDER))]
    return {name: found[name] for name in names}


def partner_named(name: str) -> Partner:
    """KeyError where there is none."""
    return partners()[name]
