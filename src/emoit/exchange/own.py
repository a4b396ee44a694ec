"""Who we are among our partners: bound by config, since agencies live above us on the map."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings

_id_of: list[Callable[[str], int]] = []


def bind_agencies(id_of: Callable[[str], int]) -> None:
    """Called once by config with people's look-up of an agency's id by its code."""
    _id_of[:] = [id_of]


def code() -> str:
    """Our code among partners: that of the agency which this installation serves."""
    return str(settings.EMOIT_AGENCY_CODE)


def agency_id() -> int:
    """NotFound where the agency is not loaded."""
    return _id_of[0](code())
