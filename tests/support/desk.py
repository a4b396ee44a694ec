"""Addresses of the officers' screens of a dossier, and what their forms send back."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client

from tests.support.world import World

SECOND, DEPUTY, OTHER_UNIT = "xttm.chuyenvien2", "xttm.phocuctruong", "hoachat.chuyenvien1"
Login = Callable[[str], Client]


def address(dossier_id: int, verb: str = "") -> str:
    return f"/nghiep-vu/ho-so/{dossier_id}/{verb}"


def keys(world: World, dossier_id: int, step: str) -> dict[str, object]:
    item = world.item(dossier_id, step)
    return {"item": item.id, "version": item.version}
